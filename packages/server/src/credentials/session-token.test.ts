import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionClaims } from './port.ts'
import { sealingKey } from './seal.ts'
import type { RandomBytes } from './seal.ts'
import { createSecretVault } from './secrets.ts'
import { openSessionKeys } from './session-keys.ts'
import type { SessionKeyStorage } from './session-keys.ts'
import { packClaims } from './session-claims.ts'
import { createSessionTokens, packedPolicyBytesMax } from './session-token.ts'
import { compressed, dictionary } from './token-packing.ts'
import { accountIdOf } from '../domain/unique-id.ts'

// Goal: a token is worth something only whole, unaltered, with its own access key id, in its own
// deployment, and until it expires. Method: every way to bend one, then properties.
const now = new Date('2026-11-24T12:00:00Z')
const hour = 3_600_000

/** Deterministic bytes that never repeat: a stream of hashes. */
function randomStream(seed: string): RandomBytes {
  let counter = 0
  return (length) => {
    const blocks: Buffer[] = []
    for (let size = 0; size < length; size += 32) {
      blocks.push(createHash('sha256').update(`${seed}/${counter++}`).digest())
    }
    return Buffer.concat(blocks).subarray(0, length)
  }
}

function memoryStorage(): SessionKeyStorage & { saved?: string } {
  const storage: SessionKeyStorage & { saved?: string } = {
    load: () => Promise.resolve(storage.saved),
    save(sealed) {
      storage.saved = sealed
      return Promise.resolve()
    },
  }
  return storage
}

const vaultOf = (seed: string) =>
  createSecretVault([sealingKey(randomStream(seed)(32))], randomStream(`${seed} nonces`))

async function deployment(seed: string, storage = memoryStorage()) {
  const random = randomStream(seed)
  const keys = await openSessionKeys(storage, vaultOf('master'), random, now)
  return { keys, storage, tokens: createSessionTokens(keys, random) }
}

const full: SessionClaims = {
  kind: 'assumedRole',
  accountId: '111122223333',
  principalId: 'AROAQNZGKIQY56JQ7WMLA',
  sessionName: 'Ann',
  issuedAt: now,
  expiresAt: new Date(now.getTime() + hour),
  sessionPolicy: '{"Version":"2012-10-17","Statement":[]} ',
  sessionPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  tags: [{ Key: 'Team', Value: 'Żółw 🐢' }],
  transitiveTagKeys: ['Team'],
  sourceIdentity: 'ann@example.com',
  assumedInSession: true,
  multiFactorAuthenticatedAt: now,
  multiFactorAuthPresent: true,
  contextKeys: { 'saml:aud': 'x', 'saml:groups': ['a', 'b'] },
}

const bare: SessionClaims = {
  kind: 'sessionToken',
  accountId: '111122223333',
  principalId: 'AIDAQNZGKIQY56JQ7WMLA',
  issuedAt: now,
  expiresAt: new Date(now.getTime() + hour),
  sessionPolicyArns: [],
  tags: [],
  transitiveTagKeys: [],
}

