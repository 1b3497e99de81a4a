import { uniqueId } from '../domain/unique-id.ts'
import { createFailureLocks } from './failure-locks.ts'
import { createMfa } from './mfa.ts'
import type { HashCost } from './password.ts'
import { createPasswords } from './passwords.ts'
import type { SecretsPort } from './port.ts'
import { open, seal, sealedKeyId } from './seal.ts'
import type { RandomBytes, SealingKey } from './seal.ts'

/** Seals what the store keeps beside entities, and opens it again. */
export interface SecretVault {
  /** @param entityId What the secret belongs to: it opens under the same id alone. */
  seal(entityId: string, secret: string): Uint8Array
  /** Undefined where no key at hand opens it under this id. */
  open(entityId: string, sealed: Uint8Array): string | undefined
}

/**
 * @param keys The first seals; the others, of before a change of the master key, only open.
 */
export function createSecretVault(
  keys: readonly [SealingKey, ...SealingKey[]],
  randomBytes: RandomBytes,
): SecretVault {
  return {
    seal: (entityId, secret) => seal(keys[0], entityId, Buffer.from(secret), randomBytes),
    open(entityId, sealed) {
      const id = sealedKeyId(sealed)
      const key = keys.find((candidate) => candidate.id === id)
      const plaintext = key && open(key, entityId, sealed)
      return plaintext && Buffer.from(plaintext).toString()
    },
  }
}

/** 30 random bytes are 40 characters of `[A-Za-z0-9/+]`. Source: IAM User Guide, access keys. */
export function newSecretAccessKey(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(30)).toString('base64')
}

/** @param passwordCost Another one only in tests. */
export function createSecrets(
  vault: SecretVault,
  randomBytes: RandomBytes,
  passwordCost?: HashCost,
): SecretsPort {
  return {
    passwords: createPasswords(vault, randomBytes, passwordCost),
    passwordLocks: createFailureLocks(),
    mfa: createMfa(vault, randomBytes),

    newAccessKey(accountId) {
      const accessKeyId = uniqueId('AKIA', accountId, randomBytes(17))
      const secretAccessKey = newSecretAccessKey(randomBytes)
      return { accessKeyId, secretAccessKey, sealed: vault.seal(accessKeyId, secretAccessKey) }
    },

    seal: (entityId, secret) => vault.seal(entityId, secret),
  }
}
