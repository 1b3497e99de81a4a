import type { OperationInput } from '@bailiwick/wire'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { accountId, callerWith, identityPolicy } from '../testing/gate.ts'
import { ann, bob, KeptGate, otherAccountId, strangerWith } from '../testing/kept-gate.ts'
import { bucketOf, savedPolicyOf } from '../testing/resources.ts'
import type { Resource } from './resource.ts'

// Goal: secrets are owned, by name and by ARN, and their policies and tags decide. Method: the gate
// before a backend that keeps what arrives. Sources: evaluation-logic §2 and §3; Secrets Manager API
// Reference; Secrets Manager User Guide, "Resource-based policies".
const house = new KeptGate('secretsmanager')
beforeAll(() => house.open())
afterAll(() => house.close())

const named = `arn:aws:secretsmanager:us-east-1:${accountId}:secret:db`
const arn = `${named}-AbCdEf`
const secretOf = (fields: Partial<Resource> = {}): Resource => ({
  ...bucketOf('db'),
  arn: named,
  service: 'secretsmanager',
  type: 'secret',
  settings: { arn },
  ...fields,
})
beforeEach(() => {
  house.reset(secretOf())
})

const read = 'secretsmanager:GetSecretValue'
const allow = (principal: unknown, action: string, more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: action,
  Resource: '*',
  ...more,
})

test('a secret is its maker’s, under its name; the second of the name is refused', async () => {
  house.reset()
  const gone = { __type: 'ResourceNotFoundException' }
  house.replies = { CreateSecret: [200, { ARN: arn, Name: 'db' }], DescribeSecret: [400, gone] }
  const Tags = [{ Key: 'env', Value: 'prod' }]
  const input = { Name: 'db', SecretString: 's', Tags, ClientRequestToken: 'x'.repeat(32) }
  expect((await house.send(ann, 'CreateSecret', input)).status).toBe(200)
  expect(house.resources.find(named)).toMatchObject({
    accountId,
    state: 'active',
    tags: Tags,
    settings: { arn },
  })
  house.replies.DescribeSecret = [200, {}]
  expect(await house.send(ann, 'CreateSecret', input)).toMatchObject({
    code: 'ResourceExistsException',
  })
})

const annAlone = callerWith()
const bobAlone = strangerWith()
const byTag = (key: string) =>
  callerWith(
    identityPolicy('tag', {
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { [key]: 'prod' } },
    }),
  )
const own = callerWith(identityPolicy('own', { Effect: 'Allow', Action: read, Resource: arn }))
const decisions: readonly [
  what: string,
  by: Caller,
  statement: object | undefined,
  id: string,
  isAllowed: boolean,
][] = [
  ['one’s own by name', ann, undefined, 'db', true],
  ['one’s own by its whole ARN, the policy as well', own, undefined, arn, true],
  ['one’s own by name, the policy by its whole ARN', own, undefined, 'db', true],
  ['one’s own by an ARN without the end', own, undefined, named, true],
  ['one’s own by its policy', annAlone, allow({ AWS: ann.arn }, read), 'db', true],
  ['a Deny of its policy', ann, { ...allow('*', read), Effect: 'Deny' }, 'db', false],
  ['a stranger', bob, undefined, arn, false],
  ['a stranger by policy', bob, allow({ AWS: bob.arn }, read), arn, true],
  ['a stranger with no leave at home', bobAlone, allow({ AWS: bob.arn }, read), arn, false],
  ['by tag', byTag('aws:ResourceTag/env'), undefined, 'db', true],
  [
    'by the service’s own key of tags',
    byTag('secretsmanager:ResourceTag/env'),
    undefined,
    'db',
    true,
  ],
  ['by another tag', byTag('aws:ResourceTag/team'), undefined, 'db', false],
]
test.each(decisions)('read: %s', async (_, by, statement, SecretId, isAllowed) => {
  const tags = [{ Key: 'env', Value: 'prod' }]
  house.reset(secretOf({ tags, ...(statement && { policy: savedPolicyOf(statement) }) }))
  const said = await house.send(by, 'GetSecretValue', { SecretId })
  expect([said.status, said.code]).toEqual(
    isAllowed ? [200, undefined] : [400, 'AccessDeniedException'],
  )
  expect(house.arrived.map(({ account }) => account)).toEqual(isAllowed ? [accountId] : [])
})

