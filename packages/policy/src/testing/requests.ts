/**
 * Generators of requests and policy sets, biased towards the rules that are easily got wrong. All
 * draw from small vocabularies, so that policies and requests meet often.
 */
import fc from 'fast-check'
import type {
  AuthorizationRequest,
  PolicySet,
  PolicyType,
  Principal,
  SourcedPolicy,
} from '../authorization.ts'
import type { PolicyDocument } from '../document/policy-document.ts'
import { contexts } from './conditions.ts'
import { documents } from './documents.ts'
import { accounts, contextKeys, creator, names, resources } from './vocabulary.ts'

const user = fc.constantFrom(creator, {
  kind: 'user' as const,
  accountId: accounts.other,
  arn: names.otherUserArn,
  userId: names.otherUserId,
})

const roleSession = fc.record({
  kind: fc.constant('roleSession' as const),
  accountId: fc.constant(accounts.own),
  arn: fc.constantFrom(names.sessionArn, names.otherSessionArn),
  roleArn: fc.constant(names.roleArn),
  roleId: fc.constantFrom(names.roleId, 'AROAREBORN'),
  sessionName: fc.constant('ann'),
  serviceLinked: fc.constantFrom(false, false, false, true),
})

const root = { kind: 'root' as const, accountId: accounts.own, arn: names.rootArn }

const federatedUser = fc.record({
  kind: fc.constant('federatedUser' as const),
  accountId: fc.constant(accounts.own),
  arn: fc.constant(names.federatedUserArn),
  creator: fc.constantFrom(creator, creator, root),
})

export const principals: fc.Arbitrary<Principal> = fc.oneof(
  { weight: 4, arbitrary: user },
  { weight: 5, arbitrary: roleSession },
  { weight: 3, arbitrary: federatedUser },
  { weight: 2, arbitrary: fc.constant(root) },
  { weight: 2, arbitrary: fc.constant({ kind: 'anonymous' as const }) },
  {
    weight: 1,
    arbitrary: fc.constant({
      kind: 'service' as const,
      serviceNames: [names.service, `eu.${names.service}`],
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ kind: 'federated' as const, provider: names.provider }),
  },
)

const actions = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom('s3:GetObject', 's3:PutObject', 'S3:getobject', 'iam:GetUser'),
  },
  { weight: 2, arbitrary: fc.constantFrom('kms:Decrypt', 'kms:RetireGrant', 'KMS:retiregrant') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'sts:AssumeRole',
      'sts:GetCallerIdentity',
      'STS:getsessiontoken',
      's3',
      's3:Get:Object',
      's3:',
      '*',
    ),
  },
)

/** One in five knows less than all. */
const unknown = fc.record({
  resource: fc.boolean(),
  contextKeys: fc
    .subarray(contextKeys.map((key) => key.toLowerCase()))
    .map((keys) => new Set(keys)),
})

const known: fc.Arbitrary<AuthorizationRequest> = fc.record(
  {
    principal: principals,
    action: actions,
    resource: fc.constantFrom(...resources),
    context: contexts,
    resourceAccountId: fc.constantFrom(accounts.own, accounts.own, accounts.other),
    principalInManagementAccount: fc.constantFrom(false, false, false, true),
    resourceInManagementAccount: fc.constantFrom(false, false, false, true),
  },
  { requiredKeys: ['principal', 'action', 'resource', 'context'] },
)

export const requests: fc.Arbitrary<AuthorizationRequest> = fc.oneof(
  { weight: 4, arbitrary: known },
  {
    weight: 1,
    arbitrary: fc.tuple(known, unknown).map(([request, less]) => ({ ...request, unknown: less })),
  },
)

type Sourced = SourcedPolicy<PolicyDocument>

function sourced(policyType: PolicyType, withPrincipals: boolean): fc.Arbitrary<Sourced> {
  return fc
    .tuple(documents(withPrincipals), fc.nat(9))
    .map(([policy, id]) => ({ source: { policyType, id: `${policyType}-${id}` }, policy }))
}

/** `maxLength` past the point where the fast engine merges a list into one index. */
function layer(policyType: PolicyType, withPrincipals: boolean, maxLength = 2) {
  return fc.array(sourced(policyType, withPrincipals), { maxLength })
}

const resourceLayer = fc.oneof(
  { weight: 4, arbitrary: layer('resourcePolicy', true) },
  { weight: 1, arbitrary: layer('trustPolicy', true, 1) },
)

export const policySets: fc.Arbitrary<PolicySet<PolicyDocument>> = fc.record(
  {
    identity: fc.oneof(
      { weight: 8, arbitrary: layer('identityPolicy', false, 3) },
      { weight: 1, arbitrary: layer('identityPolicy', false, 9) },
    ),
    permissionsBoundary: sourced('permissionsBoundary', false),
    session: layer('sessionPolicy', false),
    resource: resourceLayer,
    serviceControl: fc.array(layer('serviceControlPolicy', false), { maxLength: 2 }),
    resourceControl: fc.array(layer('resourceControlPolicy', true), { maxLength: 2 }),
    endpoint: layer('endpointPolicy', true),
  },
  { requiredKeys: ['identity'] },
)
