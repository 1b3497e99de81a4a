/**
 * The exchange tokens of delegation requests, sealed under the deployment's session keys. Their
 * associated data is no access key id, so that neither kind of token opens as the other.
 */
import type { TradeInTokensPort } from './port.ts'
import { open, sealedKeyId } from './seal.ts'
import type { SessionKeys } from './session-keys.ts'

/** No access key id: those have no space in them. */
const associatedData = 'delegation trade-in token'

/** Characters: a UUID, a time, the seal, and base64url on top. Longer is none of ours. */
const tokenCharsMax = 512

/** As short as JSON allows. `e`: milliseconds since 1970. */
interface PackedTradeIn {
  readonly d: string
  readonly e: number
}

/** @param keys The deployment's: they outlive the longest delegated session, of 12 hours. */
export function createTradeInTokens(keys: SessionKeys): TradeInTokensPort {
  return {
    issue({ delegationRequestId, expiresAt }) {
      const packed: PackedTradeIn = { d: delegationRequestId, e: expiresAt.getTime() }
      const sealed = keys.seal(associatedData, Buffer.from(JSON.stringify(packed)))
      return Buffer.from(sealed).toString('base64url')
    },

    open(token, now) {
      const plaintext = opened(keys, token)
      if (plaintext === undefined) return { ok: false, problem: 'invalid' }
      const { d: delegationRequestId, e } = JSON.parse(plaintext) as PackedTradeIn
      const expiresAt = new Date(e)
      if (now >= expiresAt) return { ok: false, problem: 'expired' }
      return { ok: true, claims: { delegationRequestId, expiresAt } }
    },
  }
}

/** Only the one way to write the bytes counts: base64 has unused bits and lenient readers. */
function opened(keys: SessionKeys, token: string): string | undefined {
  if (token.length > tokenCharsMax) return undefined
  const sealed = Buffer.from(token, 'base64url')
  if (sealed.toString('base64url') !== token) return undefined
  const keyId = sealedKeyId(sealed)
  const key = keyId === undefined ? undefined : keys.byId(keyId)
  const plaintext = key && open(key, associatedData, sealed)
  return plaintext && Buffer.from(plaintext).toString()
}
