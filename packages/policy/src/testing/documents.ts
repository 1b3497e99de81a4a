/** Generators of policy documents, biased towards the rules that are easily got wrong. */
import fc from 'fast-check'
import type { PolicyDocument, PrincipalElement, Statement } from '../document/policy-document.ts'
import { conditions } from './conditions.ts'
import { accounts, names, resources } from './vocabulary.ts'

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
      'arn:aws:s4:::*/home/*',
      'arn:aws:s3:::*-archive/*',
      'arn:aws:s3:::b?cket/*/key',
      'arn:aws:s3:*:bucket/*',
      'arn:aws:s3:::bucket/*:c',
      'arn:aws:s3:::bucket/home/${aws:username}/*',
      'arn:aws:s3:::bucket/home/${aws:username}/key',
      "arn:aws:s3:::bucket/home/${aws:PrincipalTag/team, 'Ann'}/*",
      'arn:aws:s3:::bucket/home/${*}/key',
      'arn:aws:s3:::${}/${x}*',
      'arn:aws:s3:::bucket/home/${aws:TagKeys}/*',
      'arn:aws:s3:::bucket/home/${aws:username',
      'arn:aws:iam::${aws:username}:user/*',
      'arn:*:iam::*:*',
      'arn:*:*:*:*:*',
      'arn:*:s*y',
      'arn:aws:s3::bucket',
      'arn:aws:iam::*',
      'a'.repeat(9),
    ),
  },
)

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

const nobody: PrincipalElement = {
  any: false,
  aws: [],
  service: [],
  federated: [],
  canonicalUser: [],
}

const serviceNames = fc.constantFrom(names.service, `eu.${names.service}`)
const providers = fc.constantFrom(names.provider, 'www.amazon.com')

const principalElements: fc.Arbitrary<PrincipalElement> = fc.oneof(
  awsPrincipals.map((one) => ({ ...nobody, aws: [one] })),
  fc.record({
    any: fc.constantFrom(false, false, false, true),
    aws: fc.array(awsPrincipals, { maxLength: 6 }),
    service: fc.array(serviceNames, { maxLength: 1 }),
    federated: fc.array(providers, { maxLength: 1 }),
    canonicalUser: fc.constant([]),
  }),
)

function statements(withPrincipals: boolean): fc.Arbitrary<Statement> {
  const some = <T>(entries: fc.Arbitrary<T>) => fc.array(entries, { minLength: 1, maxLength: 3 })
  return fc
    .tuple(
      fc.record(
        {
          effect: fc.oneof(
            { weight: 6, arbitrary: fc.constant('Allow' as const) },
            { weight: 1, arbitrary: fc.constant('Deny' as const) },
          ),
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

/** Allows everything to somebody: so that a decision rests on how the policy types combine. */
function grants(withPrincipals: boolean): fc.Arbitrary<Statement> {
  const grant = { effect: 'Allow' as const, actions: ['*'], resources: ['*'], conditions: [] }
  if (!withPrincipals) return fc.constant(grant)
  const anybody = { ...nobody, any: true }
  return fc
    .oneof({ weight: 4, arbitrary: principalElements }, fc.constant(anybody))
    .map((principals) => ({ ...grant, principals }))
}

function documentsOf(withPrincipals: boolean): fc.Arbitrary<PolicyDocument> {
  const statement = statements(withPrincipals)
  const grant = grants(withPrincipals)
  return fc.record({
    version: fc.constantFrom('2012-10-17' as const, '2012-10-17' as const, '2008-10-17' as const),
    statements: fc.oneof(
      { weight: 6, arbitrary: fc.array(statement, { minLength: 1, maxLength: 3 }) },
      { weight: 3, arbitrary: grant.map((one) => [one]) },
      // Long enough for the fast engine to file statements by resource.
      { weight: 1, arbitrary: fc.array(statement, { minLength: 12, maxLength: 16 }) },
    ),
  })
}

const plain = documentsOf(false)
const principled = documentsOf(true)

export function documents(withPrincipals: boolean): fc.Arbitrary<PolicyDocument> {
  return withPrincipals ? principled : plain
}
