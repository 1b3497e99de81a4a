/**
 * A parsed policy, every list normalised to an array and every value to a string, in the order
 * written. Plain data: it can be stored, compared and read by both engines.
 *
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language".
 */
export interface PolicyDocument {
  /** Absent in the text means 2008-10-17: no policy variables. */
  readonly version: '2008-10-17' | '2012-10-17'
  readonly id?: string
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  /** At most one of the two; neither in identity policies, boundaries, session policies and SCPs. */
  readonly principals?: PrincipalElement
  readonly notPrincipals?: PrincipalElement
  /** Exactly one of the two, never empty. As written: white space and case are the matcher's business. */
  readonly actions?: readonly string[]
  readonly notActions?: readonly string[]
  /** At most one of the two; neither in trust policies, which mean the role itself. */
  readonly resources?: readonly string[]
  readonly notResources?: readonly string[]
  readonly conditions: readonly Condition[]
}

/** `"*"` is `{ any: true, … }` with empty lists, as is `{"AWS": "*"}`. */
export interface PrincipalElement {
  readonly any: boolean
  /** ARNs, account ids, and unique ids (AIDA…, AROA…) of a saved policy; never `*`. */
  readonly aws: readonly string[]
  readonly service: readonly string[]
  readonly federated: readonly string[]
  readonly canonicalUser: readonly string[]
}

/** One key under one operator. All conditions of a statement are ANDed. */
export interface Condition {
  /** As written, for messages: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string
  readonly setOperator?: 'ForAllValues' | 'ForAnyValue'
  /** The operator without qualifier and suffix; an unknown one never matches in an Allow and always in a Deny. */
  readonly conditionOperator: string
  readonly ifExists: boolean
  /** As written; compared ignoring case. */
  readonly conditionKey: string
  readonly values: readonly string[]
}

/** What is wrong with a text, in AWS's words, and where. */
export interface Problem {
  /** Machine-readable, `PascalCase`, ours: `SyntaxError`, `VersionRequired`, `DuplicateSid` … */
  readonly code: string
  /** AWS's wording for the policy type it was parsed as. */
  readonly message: string
  /** 1-based, of the offending element; 1 and 1 where the document as a whole is at fault. */
  readonly line: number
  readonly column: number
}

export type ParseResult =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] }
