import { createHash, timingSafeEqual, type Hash } from 'node:crypto'
import { ChunkedReader, ChunkError, chunkedFormOf, emptySha256, scopeText } from '@bailiwick/wire'
import type { ChunkedForm, HttpRequest } from '@bailiwick/wire'
import type { RequestSigner } from '../authenticate/signing-keys.ts'
import { Refusal } from '../refusal.ts'
import { checksumOf, md5Checksum, type Checksum } from './checksum.ts'

/** A body that S3 was promised: how long it is, and what finds out whether it is the one. */
export interface PromisedBody {
  /** Bytes, without the frames of chunks. */
  readonly length: number
  /** What the backend may be told of it: its hash, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string
  readonly verifier: BodyVerifier
}

/** Gives the bytes inside as they come; what is wrong is thrown by `end` at the latest. */
export interface BodyVerifier {
  read(bytes: Uint8Array): readonly Uint8Array[]
  end(): void
}

/** A request whose body comes in a frame: the file of a form. */
export interface Framed {
  /** What takes it out of what the stream gives; absent: it is all of that. */
  readonly unframe?: BodyVerifier
}

/** Bytes of one upload. Source: S3 User Guide, "Amazon S3 multipart upload limits": 5 GiB. */
export const uploadBytesMax = 5 * 1024 ** 3

const unsignedPayload = 'UNSIGNED-PAYLOAD'

/**
 * What a request to S3 promises of its body. What is signed is verified while it passes.
 * Source: S3 API Reference, "Signature calculations for the Authorization header".
 *
 * @param wholeLength Bytes of a body that has come already: it has a length, declared or not.
 * @throws Refusal for a promise that is none, or that nobody could hold it to.
 */
export function promisedBody(
  request: HttpRequest & Framed,
  signer: RequestSigner | undefined,
  wholeLength?: number,
): PromisedBody {
  const promised = framedBody(request, signer, wholeLength)
  const digests = digestsOf(request)
  if (digests.length === 0) return promised
  return { ...promised, verifier: new DigestVerifier(promised.verifier, digests) }
}

/** What a header says of the bytes inside, and what finds out whether it is so. */
interface Digest {
  readonly checksum: Checksum
  readonly expected: string
  readonly mismatch: string
}

/**
 * What the headers promise of the body besides its hash. A checksum says so of a whole object where
 * its parts are put together, not of that request's body.
 */
function digestsOf({ method, headers }: HttpRequest): readonly Digest[] {
  const digests: Digest[] = []
  const md5 = headers.get('content-md5')
  if (md5 !== undefined) {
    if (!/^[A-Za-z0-9+/]{22}==$/.test(md5)) {
      throw new Refusal('InvalidDigest', 'The Content-MD5 you specified was invalid.')
    }
    const mismatch = 'The Content-MD5 you specified did not match what we received.'
    digests.push({ checksum: md5Checksum(), expected: md5, mismatch })
  }
  if (method !== 'PUT') return digests
  for (const [name, expected] of headers) {
    const checksum = name.startsWith(checksumPrefix) ? checksumOf(name) : undefined
    if (checksum === undefined) continue
    digests.push({ checksum, expected, mismatch: checksumMismatch(name) })
  }
  return digests
}

const checksumPrefix = 'x-amz-checksum-'

function checksumMismatch(name: string): string {
  const kind = name.slice(checksumPrefix.length).toUpperCase()
  return `The ${kind} you specified did not match the calculated checksum.`
}

function framedBody(
  request: HttpRequest & Framed,
  signer: RequestSigner | undefined,
  wholeLength: number | undefined,
): PromisedBody {
  const declared = request.headers.get('x-amz-content-sha256') ?? unsignedPayload
  const form = chunkedFormOf(declared)
  if (form !== undefined) return chunkedBody(request, form, signer)
  const isDeclared = wholeLength === undefined || request.headers.has('content-length')
  const length = isDeclared ? lengthOf(request, 'content-length') : wholeLength
  if (declared === unsignedPayload) {
    return { length, payloadHash: declared, verifier: request.unframe ?? unverified }
  }
  if (!/^[0-9a-f]{64}$/.test(declared)) {
    const message =
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.'
    throw new Refusal('InvalidArgument', message)
  }
  return { length, payloadHash: declared, verifier: new HashVerifier(declared) }
}

function lengthOf({ headers }: HttpRequest, name: string): number {
  const text = headers.get(name)
  if (text === undefined) {
    throw new Refusal(
      'MissingContentLength',
      'You must provide the Content-Length HTTP header.',
      411,
    )
  }
  const length = /^\d{1,15}$/.test(text) ? Number(text) : Infinity
  if (length <= uploadBytesMax) return length
  throw new Refusal('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')
}

function chunkedBody(
  request: HttpRequest,
  form: ChunkedForm,
  signer: RequestSigner | undefined,
): PromisedBody {
  const length = lengthOf(request, 'x-amz-decoded-content-length')
  if (form.signed && signer?.signed.form !== 'header') {
    throw new Refusal('InvalidRequest', 'Chunks are signed only where the request is, by header.')
  }
  const trailerNames = (request.headers.get('x-amz-trailer') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  const checksums = trailerNames.map((name) => [name, checksumOf(name)] as const)
  if (form.trailer !== trailerNames.length > 0 || checksums.some(([, sum]) => sum === undefined)) {
    throw new Refusal(
      'InvalidRequest',
      'The value specified in the x-amz-trailer header is not supported',
    )
  }
  const reader = new ChunkedReader({
    form,
    trailerNames,
    decodedLength: length,
    seed: {
      timestamp: signer?.signed.timestamp ?? '',
      scope: signer === undefined ? '' : scopeText(signer.signed.scope),
      signature: signer?.signed.signature ?? '',
      signingKey: signer?.signingKey ?? new Uint8Array(),
    },
  })
  const verifier = new ChunkVerifier(reader, new Map(checksums as [string, Checksum][]))
  return { length, payloadHash: unsignedPayload, verifier }
}

/** Its length is the connection's to hold. */
const unverified: BodyVerifier = { read: (bytes) => [bytes], end: () => undefined }

class HashVerifier implements BodyVerifier {
  readonly #expectedHex: string
  /** Absent as long as nothing has come: most requests have no body. */
  #hash: Hash | undefined

  constructor(expectedHex: string) {
    this.#expectedHex = expectedHex
  }

  read(bytes: Uint8Array): readonly Uint8Array[] {
    if (bytes.length > 0) (this.#hash ??= createHash('sha256')).update(bytes)
    return [bytes]
  }

  end(): void {
    const found = this.#hash?.digest() ?? Buffer.from(emptySha256, 'hex')
    if (timingSafeEqual(found, Buffer.from(this.#expectedHex, 'hex'))) return
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed."
    throw new Refusal('XAmzContentSHA256Mismatch', message)
  }
}

class ChunkVerifier implements BodyVerifier {
  readonly #reader: ChunkedReader
  readonly #checksums: ReadonlyMap<string, Checksum>

  constructor(reader: ChunkedReader, checksums: ReadonlyMap<string, Checksum>) {
    this.#reader = reader
    this.#checksums = checksums
  }

  read(bytes: Uint8Array): readonly Uint8Array[] {
    const pieces = refusing(() => this.#reader.read(bytes))
    for (const checksum of this.#checksums.values()) {
      for (const piece of pieces) checksum.update(piece)
    }
    return pieces
  }

  end(): void {
    const trailers = refusing(() => this.#reader.end())
    for (const [name, checksum] of this.#checksums) {
      if (checksum.digest() === trailers.get(name)) continue
      throw new Refusal('BadDigest', checksumMismatch(name))
    }
  }
}

/** Holds what another verifier lets through to what headers say of it. */
class DigestVerifier implements BodyVerifier {
  readonly #inner: BodyVerifier
  readonly #digests: readonly Digest[]

  constructor(inner: BodyVerifier, digests: readonly Digest[]) {
    this.#inner = inner
    this.#digests = digests
  }

  read(bytes: Uint8Array): readonly Uint8Array[] {
    const pieces = this.#inner.read(bytes)
    for (const { checksum } of this.#digests) {
      for (const piece of pieces) checksum.update(piece)
    }
    return pieces
  }

  end(): void {
    this.#inner.end()
    for (const { checksum, expected, mismatch } of this.#digests) {
      if (checksum.digest() !== expected) throw new Refusal('BadDigest', mismatch)
    }
  }
}

function refusing<T>(read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    if (!(thrown instanceof ChunkError)) throw thrown
    if (thrown.kind === 'signature') throw new Refusal('SignatureDoesNotMatch', thrown.message)
    throw new Refusal('IncompleteBody', thrown.message)
  }
}

/** The whole of a body that has come already. @throws Refusal where it is not the promised one. */
export function verifiedBytes(body: Uint8Array, { verifier }: PromisedBody): Uint8Array {
  const pieces = verifier.read(body)
  verifier.end()
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces)
}
