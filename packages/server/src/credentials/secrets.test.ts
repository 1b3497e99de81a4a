import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { accountIdOf } from '../domain/unique-id.ts'
import { masterKeyFromCommand, masterKeyFromFile, masterKeyFromText } from './master-key.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { sealingKey } from './seal.ts'
import { createSecrets, createSecretVault } from './secrets.ts'

const newKey = () => sealingKey(randomBytes(32))

// Goal: what is sealed opens under its key and its id alone. Source: decision 8.
test('a sealed secret opens under its own id and key, whole', () => {
  const key = newKey()
  const vault = createSecretVault([key], randomBytes)
  const sealed = vault.seal('AKIA1', 'the secret')
  expect(vault.open('AKIA1', sealed)).toBe('the secret')
  expect(vault.open('AKIA2', sealed)).toBeUndefined()
  expect(createSecretVault([newKey()], randomBytes).open('AKIA1', sealed)).toBeUndefined()
  for (let offset = 0; offset < sealed.length; offset++) {
    const altered = Uint8Array.from(sealed)
    altered[offset] = (altered[offset] ?? 0) ^ 1
    expect(vault.open('AKIA1', altered), `byte ${offset}`).toBeUndefined()
    expect(vault.open('AKIA1', sealed.subarray(0, offset))).toBeUndefined()
  }
})

test('two seals of one secret differ, and neither shows it', () => {
  const vault = createSecretVault([newKey()], randomBytes)
  const [first, second] = [vault.seal('AKIA1', 'the secret'), vault.seal('AKIA1', 'the secret')]
  expect(Buffer.from(first).equals(second)).toBe(false)
  expect(Buffer.from(first).includes('secret')).toBe(false)
})

test('after a change of the master key the old one still opens, and the new one seals', () => {
  const [old, fresh] = [newKey(), newKey()]
  const sealed = createSecretVault([old], randomBytes).seal('id', 'x')
  const both = createSecretVault([fresh, old], randomBytes)
  expect(both.open('id', sealed)).toBe('x')
  const resealed = both.seal('id', 'x')
  expect(createSecretVault([fresh], randomBytes).open('id', resealed)).toBe('x')
})

test('a new access key carries its account, and its secret opens', () => {
  const vault = createSecretVault([newKey()], randomBytes)
  const key = createSecrets(vault, randomBytes).newAccessKey('111122223333')
  expect(key.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
  expect(accountIdOf(key.accessKeyId)).toBe('111122223333')
  expect(key.secretAccessKey).toMatch(/^[A-Za-z0-9/+]{40}$/)
  expect(vault.open(key.accessKeyId, key.sealed)).toBe(key.secretAccessKey)
})

const texts: readonly [what: string, text: string, reads: boolean][] = [
  ['base64', Buffer.alloc(32, 7).toString('base64'), true],
  ['hexadecimal', '07'.repeat(32), true],
  ['white space around', ` ${'07'.repeat(32)}\n`, true],
  ['31 bytes', Buffer.alloc(31, 7).toString('base64'), false],
  ['33 bytes', Buffer.alloc(33, 7).toString('base64'), false],
  ['a word', 'changeme', false],
  ['nothing', '', false],
]

for (const [what, text, reads] of texts) {
  test(`a master key as ${what} ${reads ? 'reads' : 'is refused, unrepeated'}`, () => {
    if (reads) expect([...masterKeyFromText(text).bytes]).toEqual([...Buffer.alloc(32, 7)])
    else expect(() => masterKeyFromText(text)).toThrow(/^The master key must be 32 bytes/)
  })
}

test('a master key file is made once, for the owner alone, and others may not read it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'master-key-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'master.key')
  const made = masterKeyFromFile(path, randomBytes)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(masterKeyFromFile(path, randomBytes)).toEqual(made)
  expect(masterKeyFromText(readFileSync(path, 'utf8'))).toEqual(made)
  chmodSync(path, 0o640)
  expect(() => masterKeyFromFile(path, randomBytes)).toThrow('chmod 600')
  chmodSync(path, 0o600)
  writeFileSync(path, '')
  expect(() => masterKeyFromFile(path, randomBytes)).toThrow('32 bytes')
})

test('a master key is what a command prints', () => {
  const key = masterKeyFromCommand(['printf', '07'.repeat(32)])
  expect(key).toEqual(masterKeyFromText('07'.repeat(32)))
  expect(() => masterKeyFromCommand(['false'])).toThrow()
})

test('a password verifies against its own hash, in any normal form, and nothing else', async () => {
  const hash = await hashPassword('pässword', randomBytes)
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$/)
  expect(await verifyPassword('pässword', hash)).toBe(true)
  expect(await verifyPassword('pa\u0308ssword', hash)).toBe(true)
  expect(await verifyPassword('password', hash)).toBe(false)
  expect(await verifyPassword('pässword', `${hash.slice(0, -4)}AAAA`)).toBe(false)
  for (const unreadable of [
    '',
    'pässword',
    '$argon2id$',
    `${hash}$`,
    '$argon2id$v=19$m=0,t=0,p=0$AA$AA',
  ]) {
    expect(await verifyPassword('pässword', unreadable)).toBe(false)
  }
})

// Vector: RFC 7914 §12 is of other parameters, so this row is of scrypt as Node computes it.
test('a scrypt hash, from a runtime without argon2, verifies too', async () => {
  const { scryptSync } = await import('node:crypto')
  const [salt, password] = [Buffer.alloc(16, 1), 'pw']
  const derived = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 })
  const [saltText, hashText] = [salt, derived].map((b) => b.toString('base64').replace(/=+$/, ''))
  const hash = `$scrypt$ln=10,r=8,p=1$${saltText}$${hashText}`
  expect(await verifyPassword(password, hash)).toBe(true)
  expect(await verifyPassword('PW', hash)).toBe(false)
})
