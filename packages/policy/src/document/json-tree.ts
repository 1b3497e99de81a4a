/** JSON text → a tree that knows where everything stands. The only file that imports a JSON parser. */
import { parseTree } from 'jsonc-parser'
import type { ParseError } from 'jsonc-parser'
import { awsManagedDocumentCharsMax, documentDepthMax, nestingDepth } from './limits.ts'

/** A value of the text. Offsets and lengths are UTF-16 code units, quotes and brackets included. */
export interface JsonNode {
  readonly type: 'object' | 'array' | 'property' | 'string' | 'number' | 'boolean' | 'null'
  readonly offset: number
  readonly length: number
  readonly children?: readonly JsonNode[]
  /** Of a string, number or boolean. */
  readonly value?: unknown
}

/** One `"name": value` of an object. Offsets are UTF-16 code units from the start of the text. */
export interface JsonField {
  readonly name: string
  readonly nameOffset: number
  readonly value: JsonNode
}

export type JsonTreeResult =
  | { readonly ok: true; readonly root: JsonNode }
  | { readonly ok: false; readonly code: JsonFault; readonly offset: number }

export type JsonFault = 'DocumentTooLong' | 'DocumentTooDeep' | 'InvalidCharacter' | 'InvalidJson'

/** Source: IAM API Reference, `PolicyDocument`, pattern: tab, LF, CR, U+0020 to U+00FF. */
const outsideCharacterSet = /[^\t\n\r\u0020-\u00ff]/

/**
 * Parses strict JSON (RFC 8259: no comments, no trailing comma). Never throws, and never recurses
 * deeper than {@link documentDepthMax}.
 */
export function parseJsonTree(text: string, charsMax = awsManagedDocumentCharsMax): JsonTreeResult {
  if (text.length > charsMax) return fault('DocumentTooLong', 0)
  const character = text.search(outsideCharacterSet)
  if (character !== -1) return fault('InvalidCharacter', character)
  if (nestingDepth(text) > documentDepthMax) return fault('DocumentTooDeep', 0)
  const errors: ParseError[] = []
  const options = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }
  const root = parseTree(text, errors, options)
  if (errors[0] !== undefined) return fault('InvalidJson', errors[0].offset)
  // The tree's parser recovers from a few things that RFC 8259 forbids; the platform's does not.
  if (root === undefined || !isStrictJson(text)) return fault('InvalidJson', 0)
  return { ok: true, root }
}

function isStrictJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function fault(code: JsonFault, offset: number): JsonTreeResult {
  return { ok: false, code, offset }
}

/** The fields of an object node in the order written, duplicates included; none of another node. */
export function fieldsOf(node: JsonNode): JsonField[] {
  if (node.type !== 'object') return []
  const fields: JsonField[] = []
  for (const property of node.children ?? []) {
    const [name, value] = property.children ?? []
    if (name === undefined || value === undefined) continue
    fields.push({ name: String(name.value), nameOffset: name.offset, value })
  }
  return fields
}

/** The elements of an array node; the node itself where it is not an array. */
export function elementsOf(node: JsonNode): readonly JsonNode[] {
  return node.type === 'array' ? (node.children ?? []) : [node]
}

/** 1-based line and column of an offset. Lines end at a line feed; columns are code units. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let lineStart = 0
  for (;;) {
    const lineEnd = text.indexOf('\n', lineStart)
    if (lineEnd === -1 || lineEnd >= offset) return { line, column: offset - lineStart + 1 }
    line++
    lineStart = lineEnd + 1
  }
}

/** The decoded text of a string node. */
export function stringOf(node: JsonNode): string {
  return typeof node.value === 'string' ? node.value : ''
}
