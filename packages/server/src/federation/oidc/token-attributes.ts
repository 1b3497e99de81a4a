import type { Claims } from './id-token.ts'
import { invalidIdentityToken } from '../refusals.ts'
import { checkedAttributes } from '../session-attributes.ts'
import type { SessionAttributes } from '../session-attributes.ts'

const tagsClaim = 'https://aws.amazon.com/tags'
const sourceIdentityClaim = 'https://aws.amazon.com/source_identity'

/**
 * Session tags and source identity of a token; tags nested in one claim, or flattened into one
 * claim each. Errors: InvalidIdentityToken, in words of our own.
 * Source: IAM User Guide, "Passing session tags using AssumeRoleWithWebIdentity".
 */
export function tokenAttributes(claims: Claims): SessionAttributes {
  const sourceIdentity = claims[sourceIdentityClaim]
  if (sourceIdentity !== undefined && typeof sourceIdentity !== 'string') {
    throw invalidIdentityToken('Invalid source identity')
  }
  const nested = objectOf(claims[tagsClaim])
  const tags = Object.entries(objectOf(nested['principal_tags']))
  const flattened = `${tagsClaim}/principal_tags/`
  for (const [name, value] of Object.entries(claims)) {
    if (name.startsWith(flattened)) tags.push([name.slice(flattened.length), value])
  }
  const transitive = [
    ...textsOf(nested['transitive_tag_keys'] ?? []),
    ...textsOf(claims[`${tagsClaim}/transitive_tag_keys`] ?? []),
  ]
  return checkedAttributes(
    tags.map(([key, value]) => [key, textsOf(value)] as const),
    transitive,
    sourceIdentity,
  )
}

function objectOf(value: unknown = {}): Claims {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Claims
  throw invalidIdentityToken('Invalid session tags')
}

function textsOf(value: unknown): readonly string[] {
  const texts = [value].flat()
  if (texts.every((one) => typeof one === 'string')) return texts
  throw invalidIdentityToken('Invalid session tags')
}
