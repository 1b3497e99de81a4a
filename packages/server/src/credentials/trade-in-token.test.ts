import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TradeInClaims } from './port.ts'
import { sealingKey } from './seal.ts'
import { createSecretVault } from './secrets.ts'
import { openSessionKeys } from './session-keys.ts'
import { createSessionTokens } from './session-token.ts'
import { createTradeInTokens } from './trade-in-token.ts'

// Goal: a trade-in token is worth something only whole, in its own deployment, until it expires, and
// as nothing else. Method: every way to bend one, then texts of any kind.
const now = new Date('2026-11-24T12:00:00Z')
const claims: TradeInClaims = {
  delegationRequestId: 'a1d2b0fd-1177-4468-9351-2fee00000723',
  expiresAt: new Date('2026-11-25T00:00:00Z'),
}

async function deployment(seed: string) {
  let counter = 0
  const random = (length: number) =>
    createHash('shake256', { outputLength: length }).update(`${seed}/${counter++}`).digest()
  const vault = createSecretVault([sealingKey(random(32))], random)
  const storage = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() }
  const keys = await openSessionKeys(storage, vault, random, now)
  return { keys, tradeIns: createTradeInTokens(keys), sessions: createSessionTokens(keys, random) }
}

const invalid = { ok: false, problem: 'invalid' }

test('what it says comes back, until it expires, exclusive, also after the keys were rotated', async () => {
  const { keys, tradeIns } = await deployment('a')
  const token = tradeIns.issue(claims)
  expect(token).toMatch(/^[\w-]+$/)
  expect(tradeIns.open(token, now)).toEqual({ ok: true, claims })
  await keys.rotateWhenDue(new Date('2026-11-25T12:00:00Z'))
  const last = new Date(claims.expiresAt.getTime() - 1)
  expect(tradeIns.open(token, last)).toEqual({ ok: true, claims })
  expect(tradeIns.open(token, claims.expiresAt)).toEqual({ ok: false, problem: 'expired' })
})

test('every bit of it counts', async () => {
  const { tradeIns } = await deployment('a')
  const bytes = Buffer.from(tradeIns.issue(claims), 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const altered = Buffer.from(bytes)
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(tradeIns.open(altered.toString('base64url'), now), `bit ${bit}`).toEqual(invalid)
  }
})

test('another deployment, another way to write it, and a session token are refused', async () => {
  const [ours, theirs] = [await deployment('a'), await deployment('b')]
  expect(ours.tradeIns.open(theirs.tradeIns.issue(claims), now)).toEqual(invalid)
  const token = ours.tradeIns.issue(claims)
  for (const written of [`${token}=`, `${token}\n`, ` ${token}`, 'A'.repeat(513), '']) {
    expect(ours.tradeIns.open(written, now)).toEqual(invalid)
  }
  const session = ours.sessions.issue({
    ...{ kind: 'sessionToken', accountId: '111122223333', principalId: '111122223333' },
    ...{ issuedAt: now, expiresAt: claims.expiresAt },
    ...{ sessionPolicyArns: [], tags: [], transitiveTagKeys: [] },
  })
  const asTradeIn = Buffer.from(session.SessionToken, 'base64').toString('base64url')
  expect(ours.tradeIns.open(asTradeIn, now)).toEqual(invalid)
  const asSession = Buffer.from(token, 'base64url').toString('base64')
  expect(ours.sessions.open(session.AccessKeyId, asSession, now)).toEqual(invalid)
})

test('no text makes it throw', async () => {
  const { tradeIns } = await deployment('a')
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array().map((bytes) => Buffer.from([1, ...bytes]).toString('base64url')),
  )
  fc.assert(fc.property(texts, (text) => !tradeIns.open(text, now).ok))
})
