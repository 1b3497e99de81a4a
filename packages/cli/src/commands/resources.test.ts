import { expect, test } from 'vitest'
import { isNamed } from './resources.ts'

// Goal: --name means what one sees in `resources list`: the name, or all of the ARN.
const bucket = 'arn:aws:s3:::team-a.logs'
const queue = 'arn:aws:sqs:us-east-1:111122223333:orders.fifo'
const table = 'arn:aws:dynamodb:us-east-1:111122223333:table/Books'
const rows: readonly [rule: string, arn: string, patterns: readonly string[], is: boolean][] = [
  ['the name of a bucket', bucket, ['team-a.logs'], true],
  ['a pattern', bucket, ['team-?.*'], true],
  ['one of several', bucket, ['x', 'team-*'], true],
  ['a dot is a dot', bucket, ['team-axlogs'], false],
  ['the whole of it', bucket, ['team'], false],
  ['case matters', bucket, ['TEAM-*'], false],
  ['the name of a queue', queue, ['orders.fifo'], true],
  ['the name of a table', table, ['Books'], true],
  ['with its kind', table, ['table/B*'], true],
  ['the whole ARN', table, [table], true],
  ['a pattern for ARNs', table, ['arn:aws:dynamodb:*'], true],
]
for (const [rule, arn, patterns, is] of rows) {
  test(`--name: ${rule}`, () => {
    expect(isNamed(arn, patterns)).toBe(is)
  })
}
