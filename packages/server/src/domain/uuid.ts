/**
 * A UUID of version 4 from random bytes, as AWS writes ids of jobs and tasks.
 *
 * @param randomBytes At least 16 bytes from a CSPRNG. Source: RFC 9562, §5.4.
 */
export function uuidV4(randomBytes: Uint8Array): string {
  const bytes = Buffer.from(randomBytes.subarray(0, 16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  const ends = [8, 12, 16, 20, 32]
  return ends.map((end, index) => hex.slice(ends[index - 1] ?? 0, end)).join('-')
}
