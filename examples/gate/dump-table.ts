/**
 * A table of one account is dumped into a bucket of another. Where the bucket's policy lets the
 * dumper in, it stays who it is, and scans and writes at once. Where it enters a role of the other
 * account instead, it may write and no longer scan: a role is all that whoever enters it is. Needs a
 * running Bailiwick and its administrator in the environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/gate/dump-table.ts
 */
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  PutResourcePolicyCommand,
  ScanCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import {
  administratorOf,
  assume,
  iamAs,
  makeAccount,
  makeRole,
  identityOf,
  policy,
  present,
  refused,
  region,
  say,
  show,
  stsAs,
} from '../walk.ts'
import type { Credentials } from '../walk.ts'

const s3As = (credentials: Credentials) => new S3Client({ region, credentials })
const tablesAs = (credentials?: Credentials) =>
  new DynamoDBClient({ region, ...(credentials && { credentials }) })
const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource })

/** One item a line. */
async function scan(as: Credentials, TableName: string): Promise<string> {
  const { Items } = await tablesAs(as).send(new ScanCommand({ TableName }))
  return (Items ?? []).map((item) => JSON.stringify(item)).join('\n')
}

async function write(as: Credentials, Key: string, Body: string): Promise<void> {
  await s3As(as).send(new PutObjectCommand({ Bucket, Key, Body }))
}

say('Our account has a table of orders, the archive’s account a bucket')
const { account } = await identityOf(stsAs())
const key = { AttributeName: 'id' }
await tablesAs().send(
  new CreateTableCommand({
    TableName: 'orders',
    AttributeDefinitions: [{ ...key, AttributeType: 'S' }],
    KeySchema: [{ ...key, KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  }),
)
await waitUntilTableExists(
  { client: tablesAs(), minDelay: 1, maxWaitTime: 20 },
  { TableName: 'orders' },
)
const Item = { id: { S: '4711' }, what: { S: 'a chair' } }
await tablesAs().send(new PutItemCommand({ TableName: 'orders', Item }))
const table = `arn:aws:dynamodb:${region}:${account}:table/orders`
const archive = await makeAccount('archive')
const atArchive = await administratorOf(archive)
const Bucket = `archive-${archive}`
await s3As(atArchive).send(new CreateBucketCommand({ Bucket }))
const objects = `arn:aws:s3:::${Bucket}/*`
show(`${table}, and ${Bucket} of ${archive}`)

say('Our dumper may scan the table and write into the bucket, which has not let it in')
const writer = `arn:aws:iam::${archive}:role/writer`
const dumper = await makeRole('dumper', {
  trust: { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' },
  may: [
    allow('dynamodb:Scan', table),
    allow('s3:PutObject', objects),
    allow('sts:AssumeRole', writer),
  ],
})
const asDumper = await assume(stsAs(), dumper)
const orders = await scan(asDumper, 'orders')
await refused('Access Denied', write(asDumper, 'orders.json', orders))

say('The bucket lets it in: it writes what it scans, in one go and as itself')
const Policy = policy({ ...allow('s3:PutObject', objects), Principal: { AWS: dumper } })
await s3As(atArchive).send(new PutBucketPolicyCommand({ Bucket, Policy }))
await write(asDumper, 'orders.json', await scan(asDumper, 'orders'))
const asked = new GetObjectCommand({ Bucket, Key: 'orders.json' })
const written = await (await s3As(atArchive).send(asked)).Body?.transformToString()
show(written)
if (written !== JSON.stringify(Item)) throw new Error('that is not what the table holds')

say('Instead, a role of the archive, which writes – and may scan any table that is let to it')
await makeRole(
  'writer',
  {
    trust: { Effect: 'Allow', Principal: { AWS: dumper }, Action: 'sts:AssumeRole' },
    may: [allow('s3:PutObject', objects), allow('dynamodb:Scan', '*')],
  },
  { iam: iamAs(atArchive) },
)
const asWriter = await assume(stsAs(asDumper), writer)
await write(asWriter, 'by-role.json', orders)

say('As such the dumper has given up its own permissions: our table is refused')
const no = 'because no resource-based policy allows the dynamodb:Scan action'
await refused(no, scan(asWriter, table))
say('By its name alone it would be a table of the archive, which has none')
await refused('Requested resource not found', scan(asWriter, 'orders'))

say('Unless our table lets the role in')
const lets = { ...allow('dynamodb:Scan', table), Principal: { AWS: writer } }
await tablesAs().send(new PutResourcePolicyCommand({ ResourceArn: table, Policy: policy(lets) }))
show(present(await scan(asWriter, table), 'items'))
say('Done: let in by a policy one stays who one is; by a role one becomes somebody else.')
