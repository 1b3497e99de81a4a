/**
 * Unique ids and access key ids. Both are base32 (A–Z, 2–7) after a prefix of four letters that
 * tells the kind, and carry the account, so that an id alone tells whose it is.
 *
 * Source: IAM User Guide, "Unique identifiers"; for the account inside, the public decoding
 * `(X & 0x7fffffffff80) >> 7` of the first 48 bits, bit 47 set. That AWS does so for entity ids
 * too is unconfirmed, chosen by us.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Characters after the prefix: 16 in access key ids, 17 in the ids of entities. */
const accessKeyIdPrefixes = new Set(['AKIA', 'ASIA', 'ABIA', 'ACCA', 'APKA'])

/**
 * @param randomBytes At least 17 bytes from a CSPRNG; each gives one character (its low 5 bits).
 * @returns prefix + 16 or 17 characters.
 */
export function uniqueId(prefix: string, accountId: string, randomBytes: Uint8Array): string {
  const length = accessKeyIdPrefixes.has(prefix) ? 16 : 17
  const account = Number(accountId) // 40 bits.
  // Characters 5–12: a set bit and the upper 39, in halves of 20 bits.
  const upper = 0x80000 | Math.floor(account / 2 ** 21)
  const lower = Math.floor(account / 2) & 0xfffff
  let id = prefix
  for (const half of [upper, lower]) {
    for (let shift = 15; shift >= 0; shift -= 5) id += alphabet[(half >> shift) & 31]
  }
  // Character 13 holds the account's last bit: A–P for an even account, Q–7 for an odd one.
  id += alphabet[((randomBytes[0] ?? 0) & 15) | (account % 2 ? 16 : 0)]
  for (let i = 1; i < length - 8; i++) id += alphabet[(randomBytes[i] ?? 0) & 31]
  return id
}

/**
 * The id of a signing certificate: 32 characters, and no account inside.
 * @param randomBytes 32 from a CSPRNG.
 */
export function certificateId(randomBytes: Uint8Array): string {
  return Array.from(randomBytes.subarray(0, 32), (byte) => alphabet[byte & 31]).join('')
}

/** The account inside an id; undefined for a malformed id and for the older ids that carry none. */
export function accountIdOf(id: string): string | undefined {
  let bits = 0n
  for (const character of id.slice(4, 14)) {
    const digit = alphabet.indexOf(character)
    if (digit === -1) return undefined
    bits = (bits << 5n) | BigInt(digit)
  }
  if (id.length < 16) return undefined
  const x = bits >> 2n // The first 48 of 50 bits.
  if (x >> 47n === 0n) return undefined
  return ((x & 0x7fffffffff80n) >> 7n).toString().padStart(12, '0')
}
