import type {
  CompiledPolicy,
  ContextValue,
  Decision,
  RequestContext,
  SourcedPolicy,
} from '@bailiwick/policy'
import type { Caller } from './caller.ts'
import type { CallerProof } from './ports.ts'

/**
 * One (action, resource) pair that an operation needs allowed. Declared as data beside the
 * operation; a call may need several, and all must be allowed.
 * Source: Service Authorization Reference.
 */
export interface Check {
  /** `service:Name`. Absent: the operation's own. */
  readonly action?: string
  /** An ARN, or `*` for an action without resource. */
  readonly resourceArn: string
  /** Absent: the caller's account. */
  readonly resourceAccountId?: string
  /** In whose account a backend has the resource. Absent: in its own. */
  readonly backendAccountId?: string
  readonly resourceInManagementAccount?: boolean
  /** How a refusal names the resource, where it is not the ARN: `user Ann` (evaluation-logic §7.2). */
  readonly resourceLabel?: string
  /** The operation's own keys; those without a value are absent from the request context. */
  readonly contextKeys?: Readonly<Record<string, ContextValue | undefined>>
  /** What of it nobody knows here; absent: all of it is known. */
  readonly unknown?: UnknownOfCheck
  /** Policies of the resource; for a role its trust policy. Absent: it has none. */
  readonly resourcePolicies?: readonly SourcedPolicy<CompiledPolicy>[]
}

/** What is refused in doubt: decision 0024. */
export interface UnknownOfCheck {
  /** `resourceArn` is a pattern: `*` and `?` stand for what the request does not tell. */
  readonly resource: boolean
  /** As AWS writes them; `aws:ResourceTag/` stands for all keys that begin so. */
  readonly contextKeys: readonly string[]
}

/** A check that was not allowed, with what it was decided on. */
export interface RefusedCheck {
  readonly action: string
  readonly decision: Decision
  readonly context: RequestContext
}

/** What the gate itself puts into every scope. The server's scope adds its store and services. */
export interface GateScope {
  readonly caller: Caller
  readonly requestId: string
  readonly now: Date
  /** From the credential scope; for global services the partition's. */
  readonly region: string
  /** Absent where there are no organizations. */
  readonly organizationOf?: OrganizationOf
}

/** The organization that an account is in; undefined where it is in none. */
export type OrganizationOf = (accountId: string) => OrganizationPlace | undefined

export interface OrganizationPlace {
  /** `o-…`. */
  readonly id: string
  /** `o-…/r-…/ou-…/`, as `aws:ResourceOrgPaths` has it. */
  readonly path: string
}

/**
 * An operation the house handles itself. `resolve` may read entities, but nothing it finds out is
 * answered before `authorize`'s checks have been allowed: AccessDenied comes before NoSuchEntity.
 * It returns `undefined` members for what does not exist; `handle` words that.
 */
export interface OwnOperation<
  Scope extends GateScope,
  Input,
  Resolved,
  Output,
  Prepared = undefined,
> {
  readonly service: string
  /** AWS's exact name. */
  readonly name: string
  /** Runs in a write transaction; otherwise in the snapshot that was decided on. */
  readonly mutates: boolean
  /** Of one that does not: the inputs with which it does, such as those with a one-time code. */
  readonly mutatesWith?: (input: Input) => boolean
  /** Answers any valid credentials (GetCallerIdentity), or needs none at all (web identity, SAML). */
  readonly access?: 'anyCaller' | 'anonymous'
  /**
   * What of the input proves who calls, where no signature does. Checked in the signature's place,
   * before any snapshot: it may take asking an identity provider.
   */
  readonly proof?: (input: Input) => CallerProof
  readonly resolve: (input: Input, scope: Scope) => Promise<Resolved>
  readonly authorize: (input: Input, scope: Scope, resolved: Resolved) => readonly Check[]
  /**
   * Slow work that is no store work, such as the hash of a password, or asking a backend: runs once
   * the call has been allowed on the snapshot, which is closed by then, and before the write
   * transaction, or the snapshot of a read's handler, which wait for nothing.
   */
  readonly prepare?: (input: Input, scope: Scope, resolved: Resolved) => Promise<Prepared>
  /**
   * Whether what was prepared from `before` holds for what the transaction has resolved anew;
   * where not, the call begins anew. Absent: it rests on the input alone.
   */
  readonly stillHolds?: (before: Resolved, now: Resolved) => boolean
  readonly handle: (
    input: Input,
    scope: Scope,
    resolved: Resolved,
    prepared: Prepared,
  ) => Promise<Output>
  /** What the refusal says instead of the standard sentence (STS AssumeRole gives no reason). */
  readonly refusal?: (input: Input, scope: Scope, check: Check, refused: RefusedCheck) => string
}

/** Any operation, once its types no longer matter: what the pipeline runs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the variance of five parameters
export type AnyOperation<Scope extends GateScope> = OwnOperation<Scope, any, any, any, any>
