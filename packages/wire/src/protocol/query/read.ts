import type { ListShape, MapShape, Shape, StructureShape } from '../../model.ts'
import { listIndexMax } from '../limits.ts'
import type { OperationInput } from '../protocol.ts'
import type { FormNode } from './form.ts'
import { MalformedInput, scalarReader } from '../scalar.ts'

/** Undefined where the node holds no value of this shape. */
type Reader = (node: FormNode) => unknown

const readers = new WeakMap<StructureShape, Reader>()

/**
 * The members of `shape` that a form holds. Unknown parameters are ignored (recorded from STS).
 * Errors: throws MalformedInput.
 */
export function readStructure(shape: StructureShape, root: FormNode): OperationInput {
  return (structureReader(shape)(root) ?? {}) as OperationInput
}

function readerOf(shape: Shape): Reader {
  switch (shape.kind) {
    case 'structure':
      return structureReader(shape)
    case 'list':
      return listReader(shape)
    case 'map':
      return mapReader(shape)
    default: {
      const read = scalarReader(shape)
      return (node) => (node.value === undefined ? undefined : read(node.value))
    }
  }
}

/** Compiled once per shape, members on first use: structures may contain themselves. */
function structureReader(shape: StructureShape): Reader {
  const known = readers.get(shape)
  if (known !== undefined) return known
  let members: readonly { name: string; read: Reader }[] | undefined
  const reader: Reader = (node) => {
    if (node.children === undefined) return undefined
    members ??= shape.members.map((member) => ({
      name: member.name,
      read: readerOf(member.shape),
    }))
    const structure: Record<string, unknown> = {}
    for (const member of members) {
      const child = node.children.get(member.name)
      if (child === undefined) continue
      const value = member.read(child)
      if (value !== undefined) structure[member.name] = value
    }
    return structure
  }
  readers.set(shape, reader)
  return reader
}

function listReader(shape: ListShape): Reader {
  let readMember: Reader | undefined
  const isStructure = shape.member.kind === 'structure'
  return (node) => {
    const numbered = node.children?.get('member')
    if (numbered?.children === undefined) return emptyOrAbsent(node)
    readMember ??= readerOf(shape.member)
    const list: unknown[] = []
    for (const child of inOrder(numbered.children)) {
      // `Tags.member.1=` is a structure with nothing in it, whose required members are missing.
      const value = readMember(child) ?? (isStructure ? {} : undefined)
      if (value !== undefined) list.push(value)
    }
    return list
  }
}

function mapReader(shape: MapShape): Reader {
  let readKey: Reader | undefined
  let readValue: Reader | undefined
  return (node) => {
    const numbered = node.children?.get('entry')
    if (numbered?.children === undefined) {
      return emptyOrAbsent(node) === undefined ? undefined : (Object.create(null) as object)
    }
    readKey ??= readerOf(shape.key)
    readValue ??= readerOf(shape.value)
    // Without a prototype: `__proto__` is a key like any other.
    const map = Object.create(null) as Record<string, unknown>
    for (const entry of inOrder(numbered.children)) {
      const key = entry.children?.get('key')?.value
      const held = entry.children?.get('value')
      if (key === undefined || held === undefined) throw new MalformedInput()
      const value = readValue(held)
      if (value === undefined) throw new MalformedInput()
      if (!Object.hasOwn(map, key)) map[key] = value
    }
    return map
  }
}

/** `Name=` is an empty list; `Name=x` is none at all. */
function emptyOrAbsent(node: FormNode): unknown[] | undefined {
  if (node.value === undefined) return undefined
  if (node.value === '') return []
  throw new MalformedInput()
}

/** By number, gaps tolerated; parts that are no number from 1 are unknown parameters. */
function inOrder(children: ReadonlyMap<string, FormNode>): readonly FormNode[] {
  const numbered: { index: number; node: FormNode }[] = []
  let sorted = true
  let last = 0
  for (const [part, node] of children) {
    if (!/^[1-9][0-9]*$/.test(part)) continue
    const index = part.length > 10 ? Infinity : Number(part)
    if (index > listIndexMax) throw new MalformedInput()
    if (index < last) sorted = false
    last = index
    numbered.push({ index, node })
  }
  if (!sorted) numbered.sort((a, b) => a.index - b.index)
  return numbered.map(({ node }) => node)
}
