import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createMfa } from './mfa.ts'
import { sealingKey } from './seal.ts'
import { createSecretVault } from './secrets.ts'
import { base32Bytes, totpCode, totpStep } from './totp.ts'

// Goal: which codes of a device are accepted, once, and how guessing is held up. The windows and
// locks are chosen by us.

const now = new Date('2026-11-24T12:00:15Z')
const current = totpStep(now)

function newDevice() {
  const vault = createSecretVault([sealingKey(randomBytes(32))], randomBytes)
  const mfa = createMfa(vault, randomBytes)
  const { base32Seed, sealed } = mfa.newSeed('device')
  const codeOf = (step: number): string => totpCode(base32Bytes(base32Seed), current + step)
  const match = (step: number, kept: object = {}, at = now) =>
    mfa.matchCode({ id: 'device', ...kept }, sealed, codeOf(step), at)
  const wrong = (at = now) => mfa.matchCode({ id: 'device' }, sealed, 'x', at)
  return { mfa, sealed, base32Seed, codeOf, match, wrong }
}

test('a seed is 64 characters of base32, and sealed', () => {
  const { base32Seed, sealed } = newDevice()
  expect(base32Seed).toMatch(/^[A-Z2-7]{64}$/)
  expect(Buffer.from(sealed).toString('latin1')).not.toContain(base32Seed)
})

const invalid = { ok: false, problem: 'invalidCode' }
const windows: readonly [what: string, step: number, kept: object, isAccepted: boolean][] = [
  ['the code of now', 0, {}, true],
  ['one step behind', -1, {}, true],
  ['one step ahead', 1, {}, true],
  ['two steps behind', -2, {}, false],
  ['two steps ahead', 2, {}, false],
  ['the code that was used', 0, { lastUsedStep: current }, false],
  ['an earlier code than the one used', -1, { lastUsedStep: current }, false],
  ['a later code than the one used', 1, { lastUsedStep: current }, true],
  ['of a clock that is known to be ahead', 5, { driftSteps: 5 }, true],
  ['at the edge of such a clock', 6, { driftSteps: 5 }, true],
  ['past the edge of such a clock', 7, { driftSteps: 5 }, false],
  ['the code of now from a clock that is ahead', 0, { driftSteps: 5 }, false],
  ['of a clock that is known to be behind', -5, { driftSteps: -5 }, true],
]

test.each(windows)('%s', (_what, step, kept, isAccepted) => {
  const expected = isAccepted ? { ok: true, step: current + step } : invalid
  expect(newDevice().match(step, kept)).toEqual(expected)
})

test('without a seed, or with that of another device, no code is right', () => {
  const { mfa, sealed, codeOf } = newDevice()
  expect(mfa.matchCode({ id: 'device' }, undefined, codeOf(0), now)).toEqual(invalid)
  expect(mfa.matchCode({ id: 'other' }, sealed, codeOf(0), now)).toEqual(invalid)
  expect(mfa.matchPair({ id: 'other' }, sealed, [codeOf(0), codeOf(1)], now)).toBeUndefined()
})

const pairs: readonly [what: string, steps: [number, number], drift: number | undefined][] = [
  ['the code before and the one of now', [-1, 0], 0],
  ['the code of now and the one after', [0, 1], 0],
  ['two codes before', [-2, -1], 0],
  ['a clock behind', [-5, -4], -4],
  ['a clock ahead', [9, 10], 10],
  ['as far behind as is looked for', [-20, -19], -19],
  ['as far ahead as is looked for', [20, 21], 21],
  ['further behind', [-21, -20], undefined],
  ['further ahead', [21, 22], undefined],
  ['the same code twice', [0, 0], undefined],
  ['two codes in the wrong order', [0, -1], undefined],
  ['one code left out', [0, 2], undefined],
]

test.each(pairs)('two codes: %s', (_what, [first, second], driftSteps) => {
  const { mfa, sealed, codeOf } = newDevice()
  const found = mfa.matchPair({ id: 'device' }, sealed, [codeOf(first), codeOf(second)], now)
  const expected = { lastUsedStep: current + second, driftSteps }
  expect(found).toEqual(driftSteps === undefined ? undefined : expected)
})

test('two codes of which the first was used are none', () => {
  const { mfa, sealed, codeOf } = newDevice()
  const device = { id: 'device', lastUsedStep: current }
  expect(mfa.matchPair(device, sealed, [codeOf(0), codeOf(1)], now)).toBeUndefined()
  expect(mfa.matchPair(device, sealed, [codeOf(1), codeOf(2)], now)).toBeDefined()
})

test('four wrong codes are free; the fifth locks, for a minute, then for two, up to an hour', () => {
  const { match, wrong } = newDevice()
  const locked = { ok: false, problem: 'locked' }
  for (let failure = 1; failure <= 4; failure++) expect(wrong()).toEqual(invalid)
  expect(match(0)).toMatchObject({ ok: true })
  for (let failure = 1; failure <= 5; failure++) expect(wrong()).toEqual(invalid)
  expect(match(0)).toEqual(locked)
  let at = now.getTime()
  for (const seconds of [60, 120, 240, 480, 960, 1920, 3600, 3600]) {
    expect(wrong(new Date(at + seconds * 1000 - 1))).toEqual(locked)
    at += seconds * 1000
    expect(wrong(new Date(at))).toEqual(invalid)
  }
  at += 3600 * 1000
  const driftSteps = Math.round((now.getTime() - at) / 30_000)
  expect(match(0, { driftSteps }, new Date(at))).toMatchObject({ ok: true })
  expect(wrong(new Date(at))).toEqual(invalid) // A right code forgives.
})

test('a day without a failure forgives as well', () => {
  const { wrong } = newDevice()
  for (let failure = 1; failure <= 12; failure++) wrong(new Date(now.getTime() + failure * 4e6))
  const later = new Date(now.getTime() + 12 * 4e6 + 86_400_000)
  for (let failure = 1; failure <= 5; failure++) expect(wrong(later)).toEqual(invalid)
  expect(wrong(later)).toEqual({ ok: false, problem: 'locked' })
})
