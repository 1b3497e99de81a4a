import type { ListShape, MapShape, MemberModel, Shape, StructureShape } from '../../model.ts'
import { formatTimestamp } from '../timestamp.ts'
import { escapeXml } from './escape.ts'

/** Writes what stands between the tags. */
type Writer = (value: unknown) => string

const writers = new WeakMap<StructureShape, Writer>()

/** The members of a structure as XML. Errors: throws a TypeError where the value is of another kind. */
export function writeStructure(shape: StructureShape, value: unknown): string {
  return structureWriter(shape)(value)
}

/** A structure with the element around it, for payloads; its XML attributes go there. */
export function writeElement(name: string, shape: Shape, value: unknown, xmlns?: string): string {
  const attributes = xmlns === undefined ? '' : ` xmlns="${escapeXml(xmlns)}"`
  return `<${name}${attributes}>${writerOf(shape)(value)}</${name}>`
}

function writerOf(shape: Shape): Writer {
  switch (shape.kind) {
    case 'structure':
      return structureWriter(shape)
    case 'list':
      return listWriter(shape, shape.memberXmlName ?? 'member')
    case 'map':
      return mapWriter(shape, 'entry')
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
    members ??= shape.members
      .filter((member) => !isOutsideOfBody(member) && member.xmlAttribute === undefined)
      .map((member) => ({ name: member.name, write: memberWriter(member) }))
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

function isOutsideOfBody(member: MemberModel): boolean {
  return (
    member.httpHeader !== undefined ||
    member.httpPrefixHeaders !== undefined ||
    member.httpResponseCode !== undefined
  )
}

function memberWriter(member: MemberModel): Writer {
  const name = member.xmlName ?? member.name
  const { shape } = member
  if (member.xmlFlattened && shape.kind === 'list') return listWriter(shape, name)
  if (member.xmlFlattened && shape.kind === 'map') return mapWriter(shape, name)
  return elementWriter(name, shape, member)
}

function elementWriter(name: string, shape: Shape, member?: MemberModel): Writer {
  const write = shape.kind === 'timestamp' ? timestampWriter(member) : writerOf(shape)
  const attributes = shape.kind === 'structure' ? attributesWriter(shape) : undefined
  const open = `<${name}>`
  const close = `</${name}>`
  const empty = `<${name}/>` // AWS writes an empty list so.
  const collapses = shape.kind === 'list' || shape.kind === 'map'
  return (value) => {
    const content = write(value)
    if (collapses && content === '') return empty
    return (attributes === undefined ? open : `<${name}${attributes(value)}>`) + content + close
  }
}

/** S3's `xsi:type` is the only attribute in the models; its prefix is declared where it stands. */
function attributesWriter(shape: StructureShape): Writer | undefined {
  const members = shape.members.filter(({ xmlAttribute }) => xmlAttribute)
  if (members.length === 0) return undefined
  const declaration = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
  return (value) => {
    const structure = value as Readonly<Record<string, unknown>>
    const held = members.filter(({ name }) => structure[name] !== undefined)
    const texts = held.map(
      ({ name, xmlName }) => ` ${xmlName ?? name}="${escapeXml(String(structure[name]))}"`,
    )
    return held.length === 0 ? '' : declaration + texts.join('')
  }
}

function listWriter(shape: ListShape, name: string): Writer {
  let member: Writer | undefined
  return (value) => {
    if (!Array.isArray(value)) throw mismatch(shape)
    member ??= elementWriter(name, shape.member)
    let xml = ''
    for (const held of value) xml += member(held)
    return xml
  }
}

function mapWriter(shape: MapShape, name: string): Writer {
  let key: Writer | undefined
  let value: Writer | undefined
  return (map) => {
    if (typeof map !== 'object' || map === null) throw mismatch(shape)
    key ??= elementWriter(shape.keyXmlName ?? 'key', shape.key)
    value ??= elementWriter(shape.valueXmlName ?? 'value', shape.value)
    let xml = ''
    for (const [entry, held] of Object.entries(map)) {
      if (held !== undefined) xml += `<${name}>${key(entry)}${value(held)}</${name}>`
    }
    return xml
  }
}

function timestampWriter(member: MemberModel | undefined): Writer {
  const format = member?.timestampFormat ?? 'date-time'
  return (value) => {
    if (!(value instanceof Date)) throw new TypeError("An output's timestamp is of another kind")
    return formatTimestamp(value, format)
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
      return timestampWriter(undefined)
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
