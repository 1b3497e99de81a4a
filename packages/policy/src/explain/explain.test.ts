import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadCases } from '../../cases/load-cases.ts'
import type { AuthorizationRequest, PolicySource, SourcedPolicy } from '../authorization.ts'
import { parsePolicy } from '../document/parse-policy.ts'
import type { PolicyDocument, Statement } from '../document/policy-document.ts'
import { decideChanged } from './apply-changes.ts'
import { explain } from './explain.ts'
import type { Explanation, PolicyText } from './explanation.ts'
import { explanationText } from './explanation-text.ts'
import type { TextSet } from './layers.ts'

// Goal: an explanation agrees with the decision, and its smallest change suffices and is needed,
// whatever the policies. Method: properties over every golden case and 10,000 random denials.

/** What must hold of any explanation. */
function checkExplanation(request: AuthorizationRequest, policies: TextSet): Explanation {
  const explanation = explain(request, policies)
  const { decision, matchedStatements, smallestChange } = explanation
  const matched = new Set(
    matchedStatements.map(
      ({ source, statementIndex }) => `${source.policyType} ${source.id} ${String(statementIndex)}`,
    ),
  )
  for (const { source, statementIndex } of decision.decidingStatements) {
    expect(matched).toContain(`${source.policyType} ${source.id} ${String(statementIndex)}`)
  }
  if (decision.decision === 'allowed') {
    expect(smallestChange).toEqual([])
    return explanation
  }
  expect(smallestChange.length).toBeGreaterThan(0)
  expect(decideChanged(request, policies, smallestChange).decision).toBe('allowed')
  for (const change of smallestChange) {
    const rest = smallestChange.filter((other) => other !== change)
    expect(decideChanged(request, policies, rest).decision).not.toBe('allowed')
  }
  return explanation
}

const texts = <P extends SourcedPolicy<PolicyDocument>>({ source, policy }: P) => ({
  source,
  policy: { document: policy },
})

test('every golden case: the explanation agrees, and its smallest change is one', () => {
  for (const { name, file, request, policies } of loadCases()) {
    const { permissionsBoundary, session, resource, serviceControl, resourceControl, endpoint } =
      policies
    const set: TextSet = {
      identity: policies.identity.map(texts),
      ...(permissionsBoundary && { permissionsBoundary: texts(permissionsBoundary) }),
      ...(session && { session: session.map(texts) }),
      ...(resource && { resource: resource.map(texts) }),
      ...(serviceControl && { serviceControl: serviceControl.map((level) => level.map(texts)) }),
      ...(resourceControl && { resourceControl: resourceControl.map((level) => level.map(texts)) }),
      ...(endpoint && { endpoint: endpoint.map(texts) }),
    }
    try {
      checkExplanation(request, set)
    } catch (error) {
      throw new Error(`${file}: ${name}`, { cause: error })
    }
  }
})

