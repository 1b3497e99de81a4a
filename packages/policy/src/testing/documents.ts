/** Generators of policy documents, biased towards the rules that are easily got wrong. */
import fc from 'fast-check'
import {
  arnOperators,
  dateOperators,
  numericOperators,
  otherOperators,
  parseOperatorName,
  stringOperators,
} from '../document/condition-operator.ts'
import type {
  Condition,
  PolicyDocument,
  PrincipalElement,
  Statement,
} from '../document/policy-document.ts'
import { accounts, contextKeys, contextTexts, names, resources } from './vocabulary.ts'

const actionEntries = fc.constantFrom(
  '*',
  's3:*',
  's3:GetObject',
  'S3:GETOBJECT',
  ' s3:Get* ',
  's3:?etObject',
  's3:*Object',
  's*:Get*',
  '*:*',
  'iam:GetUser',
  'iam:*',
  'kms:*',
  'sts:*',
  's3',
  's3:Get:Object',
  's3:',
  ':',
)

const resourceEntries = fc.oneof(
  { weight: 2, arbitrary: fc.constant('*') },
  { weight: 3, arbitrary: fc.constantFrom(...resources) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '**',
      '?',
      'a*',
      'arn:*',
      'arn:aws:s3*',
      'arn:aws:s3:*',
      'arn:aws:s3:::*',
      'arn:*:s3:::bucket/*',
      'arn:aws:s3:::bucket/*',
      'arn:aws:s3:::bucket*',
      'arn:aws:s3:::*/home/*',
      'arn:aws:s3:::*-archive/*',
      'arn:aws:s3:::b?cket/*/key',
      'arn:aws:s3:*:bucket/*',
      'arn:aws:s3:::bucket/*:c',
      'arn:aws:s3:::bucket/home/${aws:username}/*',
      'arn:aws:s3:::bucket/home/${aws:username}/key',
      "arn:aws:s3:::bucket/home/${aws:PrincipalTag/team, 'Ann'}/*",
      'arn:aws:s3:::bucket/home/${*}/key',
      'arn:aws:s3:::bucket/home/${aws:username',
      'arn:aws:iam::${aws:username}:user/*',
      'arn:*:iam::*:*',
      'arn:aws:s3::bucket',
      'arn:aws:iam::*',
      'a'.repeat(9),
    ),
  },
)

const operators = fc
  .tuple(
    fc.constantFrom('', '', '', 'ForAllValues:', 'ForAnyValue:'),
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...stringOperators) },
      { weight: 2, arbitrary: fc.constantFrom(...numericOperators) },
      { weight: 2, arbitrary: fc.constantFrom(...dateOperators) },
      { weight: 2, arbitrary: fc.constantFrom(...arnOperators) },
      { weight: 4, arbitrary: fc.constantFrom(...otherOperators) },
      { weight: 1, arbitrary: fc.constantFrom('StringSounds', 'stringequals') },
    ),
    fc.constantFrom('', '', 'IfExists'),
  )
  .map((parts) => parseOperatorName(parts.join('')))

const policyValues = fc.oneof(
  { weight: 4, arbitrary: contextTexts },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'A*',
      '?nn',
      'a${*}n',
      '${aws:username}',
      '${aws:PrincipalTag/Team}',
      '${aws:TagKeys}',
      "${aws:username, 'Ann'}",
      "${aws:TagKeys, 'Ann'}",
      "${a, 'b, '}",
      '${}',
      '${aws:username}*',
      '${aws:username',
      'arn:*:iam::*:role/*',
      'arn:aws:iam::*:role/path/Builder',
      'arn:aws:s3:::${aws:username}',
      'arn:aws:${aws:username}:::bucket/a:b',
      '*:aws:iam::*:role/*',
      'arn:aws:s3:::bucket/*',
      'FALSE',
      '10.0.0.0/8',
      '10.1.2.3/32',
      '10.1.2.3/33',
      '0.0.0.0/0',
      '2001:db8::/33',
      '::/0',
      '10.1.2.0/024',
      '1767322845',
      '2026-01',
    ),
  },
)

const conditions: fc.Arbitrary<Condition> = fc
  .tuple(operators, fc.constantFrom(...contextKeys), fc.array(policyValues, { maxLength: 3 }))
  .map(([operator, conditionKey, values]) => ({ ...operator, conditionKey, values }))

const awsPrincipals = fc.constantFrom(
  accounts.own,
  accounts.other,
  names.rootArn,
  `arn:aws-cn:iam::${accounts.own}:root`,
  names.userArn,
  names.userId,
  names.otherUserArn,
  names.otherUserId,
  names.roleArn,
  names.roleId,
  names.sessionArn,
  names.federatedUserArn,
)

const principalElements: fc.Arbitrary<PrincipalElement> = fc.record({
  any: fc.constantFrom(false, false, false, true),
  aws: fc.array(awsPrincipals, { maxLength: 4 }),
  service: fc.array(fc.constantFrom(names.service, `eu.${names.service}`), { maxLength: 1 }),
  federated: fc.array(fc.constantFrom(names.provider, 'www.amazon.com'), { maxLength: 1 }),
  canonicalUser: fc.constant([]),
})

function statements(withPrincipals: boolean): fc.Arbitrary<Statement> {
  const some = <T>(entries: fc.Arbitrary<T>) => fc.array(entries, { minLength: 1, maxLength: 3 })
  return fc
    .tuple(
      fc.record(
        {
          effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
          sid: fc.constantFrom('A', 'B'),
          conditions: fc.array(conditions, { maxLength: 2 }),
        },
        { requiredKeys: ['effect', 'conditions'] },
      ),
      fc.constantFrom('actions', 'actions', 'actions', 'notActions'),
      some(actionEntries),
      fc.constantFrom('resources', 'resources', 'resources', 'notResources', 'none'),
      some(resourceEntries),
      fc.constantFrom('principals', 'principals', 'notPrincipals', 'none'),
      principalElements,
    )
    .map(([base, actionKind, actions, resourceKind, resourceList, principalKind, principals]) => ({
      ...base,
      [actionKind]: actions,
      ...(resourceKind === 'none' ? {} : { [resourceKind]: resourceList }),
      ...(!withPrincipals || principalKind === 'none' ? {} : { [principalKind]: principals }),
    }))
}

const plain = statements(false)
const principled = statements(true)

export function documents(withPrincipals: boolean): fc.Arbitrary<PolicyDocument> {
  const statement = withPrincipals ? principled : plain
  return fc.record({
    version: fc.constantFrom('2012-10-17' as const, '2012-10-17' as const, '2008-10-17' as const),
    statements: fc.oneof(
      { weight: 9, arbitrary: fc.array(statement, { minLength: 1, maxLength: 3 }) },
      // Long enough for the fast engine to file statements by resource.
      { weight: 1, arbitrary: fc.array(statement, { minLength: 12, maxLength: 16 }) },
    ),
  })
}
