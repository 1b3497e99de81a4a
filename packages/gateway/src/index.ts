/** The façade of `@bailiwick/gateway`. */
export type { Caller, CallerPolicies, CallerSession, ProvenIdentity } from './caller.ts'
export type { AnyOperation, Check, GateScope, OwnOperation, RefusedCheck } from './operation.ts'
export type { OrganizationOf, OrganizationPlace } from './operation.ts'
export type {
  CallerProof,
  CredentialLookup,
  CredentialPort,
  DecidedCheck,
  GateAnswer,
  GateEvent,
  GatePorts,
  GateRequest,
  HandedRole,
  Question,
  RunRole,
  ScopePort,
  Service,
} from './ports.ts'
export type { AccountHint, BackendAccounts } from './forward/accounts.ts'
export { BackendError } from './forward/backend-error.ts'
export { createBackend } from './forward/backend.ts'
export type { Backend, BackendOptions } from './forward/backend.ts'
export type { BackendState } from './forward/circuit.ts'
export type { BackendLimits } from './forward/limits.ts'
export { askingAbout } from './forward/ask.ts'
export { isNamedArn } from './forward/named-members.ts'
export { spent } from './forward/spent-buffers.ts'
export type { Adoptable, Ask, Asked, KeptService } from './registry/kept.ts'
export { keptService, keptServiceOf } from './registry/kept-services.ts'
export type {
  NewResource,
  Resource,
  ResourceEvent,
  ResourcePort,
  ResourceTag,
  SavedPolicy,
  SavedText,
} from './registry/resource.ts'
export { recheckDeliveries } from './registry/deliveries/recheck.ts'
export type { DeliveryChange, Rechecking } from './registry/deliveries/recheck.ts'
export { allDeliveries, deliveriesOf, stateOf } from './registry/deliveries/standing.ts'
export type { DeliveryRecord } from './registry/deliveries/standing.ts'
export { createGate } from './pipeline.ts'
export type { Gate } from './pipeline.ts'
export { policyTexts } from './authorize/doubts.ts'
export { resolveForwarded } from './resolve/resolve.ts'
export type { ForwardedCall, LookUps, Resolution } from './resolve/forwarded-call.ts'
export { isRefusal, Refusal } from './refusal.ts'
export { runOperation } from './run-operation.ts'
