import { createHash, type Hash } from 'node:crypto'
import { algorithm, emptySha256, isSameSignature, sha256Hex, signatureOf } from './key.ts'

/** What a body that comes in chunks promises in `x-amz-content-sha256`. */
export interface ChunkedForm {
  /** Each chunk carries a signature that goes on from the one before. */
  readonly signed: boolean
  /** Headers follow the last chunk. */
  readonly trailer: boolean
}

const chunkedForms: Readonly<Record<string, ChunkedForm>> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
}

/** The form that `x-amz-content-sha256` names; undefined where it names none that is known. */
export function chunkedFormOf(contentSha256: string): ChunkedForm | undefined {
  return Object.hasOwn(chunkedForms, contentSha256) ? chunkedForms[contentSha256] : undefined
}

/** What the chain of signatures begins with: the request's own. */
export interface ChunkSeed {
  /** `20261123T165232Z` */
  readonly timestamp: string
  /** `20261123/us-east-1/s3/aws4_request` */
  readonly scope: string
  readonly signature: string
  readonly signingKey: Uint8Array
}

export interface ChunkedBody {
  readonly form: ChunkedForm
  readonly seed: ChunkSeed
  /** Of `x-amz-trailer`, in lower case. */
  readonly trailerNames: readonly string[]
  /** Bytes, of `x-amz-decoded-content-length`. */
  readonly decodedLength: number
}

/** Bytes of a chunk's header line. Chosen by us; AWS's clients need 86 and the size. */
export const chunkHeaderBytesMax = 256
/** Bytes of all that follows the last chunk. Chosen by us. */
export const trailerBytesMax = 8192

/** Why a body in chunks is none, or not the one that was signed. */
export class ChunkError extends Error {
  override readonly name = 'ChunkError'
  readonly kind: 'malformed' | 'signature' | 'length'

