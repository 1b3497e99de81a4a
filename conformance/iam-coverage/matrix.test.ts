import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectFresh } from './fresh.ts'
import { lists } from './lists.ts'
import { matrixLine, printMatrix, refusedCallers, refusedColumns } from './matrix.ts'
import type { Line, Refused } from './matrix.ts'
import { operations } from './model.ts'
import { rows } from './rows/index.ts'
import { openUniverse, type Universe } from './world.ts'

// Goal: a change in who may call what shows as a changed mark in review, and nobody gets in who
// must not. Method: every operation is called as each kind of caller, over HTTP.

/** AccessDenied to every account but the one that manages the organization. */
const managementOnly = ['GenerateOrganizationsAccessReport']

let universe: Universe
let refused: Refused
const lines = new Map<string, Line | string>()

beforeAll(async () => {
  universe = await openUniverse()
  refused = await refusedCallers(universe)
  for (const { name } of operations) {
    const row = rows[name]
    const absent = lists.notImplemented.includes(name) ? '– not implemented' : '– no row yet'
    lines.set(name, row ? await matrixLine(universe, refused, name, row) : absent)
  }
}, 180_000)

afterAll(() => universe.close())

test.each(refusedColumns)('every operation is refused: %s', (column) => {
  const admitted = [...lines].filter(
    ([, line]) => typeof line !== 'string' && !line[column].startsWith('✘'),
  )
  expect(admitted).toEqual([])
})

test('who may do everything is admitted to every operation, with an input that is valid', () => {
  const refusedOr = /^✘|^✔ ValidationError$/
  const left = [...lines].filter(
    ([, line]) => typeof line !== 'string' && refusedOr.test(line.allowed),
  )
  expect(left.map(([name]) => name)).toEqual(managementOnly)
})

test('docs/generated/iam-authorization-matrix.txt is fresh', () => {
  expectFresh('docs/generated/iam-authorization-matrix.txt', printMatrix(lines))
})

test('the matrix shows it when a caller is let in', async () => {
  const row = rows['ListGroups']!
  const { user } = await universe.world()
  const letIn = { ...refused, callers: new Map([...refused.callers]) }
  letIn.callers.set('no policy', await user('ann'))
  const changed = await matrixLine(universe, letIn, 'ListGroups', row)
  expect(changed).toEqual({ ...(lines.get('ListGroups') as Line), 'no policy': '✔' })
})
