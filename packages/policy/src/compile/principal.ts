import type { PrincipalElement, Statement } from '../document/policy-document.ts'
import type { CompiledPrincipals } from './compiled-policy.ts'

/**
 * `Principal` or `NotPrincipal`, if the statement has one of them.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal", "… NotPrincipal".
 */
export function compilePrincipals(statement: Statement): CompiledPrincipals | undefined {
  const { principals, notPrincipals } = statement
  if (principals !== undefined) return compileElement(principals, false)
  return notPrincipals === undefined ? undefined : compileElement(notPrincipals, true)
}

function compileElement(element: PrincipalElement, negated: boolean): CompiledPrincipals {
  return {
    negated,
    any: element.any,
    aws: new Set(element.aws),
    accounts: new Set(element.aws.map(accountOf)),
    service: new Set(element.service),
    federated: new Set(element.federated),
  }
}

/** An account's id and its root user's ARN say the same; any other value is taken as it is. */
function accountOf(value: string): string {
  return /^arn:[^:]+:iam::([^:]+):root$/.exec(value)?.[1] ?? value
}
