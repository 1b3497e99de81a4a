import type { AnyRow, Rows } from '../row.ts'
import { groupRows } from './groups.ts'

const entities: readonly Rows[] = [
  // A line for each file.
  groupRows,
]

/** Every row, by the name of its operation. */
export const rows: Readonly<Record<string, AnyRow>> = Object.assign({}, ...entities)
