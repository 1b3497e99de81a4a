import type { OperationInput } from '@bailiwick/wire'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { accountId, callerWith } from '../testing/gate.ts'
import { ann, bob, KeptGate, otherAccountId, strangerWith } from '../testing/kept-gate.ts'
import { rolesOf } from '../testing/deliveries.ts'
import { bucketOf, queueOf, savedPolicyOf } from '../testing/resources.ts'
import { functionPolicyBytesMax } from './lambda-permissions.ts'
import type { Resource } from './resource.ts'

// Goal: functions and layers are owned, and their permissions decide, a policy each qualifier. Method:
// the gate before a backend that keeps what arrives. Sources: evaluation-logic §2 and §3; Lambda
// Developer Guide, "Resource-based policies"; Lambda API Reference.
const house = new KeptGate('lambda')
beforeAll(() => house.open())
afterAll(() => house.close())

const prefix = `arn:aws:lambda:us-east-1:${accountId}`
const arn = `${prefix}:function:resize`
const layer = `${prefix}:layer:tools`
const recordOf = (of: string, fields: Partial<Resource> = {}): Resource => ({
  ...bucketOf(of),
  arn: of,
  service: 'lambda',
  type: of.includes(':layer:') ? 'layer' : 'function',
  ...fields,
})

const role = `arn:aws:iam::${accountId}:role/r`
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
house.runRole = rolesOf({
  [role]: { trusts: ['lambda.amazonaws.com'], statements: [everything] },
})

beforeEach(() => {
  house.reset(recordOf(arn, { settings: { role } }), recordOf(layer), queueOf('q'))
})

const grant = { FunctionName: 'resize', StatementId: 's', Action: 'lambda:InvokeFunction' }
const add = (more: object, by: Caller = ann) =>
  house.send(by, 'AddPermission', { ...grant, ...more })
const policy = async (more: object = {}) => {
  const read = await house.send(ann, 'GetPolicy', { FunctionName: 'resize', ...more })
  const text = typeof read.output.Policy === 'string' ? read.output.Policy : '{}'
  return { ...read, document: JSON.parse(text) as Record<string, unknown> }
}

// Source: Lambda Developer Guide, the examples of "Resource-based policies".
const statements: readonly [what: string, input: object, written: object][] = [
  [
    'a service, for one resource of one account',
    { Principal: 's3.amazonaws.com', SourceArn: 'arn:aws:s3:::in', SourceAccount: accountId },
    {
      Principal: { Service: 's3.amazonaws.com' },
      Condition: {
        StringEquals: { 'AWS:SourceAccount': accountId },
        ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::in' },
      },
    },
  ],
  [
    'an account',
    { Principal: otherAccountId },
    { Principal: { AWS: `arn:aws:iam::${otherAccountId}:root` } },
  ],
  [
    'a role',
    { Principal: `arn:aws:iam::${otherAccountId}:role/r` },
    { Principal: { AWS: `arn:aws:iam::${otherAccountId}:role/r` } },
  ],
  [
    'an organization',
    { Principal: '*', PrincipalOrgID: 'o-1234567890' },
    { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } } },
  ],
  [
    'a token',
    { Principal: 'alexa-appkit.amazon.com', EventSourceToken: 't' },
    {
      Principal: { Service: 'alexa-appkit.amazon.com' },
      Condition: { StringEquals: { 'lambda:EventSourceToken': 't' } },
    },
  ],
  [
    'a URL',
    { Principal: '*', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
    {
      Principal: '*',
      Action: 'lambda:InvokeFunctionUrl',
      Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
    },
  ],
]
test.each(statements)('a statement as Lambda writes it: %s', async (_, input, written) => {
  const said = await add(input)
  const statement = {
    Sid: 's',
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: arn,
    ...written,
  }
  expect(JSON.parse(String(said.output.Statement))).toEqual(statement)
  expect((await policy()).document).toEqual({
    Version: '2012-10-17',
    Id: 'default',
    Statement: [statement],
  })
  expect(house.lines).toEqual([])
})

const refusals: readonly [what: string, input: object, status: number, code: string][] = [
  ['a label twice', { Principal: '*', StatementId: 'before' }, 409, 'ResourceConflictException'],
  ['another revision', { Principal: '*', RevisionId: 'r' }, 412, 'PreconditionFailedException'],
  ['no principal', { Principal: 'nobody' }, 400, 'InvalidParameterValueException'],
  ['$LATEST', { Principal: '*', Qualifier: '$LATEST' }, 400, 'InvalidParameterValueException'],
]
test.each(refusals)('no permission: %s', async (_, input, status, code) => {
  await add({ Principal: '*', StatementId: 'before' })
  expect(await add(input)).toMatchObject({ status, code })
})

test('a version that the backend does not have gets no permission', async () => {
  house.replies['GET /2015-03-31/functions/resize/configuration?Qualifier=9'] = [404, {}]
  expect(await add({ Principal: '*', Qualifier: '9' })).toMatchObject({ status: 404 })
  expect((await add({ Principal: '*', Qualifier: '8' })).status).toBe(201)
})

