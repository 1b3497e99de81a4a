import { parseArn, splitResource } from '../../domain/arn.ts'
import type { HeldPolicies, HeldPolicy } from '../../domain/held-policy.ts'
import type { IamOperations } from '@bailiwick/wire'
import { ApiError } from '../api-error.ts'

type Exclusion = NonNullable<
  IamOperations['SimulatePrincipalPolicy']['input']['PolicyExclusionList']
>[number]

/** Whether a policy is left out of the simulation. */
type Matches = (held: HeldPolicy) => boolean

const isInline: Matches = ({ source }) => source.arn === undefined
const isBoundary: Matches = ({ source }) => source.policyType === 'permissionsBoundary'
const isOfAws: Matches = ({ source }) => parseArn(source.arn ?? '')?.accountId === 'aws'

/** Control policies are none of a principal's own: there is nothing to leave out. */
const nothing: Matches = () => false

const byType: Readonly<Record<string, Matches>> = {
  inline: isInline,
  'aws-managed': (held) => isOfAws(held) && !isBoundary(held),
  'user-managed': (held) => !isInline(held) && !isOfAws(held) && !isBoundary(held),
  'permission-boundary': isBoundary,
  scp: nothing,
  rcp: nothing,
}

/**
 * What binds a principal without the policies of PolicyExclusionList. What matches none is ignored.
 * Errors: InvalidInput for an identifier that cannot be read. The wording is chosen by us.
 * Source: IAM API Reference, SimulatePrincipalPolicy, PolicyIdentifier.
 */
export function withoutExcluded(
  { identity, permissionsBoundary }: HeldPolicies,
  exclusions: readonly Exclusion[] = [],
): HeldPolicies {
  const matchers = exclusions.map(matcherOf)
  const isKept = (held: HeldPolicy) => !matchers.some((matches) => matches(held))
  const kept = { identity: identity.filter(isKept) }
  return permissionsBoundary && isKept(permissionsBoundary)
    ? { ...kept, permissionsBoundary }
    : kept
}

function matcherOf(exclusion: Exclusion): Matches {
  const { PolicyType, PolicyArn, InlinePolicyIdentifier: inline } = exclusion
  const given = [PolicyType, PolicyArn, inline].filter((member) => member !== undefined)
  if (given.length !== 1) throw invalid('A policy identifier must have exactly one member.')
  if (PolicyType !== undefined) {
    const matches = Object.hasOwn(byType, PolicyType) ? byType[PolicyType] : undefined
    if (!matches) throw invalid(`Invalid policy type in the policy exclusion list: ${PolicyType}.`)
    return matches
  }
  if (PolicyArn !== undefined) return arnMatcher(PolicyArn)
  if (!inline) throw invalid('A policy identifier must have exactly one member.')
  const { PolicyName, AttachmentType, AttachmentName } = inline
  if (!['user', 'group', 'role'].includes(AttachmentType)) {
    throw invalid(`Invalid attachment type in the policy exclusion list: ${AttachmentType}.`)
  }
  if (/[*?]/.test(PolicyName)) throw misplacedWildcard(PolicyName)
  const matchesName = wildcardMatcher(AttachmentName)
  return (held) =>
    isInline(held) &&
    held.holder.kind === AttachmentType &&
    held.name === PolicyName &&
    matchesName(held.holder.name)
}

/** A managed policy, as permissions policy or boundary; wildcards stand in its name alone. */
function arnMatcher(text: string): Matches {
  const arn = parseArn(text)
  const { type, path, name } = splitResource(arn?.resource ?? '')
  if (arn?.service !== 'iam' || type !== 'policy' || name === '') {
    throw invalid(`Invalid ARN in the policy exclusion list: ${text}.`)
  }
  const before = text.slice(0, text.length - name.length)
  if (/[*?]/.test(before) || !path.startsWith('/')) throw misplacedWildcard(text)
  const matchesName = wildcardMatcher(name)
  return ({ source }) =>
    source.arn?.startsWith(before) === true && matchesName(source.arn.slice(before.length))
}

/** `?` is one character, and `*`, once at most, any run of them. */
function wildcardMatcher(pattern: string): (text: string) => boolean {
  const [head = '', tail, ...more] = pattern.split('*')
  if (more.length > 0) throw misplacedWildcard(pattern)
  const fits = (part: string, text: string) =>
    part.length === text.length && [...part].every((char, at) => char === '?' || char === text[at])
  if (tail === undefined) return (text) => fits(head, text)
  return (text) =>
    text.length >= head.length + tail.length &&
    fits(head, text.slice(0, head.length)) &&
    fits(tail, text.slice(text.length - tail.length))
}

function misplacedWildcard(text: string): ApiError {
  return invalid(`Invalid use of wildcards in the policy exclusion list: ${text}.`)
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidInput', message)
}
