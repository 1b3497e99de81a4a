import type { AuthorizationRequest, PolicySet, PolicySource } from '../authorization.ts'
import { statementContextKeys, uniqueKeys, variablePattern } from '../document/context-keys.ts'
import type { PolicyDocument, Statement } from '../document/policy-document.ts'
import { compilePolicy, decide } from '../engine.ts'
import type { PolicyText } from './explanation.ts'
import { layersOf } from './layers.ts'

/**
 * Which context keys a request lacks: those of statements about its principal, action and resource,
 * whatever their conditions say. As written, each once; nothing for a request that is complete.
 *
 * Asks the engine which statements those are, in one decision: each stands there as a Deny without
 * conditions, and its variables, which may be what is missing, as wildcards. Prepared once for many
 * requests on the same policies. Total.
 */
export function missingContextKeys(
  policies: PolicySet<PolicyText>,
): (request: AuthorizationRequest) => readonly string[] {
  const keysOf = new Map<PolicySource, readonly (readonly string[])[]>()
  const resource = layersOf(policies).flatMap((layer) =>
    layer.policies.map(({ source, policy: { document } }) => {
      const { version, statements } = document
      keysOf.set(
        source,
        statements.map((statement) => statementContextKeys(statement, version)),
      )
      return { source, policy: compilePolicy(withoutConditions(document)) }
    }),
  )
  return (request) => {
    const { decidingStatements } = decide(request, { identity: [], resource })
    const keys = decidingStatements.flatMap(
      ({ source, statementIndex }) => keysOf.get(source)?.[statementIndex] ?? [],
    )
    return uniqueKeys(keys).filter((key) => !request.context.has(key.toLowerCase()))
  }
}

const everyone = { any: true, aws: [], service: [], federated: [], canonicalUser: [] } as const

function withoutConditions({ version, statements }: PolicyDocument): PolicyDocument {
  return { version, statements: statements.map(deniesAll) }
}

/** All layers are asked as one, where principals stand: whoever names none means everyone. */
function deniesAll(statement: Statement): Statement {
  const { principals, notPrincipals, resources } = statement
  const isNamed = principals !== undefined || notPrincipals !== undefined
  return {
    ...statement,
    effect: 'Deny',
    conditions: [],
    ...(!isNamed && { principals: everyone }),
    ...(resources && { resources: resources.map(anyValue) }),
  }
}

function anyValue(text: string): string {
  return text.replace(variablePattern, '*')
}
