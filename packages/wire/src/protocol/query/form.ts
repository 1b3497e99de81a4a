import { isAscii, isUtf8 } from 'node:buffer'
import { rawQueryOf } from '../../http.ts'
import type { HttpRequest } from '../../http.ts'
import { bodyBytesMax, nestingDepthMax, parameterCountMax } from '../limits.ts'
import type { Result, WireError } from '../protocol.ts'

/** A parameter and all that share its name up to a dot. */
export interface FormNode {
  /** The first value given; absent where only longer names were. */
  value?: string
  children?: Map<string, FormNode>
}

/**
 * The parameters of a Query request as a tree, from the URL's query and a form's body.
 *
 * The first of equal names wins (recorded from STS), the URL's before the body's (chosen by us). A
 * body of another content type is not looked at; one without any is taken for a form.
 * Errors: RequestEntityTooLarge, MalformedHttpRequest. Cost: linear in the bytes.
 */
export function readForm(request: HttpRequest): Result<{ readonly root: FormNode }> {
  if (request.body.length > bodyBytesMax) return refuse({ code: 'RequestEntityTooLarge' })
  const query = rawQueryOf(request.target)
  const body = isForm(request.headers.get('content-type')) ? textOf(request.body) : ''
  if (body === undefined) return refuse(malformed('The request body is not valid UTF-8.'))
  if (countOf(query) + countOf(body) > parameterCountMax) {
    return refuse(malformed(`The request has more than ${parameterCountMax} parameters.`))
  }
  const root: FormNode = {}
  const error = addParameters(root, query) ?? addParameters(root, body)
  return error === undefined ? { ok: true, root } : refuse(error)
}

function refuse(error: WireError): { readonly ok: false; readonly error: WireError } {
  return { ok: false, error }
}

function malformed(message: string): WireError {
  return { code: 'MalformedHttpRequest', message }
}

function isForm(contentType: string | undefined): boolean {
  if (contentType === undefined) return true
  const type = contentType.split(';', 1)[0] as string
  return type.trim().toLowerCase() === 'application/x-www-form-urlencoded'
}

function textOf(body: Uint8Array): string | undefined {
  if (body.length === 0) return ''
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

/** Counts no further than it must. */
function countOf(text: string): number {
  if (text.length === 0) return 0
  let count = 1
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    if (++count > parameterCountMax) break
  }
  return count
}

function addParameters(root: FormNode, text: string): WireError | undefined {
  let start = 0
  while (start < text.length) {
    let end = text.indexOf('&', start)
    if (end === -1) end = text.length
    const piece = text.slice(start, end)
    start = end + 1
    if (piece.length === 0) continue
    const equals = piece.indexOf('=')
    const name = decoded(equals === -1 ? piece : piece.slice(0, equals))
    const value = equals === -1 ? '' : decoded(piece.slice(equals + 1))
    if (name === undefined || value === undefined) {
      return malformed('A parameter is not valid percent-encoded UTF-8.')
    }
    const node = nodeAt(root, name)
    if (node === undefined) {
      return malformed(`A parameter's name has more than ${nestingDepthMax} parts.`)
    }
    node.value ??= value
  }
  return undefined
}

/** Undefined where a `%` does not start an escape, or the escapes are not UTF-8. */
function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text.includes('+') ? text.replaceAll('+', ' ') : text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** The node of a name, made where missing; undefined beyond `nestingDepthMax`. */
function nodeAt(root: FormNode, name: string): FormNode | undefined {
  let node = root
  let start = 0
  for (let depth = 1; depth <= nestingDepthMax; depth++) {
    const dot = name.indexOf('.', start)
    const part = dot === -1 ? name.slice(start) : name.slice(start, dot)
    node.children ??= new Map()
    let next = node.children.get(part)
    if (next === undefined) {
      next = {}
      node.children.set(part, next)
    }
    if (dot === -1) return next
    node = next
    start = dot + 1
  }
  return undefined
}
