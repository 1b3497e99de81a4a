import { Readable } from 'node:stream'
import { readErrorCode, readErrorMessage } from '@bailiwick/wire'
import type { ProtocolName } from '@bailiwick/wire'
import { BackendError } from './backend-error.ts'
import type { BackendAnswer } from './exchange.ts'
import { renamedBytesMax } from './limits.ts'
import { wholeOf } from './whole-answer.ts'

/**
 * What services say to whoever asks with a key, a clock or a region that they do not take. Behind the
 * gate that is the gate: its clients' signatures are its own to judge, and no backend sees them.
 * Source: S3 API Reference, "Error responses"; "Common errors" of the other services' references.
 */
const codes = new Set([
  'AccessKeyDisabled',
  'AuthFailure',
  'AuthorizationHeaderMalformed',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSecurity',
  'InvalidSecurityToken',
  'InvalidSignatureException',
  'InvalidToken',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'MissingSecurityHeader',
  'NotSignedUp',
  'OptInRequired',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
])

/** UTF-16 units of what a backend says that the log repeats. Chosen by us. */
export const refusalWordsMax = 300

/** Whether a backend takes the key that the gate signs with. */
export class OwnKey {
  readonly #onChange: (refusal: string | undefined) => void
  #refusedWith: string | undefined

  /** @param onChange Told once when it is refused, with the backend's words, and once when it is not. */
  constructor(onChange: (refusal: string | undefined) => void) {
    this.#onChange = onChange
  }

  get isRefused(): boolean {
    return this.#refusedWith !== undefined
  }

  /**
   * An answer that is about the request. Errors: rejects with a BackendError where it is about the
   * gate's own key, or an error that cannot be read.
   */
  async heard(answer: BackendAnswer, protocol: ProtocolName): Promise<BackendAnswer> {
    const { status } = answer
    if (status !== 400 && status !== 401 && status !== 403) {
      // A 5xx or a redirect may come before the signature has been looked at.
      if (status < 300 || status === 304 || status === 404) this.#changed(undefined, '')
      return answer
    }
    const bytes = await wholeOf(answer.body, renamedBytesMax)
    const whole = { ...answer, body: bytes }
    const code = readErrorCode(protocol, whole)
    // To HEAD there is no code: it is about the key as long as all else is.
    const isAboutKey = code === undefined ? status !== 400 && this.isRefused : codes.has(code)
    if (!isAboutKey) {
      if (code !== undefined) this.#changed(undefined, '')
      // An empty piece would never end it.
      const pieces = bytes.length === 0 ? [] : [bytes]
      return { ...answer, body: Readable.from(pieces, { objectMode: false }) }
    }
    const message = readErrorMessage(protocol, whole) ?? ''
    const words = `${code ?? String(status)}: ${message}`.slice(0, refusalWordsMax)
    if (code !== undefined) this.#changed(code, words)
    throw new BackendError(`it does not take the gate's own key: ${words}`, 'key')
  }

  #changed(code: string | undefined, words: string): void {
    if (code === this.#refusedWith) return
    this.#refusedWith = code
    this.#onChange(code === undefined ? undefined : words)
  }
}
