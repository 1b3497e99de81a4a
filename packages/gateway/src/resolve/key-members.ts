import { at, list, scalar, text } from './forwarded-call.ts'
import type { KeyOf } from './key.ts'

/** A key that is a member of the input. */
export const member =
  (...path: string[]): KeyOf =>
  ({ input }) =>
    scalar(at(input, ...path))

/** The texts of a list; undefined where there are none. */
export function strings(value: unknown): readonly string[] | undefined {
  const found = list(value).flatMap((each) => text(each) ?? [])
  return found.length > 0 ? found : undefined
}

/** A multivalued key that is a list of the input. */
export const stringsAt =
  (...path: string[]): KeyOf =>
  ({ input }) =>
    strings(at(input, ...path))
