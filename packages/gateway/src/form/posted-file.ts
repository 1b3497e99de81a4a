import { Readable } from 'node:stream'
import { bodyBytesMax } from '@bailiwick/wire'
import type { BodyVerifier, Framed } from '../forward/payload.ts'
import type { GateRequest } from '../ports.ts'
import { Refusal } from '../refusal.ts'
import { boundaryOf, delimiterOf, FieldReader, malformed, type FormHead } from './multipart.ts'

/** The file of a form, which may still be to come. */
export interface PostedFile extends Framed {
  /** Bytes. */
  readonly length: number
  readonly stream: () => Readable
}

/** How long the fields may take, and a file that is taken in. Chosen by us, as for other requests. */
export const formTimeoutMs = 60_000

export interface OpenedForm extends FormHead {
  /** @throws Refusal in S3's words. */
  readonly file: () => Promise<PostedFile>
}

/**
 * Reads the fields of a form, and leaves its file to come.
 *
 * A backend is told a file's length before it gets the first byte, and a form says only its own. One of
 * at most `bodyBytesMax` bytes is taken in whole, so that anything may follow the file; of a longer one
 * the file has to be the last field, and the closing boundary has to end it, as browsers write it.
 *
 * @throws Refusal in S3's words.
 */
export async function openForm(request: GateRequest): Promise<OpenedForm> {
  const { headers, stream } = request
  if (stream === undefined) throw new Error('a form is to be streamed')
  const boundary = boundaryOf(headers.get('content-type') ?? '')
  const formLength = lengthOf(headers.get('content-length'))
  const source = stream()
  const head = await headOf(source, new FieldReader(boundary))
  const left = formLength - head.length
  const file = async () =>
    formLength <= bodyBytesMax
      ? wholeFile(await restOf(source, left), boundary)
      : passingFile(source, left, boundary)
  return { ...head, file }
}

function lengthOf(text: string | undefined): number {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text)
  const message = 'You must provide the Content-Length HTTP header.'
  throw new Refusal('MissingContentLength', message, 411)
}

/** What has been read beyond the head is given back. */
function headOf(source: Readable, reader: FieldReader): Promise<FormHead> {
  let before = 0
  const take = () => {
    for (const piece of arrived(source)) {
      const head = reader.read(piece)
      if (head !== undefined) {
        const rest = piece.subarray(head.length - before)
        if (rest.length > 0) source.unshift(rest)
        return head
      }
      before += piece.length
    }
    return undefined
  }
  return readUntil(source, take, () => {
    throw malformed()
  })
}

/** INVARIANT: at most `bodyBytesMax` bytes, since HTTP gives no more of a body than it declares. */
async function restOf(source: Readable, length: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  const take = () => void pieces.push(...arrived(source))
  const rest = await readUntil(source, take, () => Buffer.concat(pieces))
  if (rest.length === length) return rest
  throw cutOff()
}

function* arrived(source: Readable): Generator<Buffer> {
  for (;;) {
    const piece = source.read() as Buffer | null
    if (piece === null) return
    yield piece
  }
}

/**
 * Reads what is taken in of a form, and leaves the source as it is: its connection is to be answered on.
 *
 * @param take Called whenever something has come; what it returns ends the reading.
 */
function readUntil<T>(source: Readable, take: () => T | undefined, atEnd: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const settling = (work: () => T | undefined) => () => {
      try {
        const found = work()
        if (found === undefined) return
        stop()
        resolve(found)
      } catch (thrown) {
        stop()
        reject(thrown as Error)
      }
    }
    const refusing = (refusal: () => Refusal) =>
      settling(() => {
        throw refusal()
      })
    const timer = setTimeout(refusing(timedOut), formTimeoutMs)
    const listeners = { readable: settling(take), end: settling(atEnd), close: refusing(cutOff) }
    const stop = () => {
      clearTimeout(timer)
      for (const [event, listener] of Object.entries(listeners)) source.off(event, listener)
    }
    source.on('error', () => undefined) // Told by `close`.
    for (const [event, listener] of Object.entries(listeners)) source.on(event, listener)
    if (source.readableEnded) listeners.end()
    else if (source.destroyed) listeners.close()
  })
}

function cutOff(): Refusal {
  const message =
    'You did not provide the number of bytes specified by the Content-Length HTTP header'
  return new Refusal('IncompleteBody', message, 400)
}

function timedOut(): Refusal {
  const message =
    'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.'
  return new Refusal('RequestTimeout', message, 400)
}

/** All after the file is left alone, as S3 does; but the form has an end. */
function wholeFile(rest: Buffer, boundary: string): PostedFile {
  const delimiter = delimiterOf(boundary)
  // An empty file may end with the line break that ended its head.
  const isEmpty = rest.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))
  const end = isEmpty ? 0 : rest.indexOf(delimiter)
  if (end === -1 || !rest.includes(`--${boundary}--`, end, 'latin1')) throw malformed()
  const file = rest.subarray(0, end)
  const stream = () => Readable.from(end === 0 ? [] : [file], { objectMode: false })
  return { length: end, stream }
}

function passingFile(source: Readable, left: number, boundary: string): PostedFile {
  const length = left - closingOf(boundary).length
  if (length < 0) throw malformed()
  return { length, stream: () => source, unframe: new FileFrame(boundary, length) }
}

function closingOf(boundary: string): Buffer {
  return Buffer.concat([delimiterOf(boundary), Buffer.from('--\r\n')])
}

/** Lets a file of that length through, held to be all that comes before the end of its form. */
export class FileFrame implements BodyVerifier {
  readonly #delimiter: Buffer
  readonly #closing: Buffer
  #left: number
  /** The end of what has come, where a boundary may have begun: first of all, of the head. */
  #before = Buffer.from('\r\n')
  #after = Buffer.alloc(0)

  constructor(boundary: string, length: number) {
    this.#delimiter = delimiterOf(boundary)
    this.#closing = closingOf(boundary)
    this.#left = length
  }

  read(bytes: Uint8Array): readonly Uint8Array[] {
    const content = bytes.subarray(0, this.#left)
    if (this.#isEndedIn(content)) throw followed()
    this.#left -= content.length
    const after = bytes.subarray(content.length, content.length + this.#closing.length)
    if (after.length > 0) this.#after = Buffer.concat([this.#after, after])
    return content.length === 0 ? [] : [content]
  }

  end(): void {
    if (this.#left === 0 && this.#after.equals(this.#closing)) return
    const last = Buffer.concat([this.#before, this.#after])
    throw last.includes(this.#delimiter) ? followed() : malformed()
  }

  /** Whether a boundary stands in what comes next, or between that and what came before. */
  #isEndedIn(content: Uint8Array): boolean {
    const most = this.#delimiter.length - 1
    const seam = Buffer.concat([this.#before, content.subarray(0, most)])
    const tail = content.length < most ? seam : content
    this.#before = Buffer.from(tail.subarray(-most))
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.length)
    return seam.includes(this.#delimiter) || bytes.includes(this.#delimiter)
  }
}

function followed(): Refusal {
  const limit = bodyBytesMax.toLocaleString('en-US')
  return malformed(
    `In a form of more than ${limit} bytes the file must be the last field, and the closing boundary with its line break the end.`,
  )
}
