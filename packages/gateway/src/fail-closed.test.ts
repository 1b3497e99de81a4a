import { expect, test } from 'vitest'
import {
  createUser,
  errorOf,
  form,
  getCallerIdentity,
  getUser,
  house,
  signed,
} from './testing/gate.ts'
import type { HouseOptions } from './testing/gate.ts'
import type { AnyOperation, GateScope } from './operation.ts'
import { Refusal } from './refusal.ts'

// Goal: whatever breaks, nothing gets through and nothing leaks. Method: each part of the gate is
// made to fail, under a read, a write and an operation that needs no permission. Source: habit 8.
const secret = 'sqlite: disk I/O error at /var/lib/secret'

function broken(): never {
  throw new Error(secret)
}

function changing(change: Partial<AnyOperation<GateScope>>): Pick<HouseOptions, 'change'> {
  return { change: (operation) => ({ ...operation, ...change }) }
}

// eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what must be borne
const rejectText = () => Promise.reject<never>(secret)

const brokenScopes = { read: () => Promise.reject(new Error(secret)), write: broken }

const failures: readonly [what: string, options: HouseOptions][] = [
  ['the look-up throws', { lookup: broken }],
  ['the look-up rejects', { lookup: () => Promise.reject(new Error(secret)) }],
  ['the store is down', { ports: { scopes: brokenScopes } }],
  ['resolve throws', changing({ resolve: broken })],
  ['resolve rejects with what is no error', changing({ resolve: rejectText })],
  ['the declaration of checks throws', changing({ authorize: broken })],
  ['the handler throws', changing({ handle: broken })],
  ['the handler throws a code without being a refusal', changing({ handle: codedButNoRefusal })],
  [
    'the handler answers what the model does not know',
    changing({ handle: () => Promise.resolve({ User: 7, Account: {} }) }),
  ],
]

function codedButNoRefusal(): never {
  throw Object.assign(new Error(secret), { code: 'SQLITE_BUSY' })
}

for (const [what, options] of failures) {
  for (const [kind, body, service] of [
    ['a read', getUser, 'iam'],
    ['a write', createUser, 'iam'],
    ['an operation without permission', getCallerIdentity, 'sts'],
  ] as const) {
    test(`${what}, ${kind}: refused with a 500 that says nothing`, async () => {
      const { send, bugs, events } = house(options)
      const answer = await send(signed(body, { service }))
      expect(answer.status).toBe(500)
      expect(errorOf(answer).code).toBe('InternalFailure')
      expect(String(answer.body)).toContain('00000000-0000-4000-8000-000000000000')
      expect(String(answer.body)).not.toMatch(/sqlite|SQLITE|secret|Error:/)
      expect(bugs).toHaveLength(1)
      expect(events).toHaveLength(1)
      expect(events[0]?.status).toBe(500)
    })
  }
}

const engines: readonly [
  what: string,
  decide: NonNullable<HouseOptions['decide']>,
  status: number,
][] = [
  ['throws', broken, 500],
  ['answers nothing', () => undefined as never, 500],
  ['answers true', () => true as never, 403],
  ['answers another word', () => ({ decision: 'ALLOWED', decidingStatements: [] }) as never, 403],
]

for (const [what, decide, status] of engines) {
  for (const body of [getUser, createUser]) {
    test(`the engine ${what}: ${body.slice(7, 14)} is not handled`, async () => {
      const { send, steps } = house({ decide })
      expect((await send(signed(body))).status).toBe(status)
      expect(steps.filter((step) => step.startsWith('handle'))).toEqual([])
      expect(steps).not.toContain('write')
    })
  }
}

test('an operation that needs permission and declares no check is refused', async () => {
  const { send, steps, bugs } = house(changing({ authorize: () => [] }))
  expect((await send(signed(getUser))).status).toBe(500)
  expect(steps).toEqual(['read', 'resolve GetUser'])
  expect(bugs).toHaveLength(1)
})

test('an anonymous operation that declares no check is refused as well', async () => {
  const { send, steps } = house(changing({ authorize: () => [] }))
  const body =
    'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=ann' +
    '&RoleArn=arn:aws:iam::111122223333:role/web&WebIdentityToken=eyJhbGciOi'
  expect((await send(form(body))).status).toBe(500)
  expect(steps.filter((step) => step.startsWith('handle'))).toEqual([])
})

test('one check of several is not allowed: refused', async () => {
  let asked = 0
  const { send, steps } = house({
    ...changing({
      authorize: () => [
        { resourceArn: 'arn:aws:iam::1:user/a' },
        { resourceArn: 'arn:aws:iam::1:user/b' },
      ],
    }),
    decide: () => ({
      decision: ++asked === 1 ? 'allowed' : 'implicitDeny',
      decidingStatements: [],
    }),
  })
  expect((await send(signed(getUser))).status).toBe(403)
  expect(steps).not.toContain('handle GetUser')
})

test('a ledger that throws changes no answer, and is reported', async () => {
  const { send, bugs } = house({ ports: { record: broken } })
  expect((await send(signed(getUser))).status).toBe(200)
  expect(bugs).toHaveLength(1)
})

test('a recogniser that breaks answers in a form that every client reads', async () => {
  const { send, bugs } = house({ ports: { services: null as never } })
  const answer = await send(signed(getUser))
  expect(answer.status).toBe(500)
  expect(errorOf(answer).code).toBe('InternalFailure')
  expect(bugs).toHaveLength(1)
})

test("a refusal's cause goes to the log, its message to the caller", async () => {
  const refusal = Object.assign(
    new Refusal('NoSuchEntity', 'The user with name bob cannot be found.'),
    {
      cause: new Error(secret),
    },
  )
  const { send, bugs } = house(changing({ handle: () => Promise.reject(refusal) }))
  const answer = await send(signed(getUser))
  expect(answer.status).toBe(404)
  expect(errorOf(answer).message).toBe('The user with name bob cannot be found.')
  expect(bugs).toEqual([refusal.cause])
})
