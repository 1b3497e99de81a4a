import { at, list, scalar } from '../resolve/forwarded-call.ts'
import type { Refusal } from '../refusal.ts'
import type { Resource, ResourceTag } from './resource.ts'

/** Tags of any shape that services give them: pairs by whichever names, or a map. */
export function tagsIn(value: unknown): readonly ResourceTag[] {
  if (Array.isArray(value)) {
    return value.flatMap((tag: unknown) => {
      const key = at(tag, 'Key') ?? at(tag, 'TagKey')
      const held = at(tag, 'Value') ?? at(tag, 'TagValue')
      return typeof key === 'string' ? [{ Key: key, Value: scalar(held) ?? '' }] : []
    })
  }
  return Object.entries(Object(value) as object).map(([Key, held]) => ({
    Key,
    Value: scalar(held) ?? '',
  }))
}

/** Source: AWS General Reference, "Tagging your AWS resources". */
export const resourceTagsMax = 50

/** How a service refuses tags. */
export interface TagWords {
  readonly invalid: (message: string) => Refusal
  readonly tooMany: () => Refusal
}

/**
 * The tags with further ones, which replace those of the same key, and stand behind the others.
 * Lengths are the model's. Errors: in the service's words, for a key twice, one that AWS keeps for
 * itself, and too many.
 */
export function withTags(
  tags: readonly ResourceTag[],
  added: readonly ResourceTag[],
  words: TagWords,
): readonly ResourceTag[] {
  const keys = new Set(added.map(({ Key }) => Key))
  if (keys.size < added.length) throw words.invalid('A tag key occurs more than once.')
  const reserved = added.find(({ Key }) => /^aws:/i.test(Key))
  if (reserved)
    throw words.invalid(`The tag key ${reserved.Key} begins with aws:, which is reserved.`)
  const all = [...tags.filter(({ Key }) => !keys.has(Key)), ...added]
  if (all.length > resourceTagsMax) throw words.tooMany()
  return all
}

export function withoutTags(
  tags: readonly ResourceTag[],
  keys: readonly unknown[],
): readonly ResourceTag[] {
  const removed = new Set(keys)
  return tags.filter(({ Key }) => !removed.has(Key))
}

/** The change of a record that adds tags. */
export function tagging(added: readonly ResourceTag[], words: TagWords) {
  return (current: Resource): Resource => ({
    ...current,
    tags: withTags(current.tags, added, words),
  })
}

/** The change that takes tags out; keys that are not there do no harm. */
export function untagging(keys: unknown) {
  return (current: Resource): Resource => ({
    ...current,
    tags: withoutTags(current.tags, list(keys)),
  })
}
