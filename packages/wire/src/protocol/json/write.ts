import type { Shape, StructureShape, TimestampFormat } from '../../model.ts'
import { formatTimestamp } from '../timestamp.ts'

/** Turns a value into what JSON.stringify writes as the protocol wants it. */
type Converter = (value: unknown) => unknown

const converters = new WeakMap<StructureShape, Converter>()

/**
 * A structure as plain JSON data: timestamps as epoch seconds, blobs as base64, members that are
 * undefined or unknown left out. Errors: throws a TypeError where the value is of another kind.
 */
export function jsonStructure(shape: StructureShape, value: unknown): Record<string, unknown> {
  return structureConverter(shape)(value) as Record<string, unknown>
}

function converterOf(shape: Shape, timestampFormat?: TimestampFormat): Converter {
  switch (shape.kind) {
    case 'structure':
      return structureConverter(shape)
    case 'list': {
      let member: Converter | undefined
      return (value) => {
        if (!Array.isArray(value)) throw mismatch(shape)
        return value.map((member ??= converterOf(shape.member)))
      }
    }
    case 'map': {
      let convert: Converter | undefined
      return (value) => {
        if (typeof value !== 'object' || value === null) throw mismatch(shape)
        convert ??= converterOf(shape.value)
        const map = Object.create(null) as Record<string, unknown>
        for (const [key, held] of Object.entries(value)) {
          if (held !== undefined) map[key] = convert(held)
        }
        return map
      }
    }
    default:
      return scalarConverter(shape, timestampFormat)
  }
}

/** Compiled once per shape, members on first use: structures may contain themselves. */
function structureConverter(shape: StructureShape): Converter {
  const known = converters.get(shape)
  if (known !== undefined) return known
  let members: readonly { name: string; key: string; convert: Converter }[] | undefined
  const converter: Converter = (value) => {
    if (typeof value !== 'object' || value === null) throw mismatch(shape)
    members ??= shape.members.map((member) => ({
      name: member.name,
      key: member.jsonName ?? member.name,
      convert: converterOf(member.shape, member.timestampFormat),
    }))
    const structure = value as Readonly<Record<string, unknown>>
    const object: Record<string, unknown> = {}
    for (const member of members) {
      const held = structure[member.name]
      if (held !== undefined) object[member.key] = member.convert(held)
    }
    return object
  }
  converters.set(shape, converter)
  return converter
}

function scalarConverter(shape: Shape, timestampFormat?: TimestampFormat): Converter {
  switch (shape.kind) {
    case 'timestamp':
      return (value) => {
        if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw mismatch(shape)
        return timestampFormat === undefined || timestampFormat === 'epoch-seconds'
          ? value.getTime() / 1000
          : formatTimestamp(value, timestampFormat)
      }
    case 'document':
      return (value) => value
    case 'blob':
      return (value) => {
        if (!(value instanceof Uint8Array)) throw mismatch(shape)
        return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
      }
    case 'float':
    case 'double':
      return (value) => {
        if (typeof value !== 'number') throw mismatch(shape)
        return Number.isFinite(value) ? value : String(value)
      }
    default: {
      const kind = shape.kind === 'string' || shape.kind === 'boolean' ? shape.kind : 'number'
      return (value) => {
        if (typeof value !== kind) throw mismatch(shape)
        return value
      }
    }
  }
}

function mismatch(shape: Shape): TypeError {
  return new TypeError(`An output's ${shape.kind} (${shape.name}) is of another kind`)
}
