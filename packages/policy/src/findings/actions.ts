/** Findings about Action and NotAction. */
import type { ActionIndex } from './action-index.ts'
import { found, type RuleFinding } from './finding.ts'
import { globMatches } from './glob.ts'
import type { Located, PolicyView, StatementView } from './policy-view.ts'

export function* actionFindings(policy: PolicyView, index: ActionIndex): Generator<RuleFinding> {
  for (const statement of policy.statements) {
    for (const action of [...statement.actions, ...statement.notActions]) {
      yield* oneAction(policy, action, index)
    }
    yield* redundantActions(statement.actions)
    yield* redundantActions(statement.notActions)
    yield* effectOfNotAction(policy, statement)
  }
}

function* oneAction(
  policy: PolicyView,
  action: Located,
  index: ActionIndex,
): Generator<RuleFinding> {
  const { policyType } = policy
  if (action.value === '*') {
    if (policyType === 'resourceControlPolicy') {
      const details = 'A resource control policy names the service of its actions.'
      yield found('RCP_SYNTAX_ERROR_ACTION_WILDCARD', action, details, 'Write for example "s3:*".')
    }
    return
  }
  const colon = action.value.indexOf(':')
  const service = action.value.slice(0, Math.max(colon, 0)).trim()
  const name = action.value.slice(colon + 1)
  if (colon === -1 || name === '') {
    const details = `The action ${action.value} is not of the form service:Name.`
    yield found('INVALID_ACTION', action, details, 'Write for example "s3:GetObject".')
  } else if (/[*?]/.test(service)) {
    const details = `The service prefix ${service} cannot hold a wildcard.`
    yield found('WILDCARD_IN_SERVICE_NAME', action, details, 'Name the service, or write "*".')
  } else if (!index.hasService(service)) {
    const details = `There is no service with the prefix ${service}.`
    yield found('INVALID_SERVICE_IN_ACTION', action, details, 'Check the prefix; it never matches.')
  } else if (index.matching(action.value).length === 0) {
    const details = `${service} has no action ${name}.`
    const advice = 'Check the name in the Service Authorization Reference; it never matches.'
    yield found('INVALID_ACTION', action, details, advice)
  } else if (policyType === 'serviceControlPolicy' && /[*?][^*?]/.test(name)) {
    // Documented: in SCPs a wildcard stands alone or at the end of the name.
    const details = 'In a service control policy a wildcard stands at the end of the name.'
    yield found('SCP_SYNTAX_ERROR_ACTION_WILDCARD', action, details, 'List the actions.')
  } else if (policyType === 'trustPolicy' && service.toLowerCase() !== 'sts') {
    const details = `A trust policy is about sts actions, not ${action.value}.`
    yield found('UNSUPPORTED_ACTION_IN_POLICY', action, details, 'Write "sts:AssumeRole".')
  }
}

function* redundantActions(actions: readonly Located[]): Generator<RuleFinding> {
  for (const [at, action] of actions.entries()) {
    const lower = action.value.toLowerCase()
    const cover = actions.find(
      (other, otherAt) =>
        otherAt !== at &&
        globMatches(other.value.toLowerCase(), lower) &&
        (other.value.toLowerCase() !== lower || otherAt < at),
    )
    if (cover === undefined) continue
    const details = `${action.value} is already covered by ${cover.value}.`
    yield found('REDUNDANT_ACTION', action, details, `Remove ${action.value}.`)
  }
}

function* effectOfNotAction(policy: PolicyView, statement: StatementView): Generator<RuleFinding> {
  const field = statement.fields.get('NotAction')
  if (field === undefined) return
  if (policy.policyType === 'resourceControlPolicy') {
    const details = 'A resource control policy has no NotAction.'
    yield found('RCP_SYNTAX_ERROR_NOTACTION', field.value, details, 'List the actions to deny.')
  } else if (statement.effect?.value === 'Allow') {
    const details = 'Allow with NotAction allows everything not listed, services to come included.'
    const advice = 'List what is allowed in "Action", or use NotAction with Deny.'
    yield found('ALLOW_WITH_NOT_ACTION', { offset: field.nameOffset }, details, advice)
  }
}
