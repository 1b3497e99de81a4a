import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDate } from './date.ts'

// Goal: the dates that IAM's legacy parser accepts, and their instants.
const accepted: readonly [text: string, iso: string][] = [
  ['2020', '2020-01-01T00:00:00.000Z'],
  ['2020-02', '2020-02-01T00:00:00.000Z'],
  ['2020-02-03', '2020-02-03T00:00:00.000Z'],
  ['2020-02-03T04:05Z', '2020-02-03T04:05:00.000Z'],
  ['2020-02-03t04:05:06z', '2020-02-03T04:05:06.000Z'],
  ['2020-02-03T04:05:06.7Z', '2020-02-03T04:05:06.700Z'],
  ['2020-02-03T04:05:06+01:30', '2020-02-03T02:35:06.000Z'],
  ['2020-02-03T04:05:06-01', '2020-02-03T05:05:06.000Z'],
  ['2021-02-29', '2021-03-01T00:00:00.000Z'],
  ['0', '1970-01-01T00:00:00.000Z'],
  ['1772366400', '2026-03-01T12:00:00.000Z'],
]
for (const [text, iso] of accepted) {
  test(`${text} is ${iso}`, () => {
    expect(parseDate(text)).toBe(BigInt(Date.parse(iso)) * 1_000_000n)
  })
}

// At a limit, and one past it (recorded from AWS).
const limits: readonly [text: string, isDate: boolean][] = [
  ['9223372036854775807', true],
  ['9223372036854775808', false],
  ['292278993-01', true],
  ['292278994-01', false],
  ['-292275054-01', true],
  ['-292275055-01', false],
  ['2020-12', true],
  ['2020-13', false],
  ['2020-00', false],
  ['2020-01-31', true],
  ['2020-01-32', false],
  ['2020-01-00', false],
  ['2020-01-01T23', true],
  ['2020-01-01T24', false],
  ['2020-01-01T00:59:59', true],
  ['2020-01-01T00:60', false],
  ['2020-01-01T00:00:60', false],
  ['2020-01-01T00:00:00.123456789', true],
  ['2020-01-01T00:00:00.1234567890', false],
  ['2020-01-01T00:00:00+1', false],
  ['2020-01-01T00:00:00+01:0', false],
  ['01T', true],
  ['sdfdsf', false],
  ['', false],
  ['2020-1-1', false],
  ['1.5', false],
]
for (const [text, isDate] of limits) {
  test(`${text || 'the empty text'} is ${isDate ? 'a' : 'no'} date`, () => {
    expect(parseDate(text) !== undefined).toBe(isDate)
  })
}

test("agrees with the platform's calendar", () => {
  const dates = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  const property = fc.property(
    dates,
    (date) => parseDate(date.toISOString()) === BigInt(date.getTime()) * 1_000_000n,
  )
  fc.assert(property, { numRuns: 2000 })
})
