/** Sign-in tokens: sealed, for a quarter of an hour, with the credentials that they stand for. */
import type { SealedMessagesPort } from '../credentials/sealed-messages.ts'

/** Source: IAM User Guide, "Enable custom identity broker access to the AWS console". */
export const signinTokenSeconds = 900

export interface SigninToken {
  /** Tells it from any other, once it is used. */
  readonly nonce: string
  readonly expiresAt: Date
  readonly accessKeyId: string
  /** Of the credentials: they must still be good at the sign-in. */
  readonly sessionToken: string
  /** When the console's session ends; absent: with the credentials. */
  readonly sessionExpiresAt?: Date
}

interface Packed {
  readonly n: string
  /** Milliseconds since 1970, here and in `s`. */
  readonly e: number
  readonly k: string
  readonly t: string
  readonly s?: number
}

const purpose = 'sign-in'

export function sealSigninToken(messages: SealedMessagesPort, token: SigninToken): string {
  const { nonce, expiresAt, accessKeyId, sessionToken, sessionExpiresAt } = token
  const packed: Packed = {
    n: nonce,
    e: expiresAt.getTime(),
    k: accessKeyId,
    t: sessionToken,
    ...(sessionExpiresAt && { s: sessionExpiresAt.getTime() }),
  }
  return messages.seal(purpose, JSON.stringify(packed))
}

/** Undefined for what is no token of ours, or has expired. Never throws, whatever the text. */
export function openSigninToken(
  messages: SealedMessagesPort,
  text: string,
  now: Date,
): SigninToken | undefined {
  const opened = messages.open(purpose, text)
  if (opened === undefined) return undefined
  const { n, e, k, t, s } = JSON.parse(opened) as Packed
  if (now.getTime() >= e) return undefined
  return {
    nonce: n,
    expiresAt: new Date(e),
    accessKeyId: k,
    sessionToken: t,
    ...(s !== undefined && { sessionExpiresAt: new Date(s) }),
  }
}
