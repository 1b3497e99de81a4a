/**
 * Password hashes in PHC string form: argon2id, or scrypt where the runtime has no argon2.
 * Source: RFC 9106 §4 (second recommended option, memory 64 MiB); OWASP for scrypt's N = 2¹⁷.
 */
import * as crypto from 'node:crypto'
import type { RandomBytes } from './seal.ts'

const saltBytes = 16
const hashBytes = 32

/** What a hash costs: KiB of memory, rounds over it, lanes. */
export interface HashCost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

const argon2Cost: HashCost = { memory: 65_536, passes: 3, parallelism: 4 }
const scryptCost = { ln: 17, r: 8, p: 1 }

/** Node.js 24.7 and later. */
const hasArgon2 = 'argon2' in crypto

/**
 * `$argon2id$v=19$m=65536,t=3,p=4$salt$hash`. Takes about a tenth of a second, off the main thread.
 *
 * @param cost Another one only in tests; it stands in the hash, which is verified at the same.
 */
export async function hashPassword(
  password: string,
  randomBytes: RandomBytes,
  cost: HashCost = argon2Cost,
): Promise<string> {
  const salt = randomBytes(saltBytes)
  if (!hasArgon2) return scryptString(salt, await scryptHash(password, salt, scryptCost))
  const hash = await argon2Hash(password, salt, cost)
  const { memory, passes, parallelism } = cost
  const written = `m=${memory},t=${passes},p=${parallelism}`
  return `$argon2id$v=19$${written}$${unpadded(salt)}$${unpadded(hash)}`
}

/** Whether the password is the one that was hashed. False for a hash that cannot be read. */
export async function verifyPassword(password: string, encoded: string): Promise<boolean> {
  const computed = await recomputed(password, encoded)
  const expected = Buffer.from(encoded.slice(encoded.lastIndexOf('$') + 1), 'base64')
  if (computed === undefined || expected.length !== computed.length) return false
  return crypto.timingSafeEqual(computed, expected)
}

const argon2String = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$[^$]+$/
const scryptPattern = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$[^$]+$/

async function recomputed(password: string, encoded: string): Promise<Buffer | undefined> {
  const argon2 = argon2String.exec(encoded)
  if (argon2 && hasArgon2) {
    const [memory, passes, parallelism] = argon2.slice(1, 4).map(Number)
    const salt = Buffer.from(argon2[4] ?? '', 'base64')
    if (!memory || !passes || !parallelism) return undefined
    return argon2Hash(password, salt, { memory, passes, parallelism })
  }
  const scrypt = scryptPattern.exec(encoded)
  if (!scrypt) return undefined
  const [ln, r, p] = scrypt.slice(1, 4).map(Number)
  if (!ln || !r || !p) return undefined
  return scryptHash(password, Buffer.from(scrypt[4] ?? '', 'base64'), { ln, r, p })
}

function argon2Hash(password: string, nonce: Uint8Array, cost: HashCost): Promise<Buffer> {
  const parameters = { ...cost, message: password.normalize(), nonce, tagLength: hashBytes }
  return new Promise((resolve, reject) => {
    crypto.argon2('argon2id', parameters, (error, hash) => {
      if (error) reject(error)
      else resolve(hash)
    })
  })
}

function scryptHash(
  password: string,
  salt: Uint8Array,
  { ln, r, p }: typeof scryptCost,
): Promise<Buffer> {
  const N = 2 ** ln
  const options = { N, r, p, maxmem: 256 * N * r }
  return new Promise((resolve, reject) => {
    crypto.scrypt(password.normalize(), salt, hashBytes, options, (error, hash) => {
      if (error) reject(error)
      else resolve(hash)
    })
  })
}

function scryptString(salt: Uint8Array, hash: Uint8Array): string {
  const { ln, r, p } = scryptCost
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
