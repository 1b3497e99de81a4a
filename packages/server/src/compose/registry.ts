import { randomUUID } from 'node:crypto'
import type { OrganizationOf, ResourcePort } from '@bailiwick/gateway'
import { denyAll } from '../principals/compiled-policies.ts'
import type { Principals } from '../principals/principals.ts'
import { openAccountOrganizations } from '../resources/account-organizations.ts'
import { openResources } from '../resources/resources.ts'
import type { Store } from '../store/port.ts'

/** What is known in memory of resources and of whose they are. */
export interface Registry {
  readonly resources: ResourcePort
  readonly organizationOf: OrganizationOf
  /** After the store was emptied. */
  clear(): void
}

export async function openRegistry(
  store: Store,
  partition: string,
  { compiledPolicy }: Principals,
): Promise<Registry> {
  const newId = () => `resource-${randomUUID()}`
  const resources = await openResources({ store, partition, newId, compiledPolicy, denyAll })
  const organizations = await openAccountOrganizations(store)
  return {
    resources,
    organizationOf: organizations.organizationOf,
    clear() {
      resources.clear()
      organizations.clear()
    },
  }
}
