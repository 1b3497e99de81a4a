import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ForwardedService } from '@bailiwick/wire'
import { accountId } from '../testing/gate.ts'
import { ann, bob, KeptGate, otherAccountId } from '../testing/kept-gate.ts'
import { savedPolicyOf, tableOf } from '../testing/resources.ts'
import { busReadyMs } from './default-bus.ts'

// Goal: through the gate, before a backend of Ann's account alone: Bob's is made, listed and refused
// as on one of many. Source: decision 26.
function house(service: ForwardedService): KeptGate {
  const gate = new KeptGate(service)
  beforeAll(() => gate.open({ account: accountId }))
  beforeEach(() => {
    gate.reset()
  })
  afterAll(() => gate.close())
  return gate
}

const told = (gate: KeptGate) => gate.arrived.map(({ line, input }) => [line, input])

describe('queues', () => {
  const gate = house('sqs')

  test('of one name are made for both accounts', async () => {
    const __type = 'com.amazonaws.sqs#QueueDoesNotExist'
    gate.replies = {
      GetQueueUrl: [400, { __type }],
      CreateQueue: ({ QueueName }) => [
        200,
        { QueueUrl: `http://q/000000000000/${String(QueueName)}` },
      ],
    }
    for (const by of [ann, bob]) {
      const said = await gate.send(by, 'CreateQueue', { QueueName: 'jobs' })
      expect(said.output.QueueUrl).toMatch(
        new RegExp(`/${String(by === ann ? '000000000000' : otherAccountId)}/jobs$`),
      )
      const listed = await gate.send(by, 'ListQueues', {})
      expect(listed.output.QueueUrls).toEqual([`http://127.0.0.1:4600/${by.accountId ?? ''}/jobs`])
    }
    const names = gate.arrived.map(({ input }) => input.QueueName).filter(Boolean)
    expect(new Set(names)).toEqual(new Set(['jobs', `${otherAccountId}--jobs`]))
  })

  test('a name that is another’s there is refused before anything is asked or kept', async () => {
    const QueueName = `${otherAccountId}--jobs`
    const said = await gate.send(ann, 'CreateQueue', { QueueName })
    expect(said).toMatchObject({ code: 'InvalidParameterValue' })
    expect(said.message).toContain('is not possible')
    expect(gate.lines).toEqual([])
    const arn = `arn:aws:sqs:us-east-1:${accountId}:${QueueName}`
    expect(gate.resources.find(arn)).toBeUndefined()
  })
})

describe('aliases', () => {
  const gate = house('kms')

  test('what is not told leaves no record', async () => {
    const arn = `arn:aws:kms:us-east-1:${accountId}:key/k-1`
    const metadata = { KeyId: 'k-1', Arn: arn, AWSAccountId: accountId }
    gate.replies = { CreateKey: [200, { KeyMetadata: metadata }] }
    await gate.send(ann, 'CreateKey', {})
    const AliasName = `alias/${otherAccountId}--a`
    const said = await gate.send(ann, 'CreateAlias', { AliasName, TargetKeyId: 'k-1' })
    expect(said.code).toBe('ValidationException')
    const listed = await gate.send(ann, 'ListAliases', {})
    expect(listed.output.Aliases).toEqual([])
    expect(gate.lines).toEqual(['CreateKey'])
  })
})

describe('tables', () => {
  const gate = house('dynamodb')

  test('of two accounts in one batch are each their owner’s', async () => {
    const Statement = { Effect: 'Allow', Principal: { AWS: ann.arn }, Action: '*', Resource: '*' }
    const theirs = tableOf('t', { accountId: otherAccountId, policy: savedPolicyOf(Statement) })
    const own = tableOf('t', { id: 'own' })
    gate.reset(own, theirs)
    const row = (of: string) => [{ id: { S: of } }]
    const Responses = { t: row('own'), [`${otherAccountId}--t`]: row('theirs') }
    const UnprocessedKeys = { [`${otherAccountId}--t`]: { Keys: row('left') } }
    gate.replies = { BatchGetItem: [200, { Responses, UnprocessedKeys }] }
    const Keys = row('k')
    const said = await gate.send(ann, 'BatchGetItem', {
      RequestItems: { t: { Keys }, [theirs.arn]: { Keys } },
    })
    expect(told(gate)).toEqual([
      ['BatchGetItem', { RequestItems: { t: { Keys }, [`${otherAccountId}--t`]: { Keys } } }],
    ])
    expect(said.output).toEqual({
      Responses: { t: row('own'), [theirs.arn]: row('theirs') },
      UnprocessedKeys: { [theirs.arn]: { Keys: row('left') } },
    })
  })
})

describe('event buses', () => {
  const gate = house('events')

  test('another account’s default bus is made when it is first named, and again after a while', async () => {
    const Name = `${otherAccountId}--default`
    const at = new Date('2026-11-24T12:00:00Z')
    const rule = { Name: 'r', EventPattern: '{"source":["s"]}' }
    for (const ms of [0, busReadyMs - 1, busReadyMs]) {
      await gate.send(bob, 'PutRule', rule, new Date(at.getTime() + ms))
    }
    const made = ['CreateEventBus', { Name }]
    const put = ['PutRule', { ...rule, EventBusName: Name }]
    expect(told(gate)).toEqual([made, put, put, made, put])
  })

  test('the own account’s is the backend’s', async () => {
    await gate.send(ann, 'PutRule', { Name: 'r', EventPattern: '{"source":["s"]}' })
    expect(told(gate)).toEqual([['PutRule', { Name: 'r', EventPattern: '{"source":["s"]}' }]])
  })

  test('an archive is the own account’s alone', async () => {
    const archive = {
      ArchiveName: 'a',
      EventSourceArn: `arn:aws:events:us-east-1:${otherAccountId}:event-bus/default`,
    }
    const said = await gate.send(bob, 'CreateArchive', archive)
    expect(said).toMatchObject({ code: expect.stringContaining('AccessDenied') as string })
    expect(gate.lines).toEqual([])
  })
})
