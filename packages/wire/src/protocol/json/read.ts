import type { ListShape, MapShape, Shape, StructureShape, TimestampFormat } from '../../model.ts'
import { nestingDepthMax } from '../limits.ts'
import type { OperationInput } from '../protocol.ts'
import { base64Bytes, MalformedInput } from '../scalar.ts'
import { parseTimestamp } from '../timestamp.ts'

type Reader = (value: unknown, depth: number) => unknown

const readers = new WeakMap<StructureShape, Reader>()

/**
 * The members of `shape` that a parsed JSON object holds; unknown members are ignored, null is as
 * good as absent. Errors: throws MalformedInput, worded as public recordings of JSON services have it.
 */
export function readStructure(shape: StructureShape, value: unknown): OperationInput {
  return structureReader(shape)(value, 1) as OperationInput
}

function readerOf(shape: Shape, timestampFormat?: TimestampFormat): Reader {
  switch (shape.kind) {
    case 'structure':
      return structureReader(shape)
    case 'list':
      return listReader(shape)
    case 'map':
      return mapReader(shape)
    default:
      return scalarReader(shape, timestampFormat)
  }
}

/** Compiled once per shape, members on first use: structures may contain themselves. */
function structureReader(shape: StructureShape): Reader {
  const known = readers.get(shape)
  if (known !== undefined) return known
  let members: readonly { name: string; key: string; read: Reader }[] | undefined
  const reader: Reader = (value, depth) => {
    const object = objectOf(value, depth)
    members ??= shape.members.map((member) => ({
      name: member.name,
      key: member.jsonName ?? member.name,
      read: readerOf(member.shape, member.timestampFormat),
    }))
    const structure: Record<string, unknown> = {}
    for (const member of members) {
      if (!Object.hasOwn(object, member.key)) continue
      const held = object[member.key]
      if (held !== null) structure[member.name] = member.read(held, depth + 1)
    }
    return structure
  }
  readers.set(shape, reader)
  return reader
}

function listReader(shape: ListShape): Reader {
  let read: Reader | undefined
  return (value, depth) => {
    if (!Array.isArray(value)) throw new MalformedInput('Expected list or null')
    checkDepth(depth)
    const readMember = (read ??= readerOf(shape.member))
    return value.map((held) => {
      if (held === null) throw new MalformedInput('Expected a value in a list, not null')
      return readMember(held, depth + 1)
    })
  }
}

function mapReader(shape: MapShape): Reader {
  let read: Reader | undefined
  return (value, depth) => {
    const object = objectOf(value, depth)
    read ??= readerOf(shape.value)
    // Without a prototype: `__proto__` is a key like any other.
    const map = Object.create(null) as Record<string, unknown>
    for (const [key, held] of Object.entries(object)) {
      if (held !== null) map[key] = read(held, depth + 1)
    }
    return map
  }
}

function objectOf(value: unknown, depth: number): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedInput(`${tokenOf(value)} can not be converted to a structure or map`)
  }
  checkDepth(depth)
  return value as Readonly<Record<string, unknown>>
}

function checkDepth(depth: number): void {
  if (depth > nestingDepthMax) throw new MalformedInput('The input is nested too deeply')
}

function scalarReader(shape: Shape, timestampFormat: TimestampFormat = 'epoch-seconds'): Reader {
  const reject = (value: unknown): never => {
    throw new MalformedInput(`${tokenOf(value)} can not be converted to ${targets[shape.kind]}`)
  }
  switch (shape.kind) {
    case 'string':
      return (value) => (typeof value === 'string' ? value : reject(value))
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : reject(value))
    case 'integer':
      return (value) =>
        typeof value === 'number' && (value | 0) === value ? value + 0 : reject(value)
    case 'long':
      return (value) => (Number.isSafeInteger(value) ? value : reject(value))
    case 'float':
    case 'double':
      return (value) => {
        if (typeof value === 'number') return value
        return value === 'NaN' || value === 'Infinity' || value === '-Infinity'
          ? Number(value)
          : reject(value)
      }
    case 'timestamp':
      return (value) => readTimestamp(value, timestampFormat) ?? reject(value)
    case 'document':
      return (value) => value
    default:
      return (value) => blobOf(value) ?? reject(value)
  }
}

/** Seconds since 1970, with or without a fraction, unless the model wants a text. */
function readTimestamp(value: unknown, format: TimestampFormat): Date | undefined {
  if (format !== 'epoch-seconds') {
    return typeof value === 'string' ? parseTimestamp(value, format) : undefined
  }
  if (typeof value !== 'number') return undefined
  const date = new Date(Math.round(value * 1000))
  return Number.isNaN(date.getTime()) ? undefined : date
}

const targets: Readonly<Record<Shape['kind'], string>> = {
  string: 'a String',
  boolean: 'a Boolean',
  integer: 'an Integer',
  long: 'a Long',
  float: 'a Float',
  double: 'a Double',
  timestamp: 'a Timestamp',
  blob: 'a Blob',
  structure: 'a structure or map',
  list: 'a list',
  map: 'a structure or map',
  document: 'a document',
}

/** The name that AWS's parser gives to what it found. */
function tokenOf(value: unknown): string {
  if (typeof value === 'string') return 'STRING_VALUE'
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE'
  if (value === null) return 'NULL_VALUE'
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT'
}

/** Base64 in JSON; CBOR, which shares this reader, has the bytes as they are. */
function blobOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value
  return typeof value === 'string' ? base64Bytes(value) : undefined
}
