/**
 * The rotating keys that session tokens are sealed under. Every node of a deployment loads the
 * same set; a key that was replaced opens tokens for as long as one may live.
 */
import { seal, sealingKey, sealingKeyBytes } from './seal.ts'
import type { RandomBytes, SealingKey } from './seal.ts'
import type { SecretVault } from './secrets.ts'

/** Where the set is kept: sealed, as base64. Handed in by the composition root. */
export interface SessionKeyStorage {
  load(): Promise<string | undefined>
  /** Durable before it returns: a key that may be lost must not seal. */
  save(sealed: string): Promise<void>
}

export interface SessionKeys {
  /** Seals under the current key. */
  seal(associatedData: string, plaintext: Uint8Array): Uint8Array
  /** Current or retired; undefined once gone, and for keys of another deployment. */
  byId(id: string): SealingKey | undefined
  /** Replaces the current key where it is a day old, and forgets those retired for 36 hours. */
  rotateWhenDue(now: Date): Promise<boolean>
  /** Takes over what another node has saved. */
  reload(): Promise<void>
}

/** The longest a token lives. Source: STS API Reference, GetSessionToken, DurationSeconds. */
export const tokenLifeSecondsMax = 129_600

/** Chosen by us: keeps a key far below the 2³² tokens that random nonces allow. */
const currentLifeSeconds = 86_400

const associatedData = 'session-keys'

interface KeyRecord {
  readonly key: SealingKey
  readonly madeAt: number
  readonly retiredAt?: number
}

interface StoredKey {
  readonly key: string
  readonly madeAt: number
  readonly retiredAt?: number
}

/** Loads the set, and makes one at first start. Throws Error where the master key does not open it. */
export async function openSessionKeys(
  storage: SessionKeyStorage,
  vault: SecretVault,
  randomBytes: RandomBytes,
  now: Date,
): Promise<SessionKeys> {
  const newRecord = (at: number): KeyRecord => ({
    key: sealingKey(randomBytes(sealingKeyBytes)),
    madeAt: at,
  })
  const save = (records: readonly KeyRecord[]) =>
    storage.save(Buffer.from(vault.seal(associatedData, serialised(records))).toString('base64'))
  const load = async () => {
    const sealed = await storage.load()
    return sealed === undefined ? undefined : parsed(vault, sealed)
  }

  let records = await load()
  if (records === undefined) {
    records = [newRecord(now.getTime())]
    await save(records)
  }
  let current = currentOf(records)

  return {
    seal: (data, plaintext) => seal(current.key, data, plaintext, randomBytes),
    byId: (id) => records?.find((record) => record.key.id === id)?.key,
    async rotateWhenDue(at) {
      const time = at.getTime()
      if (time - current.madeAt < currentLifeSeconds * 1000) return false
      const alive = (records ?? [])
        .map((record) => ({ ...record, retiredAt: record.retiredAt ?? time }))
        .filter((record) => time - record.retiredAt < tokenLifeSecondsMax * 1000)
      const next = [newRecord(time), ...alive]
      await save(next)
      records = next
      current = currentOf(next)
      return true
    },
    async reload() {
      records = (await load()) ?? records
      current = currentOf(records ?? [])
    },
  }
}

function currentOf(records: readonly KeyRecord[]): KeyRecord {
  const current = records.find((record) => record.retiredAt === undefined)
  if (!current) throw new Error('The set of session keys has no current key.')
  return current
}

function serialised(records: readonly KeyRecord[]): string {
  const stored = records.map(({ key, ...times }): StoredKey => ({
    key: Buffer.from(key.bytes).toString('base64'),
    ...times,
  }))
  return JSON.stringify(stored)
}

function parsed(vault: SecretVault, sealed: string): readonly KeyRecord[] {
  const text = vault.open(associatedData, Buffer.from(sealed, 'base64'))
  if (text === undefined) {
    throw new Error(
      'The master key does not open the session keys: it is not the one they were sealed with.',
    )
  }
  return (JSON.parse(text) as StoredKey[]).map(({ key, ...times }) => ({
    key: sealingKey(Buffer.from(key, 'base64')),
    ...times,
  }))
}
