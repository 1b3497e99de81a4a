import { expect, test } from 'vitest'
import { grantAccount, grantDirect, grantNone } from '../compile/compiled-policy.ts'
import type { Grant } from '../compile/compiled-policy.ts'
import { compileStatement } from '../compile/compile-policy.ts'
import type { Statement } from '../document/policy-document.ts'
import { matchStatement } from './statement.ts'

// Goal: a statement matches where resource, every condition and principal do; what is left out does
// not count. Source: IAM User Guide, "Grammar of the IAM JSON policy language", "Policy evaluation
// logic".
const accountId = '111122223333'
const request = {
  principal: {
    kind: 'user' as const,
    accountId,
    arn: `arn:aws:iam::${accountId}:user/Ann`,
    userId: 'AIDAANN',
  },
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  context: new Map([
    ['aws:username', 'Ann'],
    ['aws:securetransport', 'true'],
  ]),
}

function equals(conditionKey: string, value: string): Statement['conditions'][number] {
  const operator = 'StringEquals'
  return { operator, conditionOperator: operator, ifExists: false, conditionKey, values: [value] }
}

const isAnn = equals('aws:username', 'Ann')
const isSecure = equals('aws:SecureTransport', 'true')
const isBob = equals('aws:username', 'Bob')
const nobody = { any: false, aws: [], service: [], federated: [], canonicalUser: [] }
const account = { ...nobody, aws: [accountId] }

const rows: readonly [rule: string, Partial<Statement>, Grant][] = [
  ['everything there matches', { resources: ['*'], conditions: [isAnn] }, grantDirect],
  ['the resource does not', { resources: ['arn:aws:s3:::other/*'] }, grantNone],
  ['NotResource means it', { notResources: ['arn:aws:s3:::bucket/*'] }, grantNone],
  ['without a resource: a trust policy', {}, grantDirect],
  ['all conditions hold', { conditions: [isAnn, isSecure] }, grantDirect],
  ['the first does not', { conditions: [isBob, isSecure] }, grantNone],
  ['the last does not', { conditions: [isSecure, isBob] }, grantNone],
  ['as far as the principal reaches', { principals: account }, grantAccount],
  ['the principal is another', { principals: nobody }, grantNone],
  ['a condition fails before it', { principals: account, conditions: [isBob] }, grantNone],
]

test.each(rows)('matchStatement: %s', (_, part, grant) => {
  for (const effect of ['Allow', 'Deny'] as const) {
    const statement = { effect, actions: ['s3:*'], conditions: [], ...part }
    expect(matchStatement(compileStatement(statement, 0, true), request, false)).toBe(grant)
  }
})

test('a Deny with NotPrincipal asks whether there is a permissions boundary', () => {
  const notPrincipals = { ...nobody, aws: [accountId, request.principal.arn] }
  const statement: Statement = { effect: 'Deny', actions: ['*'], conditions: [], notPrincipals }
  const compiled = compileStatement(statement, 0, true)
  expect(matchStatement(compiled, request, false)).toBe(grantNone)
  expect(matchStatement(compiled, request, true)).toBe(grantDirect)
})
