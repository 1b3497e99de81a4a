import { isUtf8 } from 'node:buffer'
import { nestingDepthMax } from '../limits.ts'

/** What is not CBOR, or not the part of it that Smithy's clients send. */
export class CborError extends Error {
  override readonly name = 'CborError'
}

/**
 * The value of one CBOR data item: maps become objects without prototype, byte strings
 * Uint8Arrays, tags are dropped (Smithy uses 1, a time in seconds).
 * Source: RFC 8949. Errors: throws CborError. Cost: linear in the bytes.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  const decoder = new Decoder(bytes)
  const value = decoder.item(0)
  if (!decoder.isAtEnd) throw new CborError('bytes follow the value')
  return value
}

/** The end of an array, map or string of unknown length. */
const stop = Symbol('break')

class Decoder {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  item(depth: number): unknown {
    const value = this.#next(depth)
    if (value === stop) throw new CborError('a break outside of a list')
    return value
  }

  #next(depth: number): unknown {
    if (depth > nestingDepthMax) throw new CborError('nested too deeply')
    const head = this.#view.getUint8(this.#take(1))
    const major = head >> 5
    const info = head & 31
    if (major === 7) return this.#simple(info)
    const size = info === 31 ? undefined : this.#argument(info)
    switch (major) {
      case 0:
        return known(size)
      case 1:
        return -1 - known(size)
      case 2:
        return this.#byteString(2, size, depth)
      case 3:
        return textOf(this.#byteString(3, size, depth))
      case 4:
        return this.#array(size, depth)
      case 5:
        return this.#map(size, depth)
      default:
        known(size)
        return this.item(depth + 1)
    }
  }

  #argument(info: number): number {
    if (info < 24) return info
    switch (info) {
      case 24:
        return this.#view.getUint8(this.#take(1))
      case 25:
        return this.#view.getUint16(this.#take(2))
      case 26:
        return this.#view.getUint32(this.#take(4))
      case 27: {
        const value = this.#view.getBigUint64(this.#take(8))
        if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new CborError('a number is too large')
        return Number(value)
      }
      default:
        throw new CborError('a reserved length')
    }
  }

  #simple(info: number): unknown {
    switch (info) {
      case 20:
        return false
      case 21:
        return true
      case 22:
      case 23:
        return null
      case 25:
        return halfFloat(this.#view.getUint16(this.#take(2)))
      case 26:
        return this.#view.getFloat32(this.#take(4))
      case 27:
        return this.#view.getFloat64(this.#take(8))
      case 31:
        return stop
      default:
        throw new CborError('an unknown simple value')
    }
  }

  #byteString(major: number, size: number | undefined, depth: number): Uint8Array {
    if (size !== undefined) {
      const start = this.#take(size)
      return this.#bytes.subarray(start, start + size)
    }
    const chunks: Uint8Array[] = []
    while (this.#bytes[this.#at] !== 0xff) {
      const head = this.#view.getUint8(this.#take(1))
      if (head >> 5 !== major || (head & 31) === 31) throw new CborError('a chunk of another kind')
      chunks.push(this.#byteString(major, this.#argument(head & 31), depth + 1))
    }
    this.#take(1)
    return Buffer.concat(chunks)
  }

  #array(size: number | undefined, depth: number): unknown[] {
    const list: unknown[] = []
    for (let index = 0; size === undefined || index < size; index++) {
      const value = this.#next(depth + 1)
      if (value === stop && size === undefined) break
      if (value === stop) throw new CborError('a break within a list of known length')
      list.push(value)
    }
    return list
  }

  #map(size: number | undefined, depth: number): Record<string, unknown> {
    const map = Object.create(null) as Record<string, unknown>
    for (let index = 0; size === undefined || index < size; index++) {
      const key = this.#next(depth + 1)
      if (key === stop && size === undefined) break
      if (typeof key !== 'string' || key in map) throw new CborError('a key that is no new text')
      map[key] = this.item(depth + 1)
    }
    return map
  }

  /** Where the next `size` bytes start. */
  #take(size: number): number {
    const start = this.#at
    if (start + size > this.#bytes.length) throw new CborError('it ends too early')
    this.#at = start + size
    return start
  }
}

function known(size: number | undefined): number {
  if (size === undefined) throw new CborError('a number without a value')
  return size
}

function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new CborError('a text that is not UTF-8')
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

/** RFC 8949, appendix D. */
function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent !== 31) return sign * (fraction + 1024) * 2 ** (exponent - 25)
  return fraction === 0 ? sign * Infinity : NaN
}
