import type { MemberModel, Shape, StructureShape } from '../../model.ts'
import { encoded } from '../../sigv4/canonical.ts'

/**
 * The members of a structure as the parameters of a form, as `readAwsQuery` reads them.
 * Source: Smithy, "AWS query protocol". Errors: throws a TypeError where a value is of another kind.
 */
export function writeAwsForm(shape: StructureShape, input: unknown): string {
  const parameters: string[] = []
  addStructure(shape, input, '', parameters)
  // SQS has two members under one name, which then say the same.
  return [...new Set(parameters)].join('&')
}

function addStructure(shape: StructureShape, value: unknown, prefix: string, to: string[]): void {
  if (typeof value !== 'object' || value === null) throw mismatch(shape)
  const structure = value as Readonly<Record<string, unknown>>
  for (const member of shape.members) {
    const held = structure[member.name]
    if (held !== undefined)
      add(member.shape, held, prefix + (member.xmlName ?? member.name), to, member)
  }
}

function add(shape: Shape, value: unknown, name: string, to: string[], member?: MemberModel): void {
  if (shape.kind === 'structure') addStructure(shape, value, `${name}.`, to)
  else if (shape.kind === 'list') {
    if (!Array.isArray(value)) throw mismatch(shape)
    const part = member?.xmlFlattened ? name : `${name}.${shape.memberXmlName ?? 'member'}`
    if (value.length === 0) to.push(`${encoded(name)}=`)
    for (const [i, each] of value.entries()) add(shape.member, each, `${part}.${i + 1}`, to)
  } else if (shape.kind === 'map') {
    if (typeof value !== 'object' || value === null) throw mismatch(shape)
    const part = member?.xmlFlattened ? name : `${name}.entry`
    for (const [i, [key, each]] of Object.entries(value).entries()) {
      to.push(`${encoded(`${part}.${i + 1}.${shape.keyXmlName ?? 'key'}`)}=${encoded(key)}`)
      add(shape.value, each, `${part}.${i + 1}.${shape.valueXmlName ?? 'value'}`, to)
    }
  } else to.push(`${encoded(name)}=${encoded(scalarText(shape, value))}`)
}

function scalarText(shape: Shape, value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value === 'object' || value === undefined) throw mismatch(shape)
  return String(value as string | number | boolean)
}

function mismatch(shape: Shape): TypeError {
  return new TypeError(`An input's ${shape.kind} (${shape.name}) is of another kind`)
}
