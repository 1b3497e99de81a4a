/** Findings about what a policy hands out: roles to services, service-linked roles. */
import { found, type IssueCode, type RuleFinding } from './finding.ts'
import { globMatches } from './glob.ts'
import type { Located, PolicyView, StatementView } from './policy-view.ts'

/** By how the action is named, then how the resource is. Source: the check reference. */
const passRoleCodes: Readonly<Record<string, IssueCode>> = {
  'exact star': 'PASS_ROLE_WITH_STAR_IN_RESOURCE',
  'exact not': 'PASS_ROLE_WITH_NOT_RESOURCE',
  'pattern star': 'PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE',
  'pattern not': 'PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE',
  'negated star': 'PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION',
  'negated not': 'PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE',
}

export function* securityFindings(policy: PolicyView): Generator<RuleFinding> {
  if (policy.policyType !== 'identityPolicy') return
  for (const statement of policy.statements) {
    if (statement.effect?.value !== 'Allow') continue
    yield* passRole(statement)
    yield* serviceLinkedRole(statement)
  }
}

function* passRole(statement: StatementView): Generator<RuleFinding> {
  const action = named(statement, 'iam:passrole')
  const resource = wideResource(statement)
  const code = passRoleCodes[`${action?.how ?? ''} ${resource?.how ?? ''}`]
  if (action === undefined || resource === undefined || code === undefined) return
  const keys = statement.conditions.map((condition) => condition.conditionKey.value.toLowerCase())
  if (keys.includes('iam:passedtoservice') && action.how === 'exact') return
  const details = 'Whoever has this may hand any role, an administrator’s too, to a service.'
  const advice = 'Name the roles in "Resource", and the service with iam:PassedToService.'
  yield found(code, resource.at, details, advice)
}

function* serviceLinkedRole(statement: StatementView): Generator<RuleFinding> {
  const action = named(statement, 'iam:createservicelinkedrole')
  const resource = wideResource(statement)
  if (action?.how !== 'exact' || resource?.how !== 'star') return
  const keys = statement.conditions.map((condition) => condition.conditionKey.value.toLowerCase())
  if (keys.includes('iam:awsservicename')) return
  const details = 'Any service-linked role may be created.'
  const advice = 'Name the service with a condition on iam:AWSServiceName.'
  yield found('CREATE_SLR_WITH_STAR_IN_RESOURCE', resource.at, details, advice)
}

/** How a statement comes to allow an action (in lower case), if it does. */
function named(
  statement: StatementView,
  action: string,
): { how: 'exact' | 'pattern' | 'negated' } | undefined {
  const covers = (list: readonly Located[]) =>
    list.find((located) => globMatches(located.value.toLowerCase(), action))
  if (statement.fields.has('NotAction')) {
    return covers(statement.notActions) === undefined ? { how: 'negated' } : undefined
  }
  const cover = covers(statement.actions)
  if (cover === undefined) return undefined
  return { how: cover.value.toLowerCase() === action ? 'exact' : 'pattern' }
}

function wideResource(
  statement: StatementView,
): { how: 'star' | 'not'; at: { offset: number } } | undefined {
  const not = statement.fields.get('NotResource')
  if (not !== undefined) return { how: 'not', at: { offset: not.nameOffset } }
  const star = statement.resources.find((located) => located.value === '*')
  return star === undefined ? undefined : { how: 'star', at: star }
}
