import { expect, test } from 'vitest'
import type { LookUps } from '../resolve/forwarded-call.ts'
import { bucketOf, memoryResources, tableOf } from '../testing/resources.ts'
import { lookUpsIn } from './look-ups.ts'
import type { Resource } from './resource.ts'

// Goal: what requests do not tell is told by the registry, and by nothing that only looks like it.
// Method: a registry with one of each, and a row for each name that may be asked for. Sources: KMS
// Developer Guide, "Aliases"; Secrets Manager User Guide, on the six characters of an ARN; DynamoDB
// Developer Guide, "Using IAM policy conditions": leading keys.

const own = (service: string, rest: string) => `arn:aws:${service}:us-east-1:111122223333:${rest}`
const other = (arn: string) => arn.replace('111122223333', '444455556666')
const made = (arn: string, type: string, settings: Resource['settings']): Resource => ({
  ...bucketOf('x'),
  ...{ arn, type, settings, service: arn.split(':')[2] ?? '' },
})

const alias = own('kms', 'alias/a')
const key = own('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab')
const named = own('secretsmanager', 'secret:db')
const secret = `${named}-AbCdEf`
const ending = own('secretsmanager', 'secret:db-backup')
const table = own('dynamodb', 'table/t')

const lookUps = lookUpsIn(
  memoryResources(
    made(alias, 'alias', { key }),
    made(own('kms', 'alias/nothing'), 'alias', {}),
    made(key, 'key', {}),
    made(named, 'secret', { arn: secret }),
    made(own('secretsmanager', 'secret:being-made'), 'secret', {}),
    // A name that itself ends as ARNs of secrets do.
    made(ending, 'secret', { arn: `${ending}-XyZxYz` }),
    tableOf('t', { settings: { partitionKey: 'id', indexes: { same: 'id', another: 'day' } } }),
    tableOf('adopted', { settings: {} }),
  ),
)

const rows: readonly [
  what: string,
  lookUp: keyof LookUps,
  arn: string,
  found: string | undefined,
][] = [
  ['an alias', 'keyOfAlias', alias, key],
  ['an alias of another account', 'keyOfAlias', other(alias), undefined],
  ['an alias of another region', 'keyOfAlias', alias.replace('us-east-1', 'eu-west-1'), undefined],
  ['an alias that nobody made', 'keyOfAlias', own('kms', 'alias/b'), undefined],
  ['an alias of no key', 'keyOfAlias', own('kms', 'alias/nothing'), undefined],
  ['a key is no alias', 'keyOfAlias', key, undefined],
  ['a secret by name', 'secretOfName', named, secret],
  ['a secret by its whole ARN', 'secretOfName', secret, secret],
  ['a secret with another’s end', 'secretOfName', `${named}-ZzZzZz`, undefined],
  ['a secret of another account', 'secretOfName', other(named), undefined],
  [
    'a secret that has no end yet',
    'secretOfName',
    own('secretsmanager', 'secret:being-made'),
    undefined,
  ],
  ['a name that ends like an ARN', 'secretOfName', ending, `${ending}-XyZxYz`],
  ['a secret that nobody made', 'secretOfName', own('secretsmanager', 'secret:x'), undefined],
  ['a table', 'partitionKeyOf', table, 'id'],
  ['an index with the table’s partition key', 'partitionKeyOf', `${table}/index/same`, 'id'],
  ['an index with another', 'partitionKeyOf', `${table}/index/another`, undefined],
  ['an index that is not there', 'partitionKeyOf', `${table}/index/none`, undefined],
  ['a table whose key nobody told', 'partitionKeyOf', own('dynamodb', 'table/adopted'), undefined],
  ['a table of another account', 'partitionKeyOf', other(table), undefined],
]

for (const [what, lookUp, arn, found] of rows) {
  test(`${lookUp}: ${what}`, () => {
    expect(lookUps[lookUp]?.(arn)).toBe(found)
  })
}
