import type { ContextValue, PolicySource, PolicyText, Principal } from '@bailiwick/policy'
import type { Group, Role, User } from './entity.ts'

/** A policy that a user, group or role comes with, as decisions see it, and its text. */
export interface HeldPolicy {
  readonly source: PolicySource
  /** Its own name: unique among the inline policies of the holder, or among managed policies. */
  readonly name: string
  /** Who has it: the user itself, or one of its groups. */
  readonly holder: User | Group | Role
  /** Undefined where it cannot be read: decisions then deny everything. */
  readonly policy: PolicyText | undefined
}

/** What binds a user, group or role: its inline and attached policies, those of its groups. */
export interface HeldPolicies {
  readonly identity: readonly HeldPolicy[]
  readonly permissionsBoundary?: HeldPolicy
}

/** A user or role as decisions see it, without a credential: what a session adds is not there. */
export interface KnownPrincipal {
  readonly principal: Principal
  /** In lower case. */
  readonly contextKeys: ReadonlyMap<string, ContextValue>
  readonly inManagementAccount: boolean
}
