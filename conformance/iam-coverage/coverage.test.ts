import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorFacts, operations } from './model.ts'
import { expectWholePages } from './paging.ts'
import { rows } from './rows/index.ts'
import { isAttempt, openUniverse, type Universe } from './world.ts'

// Goal: every operation of IAM answers, and every error its model lists can be met, from outside.
// Method: rows as data, against the committed model; lists.test.ts holds that none is missing.

let universe: Universe

beforeAll(async () => {
  universe = await openUniverse()
})

afterAll(() => universe.close())

for (const operation of operations) {
  const row = rows[operation.name]
  if (row) describe(operation.name, () => testsOf(operation, row))
}

function testsOf(operation: (typeof operations)[number], row: (typeof rows)[string]): void {
  const { success } = row
  if (success) {
    test('succeeds', async () => {
      expect.hasAssertions()
      const world = await universe.world()
      await success(world)
      expect(world.called, 'the row must call its operation').toContain(operation.name)
    })
  }

  for (const [code, failing] of Object.entries(row.errors)) {
    test(`fails with ${code}`, async () => {
      const world = await universe.world()
      const given = typeof failing === 'function' ? await failing(world) : failing
      const { caller, input } = isAttempt(given) ? given : { caller: world.iam, input: given }
      const { name, status } = errorFacts(code)
      const error: unknown = await caller(operation.name as never, input as never).then(
        () => new Error('it succeeded'),
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject({ name })
      if (status !== undefined) {
        expect(error).toMatchObject({ $metadata: { httpStatusCode: status } })
      }
    })
  }

  const { pastTheEnd } = row
  if (!pastTheEnd) return
  test('pages whole', async () => {
    const world = await universe.world()
    const { caller = world.iam, ...items } = await pastTheEnd(world)
    await expectWholePages(caller, operation, items)
  })
}
