import type { Unknown } from '@bailiwick/policy'
import type { Check, UnknownOfCheck } from '../operation.ts'

/** What nobody knows of a check, as the engine asks for it. */
export function unknownOf({ unknown }: Check): Unknown | undefined {
  return unknown && { resource: unknown.resource, contextKeys: new KeyNames(unknown.contextKeys) }
}

/** Names of context keys, and beginnings of names, ignoring case. */
class KeyNames {
  readonly #names: ReadonlySet<string>
  readonly #beginnings: readonly string[]

  constructor(names: readonly string[]) {
    const folded = names.map((name) => name.toLowerCase())
    this.#names = new Set(folded)
    this.#beginnings = folded.filter((name) => name.endsWith('/') || name.endsWith(':'))
  }

  /** @param key In lower case. */
  has(key: string): boolean {
    return this.#names.has(key) || this.#beginnings.some((beginning) => key.startsWith(beginning))
  }
}

/** What is not known put together; undefined where all is. */
export function unknownParts(
  resource: boolean,
  contextKeys: readonly string[],
): UnknownOfCheck | undefined {
  return resource || contextKeys.length > 0 ? { resource, contextKeys } : undefined
}

/**
 * A check of which more was found out: the keys have these values, or none, and are no longer in
 * doubt. For whoever looks a resource up.
 *
 * @param keys Names as `UnknownOfCheck` has them; all that begin so, where one ends in `/` or `:`.
 * @param values Of those that have one.
 */
export function withKnownKeys(
  check: Check,
  keys: readonly string[],
  values: NonNullable<Check['contextKeys']>,
): Check {
  const { unknown, ...rest } = check
  const known = new KeyNames(keys)
  const left = (unknown?.contextKeys ?? []).filter((key) => !known.has(key.toLowerCase()))
  const parts = unknownParts(unknown?.resource ?? false, left)
  return {
    ...rest,
    ...(parts && { unknown: parts }),
    contextKeys: { ...check.contextKeys, ...values },
  }
}
