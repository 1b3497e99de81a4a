import { expect, test } from 'vitest'
import type { AuthorizationRequest, PolicySet } from '../authorization.ts'
import type { PolicyDocument, Statement } from '../document/policy-document.ts'
import { decideReference } from './decide.ts'

// Goal: what no parsed document can say, and so no golden case: unknown operators fail closed.
const request: AuthorizationRequest = {
  principal: {
    kind: 'user',
    accountId: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/ann',
    userId: 'AIDAANNANNANNANNANNAN',
  },
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  context: new Map([['aws:username', 'ann']]),
}

function withOperator(effect: Statement['effect'], operator: string): PolicySet<PolicyDocument> {
  const every = { actions: ['*'], resources: ['*'] }
  const condition = {
    operator,
    conditionOperator: operator,
    ifExists: false,
    conditionKey: 'aws:username',
    values: ['ann'],
  }
  const statements: Statement[] = [{ effect, ...every, conditions: [condition] }]
  if (effect === 'Deny') statements.push({ effect: 'Allow', ...every, conditions: [] })
  const policy: PolicyDocument = { version: '2012-10-17', statements }
  return { identity: [{ source: { policyType: 'identityPolicy', id: 'p' }, policy }] }
}

for (const operator of ['StringIs', 'stringEquals', 'NullIfExists', '__proto__', 'toString']) {
  test(`${operator} never matches in an Allow, always in a Deny`, () => {
    const allow = decideReference(request, withOperator('Allow', operator))
    expect(allow.decision).toBe('implicitDeny')
    const deny = decideReference(request, withOperator('Deny', operator))
    expect(deny.decision).toBe('explicitDeny')
  })
}

test('a known operator does both', () => {
  expect(decideReference(request, withOperator('Allow', 'StringEquals')).decision).toBe('allowed')
  expect(decideReference(request, withOperator('Deny', 'StringEquals')).decision).toBe(
    'explicitDeny',
  )
})
