/** What documents are compiled into: plain data that `match/` and `decide/` read. */
import type { PolicyDocument } from '../document/policy-document.ts'
import type { StatementIndex } from './statement-index.ts'

/** A policy ready to be decided on. Opaque: only `decide` looks past the document. */
export interface CompiledPolicy {
  readonly document: PolicyDocument
  readonly index: StatementIndex
}

/**
 * One element of a compiled pattern: `one` is `?`, `many` is `*`. A literal is never empty, and two
 * `many` never stand side by side. A variable's key is in lower case.
 */
export type PatternPart = 'one' | 'many' | LiteralPart | VariablePart

export interface LiteralPart {
  readonly literal: string
}

export interface VariablePart {
  readonly variable: string
  readonly fallback: string | undefined
}

/** How far a matching statement reaches; as numbers, so that the stronger is the greater. */
export const grantNone = 0
/** To the caller's account, which must pass it on by identity policies. */
export const grantAccount = 1
/** To the caller's role, or to the user who made a federated session. */
export const grantLimited = 2
/** To the calling principal itself. */
export const grantDirect = 3
export type Grant = 0 | 1 | 2 | 3

export interface CompiledStatement {
  readonly statementIndex: number
  readonly sid: string | undefined
  readonly isDeny: boolean
  readonly actions: CompiledActions
  /** Absent in trust policies, which mean the role itself. */
  readonly resources: CompiledResources | undefined
  readonly principals: CompiledPrincipals | undefined
  readonly conditions: readonly CompiledCondition[]
}

/** `Action`, or `NotAction` where `negated`. All in lower case, white space around removed. */
export interface CompiledActions {
  readonly negated: boolean
  /** `*` is listed. */
  readonly any: boolean
  readonly exact: ReadonlySet<string>
  /** Those with wildcards. */
  readonly patterns: readonly ActionPattern[]
}

export interface ActionPattern {
  readonly service: readonly PatternPart[]
  /** The service where it has no wildcards. */
  readonly serviceText: string | undefined
  readonly name: readonly PatternPart[]
}

export interface CompiledResources {
  readonly negated: boolean
  readonly patterns: readonly ResourcePattern[]
  /** Where several statements of an index share the element: its last answer. */
  readonly memo: ResourceMemo | undefined
}

/** An answer that depends on nothing but the resource. */
export interface ResourceMemo {
  resource: string | undefined
  matches: boolean
}

export type ResourcePattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'literal' | 'prefix'; readonly text: string }
  | ResourceParts

/** Between colons, each part for itself. */
export interface ResourceParts {
  readonly kind: 'parts'
  /** The leading parts without wildcards, each with its colon. */
  readonly head: string
  /** The parts after `head`, at least one. */
  readonly parts: readonly (readonly PatternPart[])[]
  /** Whether the last part reaches to the end of the resource, over any colons. */
  readonly lastTakesRest: boolean
  /** Whether the last part holds variables. No other can. */
  readonly variables: boolean
}

export interface CompiledPrincipals {
  /** `NotPrincipal`. */
  readonly negated: boolean
  readonly any: boolean
  /** ARNs, account ids and unique ids, as written. */
  readonly aws: ReadonlySet<string>
  /** Accounts, by id or by their root user's ARN. */
  readonly accounts: ReadonlySet<string>
  readonly service: ReadonlySet<string>
  readonly federated: ReadonlySet<string>
}

export type SetOperator = 'ForAllValues' | 'ForAnyValue' | undefined

export interface CompiledCondition {
  /** In lower case, as the request's context keys are. */
  readonly key: string
  readonly setOperator: SetOperator
  readonly negated: boolean
  /** Whether it holds where the request lacks the key. */
  readonly holdsWhenAbsent: boolean
  readonly test: ValueTest
}

export type Relation = '=' | '<' | '<=' | '>' | '>='

/** What one value of the request is asked: is it one of the policy's? */
export type ValueTest =
  /** An operator nobody knows: holds in a Deny, never in an Allow. */
  | { readonly kind: 'unknown'; readonly holds: boolean }
  /** `Null`: whether it holds for a key that is there; for an absent one, see the condition. */
  | { readonly kind: 'null'; readonly holdsWhenPresent: boolean }
  | TextTest
  | { readonly kind: 'numeric'; readonly relation: Relation; readonly values: readonly number[] }
  | { readonly kind: 'date'; readonly relation: Relation; readonly values: readonly bigint[] }
  | { readonly kind: 'binary'; readonly values: ReadonlySet<string> }
  | { readonly kind: 'ip'; readonly ranges: readonly IpRange[] }

export interface TextTest {
  /** `fold` ignores case; `like` and `arn` know wildcards, `arn` between colons. */
  readonly kind: 'text' | 'fold' | 'bool' | 'like' | 'arn'
  /** Values without wildcards and variables; in lower case for `fold` and `bool`. */
  readonly exact: ReadonlySet<string>
  readonly patterns: readonly TextPattern[]
}

export interface TextPattern {
  readonly parts: readonly PatternPart[]
  readonly variables: boolean
  /** `arn` without variables: its six parts. */
  readonly arnParts: readonly (readonly PatternPart[])[] | undefined
}

/** An address as 32-bit words, one for IPv4 and four for IPv6. */
export interface IpRange {
  readonly words: readonly number[]
  readonly masks: readonly number[]
}
