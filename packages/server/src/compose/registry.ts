/** The registry of resources, what operators do with it, and what watches it. */
import { randomUUID } from 'node:crypto'
import type { GateEvent } from '@bailiwick/gateway'
import type { Forwarding } from '../backends.ts'
import { firstAccountOf } from '../bootstrap.ts'
import type { Logger } from '../http/log.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { resourceLine } from '../ledger/resource-event.ts'
import { denyAll } from '../principals/compiled-policies.ts'
import type { Principals } from '../principals/principals.ts'
import { createAdoption, type BackedService } from '../resources/adoption.ts'
import { openAccountOrganizations } from '../resources/account-organizations.ts'
import { openResources, type Resources } from '../resources/resources.ts'
import { keepSweeping, type DroppedResource, type Sweeping } from '../resources/sweep.ts'
import type { Store } from '../store/port.ts'

export interface RegistryParts {
  readonly store: Store
  readonly partition: string
  readonly principals: Principals
  readonly backends: Forwarding
  readonly ledger: Ledger
  readonly clock: () => Date
  readonly log: Pick<Logger, 'warn'>
}

export async function openRegistry(parts: RegistryParts) {
  const { store, partition, principals, backends } = parts
  const { compiledPolicy } = principals
  const newId = () => `resource-${randomUUID()}`
  const resources = await openResources({ store, partition, newId, compiledPolicy, denyAll })
  const organizations = await openAccountOrganizations(store)
  const operatorAccountId = await firstAccountOf(store)
  return {
    /** What the gate knows of resources and of whose they are. */
    known: { resources, organizationOf: organizations.organizationOf },
    /** What the operations of `bailiwick` ask of it. */
    registry: createAdoption({
      ...{ resources, operatorAccountId, partition },
      backed: backed(backends),
    }),
    /** Begins to sweep. */
    watch: () => watchResources(resources, parts),
    /** After the store was emptied. */
    clear: () => {
      resources.clear()
      organizations.clear()
    },
  }
}

function backed({ services }: Forwarding): readonly BackedService[] {
  return services.flatMap(([, { model, backend }]) => (backend ? [{ model, backend }] : []))
}

const reasons: Readonly<Record<DroppedResource['reason'], string>> = {
  lost: 'the backend no longer has it: its record is dropped',
  madeAnew: 'the backend has made it anew, behind the gate: its record is dropped',
}

function watchResources(resources: Resources, parts: RegistryParts): Sweeping {
  const { partition, backends, ledger, clock, log } = parts
  return keepSweeping({
    ...{ resources, partition, backed: backed(backends), clock, newEventId: randomUUID },
    dropped: (dropped) => {
      const { arn: resource, accountId: account } = dropped.resource
      log.warn({ id: dropped.eventId, resource, account }, reasons[dropped.reason])
      ledger.append(resourceLine(dropped))
    },
    reportFailure: (service, cause) => {
      log.warn({ service, err: cause }, 'the backend does not tell what it has: nothing is dropped')
    },
  })
}

/** Each record that a request has found out to stand for nothing. */
export function logLost({ requestId: id, lost = [] }: GateEvent, log: Pick<Logger, 'warn'>): void {
  for (const resource of lost) log.warn({ id, resource }, reasons.lost)
}
