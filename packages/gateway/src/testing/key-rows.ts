import { expect, test } from 'vitest'
import { unknownOf } from '../authorize/unknown.ts'
import type { ForwardedCall } from '../resolve/forwarded-call.ts'
import { resolveCall } from './resolve.ts'

/** A call, and what its first check says of a key; `?` where nobody knows it. */
export type KeyRow = readonly [
  operation: string,
  input: object,
  key: string,
  value: string | readonly string[] | undefined,
  more?: Partial<ForwardedCall>,
]

/** A test a row, by the source of what is expected. */
export function testKeys(rows: Readonly<Record<string, readonly KeyRow[]>>): void {
  for (const [source, cases] of Object.entries(rows)) {
    for (const [operation, input, name, value, more] of cases) {
      test(`${name} of ${operation} ${JSON.stringify(input)} (${source})`, () => {
        const found = resolveCall(operation, input, more)
        const [check] = found.ok ? found.checks : []
        if (check === undefined) throw new Error('it is not resolved')
        const told = Object.entries(check.contextKeys ?? {}).find(
          ([key]) => key.toLowerCase() === name.toLowerCase(),
        )
        const isUnknown = unknownOf(check)?.contextKeys.has(name.toLowerCase()) ?? false
        expect(isUnknown ? '?' : told?.[1]).toEqual(value)
      })
    }
  }
}
