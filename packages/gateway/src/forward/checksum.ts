import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A checksum that S3's clients send behind a body, as it grows. */
export interface Checksum {
  update(bytes: Uint8Array): void
  /** Base64. */
  digest(): string
}

/**
 * The checksum of a trailer's name, `x-amz-checksum-crc32`; undefined for one we do not know.
 * Source: S3 User Guide, "Checking object integrity".
 */
export function checksumOf(trailer: string): Checksum | undefined {
  switch (trailer) {
    case 'x-amz-checksum-crc32':
      return crc32Checksum()
    case 'x-amz-checksum-crc32c':
      return crc32cChecksum()
    case 'x-amz-checksum-crc64nvme':
      return crc64Checksum()
    case 'x-amz-checksum-sha1':
      return hashChecksum('sha1')
    case 'x-amz-checksum-sha256':
      return hashChecksum('sha256')
    default:
      return undefined
  }
}

/** Of `Content-MD5`, RFC 1864. */
export const md5Checksum = (): Checksum => hashChecksum('md5')

function hashChecksum(name: string): Checksum {
  const hash = createHash(name)
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => hash.digest('base64'),
  }
}

function crc32Checksum(): Checksum {
  let value = 0
  return {
    update: (bytes) => (value = crc32(bytes, value)),
    digest: () => base64Of(value),
  }
}

function base64Of(...words: readonly number[]): string {
  const bytes = Buffer.alloc(words.length * 4)
  for (const [i, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, i * 4)
  return bytes.toString('base64')
}

let crc32cTable: Uint32Array | undefined

/** CRC-32C, reflected. Source: RFC 3720, appendix B.4. */
function crc32cChecksum(): Checksum {
  const table = (crc32cTable ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
    return value >>> 0
  }))
  let value = 0xffffffff
  return {
    update(bytes) {
      let next = value
      for (const byte of bytes) next = (table[(next ^ byte) & 0xff] as number) ^ (next >>> 8)
      value = next
    },
    digest: () => base64Of(value ^ 0xffffffff),
  }
}

let crc64Tables: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined

/** CRC-64/NVME, reflected, in two halves. Source: NVM Express NVM Command Set, 5.2.1.3.4. */
function crc64Checksum(): Checksum {
  const { high: highs, low: lows } = (crc64Tables ??= makeCrc64Tables())
  let high = 0xffffffff
  let low = 0xffffffff
  return {
    update(bytes) {
      for (const byte of bytes) {
        const at = (low ^ byte) & 0xff
        low = (lows[at] as number) ^ ((low >>> 8) | (high << 24))
        high = (highs[at] as number) ^ (high >>> 8)
      }
    },
    digest: () => base64Of(high ^ 0xffffffff, low ^ 0xffffffff),
  }
}

function makeCrc64Tables() {
  const high = new Uint32Array(256)
  const low = new Uint32Array(256)
  const polynomial = 0x9a6c9329ac4bc9b5n
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte)
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n
    high[byte] = Number(value >> 32n)
    low[byte] = Number(value & 0xffffffffn)
  }
  return { high, low }
}
