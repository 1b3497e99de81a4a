import type { PolicyDocument, Statement } from '../document/policy-document.ts'
import { compileActions } from './action.ts'
import type { CompiledPolicy, CompiledStatement } from './compiled-policy.ts'
import { compileCondition } from './condition.ts'
import { compilePrincipals } from './principal.ts'
import { compileResources } from './resource.ts'
import { StatementIndex } from './statement-index.ts'

/**
 * A document made ready to be decided on. Total: what a document can hold, it can be compiled
 * from. Linear in the document's size; the document itself is kept, and must not change.
 *
 * @example
 * ```ts
 * import { compilePolicy } from '@bailiwick/policy'
 *
 * const everything = compilePolicy({
 *   version: '2012-10-17',
 *   statements: [{ effect: 'Allow', actions: ['*'], resources: ['*'], conditions: [] }],
 * })
 * console.log(everything.document.statements.length) // 1
 * ```
 */
export function compilePolicy(document: PolicyDocument): CompiledPolicy {
  const variables = document.version === '2012-10-17'
  const slots = document.statements.map((statement, statementIndex) => ({
    statement: compileStatement(statement, statementIndex, variables),
    owner: 0,
    position: statementIndex,
  }))
  return { document, index: new StatementIndex(slots) }
}

export function compileStatement(
  statement: Statement,
  statementIndex: number,
  variables: boolean,
): CompiledStatement {
  const isDeny = statement.effect === 'Deny'
  return {
    statementIndex,
    sid: statement.sid,
    isDeny,
    actions: compileActions(statement),
    resources: compileResources(statement, variables),
    principals: compilePrincipals(statement),
    conditions: statement.conditions.map((condition) =>
      compileCondition(condition, isDeny, variables),
    ),
  }
}
