import { createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSameSignature, signatureOf, textBytesMax } from './key.ts'

// Goal: a signature is HMAC-SHA256, whatever its length and however often its key was used before.
// Source: RFC 2104; node:crypto's own Hmac is the oracle.

const hmac = (text: string, key: Uint8Array) => createHmac('sha256', key).update(text).digest('hex')

test('any texts in turn under one key are signed as node:crypto does it', () => {
  const key = randomBytes(32)
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 400 })), (texts) => {
      for (const text of texts) expect(signatureOf(text, key)).toBe(hmac(text, key))
    }),
  )
})

test.each([
  ['nothing', ''],
  ['one byte below the room of a key', 'a'.repeat(textBytesMax - 1)],
  ['all of it', 'a'.repeat(textBytesMax)],
  ['one byte past it', 'a'.repeat(textBytesMax + 1)],
  ['few characters of many bytes', '\u20ac'.repeat(textBytesMax / 2)],
])('%s', (_rule, text) => {
  const key = randomBytes(32)
  expect(signatureOf(text, key)).toBe(hmac(text, key))
  expect(signatureOf('short', key)).toBe(hmac('short', key))
})

test('a signature with any other digit, of another length or case is not the same', () => {
  const signature = hmac('text', randomBytes(32))
  expect(isSameSignature(signature, signature)).toBe(true)
  for (let i = 0; i < signature.length; i++) {
    const digit = signature[i] === '0' ? '1' : '0'
    const other = signature.slice(0, i) + digit + signature.slice(i + 1)
    expect(isSameSignature(signature, other)).toBe(false)
  }
  expect(isSameSignature(signature, signature.slice(1))).toBe(false)
  expect(isSameSignature(signature, `${signature}0`)).toBe(false)
  expect(isSameSignature(signature, `${signature.slice(1)}\u00e9`)).toBe(false)
  expect(isSameSignature('a'.repeat(64), 'A'.repeat(64))).toBe(false)
})
