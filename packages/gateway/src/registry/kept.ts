/**
 * How a service declares what of it the gate keeps: as data, a file per service, beside this one.
 * `docs/adding-a-kept-resource.md` says how.
 */
import type { ContextValue } from '@bailiwick/policy'
import type { OperationInput, OperationModel, OperationOutput } from '@bailiwick/wire'
import type { Caller } from '../caller.ts'
import type { Check } from '../operation.ts'
import type { Refusal } from '../refusal.ts'
import type { NewResource, Resource, ResourcePort, ResourceTag, SavedPolicy } from './resource.ts'

/** What a backend says to a question of the gate's own. */
export type Asked =
  | { readonly ok: true; readonly output: OperationOutput }
  | { readonly ok: false; readonly status: number; readonly code?: string }

/** Asks the service's backend as the gate itself. @throws BackendError where it cannot be reached. */
export type Ask = (operation: string, input: OperationInput) => Promise<Asked>

/** What tells which resource a call is about. */
export type CallPlace = Pick<KeptCall, 'input' | 'accountId' | 'partition' | 'region'>

/** A call that was allowed, as its declaration sees it. */
export interface KeptCall {
  readonly operation: OperationModel
  readonly input: OperationInput
  readonly caller: Caller
  /** The caller's; empty for the anonymous. */
  readonly accountId: string
  readonly partition: string
  readonly region: string
  /** Where the caller reaches the gate: `http://127.0.0.1:4600`. */
  readonly gateOrigin: string
  readonly now: Date
  readonly resources: ResourcePort
  readonly ask: Ask
  /** Asks for another account than the one that the call is about. */
  readonly askFor: (accountId: string) => Ask
  /**
   * Whether the caller might do that to a resource, were it so: for what protects from a lock-out.
   *
   * @param arn Of the resource, or of a part of it; absent: the record's.
   */
  readonly allows: (action: string, resource: NewResource, arn?: string) => boolean
}

/** One about a resource that is there. */
export interface KnownCall extends KeptCall {
  readonly resource: Resource
}

/** A record as it is to be, from what it is; runs in the transaction, and may throw a Refusal. */
export type Change = (current: Resource) => Resource

/** Of a resource that is made; its owner is the caller's account, where the service does not say. */
export type Made = Pick<NewResource, 'arn' | 'type' | 'tags' | 'policy' | 'settings'> &
  Partial<Pick<NewResource, 'accountId'>>

/** What the gate does about one operation. An operation without a declaration is handed on as it is. */
export interface KeptOperation {
  /** What is not kept, and would get past the registry: refused once it was allowed. */
  readonly refuses?: (call: KeptCall) => Refusal | undefined | Promise<Refusal | undefined>
  /** It makes a resource. Its check is decided as one on the caller's own, whoever has the name. */
  readonly creates?: Creation
  /** It deletes the resource, or does so with some inputs: the record goes once the backend has said yes. */
  readonly deletes?: true | ((call: KnownCall) => boolean)
  /** Further records that go with it. */
  readonly alsoDeletes?: (call: KnownCall) => readonly Resource[]
  /**
   * The ARN of the record that it is about, where its checks are on another, or on `*`: a
   * subscription is checked as its topic.
   */
  readonly about?: (call: CallPlace) => string | undefined
  /** What it answers where the resource is not there; absent: `missing`. */
  readonly absent?: OperationOutput
  /**
   * What it changes in the record. Slow work and what the service refuses come first; what it gives
   * back runs in the transaction, which decides anew where the record has changed meanwhile.
   */
  readonly changes?: (call: KnownCall) => Change | Promise<Change>
  /** It is answered from here, and not handed on. */
  readonly answers?: (call: KnownCall) => OperationOutput | Promise<OperationOutput>
  /** Whether it is handed on all the same, for what the backend has to do with it. Absent: no. */
  readonly isForBackend?: (call: KnownCall) => boolean
  /** As `answers`, of an operation about no resource: a list of what the caller's account has. */
  readonly lists?: (call: KeptCall) => OperationOutput | Promise<OperationOutput>
  /** The input as the backend gets it: without what the gate keeps. Absent: all of it. */
  readonly backendInput?: (call: KeptCall) => OperationInput
  /** The backend's answer with what the gate keeps, and without what is not the caller's. */
  readonly merges?: (
    output: OperationOutput,
    call: KeptCall & { readonly resource?: Resource },
  ) => OperationOutput | Promise<OperationOutput>
  /** Whether there is something to merge; absent: always. An answer that is not merged streams. */
  readonly isMerged?: (call: KeptCall) => boolean
}

