/**
 * Filters: the values of one are alternatives, several must all hold; `*` and `?` are wildcards.
 * Source: EC2 User Guide, "Filtering using the CLI".
 */
import type { Tag } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'

interface Filter {
  readonly Name?: string | undefined
  readonly Values?: readonly string[] | undefined
}

/** What a filter of that name looks at, by its name. */
export type FilterFields<T> = Readonly<Record<string, (item: T) => readonly string[] | string>>

/** Filters of one call. Source: EC2 API Reference: 50 filters, 200 values. */
const filtersMax = 50
const valuesMax = 200

/** Whether an item passes all filters. Errors: InvalidParameterValue for an unknown one. */
export function filterOf<T extends { readonly tags: readonly Tag[] }>(
  filters: readonly Filter[] | undefined,
  fields: FilterFields<T>,
): (item: T) => boolean {
  const all = filters ?? []
  if (all.length > filtersMax || all.some(({ Values }) => (Values?.length ?? 0) > valuesMax)) {
    const message = `A request may have ${filtersMax} filters of ${valuesMax} values each.`
    throw new ApiError('InvalidParameterValue', message)
  }
  const tests = all.map(({ Name = '', Values = [] }) => {
    const valuesOf = fieldNamed(Name, fields)
    return (item: T) => {
      const values = [valuesOf(item)].flat()
      return values.some((value) => Values.some((pattern) => matchesGlob(pattern, value)))
    }
  })
  return (item) => tests.every((passes) => passes(item))
}

function fieldNamed<T extends { readonly tags: readonly Tag[] }>(
  name: string,
  fields: FilterFields<T>,
): (item: T) => readonly string[] | string {
  if (name === 'tag-key') return ({ tags }) => tags.map(({ Key }) => Key)
  if (name === 'tag-value') return ({ tags }) => tags.map(({ Value }) => Value)
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length)
    return ({ tags }) => tags.filter(({ Key }) => Key === key).map(({ Value }) => Value)
  }
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (field === undefined) {
    throw new ApiError('InvalidParameterValue', `The filter '${name}' is invalid`)
  }
  return field
}

/** Linear in pattern times text; a backslash makes the next character stand for itself. */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = partsOf(pattern)
  let part = 0
  let at = 0
  let retryPart = -1
  let retryAt = 0
  for (;;) {
    const head = parts[part]
    if (head === undefined && at === text.length) return true
    if (head === many) {
      retryPart = ++part
      retryAt = at
    } else if (head !== undefined && at < text.length && (head === one || head === text[at])) {
      part++
      at++
    } else {
      if (retryPart === -1 || retryAt === text.length) return false
      part = retryPart
      at = ++retryAt
    }
  }
}

const many = Symbol('*')
const one = Symbol('?')

function partsOf(pattern: string): readonly (string | symbol)[] {
  const parts: (string | symbol)[] = []
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    if (char === '\\' && at + 1 < pattern.length) parts.push(pattern.charAt(++at))
    else parts.push(char === '*' ? many : char === '?' ? one : char)
  }
  return parts
}
