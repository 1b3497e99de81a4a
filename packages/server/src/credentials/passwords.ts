import { hashPassword, verifyPassword, type HashCost } from './password.ts'
import type { PasswordsPort } from './port.ts'
import type { RandomBytes } from './seal.ts'
import type { SecretVault } from './secrets.ts'

/** The most that a policy may remember. Source: IAM API Reference, UpdateAccountPasswordPolicy. */
export const passwordHistoryMax = 24

/**
 * Hashes of passwords, sealed: the one that holds now and up to 23 former ones, newest first. They
 * are kept whatever the policy says, so that one set later knows them.
 */
export function createPasswords(
  vault: SecretVault,
  randomBytes: RandomBytes,
  cost?: HashCost,
): PasswordsPort {
  let decoy: Promise<string> | undefined
  const unguessable = () => Buffer.from(randomBytes(32)).toString('base64')

  /** Newest first; throws where the record is damaged, or sealed by a key that is not at hand. */
  function hashesOf(profileId: string, sealed: Uint8Array | undefined): readonly string[] {
    if (sealed === undefined) return []
    const text = vault.open(profileId, sealed)
    if (text === undefined) throw new Error(`the passwords of ${profileId} cannot be opened`)
    return JSON.parse(text) as string[]
  }

  return {
    async sealNew(profileId, password, before) {
      const former = hashesOf(profileId, before)
      const hash = await hashPassword(password, randomBytes, cost)
      const hashes = [hash, ...former].slice(0, passwordHistoryMax)
      return vault.seal(profileId, JSON.stringify(hashes))
    },

    async matches(profileId, password, sealed) {
      const [hash] = hashesOf(profileId, sealed)
      if (hash !== undefined) return verifyPassword(password, hash)
      // Whoever has no password is told from one that is wrong by nothing, time included.
      decoy ??= hashPassword(unguessable(), randomBytes, cost)
      await verifyPassword(password, await decoy)
      return false
    },

    async wasUsed(profileId, password, sealed, count) {
      // One after the other: each takes 64 MiB.
      for (const hash of hashesOf(profileId, sealed).slice(0, count)) {
        if (await verifyPassword(password, hash)) return true
      }
      return false
    },
  }
}
