import { randomBytes } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import { expect, test } from 'vitest'
import { sealingKey } from './seal.ts'
import { createSecretVault } from './secrets.ts'
import {
  createWebIdentityKeys,
  publishedAfterMs,
  publishedBeforeMs,
  signingLifeMs,
} from './web-identity-keys.ts'
import type { WebIdentityAlgorithm, WebIdentityKeys } from './web-identity-keys.ts'

// Goal: who caches the published keys never meets a token of a key that was not among them, and
// what is stored shows no key. Chosen by us.
const start = Date.parse('2026-11-24T12:00:00Z')
const at = (ms: number) => new Date(start + ms)

async function kidOf(keys: WebIdentityKeys, alg: WebIdentityAlgorithm, ms: number) {
  const { kid } = decodeProtectedHeader(await keys.sign(alg, { sub: 'x' }, at(ms)))
  return kid
}

function open(
  vault = createSecretVault([sealingKey(randomBytes(32))], randomBytes),
  saved: { text?: string } = {},
) {
  const storage = {
    load: () => Promise.resolve(saved.text),
    save(text: string) {
      saved.text = text
      return Promise.resolve()
    },
  }
  return { keys: createWebIdentityKeys(storage, vault), vault, saved }
}

test('the first keys are made once, are published, and come back after a restart', async () => {
  const { keys, vault, saved } = open()
  const [one, two] = await Promise.all([kidOf(keys, 'RS256', 0), kidOf(keys, 'RS256', 0)])
  expect(one).toBe(two)
  const published = await keys.published(at(0))
  expect(published.map(({ alg }) => alg)).toEqual(['RS256', 'ES384'])
  expect(JSON.stringify(published)).not.toContain('"d"')
  expect(Buffer.from(saved.text ?? '', 'base64').toString('latin1')).not.toContain('PRIVATE')
  const restarted = open(vault, saved).keys
  expect(await restarted.published(at(0))).toEqual(published)
  await expect(kidOf(open(undefined, saved).keys, 'RS256', 0)).rejects.toThrow('master key')
})

test('a successor is published a day before it signs, and the old one stays for two days after', async () => {
  const { keys } = open()
  const first = await kidOf(keys, 'ES384', 0)
  const kids = async (ms: number) =>
    (await keys.published(at(ms))).filter(({ alg }) => alg === 'ES384').map(({ kid }) => kid)
  const due = signingLifeMs - publishedBeforeMs
  expect(await keys.rotateWhenDue(at(due - 1))).toBe(false)
  expect(await keys.rotateWhenDue(at(due))).toBe(true)
  expect(await keys.rotateWhenDue(at(due + 1))).toBe(false)
  expect(await kids(due)).toHaveLength(2)
  expect(await kidOf(keys, 'ES384', signingLifeMs - 1)).toBe(first)
  const second = await kidOf(keys, 'ES384', signingLifeMs)
  expect(second).not.toBe(first)
  expect(await keys.rotateWhenDue(at(signingLifeMs + publishedAfterMs - 1))).toBe(false)
  expect(await kids(signingLifeMs)).toEqual([first, second])
  expect(await keys.rotateWhenDue(at(signingLifeMs + publishedAfterMs))).toBe(true)
  expect(await kids(signingLifeMs)).toEqual([second])
})

test('a save that fails leaves no key behind that would sign', async () => {
  const vault = createSecretVault([sealingKey(randomBytes(32))], randomBytes)
  let fails = true
  let saved: string | undefined
  const storage = {
    load: () => Promise.resolve(saved),
    save(text: string) {
      if (fails) return Promise.reject(new Error('disk full'))
      saved = text
      return Promise.resolve()
    },
  }
  const keys = createWebIdentityKeys(storage, vault)
  await expect(kidOf(keys, 'RS256', 0)).rejects.toThrow('disk full')
  fails = false
  const kid = await kidOf(keys, 'RS256', 0)
  expect(await kidOf(createWebIdentityKeys(storage, vault), 'RS256', 0)).toBe(kid)
})
