/** What an explanation says: plain data, as JSON and as text (`explanation-text.ts`). */
import type { DecisionKind, PolicySource, PolicyType, Decision } from '../authorization.ts'
import type { Condition, PolicyDocument, Statement } from '../document/policy-document.ts'
import type { StatementPosition } from '../document/statement-positions.ts'

/** A policy as explanations need it: parsed, and its text where lines and columns are wanted. */
export interface PolicyText {
  readonly document: PolicyDocument
  readonly text?: string
}

/** One part of a statement that does not fit the request. */
export type Mismatch =
  | { readonly element: 'Principal' | 'NotPrincipal' }
  | { readonly element: 'Action' | 'NotAction'; readonly written: readonly string[] }
  | {
      readonly element: 'Resource' | 'NotResource'
      readonly written: readonly string[]
      /** It may fit, but nobody knows. */
      readonly unknown?: true
    }
  | {
      readonly element: 'Condition'
      readonly condition: Condition
      /** It may hold, but nobody knows. */
      readonly unknown?: true
      /** Values of the key in the request; absent: the key is missing. */
      readonly requestValues?: readonly string[]
    }

/** A statement with its place. */
export interface ExplainedStatement {
  readonly source: PolicySource
  /** 0-based. */
  readonly statementIndex: number
  readonly sid?: string
  readonly effect: Statement['effect']
  /** What it depends on that nobody knows of the request: context keys, or `resource`. */
  readonly unknown?: readonly string[]
  readonly position?: StatementPosition
}

/** A statement that would have counted, but for these parts; none of them fits. */
export interface NearMiss extends ExplainedStatement {
  readonly mismatches: readonly Mismatch[]
}

/** What one policy type, at one level of the organization, says of the request. */
export interface LayerResult {
  readonly policyType: PolicyType
  /** 0-based, from the root of the organization; control policies only. */
  readonly level?: number
  readonly result: DecisionKind
}

/** A change to policies, as small as can be said. */
export type Change =
  /** Take this denying statement away, or narrow it so that it no longer matches. */
  | { readonly kind: 'removeStatement'; readonly statement: ExplainedStatement }
  /** Add a policy with this statement to the layer. */
  | {
      readonly kind: 'addStatement'
      readonly policyType: PolicyType
      readonly level?: number
      readonly statement: AddedStatement
    }

/** As it would be written in a policy document. */
export interface AddedStatement {
  readonly Effect: 'Allow'
  readonly Principal?: Readonly<Record<string, string>> | '*'
  readonly Action: string
  readonly Resource?: string
}

export interface Explanation {
  readonly decision: Decision
  /** In the order the layers are weighed; absent layers do not exist for this request. */
  readonly layers: readonly LayerResult[]
  readonly matchedStatements: readonly ExplainedStatement[]
  /** Statements about this action that did not match, those closest to it first. */
  readonly nearMisses: readonly NearMiss[]
  /** Keys that such statements ask for and the request does not have, in lower case. */
  readonly missingContextKeys: readonly string[]
  /**
   * Changes that together make the request allowed, none of which can be left out. Empty when it
   * is allowed as it is.
   */
  readonly smallestChange: readonly Change[]
}
