import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createPasswords, passwordHistoryMax } from './passwords.ts'
import { sealingKey } from './seal.ts'
import { createSecretVault } from './secrets.ts'

// Goal: passwords are kept as sealed hashes, with as many former ones as a policy may ask for.
const vault = createSecretVault([sealingKey(randomBytes(32))], randomBytes)
const passwords = createPasswords(vault, randomBytes, { memory: 4096, passes: 1, parallelism: 1 })

test('the one that holds matches; former and other ones do not', async () => {
  const first = await passwords.sealNew('LOGP1', 'first')
  const second = await passwords.sealNew('LOGP1', 'second', first)
  expect(await passwords.matches('LOGP1', 'second', second)).toBe(true)
  expect(await passwords.matches('LOGP1', 'first', second)).toBe(false)
  expect(await passwords.matches('LOGP1', '', second)).toBe(false)
  expect(await passwords.wasUsed('LOGP1', 'second', second, 1)).toBe(true)
  expect(await passwords.wasUsed('LOGP1', 'first', second, 1)).toBe(false)
  expect(await passwords.wasUsed('LOGP1', 'first', second, 2)).toBe(true)
  expect(await passwords.wasUsed('LOGP1', 'second', second, 0)).toBe(false)
})

test('where there is no record nothing matches, after as much work', async () => {
  const millis = async (sealed: Uint8Array | undefined): Promise<number> => {
    const start = performance.now()
    expect(await passwords.matches('LOGP1', 'wrong', sealed)).toBe(false)
    return performance.now() - start
  }
  await millis(undefined) // Makes the decoy.
  const real = await millis(await passwords.sealNew('LOGP1', 'right'))
  expect(await millis(undefined)).toBeGreaterThan(real / 10)
})

test('a record of another profile, or altered, is a defect and not a wrong password', async () => {
  const sealed = await passwords.sealNew('LOGP1', 'password')
  await expect(passwords.matches('LOGP2', 'password', sealed)).rejects.toThrow('cannot be opened')
  const altered = Uint8Array.from(sealed)
  altered[40] = (altered[40] ?? 0) ^ 1
  await expect(passwords.matches('LOGP1', 'password', altered)).rejects.toThrow('cannot be opened')
})

test('the record keeps 24 passwords and not one more', async () => {
  // Made by hand: hashing 25 times would take seconds.
  const former = Array.from({ length: passwordHistoryMax }, (_, i) => `$argon2id$former-${i}`)
  const before = vault.seal('LOGP1', JSON.stringify(former))
  const sealed = await passwords.sealNew('LOGP1', 'new', before)
  const kept = JSON.parse(vault.open('LOGP1', sealed) ?? '') as string[]
  expect(kept).toHaveLength(24)
  expect(kept.slice(1)).toEqual(former.slice(0, 23))
})
