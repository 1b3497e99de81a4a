import type { Role } from '../domain/entity.ts'
import type { StoreReader } from '../store/port.ts'

/** What of a linked service still needs its role, in one region. */
export interface RoleUsage {
  readonly region: string
  readonly resourceArns: readonly string[]
}

/** Asked before a service-linked role is deleted, in the transaction that deletes it. */
export type RoleUsagePort = (role: Role, store: StoreReader) => Promise<readonly RoleUsage[]>

/** No service here keeps resources of its own yet. */
export const noRoleUsage: RoleUsagePort = () => Promise.resolve([])