const accountId = '111122223333'
const roleArn = `arn:aws:iam::${accountId}:role/r`
const sessionArn = `arn:aws:sts::${accountId}:assumed-role/r/s`
const principals: readonly AuthorizationRequest['principal'][] = [
  { kind: 'anonymous' },
  { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` },
  { kind: 'user', accountId, arn: `arn:aws:iam::${accountId}:user/u`, userId: 'AIDAUSER' },
  {
    kind: 'roleSession',
    accountId,
    arn: sessionArn,
    roleArn,
    roleId: 'AROAROLE',
    sessionName: 's',
    serviceLinked: false,
  },
  {
    kind: 'federatedUser',
    accountId,
    arn: `arn:aws:sts::${accountId}:federated-user/f`,
    creator: {
      kind: 'user',
      accountId,
      arn: `arn:aws:iam::${accountId}:user/u`,
      userId: 'AIDAUSER',
    },
  },
  { kind: 'service', serviceNames: ['sns.amazonaws.com'] },
]
const nobody = { any: false, aws: [], service: [], federated: [], canonicalUser: [] }
const element = fc.constantFrom(
  { ...nobody, any: true },
  { ...nobody, aws: [accountId] },
  { ...nobody, aws: [roleArn] },
  { ...nobody, aws: [sessionArn] },
  { ...nobody, aws: ['AIDAUSER'] },
  { ...nobody, service: ['sns.amazonaws.com'] },
)
const condition = fc
  .record({
    conditionOperator: fc.constantFrom(
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'Bool',
      'Null',
    ),
    ifExists: fc.boolean(),
    conditionKey: fc.constantFrom('aws:username', 'aws:SecureTransport', 's3:prefix'),
    values: fc.array(fc.constantFrom('u', 'true', 'false', 'a*'), { minLength: 1, maxLength: 2 }),
  })
  .map((c) => {
    const ifExists = c.ifExists && c.conditionOperator !== 'Null'
    return { ...c, ifExists, operator: `${c.conditionOperator}${ifExists ? 'IfExists' : ''}` }
  })
const words = (...list: string[]) =>
  fc.array(fc.constantFrom(...list), { minLength: 1, maxLength: 2 })
const statement = (withPrincipal: boolean): fc.Arbitrary<Statement> =>
  fc
    .record({
      effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
      actions: words('s3:GetObject', 's3:*', 'sqs:*', '*'),
      negateAction: fc.integer({ min: 0, max: 5 }),
      resources: words('arn:aws:s3:::b/k', 'arn:aws:s3:::b/*', 'arn:aws:s3:::c/*', '*'),
      negateResource: fc.integer({ min: 0, max: 5 }),
      element,
      negatePrincipal: fc.integer({ min: 0, max: 5 }),
      conditions: fc.array(condition, { maxLength: 2 }),
    })
    .map((s) => ({
      effect: s.effect,
      ...(s.negateAction === 0 ? { notActions: s.actions } : { actions: s.actions }),
      ...(s.negateResource === 0 ? { notResources: s.resources } : { resources: s.resources }),
      ...(withPrincipal &&
        (s.negatePrincipal === 0 ? { notPrincipals: s.element } : { principals: s.element })),
      conditions: s.conditions,
    }))
const layer = (policyType: PolicySource['policyType'], withPrincipal = false) =>
  fc
    .array(fc.array(statement(withPrincipal), { minLength: 1, maxLength: 3 }), { maxLength: 2 })
    .map((documents): readonly SourcedPolicy<PolicyText>[] =>
      documents.map((statements, index) => ({
        source: { policyType, id: `${policyType}${String(index)}` },
        policy: { document: { version: '2012-10-17', statements } },
      })),
    )
const policySet: fc.Arbitrary<TextSet> = fc
  .record(
    {
      identity: layer('identityPolicy'),
      boundary: layer('permissionsBoundary'),
      session: layer('sessionPolicy'),
      resource: layer('resourcePolicy', true),
      serviceControl: fc.array(layer('serviceControlPolicy'), { maxLength: 2 }),
    },
    { requiredKeys: ['identity'] },
  )
  .map(({ boundary, serviceControl, ...set }) => ({
    ...set,
    ...(boundary?.[0] && { permissionsBoundary: boundary[0] }),
    // One name a policy, at whatever level it stands.
    ...(serviceControl && {
      serviceControl: serviceControl.map((level, at) =>
        level.map(({ source, policy }) => ({
          source: { ...source, id: `${String(at)} ${source.id}` },
          policy,
        })),
      ),
    }),
  }))
const request: fc.Arbitrary<AuthorizationRequest> = fc
  .record({
    principal: fc.constantFrom(...principals),
    action: fc.constantFrom('s3:GetObject', 'sqs:SendMessage'),
    resource: fc.constantFrom('arn:aws:s3:::b/k', 'arn:aws:s3:::c/${k}', 'arn:aws:s3:::b/*'),
    elsewhere: fc.boolean(),
    unknown: fc.option(
      fc.record({
        resource: fc.boolean(),
        contextKeys: fc.subarray(['aws:username', 's3:prefix']).map((keys) => new Set(keys)),
      }),
      { nil: undefined, freq: 3 },
    ),
    context: fc.subarray<[string, string]>([
      ['aws:username', 'u'],
      ['aws:securetransport', 'true'],
      ['s3:prefix', 'ab'],
    ]),
  })
  .map(({ elsewhere, context, unknown, ...rest }) => ({
    ...rest,
    ...(unknown && { unknown }),
    ...(elsewhere && { resourceAccountId: '444455556666' }),
    context: new Map(context),
  }))

test(
  '10,000 denials: the smallest change suffices and no part of it can be left out',
  { timeout: 120_000 },
  () => {
    let denials = 0
    fc.assert(
      fc.property(request, policySet, (asked, policies) => {
        if (checkExplanation(asked, policies).decision.decision !== 'allowed') denials++
      }),
      { numRuns: 14_000, seed: 20261123 },
    )
    expect(denials).toBeGreaterThanOrEqual(10_000)
  },
)

test('the text names the place, what was missing and what would help', () => {
  const text = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "WithMfa", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
      "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } }
  ]
}`
  const parsed = parsePolicy(text, 'identityPolicy')
  if (!parsed.ok) throw new Error(parsed.problems[0].message)
  const source = { policyType: 'identityPolicy', id: 'read' } as const
  const asked: AuthorizationRequest = {
    principal: {
      kind: 'user',
      accountId,
      arn: `arn:aws:iam::${accountId}:user/u`,
      userId: 'AIDAUSER',
    },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    context: new Map(),
  }
  const policies = { identity: [{ source, policy: { document: parsed.document, text } }] }
  const explanation = explain(asked, policies)
  expect(explanation.missingContextKeys).toEqual(['aws:multifactorauthpresent'])
  const said = explanationText(asked, explanation)
  expect(said).toContain('No identity-based policy allows it, and what nothing allows is denied.')
  expect(said).toContain('Allow in identity-based policy read, WithMfa, line 4')
  expect(said).toContain('but the request has no aws:MultiFactorAuthPresent')
  expect(said).toContain('add to the identity-based policy')
})
