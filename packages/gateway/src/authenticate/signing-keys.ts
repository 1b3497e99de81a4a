import { deriveSigningKey } from '@bailiwick/wire'
import type { SignedRequest } from '@bailiwick/wire'

/** Whose signature stands at the head of a request, and the key that made it. */
export interface RequestSigner {
  readonly signed: SignedRequest
  readonly signingKey: Uint8Array
}

/** Signing keys kept: one per key, day, region and service in use. */
export const signingKeyCountMax = 10_000

/**
 * Derived signing keys, kept as long as the secret is the same: four HMACs a request saved. The
 * oldest make room.
 */
export class SigningKeys {
  readonly #keys = new Map<string, { readonly secret: string; readonly key: Uint8Array }>()
  readonly #countMax: number

  constructor(countMax: number = signingKeyCountMax) {
    this.#countMax = countMax
  }

  get size(): number {
    return this.#keys.size
  }

  keyFor(secretAccessKey: string, { accessKeyId, scope }: SignedRequest): Uint8Array {
    const { date, region, service } = scope
    const name = `${accessKeyId}/${date}/${region}/${service}`
    const kept = this.#keys.get(name)
    if (kept?.secret === secretAccessKey) return kept.key
    const key = deriveSigningKey(secretAccessKey, date, region, service)
    this.#keys.delete(name)
    this.#keys.set(name, { secret: secretAccessKey, key })
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= this.#countMax) break
      this.#keys.delete(oldest)
    }
    return key
  }
}
