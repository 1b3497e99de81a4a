import type { Caller } from '@bailiwick/gateway'
import type { ContextValue } from '@bailiwick/policy'
import type { Tag } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'

/** What a session is to carry. */
export interface SessionTags {
  /** Inherited ones first. */
  readonly tags: readonly Tag[]
  readonly transitiveTagKeys: readonly string[]
}

/** Source: IAM User Guide, "Passing session tags in AWS STS". */
const sessionTagsMax = 50

interface TagInput {
  readonly Tags?: readonly Tag[] | undefined
  readonly TransitiveTagKeys?: readonly string[] | undefined
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidParameterValue', message)
}

const folded = (key: string) => key.toLowerCase()

/**
 * The tags of a new session: those passed, and the transitive ones of the caller's own session.
 * Errors: InvalidParameterValue, as recorded from AWS; the wordings for `aws:` and for
 * too many are chosen by us.
 * Source: IAM User Guide, "Passing session tags in AWS STS".
 */
export function newSessionTags(input: TagInput, caller: Caller): SessionTags {
  const passed = input.Tags ?? []
  const transitive = input.TransitiveTagKeys ?? []
  const keys = new Set(passed.map(({ Key }) => folded(Key)))
  if (keys.size !== passed.length) {
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  if (passed.some(({ Key }) => folded(Key).startsWith('aws:'))) {
    throw invalid('Tag keys that begin with aws: are reserved.')
  }
  if (transitive.some((key) => !keys.has(folded(key)))) {
    throw invalid('The specified transitive tag key must be included in the requested tags.')
  }
  const inherited = inheritedTags(caller)
  if (inherited.some(({ Key }) => keys.has(folded(Key)))) {
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
  if (inherited.length + passed.length > sessionTagsMax) {
    throw invalid(`A session has at most ${sessionTagsMax} tags, inherited ones included.`)
  }
  return {
    tags: [...inherited, ...passed],
    transitiveTagKeys: [...inherited.map(({ Key }) => Key), ...transitive],
  }
}

/** What a session hands on to those it assumes. */
function inheritedTags({ session }: Caller): readonly Tag[] {
  if (session?.kind !== 'assumedRole') return []
  const keys = new Set(session.transitiveTagKeys.map(folded))
  return session.tags.filter(({ Key }) => keys.has(folded(Key)))
}

/** `aws:RequestTag/…`, `aws:TagKeys` and `sts:TransitiveTagKeys` of a request. */
export function sessionTagKeys(input: TagInput): Record<string, ContextValue> {
  const { Tags = [], TransitiveTagKeys = [] } = input
  const keys: Record<string, ContextValue> = {}
  for (const { Key, Value } of Tags) keys[`aws:RequestTag/${Key}`] = Value
  if (Tags.length > 0) keys['aws:TagKeys'] = Tags.map(({ Key }) => Key)
  if (TransitiveTagKeys.length > 0) keys['sts:TransitiveTagKeys'] = TransitiveTagKeys
  return keys
}
