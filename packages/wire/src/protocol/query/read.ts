import type { ListShape, MapShape, MemberModel, Shape, StructureShape } from '../../model.ts'
import { listIndexMax } from '../limits.ts'
import type { OperationInput } from '../protocol.ts'
import type { FormNode } from './form.ts'
import { MalformedInput, scalarReader } from '../scalar.ts'

/** Undefined where the node holds no value of this shape. */
type Reader = (node: FormNode) => unknown

/** What the two Query protocols name differently. */
export interface FormStyle {
  readonly memberName: (member: MemberModel) => string
  /** What stands between a list's name and the number; absent: nothing. */
  readonly listPart: (member: MemberModel | undefined, shape: ListShape) => string | undefined
}

/** Reads the members of a structure from a form. Errors: throws MalformedInput. */
export type FormReader = (shape: StructureShape, root: FormNode) => OperationInput

/** A reader of forms. Unknown parameters are ignored (recorded from STS). */
export function createFormReader(style: FormStyle): FormReader {
  const compiler = new FormCompiler(style)
  return (shape, root) => (compiler.structureReader(shape)(root) ?? {}) as OperationInput
}

/** Readers, compiled once per shape, members on first use: structures may contain themselves. */
class FormCompiler {
  readonly #style: FormStyle
  readonly #readers = new WeakMap<StructureShape, Reader>()

  constructor(style: FormStyle) {
    this.#style = style
  }

  readerOf(shape: Shape, member?: MemberModel): Reader {
    switch (shape.kind) {
      case 'structure':
        return this.structureReader(shape)
      case 'list':
        return this.listReader(shape, member)
      case 'map':
        return this.mapReader(shape, member)
      default: {
        const read = scalarReader(shape)
        return (node) => (node.value === undefined ? undefined : read(node.value))
      }
    }
  }

  structureReader(shape: StructureShape): Reader {
    const known = this.#readers.get(shape)
    if (known !== undefined) return known
    let members: readonly { name: string; part: string; read: Reader }[] | undefined
    const reader: Reader = (node) => {
      if (node.children === undefined) return undefined
      members ??= shape.members.map((member) => ({
        name: member.name,
        part: this.#style.memberName(member),
        read: this.readerOf(member.shape, member),
      }))
      const structure: Record<string, unknown> = {}
      for (const member of members) {
        const child = node.children.get(member.part)
        if (child === undefined) continue
        const value = member.read(child)
        if (value !== undefined) structure[member.name] = value
      }
      return structure
    }
    this.#readers.set(shape, reader)
    return reader
  }

  listReader(shape: ListShape, member: MemberModel | undefined): Reader {
    let readMember: Reader | undefined
    const isStructure = shape.member.kind === 'structure'
    const part = this.#style.listPart(member, shape)
    return (node) => {
      const numbered = part === undefined ? node : node.children?.get(part)
      if (numbered?.children === undefined) return emptyOrAbsent(node)
      readMember ??= this.readerOf(shape.member)
      const list: unknown[] = []
      for (const child of inOrder(numbered.children)) {
        // `Tags.member.1=` is a structure with nothing in it, whose required members are missing.
        const value = readMember(child) ?? (isStructure ? {} : undefined)
        if (value !== undefined) list.push(value)
      }
      return list
    }
  }

  mapReader(shape: MapShape, member: MemberModel | undefined): Reader {
    let readValue: Reader | undefined
    return (node) => {
      const numbered = member?.xmlFlattened ? node : node.children?.get('entry')
      if (numbered?.children === undefined) {
        return emptyOrAbsent(node) === undefined ? undefined : (Object.create(null) as object)
      }
      readValue ??= this.readerOf(shape.value)
      // Without a prototype: `__proto__` is a key like any other.
      const map = Object.create(null) as Record<string, unknown>
      for (const entry of inOrder(numbered.children)) {
        const key = entry.children?.get(shape.keyXmlName ?? 'key')?.value
        const held = entry.children?.get(shape.valueXmlName ?? 'value')
        if (key === undefined || held === undefined) throw new MalformedInput()
        const value = readValue(held)
        if (value === undefined) throw new MalformedInput()
        if (!Object.hasOwn(map, key)) map[key] = value
      }
      return map
    }
  }
}

/** Source: Smithy, "AWS query protocol". */
export const readAwsQuery = createFormReader({
  memberName: ({ name, xmlName }) => xmlName ?? name,
  listPart: (member, shape) =>
    member?.xmlFlattened ? undefined : (shape.memberXmlName ?? 'member'),
})

/** Source: Smithy, "AWS EC2 query protocol": lists are always flattened. */
export const readEc2Query = createFormReader({
  memberName: ({ name, xmlName, ec2QueryName }) =>
    ec2QueryName ?? (xmlName === undefined ? name : capitalized(xmlName)),
  listPart: () => undefined,
})

function capitalized(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1)
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
