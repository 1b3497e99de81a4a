import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sealingKey } from './seal.ts'
import { createSealedMessages } from './sealed-messages.ts'
import { createSecretVault } from './secrets.ts'
import { openSessionKeys } from './session-keys.ts'
import { createSessionTokens } from './session-token.ts'

// Goal: a sealed message opens whole, unaltered, for its purpose alone, and never throws.
const now = new Date('2026-11-24T12:00:00Z')
const storage = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() }
const vault = createSecretVault([sealingKey(randomBytes(32))], randomBytes)
const keys = await openSessionKeys(storage, vault, randomBytes, now)
const messages = createSealedMessages(keys)

test('any text comes back, for its purpose alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (text, a, b) => {
      const message = messages.seal(a, text)
      expect(message).toMatch(/^[\w-]+$/)
      expect(messages.open(a, message)).toBe(text)
      if (a !== b) expect(messages.open(b, message)).toBeUndefined()
    }),
  )
})

test('every byte counts, and so does every character', () => {
  const message = messages.seal('x', 'a text')
  const bytes = Buffer.from(message, 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const altered = Buffer.from(bytes)
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(messages.open('x', altered.toString('base64url'))).toBeUndefined()
  }
  for (const bent of [`${message}A`, message.slice(1), `${message}=`, ` ${message}`, '']) {
    expect(messages.open('x', bent)).toBeUndefined()
  }
})

test('whatever comes, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(messages.open('x', text)).toBeUndefined()
    }),
  )
})

test('neither is a session token a message, nor a message a session token', () => {
  const tokens = createSessionTokens(keys, randomBytes)
  const { AccessKeyId, SessionToken } = tokens.issue({
    kind: 'sessionToken',
    accountId: '111122223333',
    principalId: 'AIDAQNZGKIQY56JQ7WMLA',
    issuedAt: now,
    expiresAt: new Date(now.getTime() + 3_600_000),
    sessionPolicyArns: [],
    tags: [],
    transitiveTagKeys: [],
  })
  const sealed = Buffer.from(SessionToken, 'base64').toString('base64url')
  expect(messages.open(AccessKeyId, sealed)).toBeUndefined()
  const message = Buffer.from(messages.seal(AccessKeyId, '{}'), 'base64url').toString('base64')
  expect(tokens.open(AccessKeyId, message, now)).toEqual({ ok: false, problem: 'invalid' })
})