for (const claims of [full, bare]) {
  test(`all claims of a ${claims.kind} come back`, async () => {
    const { tokens } = await deployment('a')
    const issued = tokens.issue(claims)
    expect(issued.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(accountIdOf(issued.AccessKeyId)).toBe(claims.accountId)
    expect(issued.SecretAccessKey).toMatch(/^[A-Za-z0-9/+]{40}$/)
    const opening = tokens.open(issued.AccessKeyId, issued.SessionToken, now)
    expect(opening).toEqual({ ok: true, claims, secretAccessKey: issued.SecretAccessKey })
  })
}

test('claims of any content come back', async () => {
  const { tokens } = await deployment('a')
  const tag = fc.record({ Key: fc.string({ unit: 'grapheme' }), Value: fc.string() })
  fc.assert(
    fc.property(fc.array(tag, { maxLength: 50 }), fc.string(), (tags, sessionPolicy) => {
      const claims = { ...full, tags, sessionPolicy }
      const { AccessKeyId, SessionToken } = tokens.issue(claims)
      expect(tokens.open(AccessKeyId, SessionToken, now)).toMatchObject({ ok: true, claims })
    }),
    { numRuns: 100 },
  )
})

const large: SessionClaims = { ...full, sessionPolicy: `${'{"Sid":"Żółw"},'.repeat(99)}🐢` }

for (const [what, claims] of Object.entries({ full, bare, large })) {
  test(`a ${what} token of an earlier version opens: all of it compressed`, async () => {
    const { keys, tokens } = await deployment('a')
    const secretAccessKey = 'x'.repeat(40)
    const packed = deflateRawSync(packClaims(claims, secretAccessKey), { dictionary, level: 6 })
    const filledUp = Buffer.concat([packed], 2048)
    for (const plaintext of [packed, filledUp]) {
      const token = Buffer.from(keys.seal('ASIAQNZGKIQY56JQ7WML', plaintext)).toString('base64')
      const opening = tokens.open('ASIAQNZGKIQY56JQ7WML', token, now)
      expect(opening).toEqual({ ok: true, claims, secretAccessKey })
    }
  })

  test(`a ${what} token opens whatever it is filled up to`, async () => {
    const { tokens } = await deployment('a')
    for (const size of [0, 1, 256, 1024, 1400, 4096]) {
      const { AccessKeyId, SessionToken } = tokens.issue(claims, size)
      expect(SessionToken.length).toBeGreaterThanOrEqual(size)
      expect(tokens.open(AccessKeyId, SessionToken, now)).toMatchObject({ ok: true, claims })
    }
  })
}

test('a token is compressed from 1,024 bytes of claims on', async () => {
  const { tokens } = await deployment('a')
  const sized = (bytes: number) => {
    const claims = { ...bare, sessionPolicy: '' }
    const rest = Buffer.byteLength(packClaims(claims, 'x'.repeat(40)))
    return tokens.issue({ ...claims, sessionPolicy: 'a'.repeat(bytes - rest) }).SessionToken.length
  }
  expect(sized(1023)).toBeGreaterThan(1400)
  expect(sized(1024)).toBeLessThan(400)
})

test('what is compressed is so with the defaults of zlib, byte for byte', () => {
  const noise = fc.uint8Array({ maxLength: 24 }).map((b) => Buffer.from(b).toString('base64'))
  const word = fc.oneof(fc.constantFrom('"Effect":"Allow"', 'arn:aws:s3:::', '{', '}'), noise)
  const text = fc.array(word, { maxLength: 2000, size: 'max' }).map((words) => words.join(''))
  fc.assert(
    fc.property(text, (t) => {
      expect(compressed(Buffer.from(t))).toEqual(deflateRawSync(t, { dictionary, level: 6 }))
    }),
    { numRuns: 200 },
  )
})

test('every bit of a token counts', async () => {
  const { tokens } = await deployment('a')
  const { AccessKeyId, SessionToken } = tokens.issue(full)
  const bytes = Buffer.from(SessionToken, 'base64')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const altered = Buffer.from(bytes)
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(tokens.open(AccessKeyId, altered.toString('base64'), now).ok, `bit ${bit}`).toBe(false)
  }
})

test('every character of a token counts, those of its base64 too', async () => {
  const { tokens } = await deployment('a')
  const { AccessKeyId, SessionToken } = tokens.issue(bare)
  const letters = 'Aa0+/=-_ \n'
  for (let offset = 0; offset <= SessionToken.length; offset++) {
    for (const letter of letters) {
      if (SessionToken[offset] === letter) continue
      const replaced = SessionToken.slice(0, offset) + letter + SessionToken.slice(offset + 1)
      const inserted = SessionToken.slice(0, offset) + letter + SessionToken.slice(offset)
      expect(tokens.open(AccessKeyId, replaced, now).ok).toBe(false)
      expect(tokens.open(AccessKeyId, inserted, now).ok).toBe(false)
    }
    const cut = SessionToken.slice(0, offset)
    if (cut !== SessionToken) expect(tokens.open(AccessKeyId, cut, now).ok).toBe(false)
  }
})

const attacks: readonly [what: string, token: string, problem: string][] = [
  ['nothing', '', 'malformedToken'],
  ['no base64', 'not a token!', 'malformedToken'],
  [
    'a token of AWS',
    'IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDxyzAA',
    'malformedToken',
  ],
  ['longer than any of ours', 'A'.repeat(65_536), 'malformedToken'],
  [
    'our version, an unknown key',
    Buffer.concat([Buffer.from([1]), Buffer.alloc(99)]).toString('base64'),
    'invalid',
  ],
]

for (const [what, token, problem] of attacks) {
  test(`refused as ${problem}: ${what}`, async () => {
    const { tokens } = await deployment('a')
    expect(tokens.open('ASIAQNZGKIQY56JQ7WML', token, now)).toEqual({ ok: false, problem })
  })
}

