import type { Decision, PolicyType } from '@bailiwick/policy'
import { expect, test } from 'vitest'
import { accountId, callerWith } from '../testing/gate.ts'
import { refusalMessage } from './wording.ts'

// Goal: the reason of a refusal, a row per policy type. Source: IAM User Guide, "Troubleshoot access
// denied error messages", and its examples of 2026 with the policy's ARN.
const policyArn = `arn:aws:iam::${accountId}:policy/guard`

const rows: readonly [PolicyType, implicit: string, explicit: string][] = [
  ['identityPolicy', 'no identity-based policy', `an identity-based policy: ${policyArn}`],
  ['resourcePolicy', 'no resource-based policy', 'a resource-based policy'],
  ['trustPolicy', 'no role trust policy', 'the role trust policy'],
  ['permissionsBoundary', 'no permissions boundary', `a permissions boundary: ${policyArn}`],
  ['sessionPolicy', 'no session policy', `a session policy: ${policyArn}`],
  ['serviceControlPolicy', 'no service control policy', `a service control policy: ${policyArn}`],
  [
    'resourceControlPolicy',
    'no resource control policy',
    `a resource control policy: ${policyArn}`,
  ],
  ['endpointPolicy', 'no VPC endpoint policy', `a VPC endpoint policy: ${policyArn}`],
]

function messageFor(decision: Decision, resourceAccountId = accountId): string {
  const check = { resourceArn: 'arn:aws:s3:::b', resourceAccountId }
  return refusalMessage(callerWith(), 's3:GetObject', check, decision)
}

function explicitDeny(policyType: PolicyType, arn?: string): Decision {
  const source = { policyType, id: 'guard', ...(arn !== undefined && { arn }) }
  const decidingStatements = [{ source, statementIndex: 0 }]
  return { decision: 'explicitDeny', decidingStatements, blockedBy: policyType }
}

const start = `User: arn:aws:iam::${accountId}:user/ann is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b`

for (const [policyType, implicit, explicit] of rows) {
  test(`${policyType}: what a refusal says`, () => {
    const nothing: Decision = {
      decision: 'implicitDeny',
      decidingStatements: [],
      blockedBy: policyType,
    }
    expect(messageFor(nothing)).toBe(`${start} because ${implicit} allows the s3:GetObject action`)
    expect(messageFor(explicitDeny(policyType, policyArn))).toBe(
      `${start} with an explicit deny in ${explicit}`,
    )
  })
}

test('an inline policy has no ARN to name', () => {
  expect(messageFor(explicitDeny('identityPolicy'))).toMatch(/in an identity-based policy$/)
})

test('the policy is not named to another account', () => {
  const decision = explicitDeny('identityPolicy', policyArn)
  expect(messageFor(decision, '444455556666')).toMatch(/in an identity-based policy$/)
})
