import { expect, test } from 'vitest'
import type { AnyOperation, GateScope } from './operation.ts'
import type { ScopePort } from './ports.ts'
import { runOperation } from './run-operation.ts'
import { callerWith, now } from './testing/gate.ts'

// Goal: slow work runs between the decision and the transaction, never inside one, and its result
// is used only for what it was made from. Source: decision 22.
const gate: GateScope = { caller: callerWith(), requestId: 'r', now, region: 'us-east-1' }

interface Told {
  readonly steps: string[]
  readonly run: () => Promise<unknown>
}

/**
 * @param seen What `resolve` finds, one by one. Each of its changes moves the account's version.
 * @param refusedAt The how manieth decision is a refusal; none where absent.
 */
function telling(
  seen: readonly string[],
  change: Partial<AnyOperation<GateScope>> = {},
  refusedAt = 0,
): Told {
  const steps: string[] = []
  let resolved = 0
  let decided = 0
  const version = () => seen.slice(0, resolved + 1).filter((s, i) => s !== seen[i - 1]).length
  const scopes: ScopePort<GateScope> = {
    async read(given, work) {
      steps.push('read')
      const result = await work(given, version())
      steps.push('closed')
      return result
    },
    write(given, work) {
      steps.push('write')
      return work(given, version())
    },
  }
  const operation: AnyOperation<GateScope> = {
    service: 'iam',
    name: 'ChangePassword',
    mutates: true,
    resolve: () => Promise.resolve(seen[resolved++]),
    authorize: () => [],
    prepare(_input, _scope, found: string) {
      steps.push(`prepare ${found}`)
      return Promise.resolve(`hash of ${found}`)
    },
    stillHolds: (before: string, found: string) => before === found,
    handle(_input, _scope, found: string, prepared: string) {
      steps.push(`handle ${found}`)
      return Promise.resolve(prepared)
    },
    ...change,
  }
  const run = () =>
    runOperation({ operation, input: {}, gate }, scopes, () => {
      if (++decided === refusedAt) throw new Error('refused')
    })
  return { steps, run }
}

test('it is prepared after the snapshot is closed and before the transaction begins', async () => {
  const { steps, run } = telling(['a'])
  expect(await run()).toBe('hash of a')
  expect(steps).toEqual(['read', 'closed', 'prepare a', 'write', 'handle a'])
})

test('a refused call prepares nothing', async () => {
  const { steps, run } = telling(['a'], {}, 1)
  await expect(run()).rejects.toThrow('refused')
  expect(steps).toEqual(['read'])
})

test('a failure to prepare is the answer, and no transaction begins', async () => {
  const prepare = () => Promise.reject(new Error('wrong password'))
  const { steps, run } = telling(['a'], { prepare })
  await expect(run()).rejects.toThrow('wrong password')
  expect(steps).toEqual(['read', 'closed'])
})

test('what was prepared is used for the same, resolved anew', async () => {
  const { steps, run } = telling(['a', 'b'], { stillHolds: () => true })
  expect(await run()).toBe('hash of a')
  expect(steps).toEqual(['read', 'closed', 'prepare a', 'write', 'handle b'])
})

test('without a condition what was prepared rests on the input alone', async () => {
  const { run } = telling(['a', 'b'], { stillHolds: undefined } as never)
  expect(await run()).toBe('hash of a')
})

test('what no longer holds is prepared anew, from the decision on', async () => {
  const { steps, run } = telling(['a', 'b', 'b'])
  expect(await run()).toBe('hash of b')
  const second = ['read', 'closed', 'prepare b', 'write', 'handle b']
  expect(steps).toEqual(['read', 'closed', 'prepare a', 'write', ...second])
})

test('a caller that has lost its permission meanwhile is refused, whatever was prepared', async () => {
  const { steps, run } = telling(['a', 'b'], {}, 2)
  await expect(run()).rejects.toThrow('refused')
  expect(steps).not.toContain('handle b')
})

test('what changes three times in a row is given up, with nothing written', async () => {
  const { steps, run } = telling(['a', 'b', 'c', 'd', 'e', 'f'])
  await expect(run()).rejects.toMatchObject({ code: 'ServiceUnavailable' })
  expect(steps.filter((step) => step === 'write')).toHaveLength(3)
  expect(steps.filter((step) => step.startsWith('handle'))).toEqual([])
})

test('a read that prepares is handled in a snapshot of its own', async () => {
  const { steps, run } = telling(['a'], { mutates: false })
  expect(await run()).toBe('hash of a')
  expect(steps).toEqual(['read', 'closed', 'prepare a', 'read', 'handle a', 'closed'])
})

test('a read is a write with such inputs as it says', async () => {
  for (const mutatesWith of [() => true, () => false]) {
    const { run, steps } = telling(['a'], { mutates: false, mutatesWith })
    await run()
    expect(steps.includes('write')).toBe(mutatesWith())
  }
})
