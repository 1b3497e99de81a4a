/**
 * Dates as condition values: the W3C profile of ISO 8601, or seconds since 1970.
 *
 * Accepts what IAM's legacy parser accepts, recorded from AWS: either case of `t` and `z`, a time
 * that stops after any part (`2020-01-01T`), up to nine fractional digits, an offset `+hh` or
 * `+hh:mm`, years far beyond four digits, and no calendar check (30 February passes, and counts as
 * 1 or 2 March). Chosen by us: four digits alone are a year, other digits alone are seconds, and
 * a time without offset is UTC.
 */
const isoDate = new RegExp(
  '^(?<year>-?\\d{1,9})(?:-(?<month>\\d{2})(?:-(?<day>\\d{2}))?)?' +
    '(?:[Tt](?:(?<hour>\\d{2})(?::(?<minute>\\d{2})(?::(?<second>\\d{2})(?:[.,](?<fraction>\\d{1,9}))?)?)?)?' +
    '(?<zone>[Zz]|[+-]\\d{2}(?::\\d{2})?)?)?$',
)

const epochSecondsMax = 2n ** 63n - 1n
const yearMin = -292_275_054
const yearMax = 292_278_993
const nanosPerSecond = 1_000_000_000n

/** Nanoseconds since 1970-01-01T00:00:00Z, or undefined where the text is no date. */
export function parseDate(text: string): bigint | undefined {
  if (/^\d+$/.test(text) && text.length !== 4) {
    if (text.length > 19) return undefined
    const seconds = BigInt(text)
    return seconds > epochSecondsMax ? undefined : seconds * nanosPerSecond
  }
  const part = isoDate.exec(text)?.groups
  if (part === undefined) return undefined
  const year = Number(part['year'])
  const month = Number(part['month'] ?? 1)
  const day = Number(part['day'] ?? 1)
  const hour = Number(part['hour'] ?? 0)
  const minute = Number(part['minute'] ?? 0)
  const second = Number(part['second'] ?? 0)
  if (year < yearMin || year > yearMax) return undefined
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const offset = offsetSeconds(part['zone'] ?? 'Z')
  if (offset === undefined) return undefined
  const daySeconds = hour * 3600 + minute * 60 + second - offset
  const fraction = BigInt((part['fraction'] ?? '').padEnd(9, '0'))
  const seconds = BigInt(daysSince1970(year, month, day)) * 86_400n + BigInt(daySeconds)
  return seconds * nanosPerSecond + fraction
}

function offsetSeconds(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60)
}

/** Proleptic Gregorian calendar; a year here begins in March, so that the leap day ends it. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468
}
