import { expect, test } from 'vitest'
import type { ContextValue } from '../authorization.ts'
import { compileCondition } from '../compile/condition.ts'
import { parseOperatorName } from '../document/condition-operator.ts'
import { conditionHolds } from './condition.ts'

// Goal: every operator at its edges, every qualifier, every kind of missing value. Source: IAM User
// Guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
// values", "Set operators for multivalued context keys"; (us) marks what we chose.
type Row = readonly [
  operator: string,
  policy: string[],
  request: ContextValue | undefined,
  holds: boolean,
]

const arn = 'arn:aws:svc:us-east-2:999999999999:store/abc:111122223333:finance/x'

const values: readonly Row[] = [
  ['StringEquals', ['Ann'], 'Ann', true],
  ['StringEquals', ['Ann'], 'ann', false],
  ['StringEquals', ['A*'], 'Ann', false],
  ['StringEquals', ['A*'], 'A*', true],
  ['StringEquals', ['Bob', 'Ann'], 'Ann', true],
  ['StringEquals', [], 'Ann', false],
  ['StringEquals', [''], '', true],
  ['StringEquals', ['${user}'], 'Ann', true],
  ['StringEquals', ['${none}'], '', false],
  ['StringEquals', ["${none, 'Ann'}"], 'Ann', true],
  ['StringEquals', ['${many}'], 'Ann', false],
  ['StringEquals', ['x${user}'], 'xAnn', true],
  ['StringNotEquals', ['Ann'], 'Ann', false],
  ['StringNotEquals', ['Ann'], 'ann', true],
  ['StringNotEquals', ['Bob', 'Ann'], 'Ann', false],
  ['StringNotEquals', ['Bob', 'Eve'], 'Ann', true],
  ['StringNotEquals', ['${none}'], 'Ann', true],
  ['StringEqualsIgnoreCase', ['ANN'], 'ann', true],
  ['StringEqualsIgnoreCase', ['ANN'], 'bob', false],
  ['StringEqualsIgnoreCase', ['${user}'], 'aNN', true],
  ['StringNotEqualsIgnoreCase', ['ANN'], 'ann', false],
  ['StringNotEqualsIgnoreCase', ['ANN'], 'bob', true],
  ['StringLike', ['A?n'], 'Ann', true],
  ['StringLike', ['a*'], 'Ann', false],
  ['StringLike', ['*:*/x'], arn, true],
  ['StringLike', ['${user}*'], 'Ann-2', true],
  ['StringLike', ['${star}'], 'Ann', false],
  ['StringLike', ['${star}'], '*', true],
  ['StringNotLike', ['A*'], 'Ann', false],
  ['StringNotLike', ['B*', 'A*'], 'Ann', false],
  ['StringNotLike', ['B*'], 'Ann', true],
  ['NumericEquals', ['10'], '10.0', true],
  ['NumericEquals', ['10'], '1e1', true],
  ['NumericEquals', ['10'], '0xA', false],
  ['NumericEquals', ['ten'], 'ten', false],
  ['NumericEquals', ['0'], '', false],
  ['NumericNotEquals', ['10'], '10.0', false],
  ['NumericNotEquals', ['10'], '11', true],
  ['NumericNotEquals', ['10'], 'ten', true],
  ['NumericLessThan', ['10'], '9.9', true],
  ['NumericLessThan', ['10'], '10', false],
  ['NumericLessThan', ['10'], '11', false],
  ['NumericLessThanEquals', ['10'], '9', true],
  ['NumericLessThanEquals', ['10'], '10', true],
  ['NumericLessThanEquals', ['10'], '10.1', false],
  ['NumericGreaterThan', ['10'], '10.1', true],
  ['NumericGreaterThan', ['10'], '10', false],
  ['NumericGreaterThan', ['10'], '9', false],
  ['NumericGreaterThan', ['-1'], '', false],
  ['NumericGreaterThanEquals', ['10'], '11', true],
  ['NumericGreaterThanEquals', ['10'], '10', true],
  ['NumericGreaterThanEquals', ['10'], '9.9', false],
  ['NumericGreaterThanEquals', ['20', '10'], '15', true],
  ['DateEquals', ['2026-01-02T03:04:05Z'], '1767323045', true],
  ['DateEquals', ['2026-01-02T04:04:05+01'], '2026-01-02T03:04:05Z', true],
  ['DateEquals', ['2026-01-02T03:04:05Z'], '2026-01-02T03:04:06Z', false],
  ['DateEquals', ['yesterday'], 'yesterday', false],
  ['DateNotEquals', ['2026'], '2026-01-01T00:00:00Z', false],
  ['DateNotEquals', ['2026'], '2026-01-01T00:00:01Z', true],
  ['DateLessThan', ['2026'], '2025-12-31T23:59:59Z', true],
  ['DateLessThan', ['2026'], '2026-01-01T00:00:00Z', false],
  ['DateLessThanEquals', ['2026'], '2026-01-01T00:00:00Z', true],
  ['DateLessThanEquals', ['2026'], '2026-01-01T00:00:01Z', false],
  ['DateGreaterThan', ['2026'], '2026-01-01T00:00:01Z', true],
  ['DateGreaterThan', ['2026'], '2026-01-01T00:00:00Z', false],
  ['DateGreaterThanEquals', ['2026'], '2026-01-01T00:00:00Z', true],
  ['DateGreaterThanEquals', ['2026'], '2025-12-31T23:59:59Z', false],
  ['Bool', ['true'], 'TRUE', true],
  ['Bool', ['False'], 'false', true],
  ['Bool', ['true'], 'false', false],
  ['Bool', ['yes'], 'yes', false],
  ['Bool', ['${flag}'], 'true', true],
  ['BinaryEquals', ['QUI='], 'QUI=', true],
  ['BinaryEquals', ['QUI='], 'QUJ=', true],
  ['BinaryEquals', ['QUI='], 'QUJD', false],
  ['BinaryEquals', ['QUI'], 'QUI', false],
  ['IpAddress', ['10.0.0.0/8'], '10.1.2.3', true],
  ['IpAddress', ['10.0.0.0/8'], '11.0.0.0', false],
  ['IpAddress', ['10.1.2.3'], '10.1.2.3', true],
  ['IpAddress', ['10.1.2.3'], '10.1.2.4', false],
  ['IpAddress', ['192.0.2.0/24', '10.0.0.0/8'], '10.1.2.3', true],
  ['IpAddress', ['0.0.0.0/0'], '2001:db8::1', false],
  ['IpAddress', ['::/0'], '10.1.2.3', false],
  ['IpAddress', ['2001:db8::/33'], '2001:db8:7fff::1', true],
  ['IpAddress', ['2001:db8::/33'], '2001:db8:8000::1', false],
  ['IpAddress', ['2001:db8::/96'], '2001:db8::1:2', true],
  ['IpAddress', ['2001:db8::1'], '2001:db8:0:0:0:0:0:1', true],
  ['IpAddress', ['2001:db8::1'], '2001:db8::2', false],
  ['IpAddress', ['10.0.0.0/8'], 'ten', false],
  ['NotIpAddress', ['10.0.0.0/8'], '10.1.2.3', false],
  ['NotIpAddress', ['10.0.0.0/8'], '11.1.2.3', true],
  ['NotIpAddress', ['10.0.0.0/8'], 'ten', true],
  ['ArnLike', ['arn:aws:svc:*:111122223333:finance/*'], arn, false],
  ['StringLike', ['arn:aws:svc:*:111122223333:finance/*'], arn, true],
  ['ArnLike', ['arn:aws:svc:us-*:9*:store/*'], arn, true],
  ['ArnLike', ['arn:aws:svc:us-east-2:999999999999:store/*:x'], arn, false],
  ['ArnLike', ['arn:aws:svc:us-east-1:*:*'], arn, false],
  ['ArnLike', ['arn:*:*:*:*:*'], arn, true],
  ['ArnLike', ['*'], arn, false],
  ['ArnLike', ['*:aws:svc:*:*:*'], arn, false],
  ['ArnLike', ['arn:*:*:*:*:*'], 'arn:aws:svc', false],
  ['ArnLike', ['arn:aws:svc:::*'], 'arn:aws:svc:::', true],
  ['ArnLike', [arn], arn, true],
  ['ArnLike', ['arn:aws:svc:::${user}'], 'arn:aws:svc:::Ann', true],
  ['ArnLike', ['arn:aws:svc:::${user}'], 'arn:aws:svc:::Bob', false],
  ['ArnLike', ['${user}'], 'Ann', false],
  ['ArnLike', ['*:aws:svc:::${user}'], 'arn:aws:svc:::Ann', false],
  ['ArnLike', ['${arn}'], arn, true],
  ['ArnEquals', ['arn:aws:svc:*:*:*'], arn, true],
  ['ArnNotEquals', ['arn:aws:svc:*:*:*'], arn, false],
  ['ArnNotLike', ['arn:aws:svc:us-*:*:*'], arn, false],
  ['ArnNotLike', ['arn:aws:svc:eu-*:*:*'], arn, true],
  ['Null', ['true'], undefined, true],
  ['Null', ['true'], 'x', false],
  ['Null', ['false'], undefined, false],
  ['Null', ['false'], 'x', true],
  ['Null', ['FALSE'], ['x'], true],
  ['Null', ['false'], '', true],
  ['Null', ['false'], [], false],
  ['Null', ['true'], [], true],
]

