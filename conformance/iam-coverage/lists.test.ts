import { expect, test } from 'vitest'
import { coverageTable } from './coverage-table.ts'
import { expectFresh } from './fresh.ts'
import { complaints, lists, type Lists } from './lists.ts'
import { operations, type OperationFacts } from './model.ts'
import type { AnyRow } from './row.ts'
import { rows } from './rows/index.ts'

// Goal: nothing is left out in silence, and what is left out on purpose may only shrink.
// Method: the committed lists must be without complaint; and each complaint is seen once.

test('every operation has its row, every error its way, every exception its need', () => {
  expect(complaints(operations, rows, lists).join('\n')).toBe('')
})

test('docs/generated/iam-coverage.md is fresh', () => {
  expectFresh('docs/generated/iam-coverage.md', coverageTable(operations, rows, lists))
})

const empty: Lists = { notImplemented: [], rowsMissing: [], exceptions: {} }
const plain: OperationFacts = { name: 'A', errors: ['X'] }
const paged: OperationFacts = { name: 'A', errors: [], paging: { results: ['Items'] } }
const row: AnyRow = { refused: {}, success: () => Promise.resolve(), errors: { X: {} } }
const without: AnyRow = { ...row, errors: {} }
const because = (errors: Record<string, string>) => ({ exceptions: { A: errors } })
const forAll = (errors: Record<string, string>) => ({ exceptions: { '*': errors } })

const cases: readonly [
  complaint: string,
  operation: OperationFacts,
  row: AnyRow | undefined,
  lists: Partial<Lists>,
][] = [
  ['', plain, row, {}],
  ['', plain, undefined, { rowsMissing: ['A'] }],
  ['', plain, undefined, { notImplemented: ['A'] }],
  ['', plain, without, because({ X: 'why' })],
  ['', plain, without, forAll({ X: 'why' })],
  ['A has no row: add one, see README.md', plain, undefined, {}],
  ['A has a row: strike it out of rows-missing', plain, row, { rowsMissing: ['A'] }],
  ['A has a row: strike it out of not-implemented', plain, row, { notImplemented: ['A'] }],
  [
    'A is not implemented: strike it out of rows-missing',
    plain,
    undefined,
    { rowsMissing: ['A'], notImplemented: ['A'] },
  ],
  ['A: bring about X, or say in exceptions why not', plain, without, {}],
  ['', plain, { refused: {}, errors: { X: {} } }, because({ success: 'why' })],
  [
    'A: bring about its success, or say in exceptions why not',
    plain,
    { refused: {}, errors: { X: {} } },
    {},
  ],
  ['exceptions: A succeeds: no longer', plain, row, because({ success: 'why' })],
  ['A is paged: its row needs pastTheEnd', paged, without, {}],
  [
    'A is not paged: its row has pastTheEnd',
    plain,
    { ...row, pastTheEnd: () => Promise.resolve({ input: {}, items: 1 }) },
    {},
  ],
  ['B is no operation of IAM', plain, row, { rowsMissing: ['B'] }],
  ['B is no operation of IAM', plain, row, { exceptions: { B: {} } }],
  ['exceptions: A does not list Y', plain, row, because({ Y: 'why' })],
  ['exceptions: A is brought to X: no longer', plain, row, because({ X: 'why' })],
  [
    'exceptions: A: * says it of X',
    plain,
    without,
    { exceptions: { '*': { X: 'why' }, A: { X: 'why' } } },
  ],
  ['exceptions: no operation lists Y', plain, row, forAll({ Y: 'why' })],
  ['exceptions: A is brought to X: not for all any more', plain, row, forAll({ X: 'why' })],
]

test.each(cases)('complains: %j', (complaint, operation, itsRow, given) => {
  const itsRows = itsRow ? { A: itsRow } : {}
  expect(complaints([operation], itsRows, { ...empty, ...given }).join('\n')).toBe(complaint)
})