test('a token opens for its own access key id alone', async () => {
  const { tokens } = await deployment('a')
  const mine = tokens.issue(bare)
  const yours = tokens.issue({ ...bare, accountId: '444455556666' })
  const invalid = { ok: false, problem: 'invalid' }
  expect(tokens.open(yours.AccessKeyId, mine.SessionToken, now)).toEqual(invalid)
  expect(tokens.open(mine.AccessKeyId, yours.SessionToken, now)).toEqual(invalid)
  expect(tokens.open(mine.AccessKeyId.toLowerCase(), mine.SessionToken, now)).toEqual(invalid)
})

test('a token of another deployment is invalid, not malformed', async () => {
  const [ours, theirs] = [await deployment('a'), await deployment('b')]
  const { AccessKeyId, SessionToken } = theirs.tokens.issue(bare)
  const opening = ours.tokens.open(AccessKeyId, SessionToken, now)
  expect(opening).toEqual({ ok: false, problem: 'invalid' })
})

test('a token lives until its expiry, exclusive', async () => {
  const { tokens } = await deployment('a')
  const { AccessKeyId, SessionToken } = tokens.issue(bare)
  const last = new Date(bare.expiresAt.getTime() - 1)
  expect(tokens.open(AccessKeyId, SessionToken, last).ok).toBe(true)
  expect(tokens.open(AccessKeyId, SessionToken, bare.expiresAt)).toEqual({
    ok: false,
    problem: 'expiredToken',
  })
})

test('a retired key opens for 36 hours and then no more; a restart keeps the set', async () => {
  const { keys, storage, tokens } = await deployment('a')
  const long = { ...bare, expiresAt: new Date(now.getTime() + 36 * hour) }
  expect(await keys.rotateWhenDue(new Date(now.getTime() + 23 * hour))).toBe(false)
  const issued = tokens.issue(long)
  const at = (hours: number) => new Date(now.getTime() + hours * hour)
  expect(await keys.rotateWhenDue(at(24))).toBe(true)
  expect(tokens.open(issued.AccessKeyId, issued.SessionToken, at(35)).ok).toBe(true)

  const restarted = await deployment('restart', storage)
  expect(restarted.tokens.open(issued.AccessKeyId, issued.SessionToken, at(35)).ok).toBe(true)
  const later = restarted.tokens.issue(long)
  expect(tokens.open(later.AccessKeyId, later.SessionToken, at(1)).ok).toBe(true)

  await keys.rotateWhenDue(at(61))
  expect(tokens.open(issued.AccessKeyId, issued.SessionToken, at(35))).toEqual({
    ok: false,
    problem: 'invalid',
  })
})

test('a node takes over what another has rotated', async () => {
  const first = await deployment('a')
  const second = await deployment('b', first.storage)
  await first.keys.rotateWhenDue(new Date(now.getTime() + 25 * hour))
  const { AccessKeyId, SessionToken } = first.tokens.issue(bare)
  expect(second.tokens.open(AccessKeyId, SessionToken, now).ok).toBe(false)
  await second.keys.reload()
  expect(second.tokens.open(AccessKeyId, SessionToken, now).ok).toBe(true)
})

test('another master key does not open the session keys', async () => {
  const { storage } = await deployment('a')
  const opening = openSessionKeys(storage, vaultOf('other'), randomStream('b'), now)
  await expect(opening).rejects.toThrow('master key')
})

test('50 tags of the greatest length and a full session policy fit', async () => {
  const { tokens } = await deployment('a')
  const random = randomStream('noise')
  const noise = (length: number) => Buffer.from(random(length)).toString('base64').slice(0, length)
  const tags = Array.from({ length: 50 }, () => ({ Key: noise(128), Value: noise(256) }))
  const claims = { ...full, tags, sessionPolicy: noise(2048) }
  expect(tokens.packedPolicySizePercent(claims)).toBeLessThanOrEqual(100)
  const { AccessKeyId, SessionToken } = tokens.issue(claims)
  expect(SessionToken.length).toBeLessThan(40_000)
  expect(tokens.open(AccessKeyId, SessionToken, now).ok).toBe(true)
  const tooMuch = { ...claims, sessionPolicy: noise(packedPolicyBytesMax) }
  expect(tokens.packedPolicySizePercent(tooMuch)).toBeGreaterThan(100)
})
