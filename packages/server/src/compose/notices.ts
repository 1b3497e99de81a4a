import type { GateEvent } from '@bailiwick/gateway'
import type { Logger } from '../http/log.ts'
import { watchPolicies } from './policy-watch.ts'
import { logLost } from './registry.ts'

/** What a request has shown that operators should know: lines of the log beside the request's own. */
export function noticesIn(log: Pick<Logger, 'warn'>): (event: GateEvent) => void {
  const nameDoubtful = watchPolicies(log)
  return (event) => {
    logLost(event, log)
    nameDoubtful(event)
  }
}
