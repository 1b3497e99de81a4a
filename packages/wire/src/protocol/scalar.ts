import type { Shape, TimestampFormat } from '../model.ts'
import type { WireError } from './protocol.ts'
import { parseTimestamp } from './timestamp.ts'

/** What cannot be read at all, as opposed to what violates a constraint. */
export class MalformedInput extends Error {
  override readonly name = 'MalformedInput'
  readonly error: WireError

  constructor(message?: string) {
    super(message)
    this.error = { code: 'MalformedInput', ...(message !== undefined && { message }) }
  }
}

type Scalar = string | number | boolean | Date | Uint8Array

/**
 * Reads one value that came as text: of a Query request, a header, a query, an XML element. Throws MalformedInput, which `readInput` catches: refusals are
 * rare, and results would have to be unwrapped on each level.
 *
 * Source: recorded from STS: integers are signed 32-bit, `+900` and `0900` are taken; overflow,
 * decimals and letters are MalformedInput without message, an empty one has its own. Chosen by us:
 * booleans ignore case, timestamps are ISO 8601 only.
 */
export function scalarReader(
  shape: Shape,
  timestampFormat: TimestampFormat = 'date-time',
): (text: string) => Scalar {
  switch (shape.kind) {
    case 'string':
      return (text) => text
    case 'boolean':
      return readBoolean
    case 'integer':
      return (text) => readInteger(text, -(2 ** 31), 2 ** 31 - 1)
    case 'long':
      // Beyond 2^53 a number would not be the one that was sent.
      return (text) => readInteger(text, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    case 'float':
    case 'double':
      return readDecimal
    case 'timestamp':
      return (text) => readTimestamp(text, timestampFormat)
    case 'blob':
      return readBlob
    default:
      throw new TypeError(`${shape.name} is no scalar`)
  }
}

function readBoolean(text: string): boolean {
  const folded = text.toLowerCase()
  if (folded === 'true') return true
  if (folded === 'false') return false
  throw new MalformedInput()
}

function readInteger(text: string, min: number, max: number): number {
  if (text === '') throw new MalformedInput('missing value for decimal type')
  if (text.length > 1024 || !/^[+-]?[0-9]+$/.test(text)) throw new MalformedInput()
  const value = Number(text)
  if (value < min || value > max) throw new MalformedInput()
  return value + 0 // Not -0.
}

function readDecimal(text: string): number {
  if (text === '') throw new MalformedInput('missing value for decimal type')
  if (text === 'NaN') return NaN
  const infinity = /^([+-]?)Infinity$/.exec(text)
  if (infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity
  if (text.length > 1024 || !/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text)) {
    throw new MalformedInput()
  }
  return Number(text)
}

function readTimestamp(text: string, format: TimestampFormat): Date {
  const date = parseTimestamp(text, format)
  if (date === undefined) throw new MalformedInput()
  return date
}

function readBlob(text: string): Uint8Array {
  const bytes = base64Bytes(text)
  if (bytes === undefined) throw new MalformedInput()
  return bytes
}

/** The bytes of a base64 text, padded or not; undefined where it is not base64. */
export function base64Bytes(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const bare = text.replace(/=+$/, '')
  if (bare.length % 4 === 1) return undefined
  return new Uint8Array(Buffer.from(bare, 'base64'))
}
