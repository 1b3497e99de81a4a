/**
 * The keys that sign outbound web identity tokens, one set for all issuers of the deployment. A new
 * key is published a day before it signs, so that nobody who caches keys meets one he has not seen;
 * a replaced one stays published until no token of it is left.
 */
import { createHash } from 'node:crypto'
import type { CryptoKey, JWK, JWTPayload } from 'jose'
import type { SessionKeyStorage } from './session-keys.ts'
import type { SecretVault } from './secrets.ts'

export const webIdentityAlgorithms = ['RS256', 'ES384'] as const
export type WebIdentityAlgorithm = (typeof webIdentityAlgorithms)[number]

export interface WebIdentityKeys {
  /** A signed token of these claims. The first key is made where there is none. */
  sign(alg: WebIdentityAlgorithm, claims: JWTPayload, now: Date): Promise<string>
  /** The public keys, for verifiers. */
  published(now: Date): Promise<readonly JWK[]>
  /** Makes a successor where a key is old, and forgets those that nothing needs. */
  rotateWhenDue(now: Date): Promise<boolean>
}

const dayMs = 86_400_000
/** Chosen by us. */
export const publishedBeforeMs = dayMs
/** Chosen by us: how long a key signs. */
export const signingLifeMs = 90 * dayMs
/** Longer than any token lives, and than caches keep keys. */
export const publishedAfterMs = 2 * dayMs

interface StoredKey {
  readonly alg: WebIdentityAlgorithm
  readonly pkcs8: string
  readonly publicJwk: JWK
  /** Milliseconds since 1970, as is the time when it begins to sign. */
  readonly signsFrom: number
}

const associatedData = 'web-identity-keys'

/** Throws Error where the master key does not open what is stored. */
export function createWebIdentityKeys(
  storage: SessionKeyStorage,
  vault: SecretVault,
): WebIdentityKeys {
  let keys: Promise<readonly StoredKey[]> | undefined
  const imported = new Map<string, Promise<CryptoKey>>()

  const load = async (): Promise<readonly StoredKey[]> => {
    const sealed = await storage.load()
    if (sealed === undefined) return []
    const text = vault.open(associatedData, Buffer.from(sealed, 'base64'))
    if (text === undefined) {
      throw new Error('The master key does not open the keys of web identity tokens.')
    }
    return JSON.parse(text) as StoredKey[]
  }

  /** One change after the other, each on what the one before has left. */
  function changed(
    change: (known: readonly StoredKey[]) => Promise<readonly StoredKey[]>,
  ): Promise<readonly StoredKey[]> {
    const before = keys ?? load()
    keys = before.then(async (known) => {
      const next = await change(known)
      if (next === known) return known
      const sealed = vault.seal(associatedData, JSON.stringify(next))
      await storage.save(Buffer.from(sealed).toString('base64'))
      return next
    })
    keys.catch(() => (keys = undefined)) // The next call loads anew.
    return keys
  }

  const withFirst = (now: Date) =>
    changed(async (known) => (known.length > 0 ? known : newKeys(now.getTime())))

  return {
    async sign(alg, claims, now) {
      const stored = signing(await withFirst(now), alg, now.getTime())
      const kid = stored.publicJwk.kid ?? ''
      const { importPKCS8, SignJWT } = await import('jose') // Not at start: few ever sign.
      const key = imported.get(kid) ?? importPKCS8(stored.pkcs8, alg)
      imported.set(kid, key)
      return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(await key)
    },

    async published(now) {
      return (await withFirst(now)).map(({ publicJwk }) => publicJwk)
    },

    async rotateWhenDue(now) {
      const time = now.getTime()
      const before = await (keys ??= load())
      const after = await changed(async (known) => {
        const kept = known.filter((key) => isNeeded(known, key, time))
        const newest = Math.max(...known.map(({ signsFrom }) => signsFrom))
        const isDue = known.length > 0 && time >= newest + signingLifeMs - publishedBeforeMs
        if (isDue) return [...kept, ...(await newKeys(time + publishedBeforeMs))]
        return kept.length < known.length ? kept : known
      })
      return after !== before
    },
  }
}

/** The one of the algorithm that has begun to sign last. */
function signing(keys: readonly StoredKey[], alg: WebIdentityAlgorithm, time: number): StoredKey {
  const begun = keys.filter((key) => key.alg === alg && key.signsFrom <= time)
  const found = begun.toSorted((a, b) => b.signsFrom - a.signsFrom)[0]
  if (!found) throw new Error(`No key signs ${alg} yet`)
  return found
}

/** Until its successor has signed for so long that no token of it is left. */
function isNeeded(keys: readonly StoredKey[], key: StoredKey, time: number): boolean {
  const successors = keys.filter(({ alg, signsFrom }) => {
    return alg === key.alg && signsFrom > key.signsFrom
  })
  return successors.every(({ signsFrom }) => time < signsFrom + publishedAfterMs)
}

function newKeys(signsFrom: number): Promise<readonly StoredKey[]> {
  return Promise.all(webIdentityAlgorithms.map((alg) => newKey(alg, signsFrom)))
}

async function newKey(alg: WebIdentityAlgorithm, signsFrom: number): Promise<StoredKey> {
  const { exportJWK, exportPKCS8, generateKeyPair } = await import('jose')
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url').slice(0, 22)
  const publicJwk = { ...jwk, kid, alg, use: 'sig' }
  return { alg, pkcs8: await exportPKCS8(privateKey), publicJwk, signsFrom }
}
