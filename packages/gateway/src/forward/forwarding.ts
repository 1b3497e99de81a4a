import type { RequestSigner } from '../authenticate/signing-keys.ts'
import type { GateScope } from '../operation.ts'
import type { GateRequest, ResolveForwarded } from '../ports.ts'
import type { Recognised } from '../recognise/recognise.ts'
import type { ResourcePort } from '../registry/resource.ts'
import type { LookUps } from '../resolve/forwarded-call.ts'
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
}

/** One that is allowed, so that its owner is known. */
export interface OwnedForwarding<Scope extends GateScope> extends Forwarding<Scope> {
  /** Whose resources it is about. */
  readonly account?: string
  /** The backend's own account id in the place of that one. */
  readonly ids?: IdChange
}
