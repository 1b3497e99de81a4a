import type { EntityBase } from './entity-base.ts'

/**
 * How the last deletion of a service-linked role went. id: the task's UUID; name and path: the
 * role's.
 */
export interface ServiceLinkedRoleDeletion extends EntityBase {
  readonly kind: 'serviceLinkedRoleDeletion'
  readonly status: 'SUCCEEDED' | 'FAILED'
  /** Of a failure. */
  readonly reason?: string
  readonly usage?: readonly { readonly region: string; readonly resourceArns: readonly string[] }[]
}
