/**
 * Texts handed to whoever calls, for us alone to read again: encoded authorization messages,
 * sign-in tokens. Sealed under the keys of session tokens, and gone with them after 36 hours.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { open, sealedKeyId } from './seal.ts'
import type { SessionKeys } from './session-keys.ts'

/** What `open` reads: a sign-in token holds a session token, which is the longest. */
const messageCharsMax = 131_072
const textBytesMax = 1_048_576

export interface SealedMessagesPort {
  /**
   * @param purpose What the text is for and whose it is: it opens for the same alone.
   * @returns base64url.
   */
  seal(purpose: string, text: string): string
  /** Undefined for whatever was not sealed here for this purpose, or was altered. */
  open(purpose: string, message: string): string | undefined
}

export function createSealedMessages(keys: SessionKeys): SealedMessagesPort {
  // No session token's: those are bound to an access key id, which has no colon.
  const associatedData = (purpose: string) => `message: ${purpose}`
  return {
    seal: (purpose, text) =>
      Buffer.from(keys.seal(associatedData(purpose), deflateRawSync(text))).toString('base64url'),

    open(purpose, message) {
      if (message.length > messageCharsMax) return undefined
      const sealed = Buffer.from(message, 'base64url')
      if (sealed.toString('base64url') !== message) return undefined
      const key = keys.byId(sealedKeyId(sealed) ?? '')
      const plaintext = key && open(key, associatedData(purpose), sealed)
      return plaintext && inflateRawSync(plaintext, { maxOutputLength: textBytesMax }).toString()
    },
  }
}
