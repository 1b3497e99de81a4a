/**
 * Ids of Organizations, from random bytes.
 * Source: Organizations API Reference, patterns of `OrganizationId`, `RootId`,
 * `CreateAccountRequestId`, `AccountId`.
 */
const characters = 'abcdefghijklmnopqrstuvwxyz0123456789'

type RandomBytes = (length: number) => Uint8Array

/** `newOrganizationsId('o', 10, …)` → `o-` and ten characters of `[a-z0-9]`. */
export function newOrganizationsId(
  prefix: 'o' | 'r' | 'car',
  length: number,
  randomBytes: RandomBytes,
): string {
  const digits = [...randomBytes(length)].map((byte) => characters[byte % characters.length])
  return `${prefix}-${digits.join('')}`
}

/** 12 digits, the first not 0: tools that take it for a number lose nothing. */
export function newAccountId(randomBytes: RandomBytes): string {
  const number = Buffer.from(randomBytes(8)).readBigUInt64BE()
  return String(100_000_000_000n + (number % 900_000_000_000n))
}
