import type { GateEvent } from '@bailiwick/gateway'
import { expect, test } from 'vitest'
import { managementAccountId, openDeployment, policy, userWith } from '../../testing/deployment.ts'

// Goal: who was refused learns why, and nobody learns what stands in another account's policies.
// Source: chosen by us; docs/reference.md, "Explanations".

const accountId = managementAccountId
const elsewhere = '444455556666'
const bucketArn = 'arn:aws:s3:::reports'

async function openHouse() {
  const deployment = await openDeployment()
  const root = await deployment.root(accountId)
  const document = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Reads", "Effect": "Allow", "Action": ["s3:GetObject", "bailiwick:ExplainRequest"],
      "Resource": "*", "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } }
  ]
}`
  const ann = await userWith(deployment, root, 'ann', document)
  const caller = await deployment.callerOf(ann)
  /** As the gate records it: refused by the user's own policies and one of the resource. */
  const refuse = (requestId: string, resourceAccountId: string) => {
    const { principal, policies: own, contextKeys } = caller
    const denies = policy({
      Sid: 'Shut',
      Effect: 'Deny',
      Principal: '*',
      Action: '*',
      Resource: '*',
    })
    const compiled = deployment.principals.compiledPolicy(denies, 'resourcePolicy')
    if (compiled === undefined) throw new Error('the policy does not parse')
    const source = { policyType: 'resourcePolicy', id: bucketArn } as const
    const policies = { ...own, resource: [{ source, policy: compiled }] }
    const request = {
      ...{ principal, action: 's3:GetObject', resource: `${bucketArn}/a`, resourceAccountId },
      context: contextKeys,
    }
    const decision = { decision: 'explicitDeny', decidingStatements: [] } as const
    const check = { resourceArn: `${bucketArn}/a` }
    const checks = [{ check, action: 's3:GetObject', decision, asked: { request, policies } }]
    const error = { code: 'AccessDenied', message: 'no' }
    const event = { requestId, at: deployment.clock.now, caller, checks, error }
    deployment.refusals.add(event as unknown as GateEvent)
  }
  const explain = async (RequestId: string, as = root) => {
    const answer = await deployment.call(as, 'bailiwick', 'ExplainRequest', { RequestId })
    return JSON.parse(answer.Document) as {
      readonly request: { readonly context?: object }
      readonly explanation: {
        readonly layers: readonly { readonly policyType: string }[]
        readonly matchedStatements: readonly object[]
        readonly nearMisses: readonly object[]
      }
    }
  }
  return { deployment, ann, root, refuse, explain }
}

test('the explanation names statements with line and column, and what the request had', async () => {
  const { refuse, explain } = await openHouse()
  refuse('r-1', accountId)
  const { request, explanation } = await explain('r-1')
  expect(request.context).toMatchObject({ 'aws:username': 'ann' })
  expect(explanation.matchedStatements).toMatchObject([{ sid: 'Shut', effect: 'Deny' }])
  expect(explanation.nearMisses).toMatchObject([
    { sid: 'Reads', position: { start: { line: 4, column: 6 } } },
  ])
  expect(explanation).toMatchObject({
    missingContextKeys: ['aws:multifactorauthpresent'],
    smallestChange: [{ kind: 'removeStatement' }, { kind: 'addStatement' }],
  })
})

test('policies of another account’s resource are its own affair', async () => {
  const { refuse, explain } = await openHouse()
  refuse('r-1', elsewhere)
  const { explanation } = await explain('r-1')
  expect(JSON.stringify(explanation)).not.toContain('Shut')
  expect(explanation.nearMisses).toMatchObject([{ sid: 'Reads' }])
})

test('the owner of the resource sees its policies, and nothing of the caller’s', async () => {
  const { deployment, refuse, explain } = await openHouse()
  refuse('r-1', elsewhere)
  const owner = await deployment.root(elsewhere)
  const { request, explanation } = await explain('r-1', owner)
  expect(request.context).toBeUndefined()
  expect(explanation.layers.map(({ policyType }) => policyType)).toEqual(['resourcePolicy'])
  expect(explanation.matchedStatements).toMatchObject([{ sid: 'Shut' }])
  expect(JSON.stringify(explanation)).not.toContain('Reads')
})

test('a third account learns no more than of an id that never was', async () => {
  const { deployment, refuse, explain } = await openHouse()
  refuse('r-1', elsewhere)
  const third = await deployment.root('777788889999')
  const says = (id: string) => `No refusal ${id} is known here: only the newest are kept`
  await expect(explain('r-1', third)).rejects.toThrow(says('r-1'))
  await expect(explain('r-2', third)).rejects.toThrow(says('r-2'))
})

test('it wants to be allowed, whether the id is known or not', async () => {
  const { ann, refuse, explain } = await openHouse()
  refuse('r-1', accountId)
  await expect(explain('r-1', ann)).rejects.toThrow(/AccessDenied/)
  await expect(explain('r-2', ann)).rejects.toThrow(/AccessDenied/)
})
