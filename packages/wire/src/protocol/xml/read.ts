import type { ListShape, MapShape, MemberModel, Shape, StructureShape } from '../../model.ts'
import type { OperationInput } from '../protocol.ts'
import { MalformedInput, scalarReader } from '../scalar.ts'
import type { XmlElement } from './parse.ts'

type Reader = (element: XmlElement) => unknown

const readers = new WeakMap<StructureShape, Reader>()

/**
 * The members of `shape` that an element holds; unknown elements are ignored.
 * Source: Smithy, "XML bindings". Errors: throws MalformedInput.
 */
export function readStructure(shape: StructureShape, element: XmlElement): OperationInput {
  return structureReader(shape)(element) as OperationInput
}

function readerOf(shape: Shape, member?: MemberModel): Reader {
  switch (shape.kind) {
    case 'structure':
      return structureReader(shape)
    case 'list':
      return listReader(shape)
    case 'map':
      return mapReader(shape)
    default: {
      const read = scalarReader(shape, member?.timestampFormat)
      return ({ text }) => read(shape.kind === 'string' ? text : text.trim())
    }
  }
}

/** Compiled once per shape, members on first use: structures may contain themselves. */
function structureReader(shape: StructureShape): Reader {
  const known = readers.get(shape)
  if (known !== undefined) return known
  let members: ReadonlyMap<string, MemberReader> | undefined
  const reader: Reader = (element) => {
    members ??= membersOf(shape)
    const structure: Record<string, unknown> = {}
    for (const child of element.children) {
      const member = members.get(child.name)
      if (member !== undefined) member.add(structure, child)
    }
    for (const member of shape.members) {
      if (!member.xmlAttribute) continue
      const value = element.attributes.get(member.xmlName ?? member.name)
      if (value !== undefined) structure[member.name] = value
    }
    return structure
  }
  readers.set(shape, reader)
  return reader
}

interface MemberReader {
  readonly add: (structure: Record<string, unknown>, child: XmlElement) => void
}

function membersOf(shape: StructureShape): ReadonlyMap<string, MemberReader> {
  return new Map(
    shape.members.map((member) => [member.xmlName ?? member.name, memberReader(member)] as const),
  )
}

/** A flattened list is one element per value; any other member that comes twice is refused. */
function memberReader(member: MemberModel): MemberReader {
  const { name, shape } = member
  if (member.xmlFlattened && shape.kind === 'list') {
    const read = readerOf(shape.member)
    return {
      add(structure, child) {
        const list = (structure[name] ??= []) as unknown[]
        list.push(read(child))
      },
    }
  }
  if (member.xmlFlattened && shape.kind === 'map') {
    const read = mapReader(shape)
    return {
      add(structure, child) {
        const entries = read({ ...child, children: [child] }) as object
        structure[name] = Object.assign(structure[name] ?? Object.create(null), entries)
      },
    }
  }
  const read = readerOf(shape, member)
  return {
    add(structure, child) {
      if (Object.hasOwn(structure, name)) throw new MalformedInput()
      structure[name] = read(child)
    },
  }
}

function listReader(shape: ListShape): Reader {
  let read: Reader | undefined
  return ({ children }) => {
    const readMember = (read ??= readerOf(shape.member))
    return children.map((child) => readMember(child))
  }
}

function mapReader(shape: MapShape): Reader {
  let readValue: Reader | undefined
  return ({ children }) => {
    readValue ??= readerOf(shape.value)
    const map = Object.create(null) as Record<string, unknown>
    for (const entry of children) {
      const key = entry.children.find(({ name }) => name === (shape.keyXmlName ?? 'key'))
      const value = entry.children.find(({ name }) => name === (shape.valueXmlName ?? 'value'))
      if (key === undefined || value === undefined) throw new MalformedInput()
      map[key.text] = readValue(value)
    }
    return map
  }
}
