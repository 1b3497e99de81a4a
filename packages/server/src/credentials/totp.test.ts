import fc from 'fast-check'
import { generateSync } from 'otplib'
import { expect, test } from 'vitest'
import { base32Bytes, base32Text, isSameCode, totpCode, totpStep } from './totp.ts'

// Goal: the codes are those that every authenticator shows.

// Source: RFC 6238, appendix B, SHA-1. Its codes have 8 digits; of 6, the last are the same.
const secret = Buffer.from('12345678901234567890')
const vectors: readonly [seconds: number, code: string][] = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
]

test.each(vectors)('the code of second %i', (seconds, code) => {
  expect(totpCode(secret, totpStep(new Date(seconds * 1000)))).toBe(code.slice(-6))
})

// Source: RFC 4226, appendix D.
test('the codes of the first ten counters', () => {
  const codes = Array.from({ length: 10 }, (_, counter) => totpCode(secret, counter))
  expect(codes.join(' ')).toBe(
    '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489',
  )
})

test('otplib shows the same code', () => {
  const seeds = fc.uint8Array({ minLength: 40, maxLength: 40 })
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 2 ** 33 }), (seed, epoch) => {
      const expected = generateSync({ secret: base32Text(seed), epoch })
      expect(totpCode(seed, totpStep(new Date(epoch * 1000)))).toBe(expected)
    }),
    { numRuns: 200 },
  )
})

// Source: RFC 4648, section 10, without padding.
const base32: readonly [text: string, encoded: string][] = [
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
]

test.each(base32)('base32 of %j', (text, encoded) => {
  expect(base32Text(Buffer.from(text))).toBe(encoded)
  expect(Buffer.from(base32Bytes(encoded)).toString()).toBe(text)
})

test('base32 gives back what it was made of', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect([...base32Bytes(base32Text(bytes))]).toEqual([...bytes])
    }),
  )
})

test('a code is the same or it is not, whatever its length', () => {
  expect(isSameCode('012345', '012345')).toBe(true)
  for (const given of ['012346', '12345', '0123456', '', '01234é']) {
    expect(isSameCode('012345', given)).toBe(false)
  }
})