test('permissions are removed on condition, and gone with the last of them', async () => {
  await add({ Principal: '*' })
  const { output } = await policy()
  const remove = (more: object) =>
    house.send(ann, 'RemovePermission', { FunctionName: 'resize', StatementId: 's', ...more })
  expect(await remove({ StatementId: 'x' })).toMatchObject({ status: 404 })
  expect(await remove({ RevisionId: 'r' })).toMatchObject({ status: 412 })
  expect((await remove({ RevisionId: output.RevisionId })).status).toBe(204)
  expect(await policy()).toMatchObject({ status: 404, code: 'ResourceNotFoundException' })
})

test('a policy has as many bytes as it may, and not one more', async () => {
  const sized = (bytes: number) => {
    const saved = savedPolicyOf({
      Sid: 'x',
      Effect: 'Allow',
      Principal: '*',
      Action: 'lambda:*',
      Resource: arn,
    })
    const text = saved.text.replace('"x"', `"${'x'.repeat(bytes - saved.text.length + 1)}"`)
    return house.send(ann, 'PutResourcePolicy', { ResourceArn: arn, Policy: text })
  }
  expect((await sized(functionPolicyBytesMax)).status).toBe(200)
  expect(await add({ Principal: '*' })).toMatchObject({ code: 'PolicyLengthExceededException' })
  expect(await sized(functionPolicyBytesMax + 1)).toMatchObject({ status: 400 })
})

const annAlone = callerWith()
const bobAlone = strangerWith()
const bobArn = bob.arn
const decisions: readonly [
  what: string,
  by: Caller,
  principal: string | undefined,
  qualifier: string | undefined,
  input: OperationInput,
  isAllowed: boolean,
][] = [
  ['one’s own by one’s own policy', ann, undefined, undefined, { FunctionName: 'resize' }, true],
  [
    'one’s own by the function’s',
    annAlone,
    annAlone.arn,
    undefined,
    { FunctionName: 'resize' },
    true,
  ],
  ['a stranger', bob, undefined, undefined, { FunctionName: arn }, false],
  ['a stranger by permission', bob, bobArn, undefined, { FunctionName: arn }, true],
  [
    'a stranger’s account by permission',
    bob,
    otherAccountId,
    undefined,
    { FunctionName: arn },
    true,
  ],
  ['a stranger with no leave at home', bobAlone, bobArn, undefined, { FunctionName: arn }, false],
  [
    'a version is not the function',
    bob,
    bobArn,
    undefined,
    { FunctionName: arn, Qualifier: '1' },
    false,
  ],
  ['a version by its permission', bob, bobArn, '1', { FunctionName: arn, Qualifier: '1' }, true],
  ['the function is not a version', bob, bobArn, '1', { FunctionName: arn }, false],
]
test.each(decisions)('invoked: %s', async (_, by, principal, Qualifier, input, isAllowed) => {
  if (principal !== undefined) await add({ Principal: principal, Qualifier })
  house.arrived.length = 0
  const said = await house.send(by, 'Invoke', input)
  expect(said.status).toBe(isAllowed ? 200 : 403)
  expect(house.arrived.map(({ account }) => account)).toEqual(isAllowed ? [accountId] : [])
  if (isAllowed)
    expect(house.lines[0]).toMatch(/^POST \/2015-03-31\/functions\/resize\/invocations/)
})

test('a function is its maker’s, with tags; lists hold the account’s own', async () => {
  const create = {
    FunctionName: 'sort',
    Role: `arn:aws:iam::${accountId}:role/r`,
    Code: { ZipFile: new Uint8Array(1) },
  }
  house.replies['GET /2015-03-31/functions/sort/configuration'] = [404, {}]
  const input = { ...create, Tags: { env: 'prod' } }
  expect((await house.send(ann, 'CreateFunction', input)).status).toBe(200)
  expect(house.arrived.at(-1)?.input).not.toHaveProperty('Tags')
  house.replies['GET /2015-03-31/functions/sort/configuration'] = [200, {}]
  expect(await house.send(ann, 'CreateFunction', input)).toMatchObject({ status: 409 })
  const made = `${prefix}:function:sort`
  const foreign = made.replace(accountId, otherAccountId)
  const Functions = [{ FunctionArn: made }, { FunctionArn: foreign }, { FunctionArn: `${made}2` }]
  house.replies['GET /2015-03-31/functions'] = [200, { Functions }]
  const listed = await house.send(ann, 'ListFunctions', {})
  expect(listed.output.Functions).toEqual([{ FunctionArn: made }])
  await house.send(ann, 'TagResource', { Resource: made, Tags: { a: 'b' } })
  await house.send(ann, 'UntagResource', { Resource: made, TagKeys: ['env'] })
  expect((await house.send(ann, 'ListTags', { Resource: made })).output.Tags).toEqual({ a: 'b' })
  const got = await house.send(ann, 'GetFunction', { FunctionName: 'sort' })
  expect(got.output.Tags).toEqual({ a: 'b' })
})

