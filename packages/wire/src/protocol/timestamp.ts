import type { TimestampFormat } from '../model.ts'

const iso = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** An ISO 8601 timestamp with its zone, as Query clients send it; undefined for anything else. */
export function parseIsoTimestamp(text: string): Date | undefined {
  const found = iso.exec(text)
  if (found === null) return undefined
  const [, , month, day, hour, minute, second] = found
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const date = new Date(text)
  if (Number.isNaN(date.getTime()) || Number(month) === 0 || Number(day) === 0) return undefined
  // V8 takes the 31st of any month for a day of the next one.
  const civil = new Date(`${text.slice(0, 10)}T00:00:00Z`)
  return civil.getUTCDate() === Number(day) ? date : undefined
}

/** `2026-11-23T16:52:32Z`: AWS cuts to seconds. Errors: throws a TypeError on an invalid date. */
export function formatIsoSeconds(date: Date): string {
  const text = date.toJSON() as string | null
  if (text === null) throw new TypeError('Not a date')
  return `${text.slice(0, -5)}Z`
}

/** A timestamp in one of Smithy's formats. Errors: throws a TypeError on an invalid date. */
export function formatTimestamp(date: Date, format: TimestampFormat): string {
  switch (format) {
    case 'date-time':
      return formatIsoSeconds(date)
    case 'http-date':
      return date.toUTCString()
    case 'epoch-seconds':
      return String(date.getTime() / 1000)
  }
}

const httpDate =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/

/** The inverse of `formatTimestamp`; undefined for anything else. */
export function parseTimestamp(text: string, format: TimestampFormat): Date | undefined {
  if (format === 'date-time') return parseIsoTimestamp(text)
  const wellFormed =
    format === 'http-date' ? httpDate.test(text) : /^-?\d{1,15}(\.\d{1,9})?$/.test(text)
  const date = new Date(format === 'http-date' ? text : Math.round(Number(text) * 1000))
  return wellFormed && !Number.isNaN(date.getTime()) ? date : undefined
}
