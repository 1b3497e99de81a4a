import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { rsaPublicKey, sshLine } from '../testing/certificates.ts'
import { isSameSshPublicKey, parseSshPublicKey, sshPublicKeyPem } from './ssh-public-key.ts'

// Goal: RSA keys in both encodings, and nothing else. Source: RFC 4253 §6.6, RFC 4251 §5; IAM API
// Reference, UploadSSHPublicKey.
const key = rsaPublicKey()
const line = sshLine(key)
const spki = key.export({ type: 'spki', format: 'pem' }).toString()
const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64')

function ofBlob(bytes: Uint8Array): string {
  return `ssh-rsa ${Buffer.from(bytes).toString('base64')}`
}

/** A blob of strings, each with its length before it. */
function blobOf(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, part]
    }),
  )
}

const name = Buffer.from('ssh-rsa')
const exponent = Buffer.of(1, 0, 1)
const modulus = blob.subarray(4 + 7 + 4 + 3 + 4)

const accepted: readonly [what: string, body: string, text: string][] = [
  ['a line of OpenSSH', line, line],
  ['with a comment', `${line} ann@example.com`, `${line} ann@example.com`],
  ['with spaces in the comment', `${line}  of Ann \n`, `${line} of Ann`],
  ['PEM, SubjectPublicKeyInfo', spki, line],
  ['PEM, PKCS #1', key.export({ type: 'pkcs1', format: 'pem' }).toString(), line],
  ['PEM with carriage returns', spki.replaceAll('\n', '\r\n'), line],
  ['put together by hand', ofBlob(blobOf(name, exponent, modulus)), line],
]

test.each(accepted)('taken: %s', (_what, body, text) => {
  expect(parseSshPublicKey(body)).toMatchObject({ text })
  expect(sshPublicKeyPem(text)).toBe(spki)
})

const ed25519 = generateKeyPairSync('ed25519')
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const even = Buffer.from(modulus)
even[even.length - 1] = 2

const refused: readonly [what: string, body: string, problem: 'invalid' | 'unrecognized'][] = [
  ['nothing', '', 'unrecognized'],
  ['another text', 'a key', 'unrecognized'],
  ['another algorithm', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKzv ann', 'unrecognized'],
  ['options before the algorithm', `no-pty ${line}`, 'unrecognized'],
  ['a private key', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }), 'unrecognized'],
  ['a certificate', spki.replaceAll('PUBLIC KEY', 'CERTIFICATE'), 'unrecognized'],
  ['RFC 4716', '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA', 'unrecognized'],
  ['no base64', 'ssh-rsa !!!', 'invalid'],
  ['base64 cut short', line.slice(0, -1), 'invalid'],
  ['two lines', `${line}\n${line}`, 'invalid'],
  ['PEM without end', spki.slice(0, 200), 'invalid'],
  ['two PEM blocks', spki + spki, 'invalid'],
  [
    'another algorithm inside',
    ofBlob(blobOf(Buffer.from('ssh-dss'), exponent, modulus)),
    'invalid',
  ],
  ['one number', ofBlob(blobOf(name, exponent)), 'invalid'],
  ['three numbers', ofBlob(blobOf(name, exponent, modulus, exponent)), 'invalid'],
  ['a byte too many', ofBlob(Buffer.concat([blob, Buffer.of(0)])), 'invalid'],
  ['a byte too few', ofBlob(blob.subarray(0, -1)), 'invalid'],
  ['a length beyond the end', ofBlob(Buffer.from('ffffffff737368', 'hex')), 'invalid'],
  ['a negative modulus', ofBlob(blobOf(name, exponent, modulus.subarray(1))), 'invalid'],
  ['a zero too many', ofBlob(blobOf(name, Buffer.of(0, 1, 0, 1), modulus)), 'invalid'],
  ['exponent 0', ofBlob(blobOf(name, Buffer.of(), modulus)), 'invalid'],
  ['exponent 1', ofBlob(blobOf(name, Buffer.of(1), modulus)), 'invalid'],
  ['an even exponent', ofBlob(blobOf(name, Buffer.of(4), modulus)), 'invalid'],
  ['an even modulus', ofBlob(blobOf(name, exponent, even)), 'invalid'],
  ['2047 bits', ofBlob(blobOf(name, exponent, shifted(modulus))), 'invalid'],
  ['1024 bits in PEM', pem(rsaPublicKey(1024)), 'invalid'],
  ['16,392 bits', ofBlob(blobOf(name, exponent, Buffer.alloc(2049, 0x7f))), 'invalid'],
  ['an elliptic curve in PEM', pem(ec.publicKey), 'invalid'],
  ['Ed25519 in PEM', pem(ed25519.publicKey), 'invalid'],
  ['RSA-PSS in PEM', pem(pss.publicKey), 'invalid'],
] as readonly [string, string, 'invalid' | 'unrecognized'][]

function pem(publicKey: typeof key): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

/** One bit shorter: positive, without the leading zero. */
function shifted(number: Buffer): Buffer {
  const bytes = Buffer.from(number.subarray(1))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

test.each(refused)('refused: %s', (_what, body, problem) => {
  expect(parseSshPublicKey(body)).toBe(problem)
})

test('2048 bits are enough, and 16,384 not too many', () => {
  expect(parseSshPublicKey(line)).toHaveProperty('fingerprint')
  const largest = Buffer.alloc(2049, 0xff)
  largest[0] = 0
  expect(parseSshPublicKey(ofBlob(blobOf(name, exponent, largest)))).toHaveProperty('fingerprint')
})

test('two texts are one key whatever their comments', () => {
  expect(isSameSshPublicKey(line, `${line} ann`)).toBe(true)
  expect(isSameSshPublicKey(line, sshLine(rsaPublicKey(2048, 'other')))).toBe(false)
})

function hasSshKeygen(): boolean {
  try {
    execFileSync('ssh-keygen', ['-A', '-f', '/nowhere'], { stdio: 'ignore' })
  } catch (error) {
    return (error as { code?: string }).code !== 'ENOENT'
  }
  return true
}

test.skipIf(!hasSshKeygen())('ssh-keygen shows the same fingerprint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-ssh-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'id.pub')
  writeFileSync(file, `${line}\n`)
  const shown = execFileSync('ssh-keygen', ['-l', '-E', 'md5', '-f', file]).toString()
  const parsed = parseSshPublicKey(line)
  if (typeof parsed === 'string') throw new Error(parsed)
  expect(parsed.fingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/)
  expect(shown).toContain(`MD5:${parsed.fingerprint}`)
})

test('whatever comes, it is a key that comes back as it is, or a problem', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string().map((rest) => `ssh-rsa ${rest}`),
    fc.uint8Array({ maxLength: 600 }).map(ofBlob),
    fc.tuple(fc.nat(blob.length - 1), fc.nat(255)).map(([at, byte]) => {
      const altered = Buffer.from(blob)
      altered[at] = byte
      return ofBlob(altered)
    }),
    fc.tuple(fc.nat(spki.length), fc.string({ maxLength: 3 })).map(([at, put]) => {
      return spki.slice(0, at) + put + spki.slice(at + 1)
    }),
  )
  fc.assert(
    fc.property(text, (body) => {
      const parsed = parseSshPublicKey(body)
      if (typeof parsed === 'string') return
      expect(parseSshPublicKey(parsed.text)).toEqual(parsed)
      expect(parseSshPublicKey(sshPublicKeyPem(parsed.text))).toMatchObject({
        fingerprint: parsed.fingerprint,
      })
    }),
    { numRuns: 500 },
  )
})
