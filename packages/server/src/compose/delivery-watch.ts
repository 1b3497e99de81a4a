import { randomUUID } from 'node:crypto'
import {
  recheckDeliveries,
  type DeliveryChange,
  type GateScope,
  type Rechecking,
} from '@bailiwick/gateway'
import type { Logger } from '../http/log.ts'
import { deliveryLine } from '../ledger/delivery-event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Store } from '../store/port.ts'

export interface DeliveryWatchOptions<Scope extends GateScope> extends Omit<
  Rechecking<Scope>,
  'report' | 'event'
> {
  readonly store: Store
  readonly ledger: Pick<Ledger, 'append'>
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

/** After a change so long nothing is looked at, so that many changes are looked at once. */
export const settleMs = 500

/** Decides on the deliveries that stand at the start, and whenever something may have changed them. */
export function watchDeliveries<Scope extends GateScope>(
  options: DeliveryWatchOptions<Scope>,
): { stop(): Promise<void> } {
  const { store, ledger, log, ...parts } = options
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  let stopped = false
  const report = (change: DeliveryChange) => {
    ledger.append(deliveryLine(change, new Date()))
    logChange(log, change)
  }
  let ownId = ''
  const look = async () => {
    ownId = randomUUID()
    const event = { requestId: ownId, now: new Date() }
    await recheckDeliveries({ ...parts, report, event }).catch((cause: unknown) => {
      log.error({ err: cause }, 'the deliveries that stand could not be decided on')
    })
  }
  const begin = () => {
    timer = undefined
    running = running.then(look)
  }
  const schedule = () => {
    if (!stopped) timer ??= setTimeout(begin, settleMs).unref()
  }
  store.onCommit((changes) => {
    // What a look notes itself is no reason for another one.
    if (changes.some(({ eventId }) => eventId !== ownId)) schedule()
  })
  schedule()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

function logChange(log: Pick<Logger, 'info' | 'warn'>, change: DeliveryChange): void {
  const { delivery, broken, suspended } = change
  const { source, target, setBy } = delivery
  const about = { source, target, setBy, ...(broken !== undefined && { broken }), suspended }
  if (broken !== undefined) log.warn(about, 'a delivery that stands is no longer allowed')
  else if (suspended) log.warn(about, 'a delivery is switched off with another of its source')
  else log.info(about, 'a delivery is allowed again')
}
