import type { MapShape, Shape, StructureShape } from '../../model.ts'
import { formatIsoSeconds } from '../timestamp.ts'
import { escapeXml } from './xml.ts'

/** Writes what stands between the tags. */
type Writer = (value: unknown) => string

const writers = new WeakMap<StructureShape, Writer>()

/** The members of a structure as XML. Errors: throws a TypeError where the value is of another kind. */
export function writeStructure(shape: StructureShape, value: unknown): string {
  return structureWriter(shape)(value)
}

function writerOf(shape: Shape): Writer {
  switch (shape.kind) {
    case 'structure':
      return structureWriter(shape)
    case 'list': {
      let member: Writer | undefined
      return (value) => {
        if (!Array.isArray(value)) throw mismatch(shape)
        member ??= elementWriter('member', shape.member)
        let xml = ''
        for (const held of value) xml += member(held)
        return xml
      }
    }
    case 'map':
      return mapWriter(shape)
    default:
      return scalarWriter(shape)
  }
}

/** Compiled once per shape, members on first use: structures may contain themselves. */
function structureWriter(shape: StructureShape): Writer {
  const known = writers.get(shape)
  if (known !== undefined) return known
  let members: readonly { name: string; write: Writer }[] | undefined
  const writer: Writer = (value) => {
    if (typeof value !== 'object' || value === null) throw mismatch(shape)
    members ??= shape.members.map((member) => ({
      name: member.name,
      write: elementWriter(member.name, member.shape),
    }))
    const structure = value as Readonly<Record<string, unknown>>
    let xml = ''
    for (const member of members) {
      const held = structure[member.name]
      if (held !== undefined) xml += member.write(held)
    }
    return xml
  }
  writers.set(shape, writer)
  return writer
}

function elementWriter(name: string, shape: Shape): Writer {
  const write = writerOf(shape)
  const open = `<${name}>`
  const close = `</${name}>`
  const empty = `<${name}/>` // AWS writes an empty list so.
  const collapses = shape.kind === 'list' || shape.kind === 'map'
  return (value) => {
    const content = write(value)
    return collapses && content === '' ? empty : open + content + close
  }
}

function mapWriter(shape: MapShape): Writer {
  let key: Writer | undefined
  let value: Writer | undefined
  return (map) => {
    if (typeof map !== 'object' || map === null) throw mismatch(shape)
    key ??= elementWriter('key', shape.key)
    value ??= elementWriter('value', shape.value)
    let xml = ''
    for (const [name, held] of Object.entries(map)) {
      if (held !== undefined) xml += `<entry>${key(name)}${value(held)}</entry>`
    }
    return xml
  }
}

function scalarWriter(shape: Shape): Writer {
  switch (shape.kind) {
    case 'string':
      return (value) => {
        if (typeof value !== 'string') throw mismatch(shape)
        return escapeXml(value)
      }
    case 'timestamp':
      return (value) => {
        if (!(value instanceof Date)) throw mismatch(shape)
        return formatIsoSeconds(value)
      }
    case 'blob':
      return (value) => {
        if (!(value instanceof Uint8Array)) throw mismatch(shape)
        return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
      }
    case 'boolean':
      return (value) => {
        if (typeof value !== 'boolean') throw mismatch(shape)
        return String(value)
      }
    default:
      return (value) => {
        if (typeof value !== 'number') throw mismatch(shape)
        return String(value)
      }
  }
}

function mismatch(shape: Shape): TypeError {
  return new TypeError(`An output's ${shape.kind} (${shape.name}) is of another kind`)
}