const sets: readonly Row[] = [
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', ['a'], [], true],
  ['ForAllValues:StringEquals', ['a'], undefined, true],
  ['ForAllValues:StringEquals', ['a'], '', true],
  ['ForAllValues:StringEquals', ['a'], ['', ''], true],
  ['ForAllValues:StringEquals', ['a'], ['a', ''], false],
  ['ForAllValues:StringEquals', ['a'], 'a', true],
  ['ForAllValues:StringEquals', ['a'], 'b', false],
  ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
  ['ForAllValues:StringNotEquals', ['a'], ['b', 'a'], false],
  ['ForAllValues:StringNotEquals', ['a'], undefined, true],
  ['ForAnyValue:StringEquals', ['a'], ['b', 'a'], true],
  ['ForAnyValue:StringEquals', ['a'], ['b', 'c'], false],
  ['ForAnyValue:StringEquals', ['a'], [], false],
  ['ForAnyValue:StringEquals', ['a'], undefined, false],
  ['ForAnyValue:StringEquals', [''], '', false],
  ['ForAnyValue:StringEquals', [''], ['', ''], false],
  ['ForAnyValue:StringEquals', [''], ['', 'a'], true],
  ['ForAnyValue:StringEquals', ['a'], 'a', true],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'a'], false],
  ['ForAnyValue:StringNotEquals', ['a'], undefined, false],
  ['ForAllValues:StringEqualsIfExists', ['a'], undefined, true],
  ['ForAllValues:StringEqualsIfExists', ['a'], ['b'], false],
  ['ForAnyValue:StringEqualsIfExists', ['a'], undefined, true],
  ['ForAnyValue:StringEqualsIfExists', ['a'], [], true],
  ['ForAnyValue:StringEqualsIfExists', ['a'], ['b'], false],
  // Several values without a set operator (us).
  ['StringEquals', ['a'], ['b', 'a'], true],
  ['StringEquals', ['a'], ['b', 'c'], false],
  ['StringEquals', [''], ['', ''], true],
  ['StringNotEquals', ['a'], ['b', 'c'], true],
  ['StringNotEquals', ['a'], ['b', 'a'], false],
  ['StringNotEquals', [''], ['', ''], false],
  // An operator nobody knows never matches here, in an Allow (us).
  ['StringSounds', ['a'], 'a', false],
  ['StringSoundsIfExists', ['a'], undefined, false],
]

