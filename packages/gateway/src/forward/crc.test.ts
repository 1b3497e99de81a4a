import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32c, crc64nvme } from './crc.ts'

/** Any reflected CRC of 64 bits or less, bit by bit: the definition. */
function simple(bytes: Uint8Array, polynomial: bigint, begun: bigint): bigint {
  let value = begun
  for (const byte of bytes) {
    value ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n
  }
  return value
}

/** At any place of its buffer, and of a length on either side of a step. */
const anyBytes = fc
  .tuple(fc.uint8Array({ maxLength: 100, size: 'max' }), fc.nat({ max: 9 }))
  .map(([bytes, skipped]) => bytes.subarray(Math.min(skipped, bytes.length)))

const anyWord = fc.integer({ min: 0, max: 0xffffffff })

test('crc32c is what its definition says, whatever was before', () => {
  fc.assert(
    fc.property(anyBytes, anyWord, (bytes, begun) => {
      const expected = simple(bytes, 0x82f63b78n, BigInt(begun))
      expect(BigInt(crc32c(bytes, begun) >>> 0)).toBe(expected)
    }),
    { numRuns: 1000 },
  )
})

test('crc64nvme is what its definition says, whatever was before', () => {
  fc.assert(
    fc.property(anyBytes, anyWord, anyWord, (bytes, high, low) => {
      const begun = (BigInt(high) << 32n) | BigInt(low)
      const expected = simple(bytes, 0x9a6c9329ac4bc9b5n, begun)
      const found = crc64nvme(bytes, { high, low })
      const joined = (BigInt(found.high >>> 0) << 32n) | BigInt(found.low >>> 0)
      expect(joined).toBe(expected)
    }),
    { numRuns: 1000 },
  )
})