  constructor(kind: ChunkError['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

/**
 * Takes a body in chunks as it arrives and gives the bytes inside, as they come: a chunk's bytes
 * before its signature is known to be good. Who hands them on must hold the last back until `end`
 * has returned, so that what was altered never becomes whole.
 *
 * Source: AWS Signature Version 4, "Transferring payload in multiple chunks" and "Including trailing
 * headers". Errors: `read` and `end` throw a ChunkError. Cost: linear; holds one header line.
 */
export class ChunkedReader {
  readonly #body: ChunkedBody
  #state: 'header' | 'data' | 'dataEnd' | 'trailer' = 'header'
  #line: Buffer = Buffer.alloc(0)
  #left = 0
  #decoded = 0
  #hash: Hash | undefined
  #claimed = ''
  #previous: string

  constructor(body: ChunkedBody) {
    this.#body = body
    this.#previous = body.seed.signature
  }

  /** The bytes inside, in pieces of `bytes`. */
  read(bytes: Uint8Array): readonly Uint8Array[] {
    const pieces: Uint8Array[] = []
    let at = 0
    while (at < bytes.length) {
      if (this.#state === 'data') at = this.#readData(bytes, at, pieces)
      else if (this.#state === 'trailer') at = this.#readTrailer(bytes, at)
      else at = this.#readLine(bytes, at)
    }
    return pieces
  }

  /** The trailing headers, by lower-case name, once all has come and been found good. */
  end(): ReadonlyMap<string, string> {
    const { form, decodedLength } = this.#body
    if (this.#state !== 'trailer') throw malformed('The body ends before its last chunk.')
    if (this.#decoded !== decodedLength) {
      throw new ChunkError('length', 'The body has another length than it declares.')
    }
    return form.trailer ? this.#trailers() : this.#nothingMore()
  }

  #readLine(bytes: Uint8Array, from: number): number {
    const newline = bytes.indexOf(0x0a, from)
    const to = newline === -1 ? bytes.length : newline + 1
    this.#line = Buffer.concat([this.#line, bytes.subarray(from, to)])
    if (this.#line.length > chunkHeaderBytesMax) throw malformed('A chunk has no header.')
    if (newline === -1) return to
    const line = this.#line.toString('latin1')
    this.#line = Buffer.alloc(0)
    if (this.#state === 'header') this.#begin(line)
    else if (line === '\r\n') this.#state = 'header'
    else throw malformed('A chunk is longer than its header says.')
    return to
  }

  /** `10000;chunk-signature=…`, or the size alone. */
  #begin(line: string): void {
    const found = this.#body.form.signed
      ? /^([0-9a-fA-F]{1,8});chunk-signature=([0-9a-f]{64})\r\n$/.exec(line)
      : /^([0-9a-fA-F]{1,8})\r\n$/.exec(line)
    if (found === null) throw malformed('A chunk has no header.')
    this.#left = parseInt(found[1] as string, 16)
    this.#claimed = found[2] ?? ''
    this.#decoded += this.#left
    if (this.#decoded > this.#body.decodedLength) {
      throw new ChunkError('length', 'The body is longer than it declares.')
    }
    if (this.#left === 0) {
      this.#verifyChunk(emptySha256)
      this.#state = 'trailer'
      return
    }
    if (this.#body.form.signed) this.#hash = createHash('sha256')
    this.#state = 'data'
  }

  #readData(bytes: Uint8Array, from: number, pieces: Uint8Array[]): number {
    const to = Math.min(bytes.length, from + this.#left)
    const piece = bytes.subarray(from, to)
    this.#hash?.update(piece)
    pieces.push(piece)
    this.#left -= piece.length
    if (this.#left === 0) {
      if (this.#hash !== undefined) this.#verifyChunk(this.#hash.digest('hex'))
      this.#state = 'dataEnd'
    }
    return to
  }

  #readTrailer(bytes: Uint8Array, from: number): number {
    this.#line = Buffer.concat([this.#line, bytes.subarray(from)])
    if (this.#line.length > trailerBytesMax) throw malformed('What follows the body is too long.')
    return bytes.length
  }

  #verifyChunk(sha256: string): void {
    if (!this.#body.form.signed) return
    const { timestamp, scope, signingKey } = this.#body.seed
    const head = `${algorithm}-PAYLOAD\n${timestamp}\n${scope}`
    const text = `${head}\n${this.#previous}\n${emptySha256}\n${sha256}`
    if (!isSignature(this.#claimed, text, signingKey)) throw badSignature()
    this.#previous = this.#claimed
  }

  #nothingMore(): ReadonlyMap<string, string> {
    if (!/^(\r\n)?$/.test(this.#line.toString('latin1'))) {
      throw malformed('Something follows the last chunk.')
    }
    return new Map()
  }

  #trailers(): ReadonlyMap<string, string> {
    const trailers = new Map<string, string>()
    for (const line of this.#line.toString('latin1').split(/\r?\n/)) {
      if (line === '') continue
      const [, name = '', value = ''] = /^([A-Za-z0-9-]+):\s*(.*?)\s*$/.exec(line) ?? []
      if (name === '' || trailers.has(name.toLowerCase()))
        throw malformed('A trailer is malformed.')
      trailers.set(name.toLowerCase(), value)
    }
    const claimed = trailers.get(trailerSignature)
    trailers.delete(trailerSignature)
    const { trailerNames, form } = this.#body
    const isAsDeclared =
      trailers.size === trailerNames.length && trailerNames.every((name) => trailers.has(name))
    if (!isAsDeclared) throw malformed('The trailers are not those that x-amz-trailer declares.')
    if (form.signed) this.#verifyTrailers(trailers, claimed)
    return trailers
  }

  #verifyTrailers(trailers: ReadonlyMap<string, string>, claimed: string | undefined): void {
    const { timestamp, scope, signingKey } = this.#body.seed
    const lines = [...trailers].map(([name, value]) => `${name}:${value}\n`).join('')
    const head = `${algorithm}-TRAILER\n${timestamp}\n${scope}`
    const text = `${head}\n${this.#previous}\n${sha256Hex(lines)}`
    if (claimed === undefined || !isSignature(claimed, text, signingKey)) throw badSignature()
  }
}

const trailerSignature = 'x-amz-trailer-signature'

function isSignature(claimed: string, text: string, signingKey: Uint8Array): boolean {
  return isSameSignature(signatureOf(text, signingKey), claimed)
}

function malformed(message: string): ChunkError {
  return new ChunkError('malformed', message)
}

function badSignature(): ChunkError {
  const message = 'The signature of a chunk does not match the chunk.'
  return new ChunkError('signature', message)
}
