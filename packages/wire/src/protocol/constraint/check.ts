import type {
  BlobShape,
  ListShape,
  MapShape,
  NumberShape,
  Shape,
  StringShape,
  StructureShape,
} from '../../model.ts'
import { violationCountMax } from '../limits.ts'
import { modelPattern } from './pattern.ts'

export type Constraint =
  | { readonly kind: 'required' }
  | { readonly kind: 'lengthMin' | 'lengthMax' | 'valueMin' | 'valueMax'; readonly bound: number }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  /** A scalar in a list or map; AWS then names all that it must satisfy. */
  | { readonly kind: 'member' | 'key' | 'value'; readonly all: readonly Constraint[] }

export interface Violation {
  /** `roleName`, `tags.1.member.key`. */
  readonly path: string
  /** Undefined where it is missing. */
  readonly value: unknown
  readonly constraint: Constraint
}

/** Adds what `value` violates to `found`. */
type Check = (value: unknown, path: string, found: Violation[]) => void

/** Strings longer than their maximum and this are not held against their pattern as well. */
const patternCharsMin = 2048
/** Strings without a maximum fail their pattern beyond this length; bounds the work. Chosen by us. */
const patternCharsMax = 131_072

/** Stands for a value that the model marks sensitive; messages are logged. Chosen by us. */
const sensitiveMark = '***'

const checks = new WeakMap<StructureShape, Check>()

/** All that an input violates, in the order of the model's members; at most `violationCountMax`. */
export function violationsOf(shape: StructureShape, input: unknown): readonly Violation[] {
  const found: Violation[] = []
  checkOfStructure(shape)(input, '', found)
  return found
}

function checkOf(shape: Shape): Check | undefined {
  switch (shape.kind) {
    case 'structure':
      return checkOfStructure(shape)
    case 'list':
      return checkOfList(shape)
    case 'map':
      return checkOfMap(shape)
    default: {
      const rules = scalarRules(shape)
      if (rules.length === 0) return undefined
      return (value, path, found) => {
        for (const rule of rules) {
          if (rule.satisfied(value)) continue
          const shown = shape.sensitive ? sensitiveMark : value
          add(found, { path, value: shown, constraint: rule.constraint })
        }
      }
    }
  }
}

function add(found: Violation[], violation: Violation): void {
  if (found.length < violationCountMax) found.push(violation)
}

/** Compiled once per shape, members on first use: structures may contain themselves. */
function checkOfStructure(shape: StructureShape): Check {
  const known = checks.get(shape)
  if (known !== undefined) return known
  interface MemberCheck {
    name: string
    field: string
    required: boolean
    check: Check | undefined
  }
  let members: readonly MemberCheck[] | undefined
  const check: Check = (value, path, found) => {
    members ??= shape.members.map((member) => ({
      name: member.name,
      field: member.name.slice(0, 1).toLowerCase() + member.name.slice(1),
      required: member.required,
      check: checkOf(member.shape),
    }))
    const structure = value as Readonly<Record<string, unknown>>
    for (const member of members) {
      const held = structure[member.name]
      if (held === undefined) {
        if (!member.required) continue
        add(found, { path: path + member.field, value: held, constraint: { kind: 'required' } })
      } else member.check?.(held, path + member.field, found)
    }
  }
  checks.set(shape, check)
  return check
}

function checkOfList(shape: ListShape): Check | undefined {
  const length = lengthRules(shape, (value) => (value as readonly unknown[]).length)
  const nested = nests(shape.member)
  const member = nested ? checkOf(shape.member) : undefined
  const rules = nested ? [] : scalarRules(shape.member)
  if (length.length === 0 && member === undefined && rules.length === 0) return undefined
  const all = { kind: 'member', all: rules.map((rule) => rule.constraint) } as const
  const dot = shape.member.kind === 'structure' ? '.' : ''
  return (value, path, found) => {
    const list = value as readonly unknown[]
    for (const rule of length) {
      if (!rule.satisfied(list)) add(found, { path, value, constraint: rule.constraint })
    }
    if (member !== undefined) {
      for (let i = 0; i < list.length && found.length < violationCountMax; i++) {
        member(list[i], `${path}.${i + 1}.member${dot}`, found)
      }
    } else if (rules.length > 0 && list.some((held) => rules.some((r) => !r.satisfied(held)))) {
      add(found, { path, value, constraint: all })
    }
  }
}

