/** Deliveries on record, as operators see them. */
import { allDeliveries, deliveriesOf, stateOf } from '@bailiwick/gateway'
import type { DeliveryRecord } from '@bailiwick/gateway'
import type { KeptDeliveriesRequest, KeptDelivery } from '../domain/registry.ts'
import type { Resources } from './resources.ts'

export function keptDeliveries(
  { resources, partition }: { readonly resources: Resources; readonly partition: string },
  { accountId, after = '', limit }: KeptDeliveriesRequest,
): readonly KeptDelivery[] {
  const held =
    accountId === undefined
      ? allDeliveries(resources, partition)
      : deliveriesOf(resources, accountId)
  return held
    .filter(({ record }) => record.arn > after)
    .sort((a, b) => (a.record.arn < b.record.arn ? -1 : 1))
    .slice(0, limit)
    .map(keptDelivery)
}

function keptDelivery(held: DeliveryRecord): KeptDelivery {
  const { record, delivery, broken, since } = held
  const { source, target, setBy } = delivery
  return {
    ...{ arn: record.arn, accountId: record.accountId, source, target, setBy, since },
    ...delivererOf(held),
    state: stateOf(held),
    ...(broken !== undefined && { reason: broken }),
  }
}

function delivererOf({
  delivery: { deliverer, sourceAccount },
}: DeliveryRecord): Pick<KeptDelivery, 'deliverer' | 'delivererType'> {
  switch (deliverer.by) {
    case 'service':
      return { deliverer: deliverer.name, delivererType: 'SERVICE' }
    case 'role':
      return { deliverer: deliverer.arn, delivererType: 'ROLE' }
    case 'function':
      return { deliverer: deliverer.arn, delivererType: 'FUNCTION' }
    case 'owner':
      return { deliverer: sourceAccount, delivererType: 'OWNER' }
    case 'caller':
      throw new Error('what is delivered at once does not stand')
  }
}
