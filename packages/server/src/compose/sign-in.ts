/** Signing in to the console: put together for the composition root. */
import { randomUUID } from 'node:crypto'
import type { HttpAnswer, HttpRequest } from '@bailiwick/wire'
import type { Logger } from '../http/log.ts'
import { signInRequestLine } from '../http/request-log.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { signInLine } from '../ledger/sign-in-event.ts'
import type { Principals } from '../principals/principals.ts'
import {
  createFederationEndpoint,
  type FederationEndpointOptions,
} from '../signin/federation-endpoint.ts'
import { createSpentTokens } from '../signin/spent-tokens.ts'
import { answerWithoutConsole } from '../signin/without-console.ts'
import type { Store } from '../store/port.ts'

interface SignInParts extends Pick<
  FederationEndpointOptions,
  'sessions' | 'messages' | 'randomBytes'
> {
  readonly store: Store
  readonly principals: Principals
  readonly ledger: Ledger
  readonly log: Logger
}

export function openSignIn({
  store,
  principals,
  ledger,
  log,
  ...tokens
}: SignInParts): (request: HttpRequest) => Promise<HttpAnswer> {
  const clock = () => new Date()
  return createFederationEndpoint({
    ...tokens,
    lookup: principals.lookup,
    spent: createSpentTokens(store),
    openConsole: answerWithoutConsole,
    record: (event) => {
      log.info(signInRequestLine(event, clock()))
      const line = signInLine(event)
      if (line !== undefined) ledger.append(line)
    },
    reportBug: (requestId, cause) => {
      log.error({ id: requestId, err: cause }, 'a bug: the sign-in was refused')
    },
    clock,
    newRequestId: randomUUID,
  })
}
