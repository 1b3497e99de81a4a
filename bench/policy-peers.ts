/**
 * Two general policy engines on the same statements and requests: each statement becomes one policy
 * of theirs, wildcards and conditions included. Both get flat lists of identity policies only:
 * neither has our layers.
 */
import { createRequire } from 'node:module'
import type { AuthorizationRequest, Statement } from '@bailiwick/policy'
import { newEnforcer, newModelFromString } from 'casbin'
import type { Workload } from './policy-workloads.ts'

const require = createRequire(import.meta.url)
const cedar = require('@cedar-policy/cedar-wasm/nodejs') as Cedar

interface Cedar {
  preparsePolicySet(id: string, policies: { staticPolicies: string }): { type: string }
  statefulIsAuthorized(call: unknown): { type: string; response?: { decision: string } }
}

/** Whether a request is allowed. */
export type Peer = (request: AuthorizationRequest) => boolean

function statementsOf({ policies }: Workload): readonly Statement[] {
  return policies.identity.flatMap(({ policy }) => policy.statements)
}

export function cedarPeer(workload: Workload): Peer {
  const text = statementsOf(workload).map(cedarPolicy).join('\n')
  const parsed = cedar.preparsePolicySet(workload.name, { staticPolicies: text })
  if (parsed.type !== 'success')
    throw new Error(`Cedar refused the policies: ${JSON.stringify(parsed)}`)
  return ({ action, resource, context }) => {
    const team = context.get('aws:principaltag/team')
    const answer = cedar.statefulIsAuthorized({
      principal: { type: 'User', id: 'Ann' },
      action: { type: 'Action', id: 'call' },
      resource: { type: 'Resource', id: 'any' },
      context: { action, resource, team },
      preparsedPolicySetId: workload.name,
      validateRequest: false,
      entities: [],
    })
    if (answer.response === undefined) throw new Error(`Cedar: ${JSON.stringify(answer)}`)
    return answer.response.decision === 'allow'
  }
}

function cedarPolicy({ effect, actions = [], resources = [], conditions }: Statement): string {
  const like = (name: string, patterns: readonly string[]) =>
    `(${patterns.map((pattern) => `context.${name} like "${pattern}"`).join(' || ')})`
  const tests = conditions.map(({ values }) => `context.team == "${values[0] ?? ''}"`)
  const all = [like('action', actions), like('resource', resources), ...tests].join(' && ')
  return `${effect === 'Allow' ? 'permit' : 'forbid'}(principal, action, resource) when { ${all} };`
}

const casbinModel = `
[request_definition]
r = act, obj, team
[policy_definition]
p = act, obj, team, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.team == "" || r.team == p.team) && like(r.act, p.act) && like(r.obj, p.obj)
`

export async function casbinPeer(workload: Workload): Promise<Peer> {
  const enforcer = await newEnforcer(newModelFromString(casbinModel))
  await enforcer.addFunction('like', prefixLike)
  for (const { effect, actions = [], resources = [], conditions } of statementsOf(workload)) {
    for (const action of actions) {
      for (const resource of resources) {
        const team = conditions[0]?.values[0] ?? ''
        await enforcer.addPolicy(action, resource, team, effect === 'Allow' ? 'allow' : 'deny')
      }
    }
  }
  return ({ action, resource, context }) =>
    enforcer.enforceSync(action, resource, context.get('aws:principaltag/team') ?? '')
}

/** Patterns of these workloads are literals, or end in their only `*`. */
function prefixLike(text: string, pattern: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern
}
