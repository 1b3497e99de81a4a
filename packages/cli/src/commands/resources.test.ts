import { expect, test } from 'vitest'
import { deliveryLine, isNamed } from './resources.ts'

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

test('resources deliveries: a line says how it stands, since when, as whom, from, to, and why', () => {
  const delivery = {
    AccountId: '111122223333',
    SourceArn: 'arn:aws:sns:us-east-1:111122223333:news',
    TargetArn: queue,
    SetBy: 'sns:Subscribe',
    Deliverer: 'sns.amazonaws.com',
    Since: Date.UTC(2026, 10, 24) / 1000,
  }
  const line = (State: string, Reason?: string) =>
    deliveryLine({ ...delivery, State, ...(Reason !== undefined && { Reason }) }).split('\t')
  const places = ['sns.amazonaws.com', delivery.SourceArn, queue]
  const since = '2026-11-24T00:00:00.000Z'
  expect(line('ADMITTED')).toEqual(['111122223333', 'ADMITTED', since, ...places, '-'])
  expect(line('BROKEN', 'why')).toEqual(['111122223333', 'BROKEN', since, ...places, 'why'])
})
