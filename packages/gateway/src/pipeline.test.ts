import { expect, test } from 'vitest'
import {
  accountId,
  callerWith,
  createUser,
  credentials,
  errorOf,
  form,
  getCallerIdentity,
  getUser,
  house,
  identityPolicy,
  now,
  presigned,
  signed,
} from './testing/gate.ts'
import type { Asked, HouseOptions } from './testing/gate.ts'

// Goal: the order of the life of a request, and AWS's words at each place where it may end.
const denyCreate = identityPolicy('deny', {
  Effect: 'Deny',
  Action: 'iam:CreateUser',
  Resource: '*',
})
const allowAll = identityPolicy('all', { Effect: 'Allow', Action: '*', Resource: '*' })

test('a read is resolved, decided and handled in one snapshot', async () => {
  const { send, steps, events } = house()
  const answer = await send(signed(getUser))
  expect(answer.status).toBe(200)
  expect(String(answer.body)).toContain('<UserName>bob</UserName>')
  expect(steps).toEqual(['read', 'resolve GetUser', 'handle GetUser'])
  expect(events[0]).toMatchObject({ operation: 'GetUser', status: 200, region: 'us-east-1' })
  expect(events[0]?.checks[0]?.decision.decidingStatements[0]?.source.id).toBe('all')
})

test('a write is decided on a snapshot and, nothing having changed, handled in its transaction', async () => {
  const { send, steps } = house()
  expect((await send(signed(createUser))).status).toBe(200)
  expect(steps).toEqual(['read', 'resolve CreateUser', 'write', 'handle CreateUser'])
})

test('a write that is denied never takes the writer', async () => {
  const { send, steps } = house({ caller: callerWith(allowAll, denyCreate) })
  expect((await send(signed(createUser))).status).toBe(403)
  expect(steps).toEqual(['read', 'resolve CreateUser'])
})

test('what changed in between is resolved and decided again, with the caller as it is then', async () => {
  const { send, steps, events } = house({
    versions: [1, 2],
    callerInTransaction: callerWith(allowAll, denyCreate),
  })
  const answer = await send(signed(createUser))
  expect(errorOf(answer).code).toBe('AccessDenied')
  expect(steps).toEqual(['read', 'resolve CreateUser', 'write', 'resolve CreateUser'])
  expect(events[0]?.checks[0]?.decision.decision).toBe('explicitDeny')
})

test('the refusal says who, what, on what and why', async () => {
  const { send } = house({ caller: callerWith() })
  expect(errorOf(await send(signed(getUser)))).toEqual({
    code: 'AccessDenied',
    message: `User: arn:aws:iam::${accountId}:user/ann is not authorized to perform: iam:GetUser on resource: user bob because no identity-based policy allows the iam:GetUser action`,
  })
})

test('GetCallerIdentity answers whoever has valid credentials', async () => {
  const { send } = house({ caller: callerWith() })
  expect((await send(signed(getCallerIdentity, { service: 'sts' }))).status).toBe(200)
  expect((await send(presigned(getCallerIdentity, { service: 'sts' }))).status).toBe(200)
})

test('global services take any region and see their own', async () => {
  const { send, events } = house()
  expect((await send(signed(getUser, { region: 'eu-west-1' }))).status).toBe(200)
  expect(events[0]?.region).toBe('us-east-1')
})

const tooLate = new Date(now.getTime() - 301_000)
const unknownKey: Asked = { accessKeyId: 'AKIDUNKNOWN' }
const wrongSecret: Asked = { secretAccessKey: 'not the secret' }
const expired: HouseOptions = {
  lookup: () => Promise.resolve({ ok: false, problem: 'expiredToken' }),
}

// Source: wire.md, recorded from STS: scope, clock, key and token, signature, input, permission.
const refusals: readonly [
  what: string,
  body: string,
  asked: Asked | undefined,
  status: number,
  code: string,
  options?: HouseOptions,
][] = [
  ['no signature', getUser, undefined, 403, 'MissingAuthenticationToken'],
  [
    'an unknown action before the signature',
    'Action=Nothing&Version=2010-05-08',
    undefined,
    400,
    'InvalidAction',
  ],
  ['no version', 'Action=GetUser', {}, 400, 'InvalidAction'],
  ['no action', 'Version=2010-05-08', {}, 400, 'InvalidAction'],
  ['another service’s version', 'Action=GetUser&Version=2011-06-15', {}, 400, 'InvalidAction'],
  ['signed for another service', getUser, { service: 'sts' }, 403, 'SignatureDoesNotMatch'],
  ['a service nobody answers for', 'x', { service: 'sqs' }, 400, 'InvalidAction'],
  ['S3 that nobody answers for, in its form', 'x', { service: 's3' }, 405, 'MethodNotAllowed'],
  [
    'the clock before the key',
    getUser,
    { ...unknownKey, at: tooLate },
    403,
    'SignatureDoesNotMatch',
  ],
  ['an unknown key', getUser, unknownKey, 403, 'InvalidClientTokenId'],
  ['an expired token before the signature', getUser, wrongSecret, 403, 'ExpiredToken', expired],
  [
    'the signature before the input',
    'Action=GetUser&Version=2010-05-08&UserName=!',
    wrongSecret,
    403,
    'SignatureDoesNotMatch',
  ],
  [
    'the input before permission',
    'Action=GetUser&Version=2010-05-08&UserName=!',
    {},
    400,
    'ValidationError',
    { caller: callerWith() },
  ],
  [
    'an operation that is not there yet',
    'Action=ListUsers&Version=2010-05-08',
    {},
    501,
    'NotImplemented',
  ],
]

for (const [what, body, asked, status, code, options] of refusals) {
  test(`refused: ${what}`, async () => {
    const { send, steps, events } = house(options)
    const answer = await send(asked === undefined ? form(body) : signed(body, asked))
    expect({ status: answer.status, code: errorOf(answer).code }).toEqual({ status, code })
    expect(steps).toEqual([])
    expect(events).toHaveLength(1)
  })
}

test('a body that was altered under way does not match its signature', async () => {
  const { send } = house()
  const request = signed(getUser)
  const altered = { ...request, body: Buffer.from(getUser.replace('bob', 'eve')) }
  expect(errorOf(await send(altered)).code).toBe('SignatureDoesNotMatch')
})

test('a signing key is not kept beyond the secret it was made from', async () => {
  let secretAccessKey = credentials.secretAccessKey
  const caller = callerWith(allowAll)
  const { send } = house({ lookup: () => Promise.resolve({ ok: true, secretAccessKey, caller }) })
  expect((await send(signed(getUser))).status).toBe(200)
  secretAccessKey = 'another'
  expect((await send(signed(getUser))).status).toBe(403)
})

test('a JSON service is refused in JSON', async () => {
  const rawHeaders = ['Host', 'x', 'X-Amz-Target', 'AWSOrganizationsV20161128.ListRoots']
  const answer = await house().send(form('{}', rawHeaders))
  expect(answer.status).toBe(400)
  expect(String(answer.body)).toContain('MissingAuthenticationTokenException')
})
