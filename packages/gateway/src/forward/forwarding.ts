import type { RequestSigner } from '../authenticate/signing-keys.ts'
import type { Check, GateScope } from '../operation.ts'
import type { GateRequest, ResolveForwarded, RunRole } from '../ports.ts'
import type { Recognised } from '../recognise/recognise.ts'
import { keptOperation } from '../registry/kept-services.ts'
import type { ResourcePort } from '../registry/resource.ts'
import type { LookUps } from '../resolve/forwarded-call.ts'
import { accountOfCall, ownersOf, refuseOtherAccounts } from './accounts.ts'
import { namingFor, type Naming } from './account-names.ts'
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
  /** What the backend calls otherwise; absent: nothing. */
  readonly naming?: Naming
}

type Owned<Scope extends GateScope> = Pick<OwnedForwarding<Scope>, 'account' | 'naming'>

/** Whose account a call is about, and what of it the backend calls otherwise. @throws Refusal */
export function ownerOf<Scope extends GateScope>(
  forwarding: Forwarding<Scope>,
  checks: readonly Check[],
): Owned<Scope> {
  const { recognised, backend, scope } = forwarding
  const { service } = recognised.service.model
  const isNamed = checks.some(({ resourceArn }) => resourceArn !== '*')
  const isKept = isNamed || keptOperation(service, recognised.model.name) !== undefined
  const owners = ownersOf(checks)
  const account = accountOfCall(owners, scope.caller) ?? backend.accounts.account
  const { accountId: caller = account } = scope.caller
  return owned(forwarding, { account, caller, isKept, isShared: owners.length > 1 })
}

/** A call about that account. @throws Refusal where the backend is another's alone. */
export function forAccount<Scope extends GateScope>(
  forwarding: Forwarding<Scope>,
  account: string,
): Owned<Scope> {
  return owned(forwarding, { account, caller: account, isKept: true, isShared: false })
}

function owned<Scope extends GateScope>(
  { recognised, backend, scope, partition }: Forwarding<Scope>,
  about: {
    readonly account: string | undefined
    readonly caller: string | undefined
    readonly isKept: boolean
    readonly isShared: boolean
  },
): Owned<Scope> {
  const { service } = recognised.service.model
  const operation = recognised.model.name
  const { account, caller = '', isKept, isShared } = about
  refuseOtherAccounts(service, operation, account, backend.accounts, isKept)
  const { region } = scope
  const call = { service, operation, partition, region, account, caller, isShared }
  const naming = namingFor(call, backend.accounts)
  return { ...(account !== undefined && { account }), ...(naming && { naming }) }
}
