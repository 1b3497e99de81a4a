import type { MemberModel, Shape, StructureShape } from '../../model.ts'
import { MalformedInput, scalarReader } from '../scalar.ts'
import { placementOf } from './body-shape.ts'
import type { Place, RouteMatch } from './route.ts'

/** How often each header came, by lower-case name. */
export type HeaderCounts = ReadonlyMap<string, number>

/**
 * The members of an input that travel outside its body. A header or parameter that came twice is
 * refused: who reads it after us might take the other one.
 * Source: Smithy, "HTTP bindings". Errors: throws MalformedInput.
 */
export function readBindings(
  shape: StructureShape,
  place: Place,
  { labels, literals }: Omit<RouteMatch, 'operation'>,
  counts: HeaderCounts,
): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  const { bound } = placementOf(shape, 'input')
  for (const member of bound) {
    const value = member.httpQueryParams
      ? readOtherParameters(bound, place, literals)
      : readBound(member, place, labels, counts)
    if (value !== undefined) input[member.name] = value
  }
  return input
}

function readBound(
  member: MemberModel,
  place: Place,
  labels: Readonly<Record<string, string>>,
  counts: HeaderCounts,
): unknown {
  const { shape } = member
  if (member.httpLabel) {
    const text = labels[member.name]
    return text === undefined ? undefined : readText(shape, member, text, 'date-time')
  }
  if (member.httpQuery !== undefined) return readQuery(member, member.httpQuery, place)
  if (member.httpHeader !== undefined) return readHeader(member, member.httpHeader, place, counts)
  if (member.httpPrefixHeaders !== undefined) {
    return readPrefixed(member.httpPrefixHeaders.toLowerCase(), place, counts)
  }
  return undefined
}

/** All parameters that no other member takes. */
function readOtherParameters(
  bound: readonly MemberModel[],
  { query }: Place,
  literals: ReadonlySet<string>,
): Record<string, string> | undefined {
  const taken = new Set(bound.flatMap(({ httpQuery }) => httpQuery ?? []))
  const others = [...query].filter(
    ([name]) => !taken.has(name) && !literals.has(name) && !/^x-amz-/i.test(name),
  )
  if (others.length === 0) return undefined
  const map = Object.create(null) as Record<string, string>
  for (const [name, values] of others) map[name] = only(values)
  return map
}

function readQuery(member: MemberModel, name: string, { query }: Place): unknown {
  const values = query.get(name)
  if (values === undefined) return undefined
  const { shape } = member
  if (shape.kind === 'list') {
    return values.map((value) => readText(shape.member, member, value, 'date-time'))
  }
  return readText(shape, member, only(values), 'date-time')
}

/** Presigned URLs carry headers of S3 among their parameters. */
function readHeader(
  member: MemberModel,
  header: string,
  { headers, query }: Place,
  counts: HeaderCounts,
): unknown {
  const name = header.toLowerCase()
  const inHeader = headers.get(name)
  if ((counts.get(name) ?? 0) > 1) throw new MalformedInput(`The header ${header} is given twice`)
  if (inHeader === undefined && query.size === 0) return undefined
  const inQuery = name.startsWith('x-amz-') ? hoisted(name, query) : []
  const values = [...(inHeader === undefined ? [] : [inHeader]), ...inQuery]
  if (values.length === 0) return undefined
  const { shape } = member
  const text = only(values).trim()
  if (shape.kind !== 'list') return readText(shape, member, text, 'http-date')
  return listParts(text).map((part) => readText(shape.member, member, part, 'http-date'))
}

/** The values of a list in a header; those in quotes may hold commas, and quotes after a backslash. */
function listParts(text: string): readonly string[] {
  const parts: string[] = []
  for (const [, quoted, plain] of text.matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)/gy)) {
    const isEnd = quoted === undefined && plain === '' && parts.length > 0
    if (!isEnd) parts.push(quoted?.replaceAll(/\\(.)/g, '$1') ?? plain?.trim() ?? '')
  }
  return parts
}

/** Reads the members of an output that travel in headers. Errors: its reader throws MalformedInput. */
export function headerReader(
  headers: ReadonlyMap<string, string>,
): (member: MemberModel) => unknown {
  const place: Place = { method: '', path: '', query: new Map(), headers, labels: {} }
  const once: HeaderCounts = new Map()
  return (member) => {
    const { httpHeader, httpPrefixHeaders } = member
    if (httpHeader !== undefined) return readHeader(member, httpHeader, place, once)
    return httpPrefixHeaders === undefined
      ? undefined
      : readPrefixed(httpPrefixHeaders.toLowerCase(), place, once)
  }
}

function hoisted(name: string, query: Place['query']): readonly string[] {
  return [...query].flatMap(([key, values]) => (key.toLowerCase() === name ? values : []))
}

function readPrefixed(
  prefix: string,
  { headers, query }: Place,
  counts: HeaderCounts,
): Record<string, string> | undefined {
  const map = Object.create(null) as Record<string, string>
  for (const [name, value] of headers) {
    if (!name.startsWith(prefix)) continue
    if ((counts.get(name) ?? 0) > 1) throw new MalformedInput(`The header ${name} is given twice`)
    map[name.slice(prefix.length)] = value
  }
  for (const [name, values] of query) {
    const key = name.toLowerCase()
    if (prefix.startsWith('x-amz-') && key.startsWith(prefix)) {
      map[key.slice(prefix.length)] = only(values)
    }
  }
  return Object.keys(map).length === 0 ? undefined : map
}

function only(values: readonly string[]): string {
  const [value] = values
  if (value === undefined || values.length > 1) {
    throw new MalformedInput('A parameter is given more than once')
  }
  return value
}

function readText(
  shape: Shape,
  member: MemberModel,
  text: string,
  timestampFormat: 'date-time' | 'http-date',
): unknown {
  return scalarReader(shape, member.timestampFormat ?? timestampFormat)(text)
}
