/** Findings about Resource and NotResource. */
import { partitions } from '../document/resource-format.ts'
import type { ActionIndex } from './action-index.ts'
import { found, type RuleFinding } from './finding.ts'
import { globMatches, globsIntersect } from './glob.ts'
import type { Located, PolicyView, StatementView } from './policy-view.ts'

/** `us-east-1`, `ap-southeast-7`, `us-gov-west-1`, `eusc-de-east-1`. */
export const regionForm =
  /^(af|ap|ca|cn|eu|eusc|il|me|mx|sa|us|us-gov|us-iso|us-isob|us-isof|eu-isoe)(-[a-z]{2})?-(central|north|south|east|west|northeast|northwest|southeast|southwest)-\d$/

export function* arnFindings(policy: PolicyView, index: ActionIndex): Generator<RuleFinding> {
  for (const statement of policy.statements) {
    const resources = [...statement.resources, ...statement.notResources]
    for (const resource of resources) {
      yield* oneArn(resource, index)
      yield* actionsThatCannotMatch(statement, resource, index)
    }
    yield* redundantResources(statement.resources)
    yield* redundantResources(statement.notResources)
  }
}

function* oneArn(resource: Located, index: ActionIndex): Generator<RuleFinding> {
  if (resource.value === '*') return
  const segments = resource.value.split(':')
  const [prefix, partition = '', service = '', region = '', accountId = '', ...rest] = segments
  if (prefix !== 'arn') {
    const details = `${resource.value} is neither "*" nor an ARN.`
    const advice = 'Begin with "arn:", as in "arn:aws:s3:::bucket/*".'
    yield found('INVALID_ARN_PREFIX', resource, details, advice)
    return
  }
  if (rest.length === 0) {
    if (resource.value.endsWith('*')) return // A last `*` may run past the colons that follow.
    const details = `${resource.value} has ${String(segments.length)} of the six parts of an ARN.`
    const advice = 'arn:partition:service:region:account:resource; parts may be empty.'
    yield found('MISSING_ARN_FIELD', resource, details, advice)
    return
  }
  if (partition !== '*' && !partitions.has(partition) && !partition.includes('${')) {
    const details = `There is no partition ${partition}.`
    yield found('INVALID_PARTITION', resource, details, 'Write "aws".')
  }
  if (service !== service.toLowerCase()) {
    const advice = `Write "${service.toLowerCase()}".`
    yield found('INVALID_ARN_SERVICE_CASE', resource, 'The service is in lower case.', advice)
    return
  }
  yield* ofService(resource, { service, region, accountId, rest: rest.join(':') }, index)
}

interface ArnParts {
  readonly service: string
  readonly region: string
  readonly accountId: string
  readonly rest: string
}

function* ofService(
  resource: Located,
  { service, region, accountId, rest }: ArnParts,
  index: ActionIndex,
): Generator<RuleFinding> {
  const patterns = index.arnPatterns(service)
  if (patterns.length === 0) {
    if (service === '*' || index.hasService(service)) return
    const details = `No ARN has the service ${service}.`
    yield found('INVALID_SERVICE', resource, details, 'Check the prefix; it never matches.')
    return
  }
  const wanted = withoutVariables(rest)
  const forms = patterns.filter((pattern) => globsIntersect(resourcePart(pattern), wanted))
  if (forms.length === 0) {
    const details = `No resource of ${service} looks like ${rest}.`
    const advice = 'Check the form in the Service Authorization Reference; it never matches.'
    yield found('INVALID_ARN_RESOURCE', resource, details, advice)
    return
  }
  if (region !== '' && forms.every((form) => form.split(':')[3] === '')) {
    const advice = 'Leave the region empty.'
    yield found('ARN_REGION_NOT_ALLOWED', resource, `This ${service} ARN has no region.`, advice)
  } else if (!/[*?$]/.test(region) && region !== '' && !regionForm.test(region)) {
    const details = `${region} is no region.`
    yield found('INVALID_ARN_REGION', resource, details, 'Write for example "us-east-1", or "*".')
  }
  if (accountId !== '' && forms.every((form) => form.split(':')[4] === '')) {
    const advice = 'Leave the account empty.'
    yield found('ARN_ACCOUNT_NOT_ALLOWED', resource, `This ${service} ARN has no account.`, advice)
  } else if (!/[*?$]/.test(accountId) && !/^(\d{12}|aws|cloudfront|)$/.test(accountId)) {
    const details = `${accountId} is no account id.`
    yield found('INVALID_ARN_ACCOUNT', resource, details, 'An account id has 12 digits.')
  }
}

function resourcePart(pattern: string): string {
  return pattern.split(':').slice(5).join(':')
}

/** A policy variable may become anything. */
function withoutVariables(text: string): string {
  return text.replace(/\$\{[^}]*\}/g, '*')
}

/** A resource that none of the statement's actions can be about. */
function* actionsThatCannotMatch(
  statement: StatementView,
  resource: Located,
  index: ActionIndex,
): Generator<RuleFinding> {
  if (!resource.value.startsWith('arn:') || statement.actions.length === 0) return
  const known = statement.actions.flatMap((action) => index.matching(action.value))
  if (known.length === 0 || statement.actions.some((action) => action.value === '*')) return
  const pattern = withoutVariables(resource.value)
  const fits = known.some((action) =>
    action.resourcePatterns.some((arn) => globsIntersect(arn, pattern)),
  )
  if (fits) return
  const wantsStar = known.every((action) => action.resourcePatterns.length === 0)
  const details = `None of the statement's actions can be about ${resource.value}.`
  const advice = wantsStar
    ? 'These actions have no resource: write "Resource": "*".'
    : `Name a resource of theirs, such as ${known.flatMap((a) => a.resourcePatterns)[0] ?? '*'}.`
  yield found('UNSUPPORTED_ACTION_IN_POLICY', resource, details, advice)
}

function* redundantResources(resources: readonly Located[]): Generator<RuleFinding> {
  for (const [at, resource] of resources.entries()) {
    const cover = resources.find(
      (other, otherAt) =>
        otherAt !== at &&
        globMatches(other.value, resource.value) &&
        (other.value !== resource.value || otherAt < at),
    )
    if (cover === undefined) continue
    const details = `${resource.value} is already covered by ${cover.value}.`
    yield found('REDUNDANT_RESOURCE', resource, details, 'Remove it.')
  }
}
