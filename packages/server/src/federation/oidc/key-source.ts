/**
 * The verification keys of issuers, from memory where they are fresh. Nobody has signed in yet
 * when keys are asked for: whatever is fetched is fetched once for all who wait, and not again
 * before a while has passed, however many ask.
 */
import type { KeyObject } from 'node:crypto'
import { FetchFailure } from './fetch-failure.ts'
import type { Trust } from './trust.ts'
import { keyFor, verificationKeys } from './verification-key.ts'
import type { SignatureAlgorithm, VerificationKey } from './verification-key.ts'

export interface Issuer extends Trust {
  /** As in the `iss` of its tokens. */
  readonly url: string
}

export interface WantedKey {
  readonly kid: string | undefined
  readonly alg: SignatureAlgorithm
}

export interface KeySource {
  /** Undefined where the issuer has no such key. Errors: FetchFailure. */
  find(issuer: Issuer, wanted: WantedKey, now: Date): Promise<KeyObject | undefined>
}

/** Chosen by us: how long a key that its issuer has withdrawn may still verify. */
export const freshMs = 600_000
/** Chosen by us: between two fetches of one issuer, for a key that is not there, or in vain. */
export const fetchIntervalMs = 10_000
/** Issuers kept in memory; the oldest make room. */
const issuersMax = 1000

interface Entry {
  keys: readonly VerificationKey[]
  fetchedAtMs: number
  attemptedAtMs: number
  failure: FetchFailure | undefined
  fetching: Promise<void> | undefined
}

/** @param getDocument A JSON document over HTTPS: `getJson`. */
export function createKeySource(
  getDocument: (url: string, trust: Trust) => Promise<unknown>,
): KeySource {
  const entries = new Map<string, Entry>()

  /** Whom one account trusts by a thumbprint, another need not: they share no keys. */
  function entryOf(issuer: Issuer): Entry {
    const name = JSON.stringify([issuer.url, [...issuer.thumbprints].sort()])
    const known = entries.get(name)
    if (known) return known
    const entry: Entry = {
      keys: [],
      fetchedAtMs: -Infinity,
      attemptedAtMs: -Infinity,
      failure: undefined,
      fetching: undefined,
    }
    entries.set(name, entry)
    for (const oldest of entries.keys()) {
      if (entries.size <= issuersMax) break
      entries.delete(oldest)
    }
    return entry
  }

  async function fetchKeys(entry: Entry, issuer: Issuer, nowMs: number): Promise<void> {
    entry.attemptedAtMs = nowMs
    try {
      entry.keys = await keysOf(issuer, getDocument)
      entry.fetchedAtMs = nowMs
      entry.failure = undefined
    } catch (error) {
      if (!(error instanceof FetchFailure)) throw error
      entry.failure = error
    }
  }

  return {
    async find(issuer, wanted, now) {
      const entry = entryOf(issuer)
      const nowMs = now.getTime()
      const isFresh = () => nowMs - entry.fetchedAtMs < freshMs
      const known = isFresh() ? keyFor(entry.keys, wanted) : undefined
      if (known) return known
      if (entry.fetching || nowMs - entry.attemptedAtMs >= fetchIntervalMs) {
        entry.fetching ??= fetchKeys(entry, issuer, nowMs).finally(() => {
          entry.fetching = undefined
        })
        await entry.fetching
      }
      // Keys that are no longer fresh verify nothing, even where the issuer does not answer.
      if (!isFresh() && entry.failure) throw entry.failure
      return isFresh() ? keyFor(entry.keys, wanted) : undefined
    },
  }
}

/** Source: OpenID Connect Discovery 1.0 §4. */
async function keysOf(
  issuer: Issuer,
  getDocument: (url: string, trust: Trust) => Promise<unknown>,
): Promise<readonly VerificationKey[]> {
  const base = issuer.url.replace(/\/$/, '')
  const configuration = await getDocument(`${base}/.well-known/openid-configuration`, issuer)
  const { issuer: named, jwks_uri: keysUrl } = (configuration ?? {}) as Record<string, unknown>
  if (named !== issuer.url) {
    throw new FetchFailure('unacceptable', `${issuer.url} calls itself ${String(named)}`)
  }
  if (typeof keysUrl !== 'string') {
    throw new FetchFailure('unacceptable', `${issuer.url} names no jwks_uri`)
  }
  const keys = verificationKeys(await getDocument(keysUrl, issuer))
  if (keys === undefined) throw new FetchFailure('unacceptable', `${keysUrl} is no key set`)
  return keys
}
