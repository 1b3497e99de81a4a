import type { AnyRow, Rows } from '../row.ts'
import { accountSettingsRows } from './account-settings.ts'
import { groupRows } from './groups.ts'
import { rootAccessRows } from './root-access.ts'
import { serviceLinkedRoleRows } from './service-linked-roles.ts'

const entities: readonly Rows[] = [
  // A line for each file.
  accountSettingsRows,
  groupRows,
  rootAccessRows,
  serviceLinkedRoleRows,
]

/** Every row, by the name of its operation. */
export const rows: Readonly<Record<string, AnyRow>> = Object.assign({}, ...entities)
