/**
 * RSA public keys as OpenSSH and PEM write them.
 * Source: RFC 4253 §6.6 and RFC 4251 §5 (string, mpint); RFC 7468 for PEM; IAM API Reference,
 * UploadSSHPublicKey: ssh-rsa or PEM, 2048 bits at least.
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { parsePem } from './pem.ts'

export interface SshPublicKey {
  /** `ssh-rsa AAAA…`, with the comment where there was one. */
  readonly text: string
  /** MD5 of the key's bytes: 16 pairs of hexadecimal digits between colons, as ssh-keygen shows it. */
  readonly fingerprint: string
}

/** `unrecognized`: neither of the two encodings. `invalid`: no RSA key, or one of another size. */
export type SshPublicKeyProblem = 'unrecognized' | 'invalid'

const modulusBitsMin = 2048
/** What OpenSSH takes; chosen by us. */
const modulusBitsMax = 16_384

const algorithm = 'ssh-rsa'
const line = /^ssh-rsa[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]+([^\r\n]*))?$/
const pemTypes: Readonly<Record<string, 'spki' | 'pkcs1'>> = {
  'PUBLIC KEY': 'spki',
  'RSA PUBLIC KEY': 'pkcs1',
}

/** Total: whatever is not a key of the two encodings is a problem. */
export function parseSshPublicKey(body: string): SshPublicKey | SshPublicKeyProblem {
  const text = body.trim()
  if (/^ssh-rsa\s/.test(text)) return ofLine(text)
  return text.startsWith('-----BEGIN ') ? ofPem(text) : 'unrecognized'
}

/** The key in PEM, as SubjectPublicKeyInfo. @param text As `parseSshPublicKey` gives it. */
export function sshPublicKeyPem(text: string): string {
  const numbers = numbersOf(blobOf(text))
  if (!numbers) throw new Error('not a key of ours')
  return keyOf(numbers).export({ type: 'spki', format: 'pem' }).toString()
}

/** Whether two texts are one key, whatever their comments. */
export function isSameSshPublicKey(a: string, b: string): boolean {
  return blobOf(a).equals(blobOf(b))
}

function blobOf(text: string): Buffer {
  return Buffer.from(text.split(' ')[1] ?? '', 'base64')
}

function ofLine(text: string): SshPublicKey | SshPublicKeyProblem {
  const [, encoded = '', comment = ''] = line.exec(text) ?? []
  const blob = Buffer.from(encoded, 'base64')
  if (blob.toString('base64') !== encoded) return 'invalid'
  return numbersOf(blob) ? keyText(blob, comment.trim()) : 'invalid'
}

function ofPem(text: string): SshPublicKey | SshPublicKeyProblem {
  const [block, ...more] = parsePem(text) ?? []
  if (!block || more.length > 0) return 'invalid'
  const type = pemTypes[block.label]
  if (type === undefined) return 'unrecognized'
  const key = publicKey(block.der, type)
  if (key?.asymmetricKeyType !== 'rsa') return 'invalid'
  const { e = '', n = '' } = key.export({ format: 'jwk' })
  const exponent = mpint(Buffer.from(e, 'base64url'))
  const modulus = mpint(Buffer.from(n, 'base64url'))
  const blob = Buffer.concat([Buffer.from(algorithm), exponent, modulus].map(lengthPrefixed))
  return numbersOf(blob) ? keyText(blob, '') : 'invalid'
}

function publicKey(der: Buffer, type: 'spki' | 'pkcs1'): KeyObject | undefined {
  try {
    return createPublicKey({ key: der, format: 'der', type })
  } catch {
    return undefined
  }
}

function keyText(blob: Buffer, comment: string): SshPublicKey {
  const digest = createHash('md5').update(blob).digest('hex')
  const fingerprint = (digest.match(/../g) ?? []).join(':')
  const text = `${algorithm} ${blob.toString('base64')}`
  return { text: comment === '' ? text : `${text} ${comment}`, fingerprint }
}

interface RsaNumbers {
  readonly exponent: Buffer
  readonly modulus: Buffer
}

/** Undefined for what is not exactly one RSA key of an acceptable size. */
function numbersOf(blob: Buffer): RsaNumbers | undefined {
  const [name, exponent, modulus, ...rest] = strings(blob) ?? []
  if (!name || !exponent || !modulus || rest.length > 0) return undefined
  if (name.toString('latin1') !== algorithm) return undefined
  if (!isPositive(exponent) || !isPositive(modulus)) return undefined
  const bits = bitLength(modulus)
  if (bits < modulusBitsMin || bits > modulusBitsMax) return undefined
  if (bitLength(exponent) < 2 || bitLength(exponent) > 64) return undefined
  if (!isOdd(exponent) || !isOdd(modulus)) return undefined
  return { exponent, modulus }
}

function keyOf({ exponent, modulus }: RsaNumbers): KeyObject {
  const [e, n] = [exponent, modulus].map((number) => unsigned(number).toString('base64url'))
  return createPublicKey({ key: { kty: 'RSA', e: e ?? '', n: n ?? '' }, format: 'jwk' })
}

/** The strings a blob consists of; undefined where their lengths do not add up to it. */
function strings(blob: Buffer): readonly Buffer[] | undefined {
  const found: Buffer[] = []
  for (let offset = 0; offset < blob.length;) {
    if (blob.length - offset < 4) return undefined
    const end = offset + 4 + blob.readUInt32BE(offset)
    if (end > blob.length) return undefined
    found.push(blob.subarray(offset + 4, end))
    offset = end
  }
  return found
}

/** An mpint that is greater than zero, without needless zeros before it. */
function isPositive(number: Buffer): boolean {
  const [first = 0, second = 0] = number
  if (number.length === 0 || first >= 0x80) return false
  return first > 0 || (number.length > 1 && second >= 0x80)
}

function unsigned(number: Buffer): Buffer {
  return number[0] === 0 ? number.subarray(1) : number
}

function bitLength(number: Buffer): number {
  const bytes = unsigned(number)
  return bytes.length * 8 - Math.clz32(bytes[0] ?? 0) + 24
}

function isOdd(number: Buffer): boolean {
  return ((number.at(-1) ?? 0) & 1) === 1
}

function mpint(magnitude: Buffer): Buffer {
  const isNegativeLooking = (magnitude[0] ?? 0) >= 0x80
  return isNegativeLooking ? Buffer.concat([Buffer.from([0]), magnitude]) : magnitude
}

function lengthPrefixed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