export interface Creation {
  /**
   * Whether a check is about what is made, so that whoever has the name has no say; of what the call
   * is about besides, the record decides. Absent: each is.
   */
  readonly isMade?: (arn: string, input: OperationInput) => boolean
  /**
   * The record, from the call alone: it goes in before the call is handed on. Errors: a Refusal for
   * what the service does not take.
   */
  readonly made?: (call: KeptCall) => Made | Promise<Made>
  /** The record, where it is the backend that names the resource. One of the two is there. */
  readonly madeFrom?: (
    output: OperationOutput,
    call: KeptCall,
  ) => Made | undefined | Promise<Made | undefined>
  /** With `made`: the settings that only the backend's answer tells. */
  readonly settles?: (output: OperationOutput, call: KeptCall) => Made['settings']
  /** Whether the backend has it already, unknown to the gate: then nobody gets it by making it. */
  readonly exists?: (call: KeptCall) => Promise<boolean>
  /**
   * What the service says where the name is taken: by another account, by the caller's own, or in
   * the backend, by nobody. Undefined: it makes nothing of it, and the call is handed on.
   */
  readonly taken: (by: 'other' | 'own' | 'nobody', call: KeptCall) => Refusal | undefined
}

/** What an account could take over: see `bailiwick resources adopt`. */
export interface Adoptable extends Omit<Made, 'policy'> {
  readonly backendCreatedAt?: Date
}

/** Condition keys that only the backend can tell, about one resource of a check. */
export interface AskedKeys {
  /** What their names begin with, as resolution leaves them in doubt: `s3:ExistingObjectTag/`. */
  readonly prefix: string
  /** Undefined where the backend does not tell: they stay in doubt. Errors: a BackendError. */
  readonly keysOf: (
    check: Check,
    ask: Ask,
  ) => Promise<Readonly<Record<string, ContextValue>> | undefined>
}

/** What ARNs need that a backend does not say as it is: who shall own it, and the region asked. */
export interface AdoptionPlace {
  readonly partition: string
  readonly region: string
  readonly accountId: string
}

/** A service with resources that the gate keeps. */
export interface KeptService {
  /** By the prefix of its actions: `s3`. */
  readonly service: string
  /**
   * The resource that an ARN of a check is, or is part of: of an object its bucket. Undefined for
   * what the gate does not keep, which is decided on the caller's policies alone.
   */
  readonly resourceOf: (
    arn: string,
    resources: ResourcePort,
  ) => { readonly arn: string; readonly type: string } | undefined
  /** What the service says of one that does not exist. */
  readonly missing: (arn: string) => Refusal
  /** Whether the backend says by an error that the resource is not there. */
  readonly isGone: (
    operation: string,
    status: number,
    code: string | undefined,
    resource: Resource,
  ) => boolean
  /** One that every account has without making it, while there is no record of it. */
  readonly standing?: (arn: string) => NewResource | undefined
  /** Whose it is to that caller, where more than one account owns it. Absent: its owner's. */
  readonly ownerFor?: (resource: NewResource, caller: Caller) => string
  /** In whose account the backend has it. Absent: its owner's. */
  readonly backendAccountOf?: (resource: NewResource) => string
  /** What `aws:ResourceTag/…` sees of an ARN of the resource; absent: the tags. */
  readonly tagsOf?: (resource: NewResource, arn: string) => readonly ResourceTag[]
  /** Condition keys of the service that come of the record. */
  readonly keysOf?: (
    resource: NewResource,
    resources: ResourcePort,
  ) => Readonly<Record<string, ContextValue | undefined>>
  /** The input of a call with what of its resource the backend alone can tell: the key of a ciphertext. */
  readonly completes?: (
    operation: string,
    input: OperationInput,
    ask: Ask,
  ) => Promise<OperationInput>
  /**
   * The policies that decide about an ARN of the resource. Undefined: it can have none. Absent: the
   * record's one, if there is one.
   */
  readonly policiesOf?: (
    resource: NewResource,
    arn: string,
    resources: ResourcePort,
  ) => readonly SavedPolicy[] | undefined
  /** Whether the resource's policy says nothing to that caller about that action. */
  readonly ignoresPolicy?: (resource: NewResource, caller: Caller, action: string) => boolean
  /** Asked for once a policy that applies depends on one of them. */
  readonly askedKeys?: AskedKeys
  /** Before anything else about a call that is allowed: what the request itself asks of it. */
  readonly refuses?: (call: KeptCall) => void
  /** Of each operation, after its own: names as the backend understands them. */
  readonly backendInput?: (input: OperationInput, call: KeptCall) => OperationInput
  /** When the backend says that the resource was made; undefined where it does not say. */
  readonly createdAt?: (resource: Resource, ask: Ask) => Promise<Date | undefined>
  /**
   * All that the backend has of one type, however it stands: a record of that type that is missing
   * here is taken for lost. Errors: a Refusal where the backend does not tell all of it.
   */
  readonly adoptable?: (ask: Ask, place: AdoptionPlace) => Promise<readonly Adoptable[]>
  /** That type. */
  readonly adoptableType?: string
  /** By AWS's name. */
  readonly operations: Readonly<Record<string, KeptOperation>>
}