const positive = [
  ...['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'Bool', 'BinaryEquals', 'IpAddress'],
  ...['ArnEquals', 'ArnLike'],
  ...['Numeric', 'Date'].flatMap((sort) =>
    ['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (relation) => sort + relation,
    ),
  ),
]
const negated = [
  ...['StringNotEquals', 'StringNotEqualsIgnoreCase', 'StringNotLike', 'NumericNotEquals'],
  ...['DateNotEquals', 'NotIpAddress', 'ArnNotEquals', 'ArnNotLike'],
]
const missing: readonly Row[] = [...positive, ...negated].flatMap((operator): Row[] =>
  [undefined, []].flatMap((request): Row[] => [
    [operator, ['10'], request, negated.includes(operator)],
    [`${operator}IfExists`, ['10'], request, true],
  ]),
)

const context = new Map<string, ContextValue>([
  ['user', 'Ann'],
  ['star', '*'],
  ['flag', 'TRUE'],
  ['many', ['Ann']],
  ['arn', arn],
])

test.each([...values, ...sets, ...missing])('%s %s, asked with %s: %s', (...row) => {
  const [operator, policyValues, request, holds] = row
  const condition = {
    ...parseOperatorName(operator),
    conditionKey: 'app:Key',
    values: policyValues,
  }
  const compiled = compileCondition(condition, false, true)
  const asked = new Map(context)
  if (request !== undefined) asked.set('app:key', request)
  expect(conditionHolds(compiled, asked)).toBe(holds)
})

test('an operator nobody knows matches in a Deny (us)', () => {
  const condition = { ...parseOperatorName('StringSounds'), conditionKey: 'app:Key', values: ['a'] }
  const compiled = compileCondition(condition, true, true)
  expect(conditionHolds(compiled, new Map())).toBe(true)
  expect(conditionHolds(compiled, new Map([['app:key', 'b']]))).toBe(true)
})

test('what was read of one request is not taken for the next', () => {
  const ip = { ...parseOperatorName('IpAddress'), conditionKey: 'k', values: ['10.0.0.0/8'] }
  const date = { ...parseOperatorName('DateLessThan'), conditionKey: 'k', values: ['2026'] }
  for (const [condition, yes, no] of [
    [ip, '10.1.2.3', '11.1.2.3'],
    [date, '2025', '2027'],
  ] as const) {
    const compiled = compileCondition(condition, false, true)
    for (const text of [yes, no, '', yes, 'x', yes, no]) {
      expect(conditionHolds(compiled, new Map([['k', text]]))).toBe(text === yes)
    }
  }
})
