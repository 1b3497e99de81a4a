import type { Check, RefusedCheck } from '@bailiwick/gateway'
import { expect, test } from 'vitest'
import {
  managementAccountId as home,
  openDeployment,
  policy,
  userWith,
} from '../../testing/deployment.ts'
import type { Credentials, Deployment } from '../../testing/deployment.ts'
import { encodedAuthorizationMessage } from '../authorization-message.ts'

// Goal: a refusal's message says what AWS's says, to those alone who may decode it.
// Source: STS API Reference, DecodeAuthorizationMessage; the example of the AWS CLI.
const other = '444455556666'
const check: Check = { resourceArn: `arn:aws:ec2:us-east-1:${home}:instance/i-1` }
const explicitDeny: RefusedCheck = {
  action: 'ec2:RunInstances',
  decision: {
    decision: 'explicitDeny',
    blockedBy: 'identityPolicy',
    decidingStatements: [
      { source: { policyType: 'identityPolicy', id: 'P' }, statementIndex: 0, sid: 'No' },
    ],
  },
  context: new Map([['ec2:instancetype', 't2.micro']]),
}

async function messageFor(d: Deployment, by: Credentials, refused = explicitDeny): Promise<string> {
  const caller = await d.callerOf(by)
  const gate = { caller, requestId: 'r', now: d.clock.now, region: 'us-east-1' }
  return d.scopes.read(gate, (scope) =>
    Promise.resolve(encodedAuthorizationMessage(scope, check, refused)),
  )
}

const mayDecode = policy({
  Effect: 'Allow',
  Action: 'sts:DecodeAuthorizationMessage',
  Resource: '*',
})

const decode = (d: Deployment, by: Credentials, EncodedMessage: string) =>
  d.call(by, 'sts', 'DecodeAuthorizationMessage', { EncodedMessage })

test('what was refused, to whom, by what, and with which context', async () => {
  const d = await openDeployment()
  const ann = await userWith(d, await d.root(home), 'Ann', mayDecode)
  const message = await messageFor(d, ann)
  const { DecodedMessage } = await decode(d, ann, message)
  const conditions = { items: expect.any(Array) as unknown }
  expect(JSON.parse(DecodedMessage ?? '')).toMatchObject({
    allowed: false,
    explicitDeny: true,
    matchedStatements: { items: [{ statementId: 'No', effect: 'DENY' }] },
    failures: { items: [] },
    context: {
      principal: { name: 'Ann', arn: ann.arn },
      action: 'ec2:RunInstances',
      resource: check.resourceArn,
      conditions,
    },
  })
  const read = JSON.parse(DecodedMessage ?? '') as { context: { conditions: { items: unknown[] } } }
  for (const [key, value] of [
    ['ec2:instancetype', 't2.micro'],
    ['aws:Resource', 'i-1'],
    ['aws:Account', home],
    ['aws:Region', 'us-east-1'],
    ['aws:Service', 'ec2'],
    ['aws:Type', 'instance'],
    ['aws:ARN', check.resourceArn],
  ]) {
    expect(read.context.conditions.items).toContainEqual({ key, values: { items: [{ value }] } })
  }
})

test('an implicit deny matched nothing', async () => {
  const d = await openDeployment()
  const ann = await userWith(d, await d.root(home), 'Ann', mayDecode)
  const decision = { decision: 'implicitDeny', decidingStatements: [] } as const
  const message = await messageFor(d, ann, { ...explicitDeny, decision })
  const { DecodedMessage } = await decode(d, ann, message)
  const read: unknown = JSON.parse(DecodedMessage ?? '')
  expect(read).toMatchObject({ explicitDeny: false, matchedStatements: { items: [] } })
})

test('a context that does not fit is left out, and the rest stays', async () => {
  const d = await openDeployment()
  const ann = await userWith(d, await d.root(home), 'Ann', mayDecode)
  const noise = Array.from({ length: 4000 }, (_, i) => String((i * 2654435761) % 4294967296))
  const message = await messageFor(d, ann, { ...explicitDeny, context: new Map([['k', noise]]) })
  expect(message.length).toBeLessThanOrEqual(10_240)
  const { DecodedMessage } = await decode(d, ann, message)
  expect(DecodedMessage).toContain('"conditions":{"items":[]}')
})

test('refused: who may not decode, another account’s message, an altered one, anything else', async () => {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', mayDecode)
  const bob = await userWith(d, root, 'Bob')
  const message = await messageFor(d, ann)
  await expect(decode(d, bob, message)).rejects.toThrow('AccessDenied')
  await expect(decode(d, bob, 'nothing')).rejects.toThrow('AccessDenied')
  const stranger = await userWith(d, await d.root(other), 'Eve', mayDecode)
  for (const [by, bent] of [
    [stranger, message],
    [ann, `${message.slice(0, -1)}${message.endsWith('A') ? 'B' : 'A'}`],
    [ann, 'x'],
    [ann, `${message}\n`],
  ] as const) {
    await expect(decode(d, by, bent)).rejects.toMatchObject({
      code: 'InvalidAuthorizationMessageException',
      message: 'Message is not valid',
    })
  }
})