function checkOfMap(shape: MapShape): Check | undefined {
  const length = lengthRules(shape, (value) => Object.keys(value as object).length)
  const keyRules = scalarRules(shape.key)
  const nested = nests(shape.value)
  const check = nested ? checkOf(shape.value) : undefined
  const valueRules = nested ? [] : scalarRules(shape.value)
  const dot = shape.value.kind === 'structure' ? '.' : ''
  return (value, path, found) => {
    const entries = Object.entries(value as object)
    for (const rule of length) {
      if (!rule.satisfied(value)) add(found, { path, value, constraint: rule.constraint })
    }
    const broken = (rules: readonly Rule[], at: 0 | 1) =>
      rules.length > 0 && entries.some((entry) => rules.some((r) => !r.satisfied(entry[at])))
    const constraints = (rules: readonly Rule[]) => rules.map((rule) => rule.constraint)
    if (broken(keyRules, 0)) {
      add(found, { path, value, constraint: { kind: 'key', all: constraints(keyRules) } })
    }
    if (broken(valueRules, 1)) {
      add(found, { path, value, constraint: { kind: 'value', all: constraints(valueRules) } })
    }
    for (const [key, held] of entries) check?.(held, `${path}.${key}.member${dot}`, found)
  }
}

function nests(shape: Shape): boolean {
  return shape.kind === 'structure' || shape.kind === 'list' || shape.kind === 'map'
}

interface Rule {
  readonly constraint: Constraint
  readonly satisfied: (value: unknown) => boolean
}

/** In the order in which AWS lists them for a member of a list: at most, at least, pattern. */
function scalarRules(shape: Shape): readonly Rule[] {
  switch (shape.kind) {
    case 'string':
      return stringRules(shape)
    case 'blob':
      return lengthRules(shape, (value) => (value as Uint8Array).length)
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return numberRules(shape)
    default:
      return []
  }
}

function stringRules(shape: StringShape): readonly Rule[] {
  const rules: Rule[] = []
  const { min, max, pattern } = shape
  if (max !== undefined) {
    rules.push({
      constraint: { kind: 'lengthMax', bound: max },
      satisfied: (value) => !longerThan(value as string, max),
    })
  }
  if (min !== undefined && min > 0) {
    rules.push({
      constraint: { kind: 'lengthMin', bound: min },
      satisfied: (value) => longerThan(value as string, min - 1),
    })
  }
  if (pattern !== undefined) {
    const regExp = modelPattern(pattern)
    const limit = max === undefined ? patternCharsMax : Math.max(2 * max, patternCharsMin)
    rules.push({
      constraint: { kind: 'pattern', pattern },
      satisfied: (value) => {
        const text = value as string
        return text.length > limit ? max !== undefined : regExp.test(text)
      },
    })
  }
  if (shape.enum !== undefined) {
    const values = new Set(shape.enum)
    rules.push({
      constraint: { kind: 'enum', values: shape.enum },
      satisfied: (value) => values.has(value as string),
    })
  }
  return rules
}

/** Whether a text has more than `bound` code points; AWS counts those, not UTF-16 units. */
function longerThan(text: string, bound: number): boolean {
  if (text.length <= bound) return false
  if (text.length > 2 * bound) return true
  let count = 0
  for (let i = 0; i < text.length; i++, count++) {
    if (count > bound) return true
    if ((text.codePointAt(i) as number) > 0xffff) i++
  }
  return count > bound
}

function numberRules(shape: NumberShape): readonly Rule[] {
  const { min, max } = shape
  const rules: Rule[] = []
  if (max !== undefined) {
    const constraint = { kind: 'valueMax', bound: max } as const
    rules.push({ constraint, satisfied: (value) => (value as number) <= max })
  }
  if (min !== undefined) {
    const constraint = { kind: 'valueMin', bound: min } as const
    rules.push({ constraint, satisfied: (value) => (value as number) >= min })
  }
  return rules
}

function lengthRules(
  shape: ListShape | MapShape | BlobShape,
  lengthOf: (value: unknown) => number,
): readonly Rule[] {
  const { min, max } = shape
  const rules: Rule[] = []
  if (max !== undefined) {
    const constraint = { kind: 'lengthMax', bound: max } as const
    rules.push({ constraint, satisfied: (value) => lengthOf(value) <= max })
  }
  if (min !== undefined && min > 0) {
    const constraint = { kind: 'lengthMin', bound: min } as const
    rules.push({ constraint, satisfied: (value) => lengthOf(value) >= min })
  }
  return rules
}
