import fc from 'fast-check'
import type { Shape, StringShape, StructureShape } from '../model.ts'
import { modelPattern } from '../protocol/constraint/pattern.ts'

/** Texts that hurt: markup, separators, escapes, other scripts, astral characters, white space. */
const nastyText = fc.string({
  unit: fc.constantFrom(
    'a',
    'B',
    '7',
    ' ',
    '+',
    '%',
    '&',
    '=',
    '<',
    '>',
    '"',
    "'",
    'é',
    '語',
    '😀',
  ),
  minLength: 1,
  maxLength: 12,
})

/** Characters that the models' patterns are made of; texts of them are tried against the pattern. */
const patternUnits = [...'aZ0/+=,.@-_:\\ orp{}"v1']

export interface ValueKind {
  /** Within lengths, patterns, ranges and enums, as an input must be; else only of the right kind. */
  readonly valid: boolean
  /** Whether lists may be empty where the model lets them: not every protocol can say so. */
  readonly empty: boolean
}

/** Values of a shape. */
export function valuesOf(shape: Shape, kind: ValueKind, depth = 0): fc.Arbitrary<unknown> {
  const { valid } = kind
  switch (shape.kind) {
    case 'structure':
      return structuresOf(shape, kind, depth)
    case 'list': {
      const min = Math.max(valid ? (shape.min ?? 0) : 0, kind.empty ? 0 : 1)
      return fc.array(valuesOf(shape.member, kind, depth + 1), {
        minLength: min,
        maxLength: Math.max(min, Math.min(shape.max ?? 3, depth > 4 ? 0 : 3)),
      })
    }
    case 'map':
      return fc
        .uniqueArray(
          fc.tuple(valuesOf(shape.key, kind, depth), valuesOf(shape.value, kind, depth + 1)),
          // A Query request cannot say "an empty map".
          { minLength: valid || !kind.empty ? 1 : 0, maxLength: 3, selector: ([key]) => key },
        )
        .map((entries) => Object.fromEntries(entries) as object)
    case 'string':
      return valid ? validText(shape) : shape.enum ? fc.constantFrom(...shape.enum) : nastyText
    case 'boolean':
      return fc.boolean()
    case 'timestamp':
      // Whole seconds: the finest that XML answers carry.
      return fc.integer({ min: 0, max: 4_102_444_800 }).map((second) => new Date(second * 1000))
    case 'blob':
      return fc.uint8Array({ minLength: 1, maxLength: 20 })
    case 'document':
      return fc.constantFrom<unknown>('a', 7, true, { a: [1, { b: 'c' }] }, ['x'])
    default:
      return fc.integer({
        min: shape.min ?? -1000,
        max: Math.min(shape.max ?? 2 ** 31 - 1, 2 ** 31 - 1),
      })
  }
}

function structuresOf(
  shape: StructureShape,
  kind: ValueKind,
  depth: number,
): fc.Arbitrary<Record<string, unknown>> {
  const members = shape.members.filter(({ required }) => required || depth <= 4)
  if (shape.union) {
    return fc
      .constantFrom(...unionMembers(shape, depth))
      .chain(({ name, shape: member }) =>
        valuesOf(member, kind, depth + 1).map((value) => ({ [name]: value })),
      )
  }
  const arbitraries = Object.fromEntries(
    members.map((member) => [member.name, valuesOf(member.shape, kind, depth + 1)]),
  )
  const records = fc.record(arbitraries, {
    requiredKeys: members.filter(({ required }) => required).map(({ name }) => name),
    noNullPrototype: true,
  })
  // Nor can it say "a structure without members".
  const mustHold = (kind.valid || !kind.empty) && depth > 0 && members.length > 0
  return mustHold ? records.filter((record) => Object.keys(record).length > 0) : records
}

/** Of a union deep inside only what holds nothing more, if it has that. */
function unionMembers({ members }: StructureShape, depth: number): StructureShape['members'] {
  const flat = depth > 4 ? members.filter(isFlat) : []
  return flat.length > 0 ? flat : members
}

function isFlat({ shape }: StructureShape['members'][number]): boolean {
  return shape.kind !== 'structure' && shape.kind !== 'list' && shape.kind !== 'map'
}

function validText(shape: StringShape): fc.Arbitrary<string> {
  if (shape.enum !== undefined) return fc.constantFrom(...shape.enum)
  const bounds = { minLength: shape.min ?? 0, maxLength: Math.max(shape.min ?? 0, 12) }
  if (shape.max !== undefined) bounds.maxLength = Math.min(bounds.maxLength, shape.max)
  if (shape.pattern === undefined) {
    return nastyText.map((text) => fit(text, bounds.minLength, shape.max ?? 12))
  }
  const pattern = modelPattern(shape.pattern)
  const known = examples.filter(
    (text) =>
      pattern.test(text) &&
      text.length >= bounds.minLength &&
      text.length <= (shape.max ?? Infinity),
  )
  const units = patternUnits.filter((unit) => pattern.test(unit.repeat(bounds.minLength || 1)))
  const options: fc.Arbitrary<string>[] = known.map((text) => fc.constant(text))
  if (units.length > 0) options.push(fc.string({ unit: fc.constantFrom(...units), ...bounds }))
  if (options.length === 0) throw new Error(`No example for ${shape.name}: ${shape.pattern}`)
  return fc.oneof(...options).filter((text) => pattern.test(text))
}

function fit(text: string, min: number, max: number): string {
  const points = [...text]
  return points
    .concat(Array<string>(Math.max(0, min - points.length)).fill('x'))
    .slice(0, max)
    .join('')
}

/** One at least for every pattern that no repeated character satisfies. */
const examples = [
  '/',
  '/a/b/',
  'v1',
  'my-alias',
  '123456789012',
  'https://example.com/saml',
  'arn:aws:iam::123456789012:role/a',
  'o-abcdefghij/r-abcd',
  'o-abcdefghij',
  'p-abcdefgh',
  'r-abcd',
  'ou-abcd-abcdefgh',
  'h-abcdefgh',
  'rp-abcd',
  'rt-abcdefgh',
  'car-abcdefgh',
  'ann@example.com',
  'arn:aws:organizations::123456789012:account/o-abcdefghij/123456789012',
  'arn:aws:organizations::123456789012:organization/o-abcdefghij',
  'arn:aws:organizations::123456789012:handshake/o-abcdefghij/invite/h-abcdefgh',
  'arn:aws:organizations::123456789012:policy/o-abcdefghij/service_control_policy/p-abcdefghij',
  'arn:aws:organizations::123456789012:ou/o-abcdefghij/ou-abcd-abcdefgh',
  'arn:aws:organizations::123456789012:root/o-abcdefghij/r-abcd',
  'arn:aws:organizations::123456789012:transfer/o-abcdefghij/billing/inbound/rt-abcdefgh',
  'arn:aws:organizations::123456789012:resourcepolicy/o-abcdefghij/rp-abcd',
]
