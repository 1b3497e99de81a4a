/** The façade of `@bailiwick/policy`: everything an outsider may use, and nothing else. */
export type * from './authorization.ts'
export type * from './document/policy-document.ts'
export type { ParseOptions } from './document/parse-options.ts'
export type { PrincipalReference } from './document/principal-references.ts'
export type { PrincipalType } from './document/principal-format.ts'
export type { Position, StatementPosition } from './document/statement-positions.ts'
export { contextKeysOf } from './document/context-keys.ts'
export { documentCharsMax, documentDepthMax, documentNonSpaceChars } from './document/limits.ts'
export { parsePolicy } from './document/parse-policy.ts'
export { isUniqueId } from './document/principal-format.ts'
export { principalReferences, replacePrincipals } from './document/principal-references.ts'
export { simulatorPositions, statementPositions } from './document/statement-positions.ts'
export type { CompiledPolicy } from './engine.ts'
export { compilePolicy, decide } from './engine.ts'
export { allowedActions, allowedServices } from './findings/allowed-services.ts'
export { fitsTemplate, resourceTemplates } from './findings/resource-templates.ts'
export type { Finding, FindingType, IssueCode } from './findings/finding.ts'
export { globMatches } from './findings/glob.ts'
export type { UnknownKeyUse } from './findings/unknown-keys.ts'
export { unknownKeyUses } from './findings/unknown-keys.ts'
export { validatePolicy } from './findings/validate-policy.ts'
export type {
  AddedStatement,
  Change,
  ExplainedStatement,
  Explanation,
  LayerResult,
  Mismatch,
  NearMiss,
  PolicyText,
} from './explain/explanation.ts'
export { compilePolicySet } from './explain/apply-changes.ts'
export { explain } from './explain/explain.ts'
export { doubtfulStatements } from './explain/doubtful-statements.ts'
export { missingContextKeys } from './explain/missing-context-keys.ts'
export { explanationText } from './explain/explanation-text.ts'
export type { ContextValueType } from './match/context-value.ts'
export { isContextValue } from './match/context-value.ts'
