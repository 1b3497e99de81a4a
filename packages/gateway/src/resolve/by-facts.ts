import { unknownParts } from '../authorize/unknown.ts'
import type { Check } from '../operation.ts'
import { factsOf, type ResourceType } from './facts.ts'
import {
  accountOf,
  anyText,
  type ForwardedCall,
  patternOf,
  text,
  Unresolvable,
} from './forwarded-call.ts'
import { keysOf } from './keys.ts'
import { accountMembers, defaults, membersOf, mustName, readName, typeFits } from './members.ts'
import { valuesAt } from './values-at.ts'

/** A check on an action and a resource, with the keys that AWS sets for the action. */
export function checkOn(call: ForwardedCall, action: string, resourceArn: string): Check {
  const known = factsOf(action)
  const { arn, unknown } = patternOf(resourceArn)
  const owner = accountOf(arn)
  const about = { action: known?.action ?? action, arn, owner: owner ?? call.accountId }
  const keys = keysOf(call, known?.keys ?? [], about)
  const parts = unknownParts(unknown, keys.unknown)
  return {
    action: about.action,
    resourceArn: arn,
    ...(owner !== undefined && { resourceAccountId: owner }),
    contextKeys: keys.told,
    ...(parts && { unknown: parts }),
  }
}

/**
 * The checks of an action by its facts alone: each resource type's ARN pattern is filled from the
 * members of the input. An action without types is on `*`.
 *
 * Where a type that AWS requires is told by no member, what is missing may be anything: it is
 * refused in doubt. Those operations stand in docs/generated/approximate-resources.json.
 *
 * Errors: Unresolvable, where a member names a resource that is none of the action's.
 */
export function checksByFacts(call: ForwardedCall, action: string): readonly Check[] {
  return resourcesByFacts(call, action).map((arn) => checkOn(call, action, arn))
}

export function resourcesByFacts(call: ForwardedCall, action: string): readonly string[] {
  const known = factsOf(action)
  if (known === undefined) throw new Unresolvable(`AWS has no action ${action}`)
  if (known.types.length === 0) return ['*']
  const given = new Set<string>()
  const used = new Set<string>()
  const filled = known.types.map((type) => ({ type, ...fill(call, type, given, used) }))
  const stray = [...given].find((value) => !used.has(value))
  if (stray !== undefined) throw new Unresolvable(`${stray} is no resource of ${action}`)
  const arns = filled.flatMap((each) => each.arns)
  const isNone = arns.length === 0
  const missing = filled.filter(({ type, told }) => type.required && (isNone || !told))
  arns.push(...missing.flatMap(({ type, known }) => patternsOf(call, type, known)))
  return arns.length > 0 ? [...new Set(arns)] : ['*']
}

interface Filled {
  readonly arns: readonly string[]
  /** Whether the input tells of this type or of its sibling. */
  readonly told: boolean
  /** What it tells of each variable. */
  readonly known: readonly (readonly string[])[]
}

/** The ARNs of a type that the input tells. */
function fill(
  call: ForwardedCall,
  type: ResourceType,
  given: Set<string>,
  used: Set<string>,
): Filled {
  const variables = variablesOf(type)
  if (variables.length === 0) return fixed(call, type, used)
  const values = variables.map((variable, index) => {
    const isLast = index === variables.length - 1
    const found = membersOf(call, isLast ? type.name : '', variable)
      .flatMap((path) => valuesAt(call.input, path))
      .map((value) => readName(call, variable, value))
    const standard = isLast && !type.required ? undefined : defaults[`${call.service}:${variable}`]
    return found.length > 0 || standard === undefined ? found : [standard]
  })
  const last = values.at(-1) ?? []
  const before = combinations(values.slice(0, -1))
  for (const value of last) if (isArn(value)) given.add(value)
  const arns = last.flatMap((value) => {
    if (!typeFits(type.name, value)) return []
    if (isArn(value)) {
      if (!fits(type, value)) return []
      used.add(value)
      return [value]
    }
    return before.map((names) => instantiate(call, type, [...names, value]))
  })
  const isOfSibling = last.some((value) => isArn(value) || !typeFits(type.name, value))
  return { arns, told: arns.length > 0 || isOfSibling, known: values }
}

/**
 * The ARNs of a type of which something is not told: that may be anything.
 *
 * Errors: Unresolvable, where a call of that operation must name one and does not.
 */
function patternsOf(
  call: ForwardedCall,
  type: ResourceType,
  known: Filled['known'],
): readonly string[] {
  const isNamed = known.slice(0, Math.max(1, known.length - 1)).some((held) => held.length > 0)
  if (!isNamed && mustName(call, type.name)) {
    throw new Unresolvable(`The request names no ${type.name}`)
  }
  const last = (known.at(-1) ?? []).filter((value) => !isArn(value) && typeFits(type.name, value))
  const each = [...known.slice(0, -1), last].map((held) => (held.length > 0 ? held : [undefined]))
  return combinations<string | undefined>(each).map((names) => instantiate(call, type, names))
}

/** Every way to take one of each: a call may name a thing twice, and backends differ in what they take. */
function combinations<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lists.reduce<readonly (readonly T[])[]>(
    (taken, held) => taken.flatMap((some) => [...new Set(held)].map((one) => [...some, one])),
    [[]],
  )
}

/** A type that has one ARN an account: told only where a member names it. */
function fixed(call: ForwardedCall, type: ResourceType, used: Set<string>): Filled {
  const arn = instantiate(call, type, [])
  const arns = valuesAt(call.input, 'ResourceArn').filter((value) => value === arn)
  for (const value of arns) used.add(value)
  return { arns, told: true, known: [] }
}

const isArn = (value: string) => value.startsWith('arn:')

const standing = new Set(['Partition', 'Region', 'Account'])

function variablesOf({ patterns: [pattern = ''] }: ResourceType): readonly string[] {
  return [...pattern.matchAll(/\$\{(\w+)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !standing.has(name))
}

/** A pattern with its variables filled in order; those that are missing may be any text. */
function instantiate(
  call: ForwardedCall,
  { patterns: [pattern = ''] }: ResourceType,
  values: readonly (string | undefined)[],
): string {
  // A name may come with the ARN of its parent, which then tells partition, region and account.
  const parent = values.find((value) => value !== undefined && isArn(value))?.split(':')
  const account = text(call.input[accountMembers[call.service] ?? '']) ?? call.accountId
  if (account === '' && pattern.includes('${Account}') && parent === undefined) {
    throw new Unresolvable('The request names no account')
  }
  let next = 0
  return pattern.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    if (name === 'Partition') return parent?.[1] ?? call.partition
    if (name === 'Region') return parent?.[3] ?? call.region
    if (name === 'Account') return parent?.[4] ?? account
    const value = values[next++]
    if (value === undefined) return anyText
    return isArn(value)
      ? value.slice(Math.max(value.lastIndexOf('/'), value.lastIndexOf(':')) + 1)
      : value
  })
}

/** Whether an ARN is one of the type's: variables but the last hold no colon. */
function fits({ patterns }: ResourceType, arn: string): boolean {
  return patterns.some((pattern) => {
    const [first = '', ...rest] = pattern.split(/\$\{\w+\}/)
    if (!arn.startsWith(first)) return false
    let offset = first.length
    for (const literal of rest.slice(0, -1)) {
      const next = arn.indexOf(literal, offset)
      if (next === -1 || arn.slice(offset, next).includes(':')) return false
      offset = next + literal.length
    }
    const last = rest.at(-1) ?? ''
    return arn.length > offset + last.length && arn.endsWith(last)
  })
}
