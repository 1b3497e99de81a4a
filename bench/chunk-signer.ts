/** A body in signed chunks, as AWS's clients send it. */
import { createHash, createHmac } from 'node:crypto'
import { deriveSigningKey, type Credentials } from '@bailiwick/wire'

/** The hash of each distinct piece is taken once: it is the other end that is measured. */
export class ChunkSigner {
  readonly #credentials: Credentials
  readonly #region: string
  readonly #hashes = new Map<number, string>()

  constructor(credentials: Credentials, region: string) {
    this.#credentials = credentials
    this.#region = region
  }

  /** Bytes on the wire of a body of `size`, in chunks of a piece each. */
  wireBytes(size: number, piece: Uint8Array): number {
    const frame = (length: number) => length.toString(16).length + ';chunk-signature='.length + 68
    const whole = Math.floor(size / piece.length)
    const rest = size % piece.length
    const pieces = whole * (frame(piece.length) + piece.length)
    return pieces + (rest === 0 ? 0 : frame(rest) + rest) + frame(0)
  }

  *frames(
    head: { readonly text: string; readonly signature: string },
    pieces: Iterable<Uint8Array>,
  ): Generator<Uint8Array> {
    const timestamp = /X-Amz-Date: (\w+)/.exec(head.text)?.[1] ?? ''
    const day = timestamp.slice(0, 8)
    const key = deriveSigningKey(this.#credentials.secretAccessKey, day, this.#region, 's3')
    const scope = `${day}/${this.#region}/s3/aws4_request`
    const empty = createHash('sha256').digest('hex')
    let previous = head.signature
    const header = (size: number, sha256: string) => {
      const text = `AWS4-HMAC-SHA256-PAYLOAD\n${timestamp}\n${scope}\n${previous}\n${empty}\n${sha256}`
      previous = createHmac('sha256', key).update(text).digest('hex')
      return Buffer.from(`${size.toString(16)};chunk-signature=${previous}\r\n`)
    }
    for (const piece of pieces) {
      yield Buffer.concat([header(piece.length, this.#hashOf(piece)), piece, Buffer.from('\r\n')])
    }
    yield Buffer.concat([header(0, empty), Buffer.from('\r\n')])
  }

  /** Pieces of a length are alike. */
  #hashOf(piece: Uint8Array): string {
    const known = this.#hashes.get(piece.length)
    if (known !== undefined) return known
    const hash = createHash('sha256').update(piece).digest('hex')
    this.#hashes.set(piece.length, hash)
    return hash
  }
}

/** A body in chunks that nobody signed, with a trailer behind it: `name:value`. */
export function* trailedFrames(
  pieces: Iterable<Uint8Array>,
  trailer: string,
): Generator<Uint8Array> {
  for (const piece of pieces) {
    yield Buffer.concat([
      Buffer.from(`${piece.length.toString(16)}\r\n`),
      piece,
      Buffer.from('\r\n'),
    ])
  }
  yield Buffer.from(`0\r\n${trailer}\r\n\r\n`)
}

/** Bytes on the wire of the same, in chunks of a piece each. */
export function trailedBytes(size: number, piece: Uint8Array, trailer: string): number {
  const frame = (length: number) => length.toString(16).length + 4
  const rest = size % piece.length
  const pieces = Math.floor(size / piece.length) * (frame(piece.length) + piece.length)
  return pieces + (rest === 0 ? 0 : frame(rest) + rest) + `0\r\n${trailer}\r\n\r\n`.length
}
