/**
 * Generators of conditions and of the contexts they ask about. Keys and values mostly fit the
 * operator, so that conditions hold about as often as they fail, and sometimes do not fit at all.
 */
import fc from 'fast-check'
import type { RequestContext } from '../authorization.ts'
import {
  arnOperators,
  dateOperators,
  numericOperators,
  parseOperatorName,
  stringOperators,
} from '../document/condition-operator.ts'
import type { Condition } from '../document/policy-document.ts'
import { contextKeys, contextTexts, names } from './vocabulary.ts'

/** What operators of one sort are written with. */
interface Sort {
  readonly operators: readonly string[]
  readonly keys: readonly string[]
  /** As requests hold them. */
  readonly texts: readonly string[]
  /** As policies write them, beside those of requests. */
  readonly patterns: readonly string[]
}

const sorts: readonly Sort[] = [
  {
    operators: stringOperators,
    keys: ['aws:username', 'aws:PrincipalTag/Team', 'aws:TagKeys'],
    texts: ['Ann', 'ann', 'a*n', '*', '', 'x:y', '${aws:username}'],
    patterns: [
      'A*',
      '?nn',
      'a${*}n',
      '${?}nn',
      '${$}{aws:username}',
      '${aws:username}',
      '${AWS:PrincipalTag/Team}',
      '${aws:TagKeys}',
      "${aws:username, 'Ann'}",
      "${aws:PrincipalTag/team, 'a*n'}",
      "${aws:TagKeys, 'Ann'}",
      "${a, 'b, '}",
      '${}',
      '${aws:username}*',
      '${aws:username',
    ],
  },
  {
    operators: numericOperators,
    keys: ['aws:MultiFactorAuthAge'],
    texts: ['10', '10.0', '1e1', '-3', '0x10', ''],
    patterns: ['9.99', '+10', '${aws:MultiFactorAuthAge}'],
  },
  {
    operators: dateOperators,
    keys: ['aws:CurrentTime'],
    texts: [
      '2026-01-02T03:04:05Z',
      '2026',
      '1767322800',
      '1767323045',
      '2026-01-02t03:04:05.5+01:00',
    ],
    patterns: ['1767322845', '2026-01', '2026-01-02T04:04:05+01', '${aws:CurrentTime}'],
  },
  {
    operators: ['Bool'],
    keys: ['aws:MultiFactorAuthPresent'],
    texts: ['true', 'False'],
    patterns: ['FALSE', '${aws:MultiFactorAuthPresent}', 'yes'],
  },
  {
    operators: ['BinaryEquals'],
    keys: ['app:Digest'],
    texts: ['QUI=', 'QUJ=', 'QUI', 'QUJD'],
    patterns: ['${app:Digest}'],
  },
  {
    operators: ['IpAddress', 'NotIpAddress'],
    keys: ['aws:SourceIp'],
    texts: ['10.1.2.3', '10.1.2.03', '2001:db8::1', '::ffff:10.1.2.3'],
    patterns: [
      '10.0.0.0/8',
      '10.1.2.3/32',
      '10.1.2.3/33',
      '0.0.0.0/0',
      '2001:db8::/33',
      '::/0',
      '10.1.2.0/024',
      '${aws:SourceIp}',
    ],
  },
  {
    operators: arnOperators,
    keys: ['aws:PrincipalArn'],
    texts: [names.roleArn, names.userArn, 'arn:aws:s3:::bucket/a:b', 'arn:aws:s3'],
    patterns: [
      'arn:*:iam::*:role/*',
      'arn:aws:iam::*:role/path/Builder',
      'arn:aws:iam:::*:user/*',
      'arn:aws:s3:::${aws:username}',
      'arn:aws:${aws:username}:::bucket/a:b',
      '*:aws:iam::*:role/*',
      'arn:aws:s3:::bucket/*',
      '${aws:PrincipalArn}',
      '*',
    ],
  },
  {
    operators: ['Null'],
    keys: contextKeys,
    texts: ['true', 'false'],
    patterns: ['TRUE', 'False', 'x'],
  },
  {
    operators: ['StringSounds', 'stringequals'],
    keys: contextKeys,
    texts: ['Ann'],
    patterns: ['A*'],
  },
]

const anyKey = fc.constantFrom(...contextKeys)
const anyValue = fc.oneof(
  contextTexts,
  fc.constantFrom(...sorts.flatMap(({ patterns }) => patterns)),
)

function operatorsOf({ operators }: Sort) {
  return fc
    .tuple(
      fc.constantFrom('', '', '', 'ForAllValues:', 'ForAnyValue:'),
      fc.constantFrom(...operators),
      fc.constantFrom('', '', 'IfExists'),
    )
    .map((parts) => parseOperatorName(parts.join('')))
}

/** Weighted by how many operators a sort has, so that each operator comes about as often. */
export const conditions: fc.Arbitrary<Condition> = fc.oneof(
  ...sorts.map((sort) => {
    const key = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...sort.keys) }, anyKey)
    const value = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...sort.texts) },
      { weight: 4, arbitrary: fc.constantFrom(...sort.patterns) },
      { weight: 1, arbitrary: anyValue },
    )
    const arbitrary = fc
      .tuple(operatorsOf(sort), key, fc.array(value, { maxLength: 3 }))
      .map(([operator, conditionKey, values]) => ({ ...operator, conditionKey, values }))
    return { weight: sort.operators.length + 1, arbitrary }
  }),
)

const fitting = sorts
  .filter(({ operators }) => operators[0] !== 'Null' && operators[0] !== 'StringSounds')
  .flatMap(({ keys, texts }) => keys.map((key) => ({ key, text: fc.constantFrom(...texts) })))

const entries = fc.oneof(
  ...fitting.map(({ key, text }) => {
    const one = fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: contextTexts })
    const value = fc.oneof(
      { weight: 3, arbitrary: one },
      { weight: 1, arbitrary: fc.array(one, { maxLength: 3 }) },
    )
    return fc.tuple(fc.constant(key.toLowerCase()), value)
  }),
)

/** What a request says about itself, its keys in lower case. */
export const contexts: fc.Arbitrary<RequestContext> = fc
  .array(entries, { maxLength: 8 })
  .map((list) => new Map(list))
