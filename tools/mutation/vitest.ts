/** As much of Vitest as the engine's table tests use, in process: no start per mutant. */
import assert from 'node:assert/strict'

interface Test {
  readonly name: string
  readonly run: () => void
}

let collected: Test[] = []

/** The tests that were declared since the last call. */
export function takeTests(): readonly Test[] {
  const tests = collected
  collected = []
  return tests
}

export function test(name: string, ...rest: readonly unknown[]): void {
  collected.push({ name, run: rest.at(-1) as () => void })
}

test.each =
  (rows: readonly unknown[]) =>
  (name: string, run: (...args: unknown[]) => void): void => {
    for (const row of rows) {
      const args = Array.isArray(row) ? (row as unknown[]) : [row]
      collected.push({ name: `${name} ${String(args[0])}`, run: () => run(...args) })
    }
  }

export function expect(value: unknown, message?: string) {
  const size = value as { readonly length: number }
  return {
    toBe: (other: unknown) => assert.ok(Object.is(value, other), message ?? 'toBe'),
    toBeUndefined: () => assert.equal(value, undefined),
    toEqual: (other: unknown) => assert.deepEqual(value, other),
    toHaveLength: (length: number) => assert.equal(size.length, length),
    toBeLessThan: (limit: number) => assert.ok((value as number) < limit, message),
    toBeLessThanOrEqual: (limit: number) => assert.ok((value as number) <= limit, message),
    toBeGreaterThan: (limit: number) => assert.ok((value as number) > limit, message),
    toBeGreaterThanOrEqual: (limit: number) => assert.ok((value as number) >= limit, message),
  }
}
