/** Findings about Principal and NotPrincipal. */
import { found, type RuleFinding } from './finding.ts'
import type { LocatedPrincipal, PolicyView, StatementView } from './policy-view.ts'

const principalKeys = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser'])
const takesPrincipal = new Set([
  'resourcePolicy',
  'trustPolicy',
  'resourceControlPolicy',
  'endpointPolicy',
])

/** Keys that tie a service's call to the resource or account it is made for. */
const sourceKeys = ['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths']

/** Services that call with the customer's resource as source, in resource policies. */
const callingServices = new Set([
  'sns',
  'sqs',
  's3',
  'events',
  'cloudtrail',
  'logs',
  'config',
  'ses',
])

export function* principalFindings(policy: PolicyView): Generator<RuleFinding> {
  if (!takesPrincipal.has(policy.policyType)) return
  for (const statement of policy.statements) {
    for (const principal of [...statement.principals, ...statement.notPrincipals]) {
      yield* onePrincipal(policy, principal)
    }
    yield* notPrincipalFindings(statement)
    yield* servicePrincipalFindings(policy, statement)
    if (policy.policyType === 'resourceControlPolicy') yield* controlFindings(statement)
  }
}

function* onePrincipal(policy: PolicyView, principal: LocatedPrincipal): Generator<RuleFinding> {
  const { value, principalKey } = principal
  if (principalKey === '*') {
    if (value !== '*') {
      const advice = 'Write { "AWS": "…" }, { "Service": "…" } or "*".'
      yield found('INVALID_PRINCIPAL_FORMAT', principal, `${value} stands alone.`, advice)
    }
  } else if (!principalKeys.has(principalKey)) {
    const details = `There is no kind of principal called ${principalKey}.`
    const advice = 'AWS, Service, Federated or CanonicalUser, in this case.'
    yield found('INVALID_PRINCIPAL_KEY', principal, details, advice)
  } else if (principalKey === 'Service') {
    yield* serviceName(principal)
  } else if (principalKey === 'AWS' && value !== '*') {
    yield* awsPrincipal(policy, principal)
  } else if (principalKey === 'Federated' && value === '*' && policy.policyType === 'trustPolicy') {
    const details = 'Any identity provider at all could vouch for the caller.'
    const advice = 'Name the provider: its ARN, or accounts.google.com and the like.'
    yield found('ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL', principal, details, advice)
  }
}

function* serviceName(principal: LocatedPrincipal): Generator<RuleFinding> {
  if (
    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|internal|aws\.internal|amazon\.com)$/.test(
      principal.value,
    )
  )
    return
  const details = `${principal.value} is not the name of a service principal.`
  const advice = 'Write for example "lambda.amazonaws.com".'
  yield found('INVALID_SERVICE_PRINCIPAL_FORMAT', principal, details, advice)
}

function* awsPrincipal(policy: PolicyView, principal: LocatedPrincipal): Generator<RuleFinding> {
  const { value } = principal
  const orphan = /^(AIDA|AROA)[A-Z0-9]{12,}$/.test(value)
  if (/[*?]/.test(value)) {
    const details = `${value}: a Principal is matched letter for letter, but for the bare "*".`
    const advice = 'Write "*" with a condition on aws:PrincipalArn (ArnLike).'
    yield found('UNSUPPORTED_WILDCARD_IN_PRINCIPAL', principal, details, advice)
  } else if (orphan && value.startsWith('AIDA')) {
    const details = `${value} is the id of a user that no longer exists.`
    yield found('INVALID_USER_REFERENCE', principal, details, 'Remove it, or name a user by ARN.')
  } else if (orphan) {
    const details = `${value} is the id of a role that no longer exists.`
    yield found('INVALID_ROLE_REFERENCE', principal, details, 'Remove it, or name a role by ARN.')
  } else if (/^arn:[a-z-]+:iam::\d{12}:group\//.test(value)) {
    const details = `${value}: a group is no principal; nobody signs in as one.`
    const advice = 'Name its users, or the account with a condition.'
    yield found('UNSUPPORTED_PRINCIPAL', principal, details, advice)
  } else if (!isAwsPrincipal(value) && !value.includes('${')) {
    const details = `${value} is neither an account id nor the ARN of a principal.`
    const advice = 'Twelve digits, or the ARN of a user, role, session or account root.'
    const code =
      policy.policyType === 'endpointPolicy' ? 'UNSUPPORTED_PRINCIPAL' : 'INVALID_PRINCIPAL_FORMAT'
    yield found(code, principal, details, advice)
  }
}

function isAwsPrincipal(value: string): boolean {
  if (/^\d{12}$/.test(value)) return true
  if (/^arn:[a-z-]+:iam::\d{12}:(root|user\/.+|role\/.+)$/.test(value)) return true
  return /^arn:[a-z-]+:sts::\d{12}:(assumed-role\/[^/]+\/.+|federated-user\/.+)$/.test(value)
}

function* notPrincipalFindings(statement: StatementView): Generator<RuleFinding> {
  const field = statement.fields.get('NotPrincipal')
  if (field === undefined || statement.effect?.value !== 'Allow') return
  const details = 'Allow with NotPrincipal allows everyone else, the anonymous included.'
  const advice = 'Name who is allowed in "Principal".'
  yield found('ALLOW_WITH_NOT_PRINCIPAL', { offset: field.nameOffset }, details, advice)
}

/** The confused deputy: a service let in without saying for whose resource it calls. */
function* servicePrincipalFindings(
  policy: PolicyView,
  statement: StatementView,
): Generator<RuleFinding> {
  if (policy.policyType !== 'resourcePolicy' || statement.effect?.value !== 'Allow') return
  const keys = statement.conditions.map((condition) => condition.conditionKey.value.toLowerCase())
  if (keys.some((key) => sourceKeys.includes(key))) return
  for (const principal of statement.principals) {
    if (principal.principalKey !== 'Service') continue
    if (!callingServices.has(principal.value.split('.')[0] ?? '')) continue
    const details = `${principal.value} is let in for whichever account's resource it calls.`
    const advice = 'Add a condition on aws:SourceArn or aws:SourceAccount.'
    yield found('RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL', principal, details, advice)
  }
}

function* controlFindings(statement: StatementView): Generator<RuleFinding> {
  if (statement.effect?.value === 'Allow') {
    const details = 'A resource control policy of a customer only denies.'
    yield found('RCP_SYNTAX_ERROR_ALLOW', statement.effect, details, 'Write "Effect": "Deny".')
  }
  for (const principal of statement.principals) {
    if (principal.value === '*') continue
    const details = 'A resource control policy is about every principal.'
    const advice = 'Write "Principal": "*" and say who is meant in the conditions.'
    yield found('RCP_SYNTAX_ERROR_PRINCIPAL', principal, details, advice)
  }
}
