/**
 * Sealing of secrets at rest and of tokens: AES-256-GCM under a named key, bound to associated
 * data. Layout: version (1) ‖ key id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16).
 *
 * Source: NIST SP 800-38D. Nonces are random, so one key seals at most 2³² times (§8.3).
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
} from 'node:crypto'

/** 32 bytes with a name derived from them. */
export interface SealingKey {
  /** 4 bytes, hexadecimal: tells keys apart, reveals nothing. */
  readonly id: string
  readonly bytes: Uint8Array
  /** The same bytes as ciphers take them: made anew for each, it would cost more than sealing. */
  readonly secret: KeyObject
}

/** Bytes from a CSPRNG. */
export type RandomBytes = (length: number) => Uint8Array

export const sealingKeyBytes = 32

const sealVersion = 1
const keyIdBytes = 4
const nonceBytes = 12
const tagBytes = 16
const headerBytes = 1 + keyIdBytes + nonceBytes

/** What sealing adds to the plaintext. */
export const sealOverheadBytes = headerBytes + tagBytes

/** Throws RangeError for any length but 32 bytes. */
export function sealingKey(bytes: Uint8Array): SealingKey {
  if (bytes.length !== sealingKeyBytes) {
    throw new RangeError(`A sealing key has ${sealingKeyBytes} bytes, not ${bytes.length}.`)
  }
  const digest = createHash('sha256').update('bailiwick sealing key id\0').update(bytes).digest()
  const id = digest.subarray(0, keyIdBytes).toString('hex')
  return { id, bytes, secret: createSecretKey(bytes) }
}

/**
 * @param associatedData What the sealed bytes belong to, such as the entity's id: they open under
 *   the same alone.
 */
export function seal(
  key: SealingKey,
  associatedData: string,
  plaintext: Uint8Array,
  randomBytes: RandomBytes,
): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const header = Buffer.concat([Buffer.from([sealVersion]), Buffer.from(key.id, 'hex'), nonce])
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.concat([header, Buffer.from(associatedData)]))
  const body = cipher.update(plaintext)
  cipher.final()
  return Buffer.concat([header, body, cipher.getAuthTag()])
}

/** The id of the key that opens these bytes; undefined for what was never sealed here. */
export function sealedKeyId(sealed: Uint8Array): string | undefined {
  if (sealed.length < headerBytes + tagBytes || sealed[0] !== sealVersion) return undefined
  return Buffer.from(sealed.subarray(1, 1 + keyIdBytes)).toString('hex')
}

/** Undefined for another key, other associated data, or any altered bit. */
export function open(
  key: SealingKey,
  associatedData: string,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealedKeyId(sealed) !== key.id) return undefined
  const header = sealed.subarray(0, headerBytes)
  const nonce = header.subarray(1 + keyIdBytes)
  const decipher = createDecipheriv('aes-256-gcm', key.secret, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.concat([header, Buffer.from(associatedData)]))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  const plaintext = decipher.update(sealed.subarray(headerBytes, sealed.length - tagBytes))
  try {
    decipher.final()
  } catch {
    return undefined // The tag does not fit; nothing of the plaintext leaves.
  }
  return plaintext
}
