import { Refusal } from '../refusal.ts'

/** A form as a browser posts it: fields, then one file. */
export interface PostedForm {
  /** By lower-case name. */
  readonly fields: ReadonlyMap<string, string>
  /** As the client names it, without its folders; empty where it has none. */
  readonly fileName: string
  readonly file: Uint8Array
}

/** Bytes before the file. Source: S3 API Reference, "POST Object": 20 KB of form data and policy. */
export const fieldBytesMax = 20_480

/**
 * Reads `multipart/form-data`. Chosen by us: nothing stands before the first boundary, no field is
 * given twice, and all after the file is left alone, as S3 does.
 * Source: RFC 7578; RFC 2046, 5.1.
 *
 * @throws Refusal in S3's words.
 */
export function readForm(contentType: string, body: Uint8Array): PostedForm {
  const boundary = boundaryOf(contentType)
  if (boundary === undefined) throw malformed()
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  const fields = new Map<string, string>()
  if (bytes.indexOf(delimiter.subarray(2)) !== 0) throw malformed()
  let at = delimiter.length - 2
  while (bytes.toString('latin1', at, at + 2) === '\r\n') {
    const headEnd = bytes.indexOf('\r\n\r\n', at)
    if (headEnd === -1) throw malformed()
    const begin = headEnd + 4
    if (begin > fieldBytesMax) throw tooLong()
    const { name, fileName } = dispositionOf(bytes.toString('utf8', at, headEnd))
    // An empty part may end with the line break that ended its head.
    const end = bytes.indexOf(delimiter, begin - 2)
    if (end === -1) throw malformed()
    const content = bytes.subarray(begin, Math.max(begin, end))
    if (name === 'file') return { fields, fileName, file: content }
    if (end > fieldBytesMax) throw tooLong()
    if (fields.has(name)) throw malformed()
    fields.set(name, textOf(content))
    at = end + delimiter.length
  }
  const message = 'POST requires exactly one file upload per request.'
  throw new Refusal('IncorrectNumberOfFilesInPostRequest', message, 400)
}

function boundaryOf(contentType: string): string | undefined {
  const [, quoted, bare] =
    /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? bare
  return boundary !== undefined && /^[\x20-\x7e]{1,70}$/.test(boundary) ? boundary : undefined
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

function malformed(): Refusal {
  const message = 'The body of your POST request is not well-formed multipart/form-data.'
  return new Refusal('MalformedPOSTRequest', message, 400)
}

function tooLong(): Refusal {
  const message = 'Your POST request fields preceding the upload file were too large.'
  return new Refusal('MaxPostPreDataLengthExceededError', message, 400)
}
