/**
 * The resources that the samples name, checked by hand: type of the Service Authorization Reference,
 * what names it in the input, and the ARN that AWS decides on.
 * Sources: that reference, "Resource types defined by", of each service; S3 User Guide, "Access
 * points"; SQS and SNS Developer Guides, "API permissions"; DynamoDB Developer Guide, "IAM policies";
 * Lambda Developer Guide, "Resources and conditions"; KMS Developer Guide, "Permissions reference".
 */
export type ExpectedResource = readonly [type: string, named: string, arn: string]

const of = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`
const tables = ['orders', 'stock', 'carts', 'users', 'sample-key', 'sample-tablename']
const moreTables = ['sample-sourcetablename', 'sample-targettablename', 'sample-globaltablename']
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const otherKeyId = '5678abcd-12ab-34cd-56ef-1234567890ab'
const sampleTable = of('dynamodb', 'table/sample-tablename')
const providerName = 'sample-capacityprovidername'
const execution = of('lambda', 'function:resize:1/durable-execution/run/7f1c')
const codeSigning = of('lambda', 'code-signing-config:csc-0d4518bd353a0a7c6')

export const expectedResources: Readonly<Record<string, readonly ExpectedResource[]>> = {
  s3: [
    ['bucket', 'reports', 'arn:aws:s3:::reports'],
    ['object', 'sample-key', 'arn:aws:s3:::reports/sample-key'],
    ['object', 'archive/x.txt', 'arn:aws:s3:::archive/x.txt'],
  ],
  sqs: [
    ['queue', '/111122223333/jobs', of('sqs', 'jobs')],
    ['queue', ':111122223333:jobs', of('sqs', 'jobs')],
    ['queue', ':111122223333:jobs-dead', of('sqs', 'jobs-dead')],
    ['queue', 'sample-queuename', of('sqs', 'sample-queuename')],
  ],
  sns: [
    ['topic', of('sns', 'news'), of('sns', 'news')],
    ['topic', 'sample-name', of('sns', 'sample-name')],
  ],
  dynamodb: [
    ...[...tables, ...moreTables].map(
      (name) => ['table', name, of('dynamodb', `table/${name}`)] as const,
    ),
    ['index', 'sample-indexname', `${sampleTable}/index/sample-indexname`],
    [
      'global-table',
      'sample-globaltablename',
      'arn:aws:dynamodb::111122223333:global-table/sample-globaltablename',
    ],
    ...['backup', 'export', 'import'].map((type) => {
      const arn = of('dynamodb', `table/orders/${type}/01489602797149-73d8d5bc`)
      return [type, arn, arn] as const
    }),
  ],
  lambda: [
    ['function', 'resize', of('lambda', 'function:resize')],
    ['function alias', 'sample-qualifier', of('lambda', 'function:resize:sample-qualifier')],
    ['layer', 'sample-layername', of('lambda', 'layer:sample-layername')],
    ['layerVersion', 'sample-layername', of('lambda', 'layer:sample-layername:1')],
    ['layerVersion', of('lambda', 'layer:fonts:3'), of('lambda', 'layer:fonts:3')],
    ['durable execution', execution, execution],
    ['code signing config', codeSigning, codeSigning],
    ['eventSourceMapping', 'sample-uuid', of('lambda', 'event-source-mapping:sample-uuid')],
    ['capacityProvider', providerName, of('lambda', `capacity-provider:${providerName}`)],
  ],
  kms: [
    ['key', keyId, of('kms', `key/${keyId}`)],
    ['key', otherKeyId, of('kms', `key/${otherKeyId}`)],
    // What is tagged when it is made has no id yet; here it is a key of many regions.
    ['key', 'sample-origin', of('kms', 'key/mrk-*')],
    ['alias', 'alias/payroll', of('kms', 'alias/payroll')],
    // What the alias stands for, and what a ciphertext was made with: looked up.
    ['key', 'alias/payroll', of('kms', `key/${keyId}`)],
  ],
}
