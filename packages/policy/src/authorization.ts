/**
 * What a decision is asked about and what it answers: the types every engine of this package
 * shares. Values only; nothing here reads a clock, a file or the network.
 *
 * Source: IAM User Guide, "Policy evaluation logic".
 */

/** The policy types, in the field's terms. A trust policy is the resource policy of a role. */
export type PolicyType =
  | 'identityPolicy'
  | 'resourcePolicy'
  | 'trustPolicy'
  | 'permissionsBoundary'
  | 'sessionPolicy'
  | 'serviceControlPolicy'
  | 'resourceControlPolicy'
  | 'endpointPolicy'

/**
 * Who the request is evaluated as. Ids are AWS's unique ids (AIDA…, AROA…): a saved policy names
 * them, so a principal re-created under the same name does not match.
 */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'root'; readonly accountId: string; readonly arn: string }
  | UserPrincipal
  | RoleSessionPrincipal
  | FederatedUserPrincipal
  /** A direct call by a service; `serviceNames` holds every name it goes by, regional ones too. */
  | { readonly kind: 'service'; readonly serviceNames: readonly string[] }
  /** An unsigned AssumeRoleWithSAML / …WithWebIdentity, vouched for by this identity provider. */
  | { readonly kind: 'federated'; readonly provider: string }

export interface UserPrincipal {
  readonly kind: 'user'
  readonly accountId: string
  /** With path: `arn:aws:iam::A:user/path/Name`. */
  readonly arn: string
  readonly userId: string
}

export interface RoleSessionPrincipal {
  readonly kind: 'roleSession'
  readonly accountId: string
  /** `arn:aws:sts::A:assumed-role/Name/Session`: no path. */
  readonly arn: string
  /** `arn:aws:iam::A:role/path/Name`: with path. */
  readonly roleArn: string
  readonly roleId: string
  readonly sessionName: string
  /** Service-linked roles are exempt from service and resource control policies. */
  readonly serviceLinked: boolean
}

export interface FederatedUserPrincipal {
  readonly kind: 'federatedUser'
  readonly accountId: string
  /** `arn:aws:sts::A:federated-user/Name`. */
  readonly arn: string
  /** The user whose key called GetFederationToken; root may, too. */
  readonly creator:
    UserPrincipal | { readonly kind: 'root'; readonly accountId: string; readonly arn: string }
}

/** One value for a single-valued key, a list for a multivalued one. */
export type ContextValue = string | readonly string[]

/** Context keys in lower case (`aws:principaltag/team`) → value. An absent key is not in the map. */
export type RequestContext = ReadonlyMap<string, ContextValue>

/** One (action, resource) pair: an API call may need several, and all must be allowed. */
export interface AuthorizationRequest {
  readonly principal: Principal
  /** `service:Name`, in any case. */
  readonly action: string
  /** An ARN, or `*` where the action has no resource. */
  readonly resource: string
  /** Owner of the resource; absent where there is none: then the principal's own account. */
  readonly resourceAccountId?: string
  /** Management accounts are exempt from control policies. Default false. */
  readonly principalInManagementAccount?: boolean
  readonly resourceInManagementAccount?: boolean
  readonly context: RequestContext
  /** Absent: all of it is known. */
  readonly unknown?: Unknown
}

/**
 * What nobody could find out about a request. It is refused in doubt: a statement that depends on it
 * matches where it denies, and does not where it allows. Chosen by us, for AWS always knows.
 */
export interface Unknown {
  /** `resource` is a pattern: `*` and `?` stand in it for what is not known. */
  readonly resource: boolean
  /** Keys in lower case that may have any value, or none. Whether the context has them is moot. */
  readonly contextKeys: Pick<ReadonlySet<string>, 'has'>
}

/** Where a policy comes from: what a refusal or an explanation names. */
export interface PolicySource {
  readonly policyType: PolicyType
  /** Managed policy: its name. Inline: its name. Unique within one PolicySet. */
  readonly id: string
  /** Managed policies only. */
  readonly arn?: string
}

/** A policy where it applies: the same document or compiled form may stand under many sources. */
export interface SourcedPolicy<P> {
  readonly source: PolicySource
  readonly policy: P
}

/** All policies that apply to one request. An absent layer does not exist; an empty one allows nothing. */
export interface PolicySet<P> {
  /** User: inline, attached, and those of its groups. Role: inline and attached. Root: none. */
  readonly identity: readonly SourcedPolicy<P>[]
  readonly permissionsBoundary?: SourcedPolicy<P>
  /** Inline and managed session policies together: one layer. */
  readonly session?: readonly SourcedPolicy<P>[]
  /** The policy of the resource: bucket, queue, key … and for a role, its trust policy. */
  readonly resource?: readonly SourcedPolicy<P>[]
  /** A list per level, from the root of the organization to the account. */
  readonly serviceControl?: readonly (readonly SourcedPolicy<P>[])[]
  readonly resourceControl?: readonly (readonly SourcedPolicy<P>[])[]
  readonly endpoint?: readonly SourcedPolicy<P>[]
}

/** The model's EvalDecision, unchanged. */
export type DecisionKind = 'allowed' | 'explicitDeny' | 'implicitDeny'

/** A statement that decided: by source, index in the document, and Sid where it has one. */
export interface StatementReference {
  readonly source: PolicySource
  /** 0-based. */
  readonly statementIndex: number
  readonly sid?: string
}

export interface Decision {
  readonly decision: DecisionKind
  /**
   * The statements that decided: the matching Allows of an allowed request, the matching Denies of
   * an explicit deny, none of an implicit one.
   */
  readonly decidingStatements: readonly StatementReference[]
  /** The policy type a refusal names (evaluation-logic §7.1). Absent when allowed. */
  readonly blockedBy?: PolicyType
}