test('a function’s role trusts Lambda, is of its account, and is on record as it changes', async () => {
  const trusted = `${role}2`
  const stranger = `arn:aws:iam::${otherAccountId}:role/r`
  const lambda = { trusts: ['lambda.amazonaws.com'], statements: [] }
  const runRole = house.runRole
  house.runRole = rolesOf({
    [role]: lambda,
    [trusted]: lambda,
    [stranger]: lambda,
    [`${role}3`]: { trusts: ['ec2.amazonaws.com'], statements: [] },
  })
  const roleOf = (name: string) => house.resources.find(`${prefix}:function:${name}`)?.settings.role
  const create = (Role: string) => {
    const input = { FunctionName: 'sort', Role, Code: { ZipFile: new Uint8Array(1) } }
    return house.send(ann, 'CreateFunction', input)
  }
  house.replies['GET /2015-03-31/functions/sort/configuration'] = [404, {}]
  const untrusted = {
    code: 'InvalidParameterValueException',
    message: 'The role defined for the function cannot be assumed by Lambda.',
  }
  expect(await create(`${role}3`)).toMatchObject(untrusted)
  expect(await create(`${role}-gone`)).toMatchObject(untrusted)
  expect(await create(stranger)).toMatchObject({ status: 403, code: 'AccessDeniedException' })
  expect(house.lines).toEqual([])
  expect(await create(role)).toMatchObject({ status: 200 })
  expect(roleOf('sort')).toBe(role)
  const update = (input: object) =>
    house.send(ann, 'UpdateFunctionConfiguration', { FunctionName: 'sort', ...input })
  expect(await update({ Timeout: 9 })).toMatchObject({ status: 200 })
  expect(await update({ Role: `${role}3` })).toMatchObject(untrusted)
  expect(roleOf('sort')).toBe(role)
  expect(await update({ Role: trusted })).toMatchObject({ status: 200 })
  expect(roleOf('sort')).toBe(trusted)
  house.runRole = runRole
})

test('a version takes its permissions with it, the function all', async () => {
  await add({ Principal: '*', Qualifier: '1' })
  await house.send(ann, 'DeleteFunction', { FunctionName: 'resize', Qualifier: '1' })
  expect(await policy({ Qualifier: '1' })).toMatchObject({ status: 404 })
  expect(house.resources.find(arn)).toBeDefined()
  await house.send(ann, 'DeleteFunction', { FunctionName: 'resize' })
  expect(house.resources.find(arn)).toBeUndefined()
})

test('a mapping is made of one’s own function alone', async () => {
  const EventSourceArn = 'arn:aws:sqs:us-east-1:111122223333:q'
  const map = (by: Caller, FunctionName: string) =>
    house.send(by, 'CreateEventSourceMapping', { FunctionName, EventSourceArn })
  expect(await map(bob, arn)).toMatchObject({ status: 404 })
  expect(await map(bob, 'resize')).toMatchObject({ status: 404 })
  expect((await map(ann, 'resize')).status).toBe(200)
})

// Source: Lambda API Reference, GetEventSourceMapping; a backend of one account knows all UUIDs.
const ofMapping: readonly [operation: string, input: object][] = [
  ['GetEventSourceMapping', {}],
  ['UpdateEventSourceMapping', { Enabled: false }],
  ['DeleteEventSourceMapping', {}],
]
for (const [operation, input] of ofMapping) {
  test(`${operation}: by its UUID alone it is its function’s account’s`, async () => {
    const line = '/2015-03-31/event-source-mappings/u'
    const call = (by: Caller) => house.send(by, operation, { UUID: 'u', ...input })
    const touched = () => house.lines.filter((each) => !each.startsWith('GET ')).length
    const told = { UUID: 'u', FunctionArn: `${arn}:2`, EventSourceArn: 'arn:aws:sqs:r:1:q' }
    house.replies[`GET ${line}`] = [200, told]
    expect(await call(bob)).toMatchObject({ status: 404, code: 'ResourceNotFoundException' })
    expect(touched(), 'nothing is changed').toBe(0)
    expect((await call(ann)).status).toBe(200)
    // Its function is gone, and it is there to be taken away.
    house.replies[`GET ${line}`] = [200, { ...told, FunctionArn: `${prefix}:function:gone` }]
    expect((await call(ann)).status).toBe(200)
    house.replies[`GET ${line}`] = [500, {}]
    expect(await call(ann), 'whose it is, is not known').toMatchObject({ status: 404 })
  })
}

test('a layer’s version is shared by its own permission', async () => {
  const read = { LayerName: layer, VersionNumber: 1 }
  expect(await house.send(bob, 'GetLayerVersion', read)).toMatchObject({ status: 403 })
  const shared = await house.send(ann, 'AddLayerVersionPermission', {
    LayerName: 'tools',
    VersionNumber: 1,
    StatementId: 's',
    Action: 'lambda:GetLayerVersion',
    Principal: otherAccountId,
  })
  expect(shared.status).toBe(201)
  expect((await house.send(bob, 'GetLayerVersion', read)).status).toBe(200)
  expect(await house.send(bob, 'GetLayerVersion', { ...read, VersionNumber: 2 })).toMatchObject({
    status: 403,
  })
})