test('what a secret has is asked of the backend where a policy depends on it, and nowhere else', async () => {
  const lambda = 'arn:aws:lambda:us-east-1:111122223333:function:rotate'
  const by = callerWith(
    identityPolicy('rotated', {
      Effect: 'Allow',
      Action: read,
      Resource: '*',
      Condition: { ArnEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': lambda } },
    }),
  )
  const answers: readonly [described: readonly [number, object], code: string | undefined][] = [
    [[200, { RotationLambdaARN: lambda }], undefined],
    [[200, { RotationLambdaARN: `${lambda}-2` }], 'AccessDeniedException'],
    [[200, {}], 'AccessDeniedException'],
    [[400, { __type: 'InternalServiceError' }], 'AccessDeniedException'],
  ]
  for (const [described, code] of answers) {
    house.replies = { DescribeSecret: described as [number, object] }
    expect((await house.send(by, 'GetSecretValue', { SecretId: 'db' })).code).toBe(code)
  }
  house.reset(secretOf())
  await house.send(ann, 'GetSecretValue', { SecretId: 'db' })
  expect(house.lines.map((line) => line.split(' ')[0])).toEqual(['GetSecretValue'])
})

const missing: readonly [what: string, id: string][] = [
  ['a name', 'other'],
  ['the ARN of one before it', `${named}-ZzZzZz`],
]
test.each(missing)('what the gate does not know is not there: %s', async (_, SecretId) => {
  const said = await house.send(ann, 'GetSecretValue', { SecretId })
  expect(said.code).toBe('ResourceNotFoundException')
  expect(house.lines).toEqual([])
})

test('a policy is put, read and removed, and none of it reaches the backend', async () => {
  const policy = savedPolicyOf(allow({ AWS: otherAccountId }, read)).text
  const call = (name: string, more: object = {}) =>
    house.send(ann, name, { SecretId: 'db', ...more })
  const put = await call('PutResourcePolicy', { ResourcePolicy: policy })
  expect(put.output).toEqual({ ARN: arn, Name: 'db' })
  const got = await call('GetResourcePolicy')
  expect(got.output).toEqual({ ARN: arn, Name: 'db', ResourcePolicy: policy })
  await call('DeleteResourcePolicy')
  expect((await call('GetResourcePolicy')).output).toEqual({ ARN: arn, Name: 'db' })
  expect(house.lines).toEqual([])
})

const refused: readonly [what: string, statement: object, more: object, code: string][] = [
  [
    'another resource',
    allow({ AWS: otherAccountId }, read, { Resource: `${named}x` }),
    {},
    'MalformedPolicyDocumentException',
  ],
  [
    'another service',
    allow({ AWS: otherAccountId }, 's3:GetObject'),
    {},
    'MalformedPolicyDocumentException',
  ],
  [
    'the public, where that is asked for',
    allow('*', read),
    { BlockPublicPolicy: true },
    'PublicPolicyException',
  ],
]
test.each(refused)('no policy: %s', async (_, statement, more, code) => {
  const ResourcePolicy = savedPolicyOf(statement).text
  const said = await house.send(ann, 'PutResourcePolicy', {
    SecretId: 'db',
    ResourcePolicy,
    ...more,
  })
  expect(said.code).toBe(code)
})

test('a policy is judged without being kept', async () => {
  const judge = (text: string) =>
    house.send(ann, 'ValidateResourcePolicy', { SecretId: 'db', ResourcePolicy: text })
  const good = savedPolicyOf(allow({ AWS: otherAccountId }, read)).text
  expect((await judge(good)).output).toEqual({ PolicyValidationPassed: true, ValidationErrors: [] })
  for (const bad of [savedPolicyOf(allow('*', read)).text, '{}']) {
    expect((await judge(bad)).output).toMatchObject({ PolicyValidationPassed: false })
  }
})

test('lists hold the account’s own with the tags that are kept; a batch what may be read', async () => {
  const tags = [{ Key: 'env', Value: 'prod' }]
  const deny = { ...allow({ AWS: ann.arn }, read), Effect: 'Deny' }
  const locked = { arn: `${named}2`, settings: { arn: `${named}2-AbCdEf` } }
  house.reset(secretOf({ tags }), secretOf({ ...locked, policy: savedPolicyOf(deny) }))
  const foreign = arn.replace(accountId, otherAccountId)
  const held = [{ ARN: arn, Tags: [] }, { ARN: foreign }, { ARN: `${named}9-AbCdEf` }]
  house.replies.ListSecrets = [200, { SecretList: held }]
  const listed = await house.send(ann, 'ListSecrets', {})
  expect(listed.output.SecretList).toEqual([{ ARN: arn, Tags: tags }])
  const values = [{ ARN: arn }, { ARN: `${named}2-AbCdEf` }, { ARN: foreign }]
  house.replies.BatchGetSecretValue = [200, { SecretValues: values }]
  const batch = await house.send(ann, 'BatchGetSecretValue', {
    Filters: [{ Key: 'all', Values: [''] }],
  })
  expect(batch.output.SecretValues).toEqual([{ ARN: arn }])
})

test('a secret goes when it is deleted for good', async () => {
  await house.send(ann, 'DeleteSecret', { SecretId: 'db' })
  expect(house.resources.find(named)).toBeDefined()
  await house.send(ann, 'DeleteSecret', { SecretId: 'db', ForceDeleteWithoutRecovery: true })
  expect(house.resources.find(named)).toBeUndefined()
})

const replicas: readonly [operation: string, input: OperationInput][] = [
  ['CreateSecret', { Name: 'db', AddReplicaRegions: [{ Region: 'eu-west-1' }] }],
  ['ReplicateSecretToRegions', { SecretId: 'db', AddReplicaRegions: [{ Region: 'eu-west-1' }] }],
]
test.each(replicas)('%s of replicas is refused', async (operation, input) => {
  const token = operation === 'CreateSecret' ? { ClientRequestToken: 'x'.repeat(32) } : {}
  const said = await house.send(ann, operation, { ...input, ...token })
  expect(said.code).toBe('InvalidParameterException')
  expect(house.lines).toEqual([])
})
