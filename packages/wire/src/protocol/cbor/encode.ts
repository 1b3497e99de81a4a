/**
 * A value as CBOR: objects as maps, Uint8Arrays as byte strings, Dates as tag 1; members that are
 * undefined are left out. Source: RFC 8949; Smithy RPC v2 CBOR. Errors: throws a TypeError.
 */
export function encodeCbor(value: unknown): Uint8Array {
  const chunks: Uint8Array[] = []
  write(value, chunks)
  return Buffer.concat(chunks)
}

function write(value: unknown, chunks: Uint8Array[]): void {
  if (value === null) chunks.push(Uint8Array.of(0xf6))
  else if (typeof value === 'boolean') chunks.push(Uint8Array.of(value ? 0xf5 : 0xf4))
  else if (typeof value === 'number') chunks.push(numberBytes(value))
  else if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8')
    chunks.push(head(3, text.length), text)
  } else if (value instanceof Uint8Array) chunks.push(head(2, value.length), value)
  else if (value instanceof Date) chunks.push(head(6, 1), numberBytes(value.getTime() / 1000))
  else if (Array.isArray(value)) {
    chunks.push(head(4, value.length))
    for (const held of value) write(held, chunks)
  } else if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, held]) => held !== undefined)
    chunks.push(head(5, entries.length))
    for (const [key, held] of entries) {
      write(key, chunks)
      write(held, chunks)
    }
  } else throw new TypeError(`CBOR has no ${typeof value}`)
}

function numberBytes(value: number): Uint8Array {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    return value >= 0 ? head(0, value) : head(1, -1 - value)
  }
  const bytes = Buffer.alloc(9, 0xfb)
  bytes.writeDoubleBE(value, 1)
  return bytes
}

function head(major: number, size: number): Uint8Array {
  const type = major << 5
  if (size < 24) return Uint8Array.of(type | size)
  if (size < 0x100) return Uint8Array.of(type | 24, size)
  if (size < 0x10000) return Uint8Array.of(type | 25, size >> 8, size & 0xff)
  const bytes = Buffer.alloc(9, type | 27)
  bytes.writeBigUInt64BE(BigInt(size), 1)
  return bytes
}
