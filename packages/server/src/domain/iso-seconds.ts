/** `2026-11-24T12:00:00Z`: a date as AWS writes it in context keys and events. */
export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
