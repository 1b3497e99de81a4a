import { Refusal } from '../refusal.ts'

/** The fields of a form as a browser posts it, up to the file, which comes last of those that count. */
export interface FormHead {
  /** By lower-case name. */
  readonly fields: ReadonlyMap<string, string>
  /** As the client names it, without its folders; empty where it has none. */
  readonly fileName: string
  /** Bytes of the form before the file's. */
  readonly length: number
}

/** Bytes before the file. Source: S3 API Reference, "POST Object": 20 KB of form data and policy. */
export const fieldBytesMax = 20_480

/**
 * Reads the fields of `multipart/form-data` as it comes, in whatever pieces. Chosen by us: nothing
 * stands before the first boundary, and no field is given twice.
 * Source: RFC 7578; RFC 2046, 5.1.
 */
export class FieldReader {
  readonly #delimiter: Buffer
  readonly #fields = new Map<string, string>()
  #bytes = Buffer.alloc(0)
  /** Where the boundary before the next part ends; 0: none has come. */
  #at = 0

  /** @param boundary Of `boundaryOf`. */
  constructor(boundary: string) {
    this.#delimiter = delimiterOf(boundary)
  }

  /**
   * Undefined until the file begins.
   *
   * @throws Refusal in S3's words.
   */
  read(piece: Uint8Array): FormHead | undefined {
    const room = fieldBytesMax - this.#bytes.length
    this.#bytes = Buffer.concat([this.#bytes, piece.subarray(0, room)])
    const head = this.#readParts()
    if (head === undefined && this.#bytes.length === fieldBytesMax) throw tooLong()
    return head
  }

  #readParts(): FormHead | undefined {
    const bytes = this.#bytes
    if (this.#at === 0) {
      const first = this.#delimiter.subarray(2)
      if (bytes.length < first.length) return undefined
      if (!bytes.subarray(0, first.length).equals(first)) throw malformed()
      this.#at = first.length
    }
    for (;;) {
      const lead = bytes.toString('latin1', this.#at, this.#at + 2)
      if (lead.length < 2) return undefined
      if (lead === '--') throw withoutFile()
      if (lead !== '\r\n') throw malformed()
      const headEnd = bytes.indexOf('\r\n\r\n', this.#at)
      if (headEnd === -1) return undefined
      const begin = headEnd + 4
      const { name, fileName } = dispositionOf(bytes.toString('utf8', this.#at, headEnd))
      if (name === 'file') return { fields: this.#fields, fileName, length: begin }
      // An empty part may end with the line break that ended its head.
      const end = bytes.indexOf(this.#delimiter, begin - 2)
      if (end === -1) return undefined
      if (this.#fields.has(name)) throw malformed()
      this.#fields.set(name, textOf(bytes.subarray(begin, Math.max(begin, end))))
      this.#at = end + this.#delimiter.length
    }
  }
}

/** What stands between two parts. */
export function delimiterOf(boundary: string): Buffer {
  return Buffer.from(`\r\n--${boundary}`, 'latin1')
}

/** @throws Refusal where a form's type names no boundary. */
export function boundaryOf(contentType: string): string {
  const [, quoted, bare] =
    /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? bare
  if (boundary !== undefined && /^[\x20-\x7e]{1,70}$/.test(boundary)) return boundary
  throw malformed()
}

/** Name and file name of a part. */
function dispositionOf(head: string): { readonly name: string; readonly fileName: string } {
  const line = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(head)?.[1] ?? ''
  const name = parameterOf(line, 'name')
  if (name === undefined || name === '') throw malformed()
  const fileName = parameterOf(line, 'filename') ?? ''
  return { name: name.toLowerCase(), fileName: fileName.replace(/^.*[/\\]/s, '') }
}

const parameters = {
  name: /(?:^|;)\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i,
  filename: /(?:^|;)\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i,
}

function parameterOf(line: string, name: keyof typeof parameters): string | undefined {
  const [, quoted, bare] = parameters[name].exec(line) ?? []
  return quoted?.replaceAll('\\"', '"') ?? bare
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformed()
  }
}

export function malformed(
  message = 'The body of your POST request is not well-formed multipart/form-data.',
): Refusal {
  return new Refusal('MalformedPOSTRequest', message, 400)
}

function tooLong(): Refusal {
  const message = 'Your POST request fields preceding the upload file were too large.'
  return new Refusal('MaxPostPreDataLengthExceededError', message, 400)
}

function withoutFile(): Refusal {
  const message = 'POST requires exactly one file upload per request.'
  return new Refusal('IncorrectNumberOfFilesInPostRequest', message, 400)
}
