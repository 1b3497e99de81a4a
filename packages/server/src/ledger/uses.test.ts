import type { GateEvent } from '@bailiwick/gateway'
import { expect, test } from 'vitest'
import { at, caller, eventOf, sts } from './testing/gate-event.ts'
import { pendingUsesMax, UseTracker } from './uses.ts'

// Goal: whose use it is, of what and when, each once a minute, and no more than memory bears.
// Source: IAM User Guide, "Refine permissions using last accessed information": all attempts of
// authenticated principals count.
const usedAt = new Date('2026-11-23T16:52:00Z')
const accountId = '111122223333'
const roleSession = {
  kind: 'roleSession',
  accountId,
  arn: `arn:aws:sts::${accountId}:assumed-role/R/s`,
  roleArn: `arn:aws:iam::${accountId}:role/R`,
  roleId: 'AROAR',
  sessionName: 's',
  serviceLinked: false,
} as const
const root = { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` } as const
const session = {
  kind: 'sessionToken',
  issuedAt: at,
  expiresAt: at,
  multiFactorAuthenticated: false,
  tags: [],
  transitiveTagKeys: [],
} as const
const check = (action: string) => ({ action }) as GateEvent['checks'][number]
const key = { id: 'AKIDEXAMPLE', usedAt, service: 'iam', region: 'us-east-1' }
const action = { accountId, principalId: 'AIDAANN', usedAt, region: 'us-east-1' }
const createKey = { ...action, service: 'iam', action: 'CreateAccessKey' }

const rows: readonly [what: string, change: Partial<GateEvent>, lastUsed: object[], object[]][] = [
  ['a user by its key', {}, [key], [createKey]],
  [
    'one that is refused',
    { error: { code: 'AccessDenied', message: '' }, status: 403 },
    [key],
    [createKey],
  ],
  [
    'one that is not implemented',
    { operation: 'ListMFADevices', checks: [] },
    [key],
    [{ ...createKey, action: 'ListMFADevices' }],
  ],
  [
    'a user’s session: its key is none of IAM’s',
    { caller: { ...caller, session } },
    [],
    [createKey],
  ],
  [
    'a role session counts for the role',
    { caller: { ...caller, principal: roleSession, session: { ...session, kind: 'assumedRole' } } },
    [{ ...key, id: 'AROAR' }],
    [{ ...createKey, principalId: 'AROAR' }],
  ],
  [
    'root, under its account',
    { caller: { ...caller, principal: root } },
    [key],
    [{ ...createKey, principalId: accountId }],
  ],
  [
    'a federated user counts for who made it: chosen by us',
    {
      caller: {
        ...caller,
        principal: { kind: 'federatedUser', accountId, arn: 'f', creator: caller.principal },
        session: { ...session, kind: 'federatedUser' },
      },
    },
    [],
    [createKey],
  ],
  [
    'the operation’s own action, not what is checked beside it',
    {
      service: sts,
      operation: 'AssumeRole',
      checks: [check('sts:TagSession'), check('sts:AssumeRole')],
    },
    [{ ...key, service: 'sts' }],
    [{ ...createKey, service: 'sts', action: 'AssumeRole' }],
  ],
  [
    'an action that is called otherwise than its operation',
    { operation: 'ListObjectsV2', checks: [check('s3:ListBucket')] },
    [key],
    [{ ...createKey, service: 's3', action: 'ListBucket' }],
  ],
  [
    'a region of its own',
    { region: 'eu-west-1' },
    [{ ...key, region: 'eu-west-1' }],
    [{ ...createKey, region: 'eu-west-1' }],
  ],
]

test.each(rows)('%s', (_what, change, lastUsed, actions) => {
  const uses = new UseTracker()
  uses.note(eventOf(change))
  expect(uses.take()).toEqual({ lastUsed, actions })
})

test('who is not known, and a request for no service, is no use', () => {
  const uses = new UseTracker()
  const { caller: _, ...stranger } = eventOf({})
  const { service: __, ...elsewhere } = eventOf({})
  uses.note(stranger)
  uses.note(elsewhere)
  expect(uses.take()).toBeUndefined()
})

test('the same once a minute', () => {
  const uses = new UseTracker()
  uses.note(eventOf({}))
  uses.note(eventOf({ at: new Date(at.getTime() + 1000) }))
  expect(uses.take()).toEqual({ lastUsed: [key], actions: [createKey] })
  uses.note(eventOf({}))
  expect(uses.take()).toBeUndefined()
  uses.note(eventOf({ at: new Date(at.getTime() + 60_000) }))
  expect(uses.take()?.actions).toHaveLength(1)
})

test('what could not be written is taken again, unless it was used since', () => {
  const uses = new UseTracker()
  uses.note(eventOf({}))
  const taken = uses.take()
  uses.note(eventOf({ at: new Date(at.getTime() + 60_000) }))
  uses.giveBack(taken ?? { lastUsed: [], actions: [] })
  const later = new Date(usedAt.getTime() + 60_000)
  expect(uses.take()).toEqual({
    lastUsed: [{ ...key, usedAt: later }],
    actions: [{ ...createKey, usedAt: later }],
  })
  uses.giveBack(taken ?? { lastUsed: [], actions: [] })
  expect(uses.take()).toEqual(taken)
})

test('no more wait than memory bears', () => {
  const uses = new UseTracker()
  for (let i = 0; i <= pendingUsesMax; i++) {
    uses.note(eventOf({ caller: { ...caller, accessKeyId: `AKIA${String(i)}` } }))
  }
  expect(uses.take()?.lastUsed).toHaveLength(pendingUsesMax)
})
