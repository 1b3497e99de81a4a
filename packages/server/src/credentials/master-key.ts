/**
 * Where the master key comes from: a file, a text (environment variable) or a command's output.
 * Lost, every sealed secret is lost with it; stolen without the database, it opens nothing.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { sealingKey, sealingKeyBytes } from './seal.ts'
import type { RandomBytes, SealingKey } from './seal.ts'

/** Anyone but the owner. */
const othersMode = 0o077

/**
 * 32 bytes as 64 hexadecimal digits or as base64, white space around them ignored.
 * Throws Error for anything else; the message never repeats the text.
 */
export function masterKeyFromText(text: string): SealingKey {
  const trimmed = text.trim()
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return sealingKey(Buffer.from(trimmed, 'hex'))
  const bytes = Buffer.from(trimmed, 'base64')
  if (bytes.length === sealingKeyBytes && bytes.toString('base64') === trimmed) {
    return sealingKey(bytes)
  }
  throw new Error('The master key must be 32 bytes, as base64 or as 64 hexadecimal digits.')
}

/**
 * Reads the key from a file, and makes the file, mode 0600, where there is none.
 * Throws Error where others than the owner may read it.
 */
export function masterKeyFromFile(path: string, randomBytes: RandomBytes): SealingKey {
  const fresh = Buffer.from(randomBytes(sealingKeyBytes)).toString('base64')
  try {
    // `wx`: of two processes that start at once, one makes the key and both read it.
    writeFileSync(path, `${fresh}\n`, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  if ((statSync(path).mode & othersMode) !== 0) {
    throw new Error(`Others may read the master key ${path}: chmod 600 it.`)
  }
  return masterKeyFromText(readFileSync(path, 'utf8'))
}

/**
 * Runs a command that prints the key, without a shell.
 * @param command Program and arguments, such as `['vault', 'read', …]`.
 * Throws Error where it fails, takes over ten seconds, or prints something else.
 */
export function masterKeyFromCommand(command: readonly [string, ...string[]]): SealingKey {
  const [program, ...args] = command
  return masterKeyFromText(execFileSync(program, args, { encoding: 'utf8', timeout: 10_000 }))
}
