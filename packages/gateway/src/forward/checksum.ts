import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc32c, crc64nvme } from './crc.ts'

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

const allBits = 0xffffffff

function base64Of(...words: readonly number[]): string {
  const bytes = Buffer.alloc(words.length * 4)
  for (const [i, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, i * 4)
  return bytes.toString('base64')
}

function crc32cChecksum(): Checksum {
  let value = allBits
  return {
    update: (bytes) => (value = crc32c(bytes, value)),
    digest: () => base64Of(value ^ allBits),
  }
}

function crc64Checksum(): Checksum {
  let value = { high: allBits, low: allBits }
  return {
    update: (bytes) => (value = crc64nvme(bytes, value)),
    digest: () => base64Of(value.high ^ allBits, value.low ^ allBits),
  }
}
