import type { RequestSigner } from '../authenticate/signing-keys.ts'
import type { Check, GateScope } from '../operation.ts'
import type { GateRequest, ResolveForwarded, RunRole } from '../ports.ts'
import type { Recognised } from '../recognise/recognise.ts'
import { keptOperation } from '../registry/kept-services.ts'
import type { ResourcePort } from '../registry/resource.ts'
import type { LookUps } from '../resolve/forwarded-call.ts'
import { accountOfCall, idChangeFor, refuseOtherAccounts } from './accounts.ts'
import type { IdChange } from './account-ids.ts'
import type { Backend } from './backend.ts'

/** A call for a backend, whose caller is known. */
export interface Forwarding<Scope extends GateScope> {
  readonly request: GateRequest
  readonly recognised: Recognised<Scope>
  readonly backend: Backend
  readonly scope: GateScope
  readonly signer?: RequestSigner
  readonly partition: string
  readonly resolve: ResolveForwarded
  readonly resources: ResourcePort
  readonly lookUps?: LookUps
  readonly runRole?: RunRole
}

/** One that is allowed, so that its owner is known. */
export interface OwnedForwarding<Scope extends GateScope> extends Forwarding<Scope> {
  /** Whose resources it is about. */
  readonly account?: string
  /** The backend's own account id in the place of that one. */
  readonly ids?: IdChange
}

/** Whose account a call is about, and what of it the backend calls otherwise. @throws Refusal */
export function ownerOf<Scope extends GateScope>(
  { recognised, backend, scope }: Forwarding<Scope>,
  checks: readonly Check[],
): Pick<OwnedForwarding<Scope>, 'account' | 'ids'> {
  const { service } = recognised.service.model
  const isNamed = checks.some(({ resourceArn }) => resourceArn !== '*')
  const isKept = isNamed || keptOperation(service, recognised.model.name) !== undefined
  const account = accountOfCall(checks, scope.caller) ?? backend.accounts.account
  return forAccount({ recognised, backend }, account, isKept)
}

/** A call about that account. @throws Refusal where the backend is another's alone. */
export function forAccount<Scope extends GateScope>(
  { recognised, backend }: Pick<Forwarding<Scope>, 'recognised' | 'backend'>,
  account: string | undefined,
  isKept = true,
): Pick<OwnedForwarding<Scope>, 'account' | 'ids'> {
  refuseOtherAccounts(recognised.service.model.service, account, backend.accounts, isKept)
  const ids = idChangeFor(account, backend.accounts)
  return { ...(account !== undefined && { account }), ...(ids && { ids }) }
}
