import type { ContextValue } from '@bailiwick/policy'
import { at, type ForwardedCall, list, scalar, Unresolvable } from './forwarded-call.ts'

type Tag = readonly [key: string, value: string]

/** Members that hold the tags of what the call is about, in any of the services. */
const tagMembers: readonly (readonly string[])[] = [
  ['Tags'],
  ['tags'],
  ['TagsList'],
  ['UserPoolTags'],
  ['CreateBucketConfiguration', 'Tags'],
]

/**
 * `aws:RequestTag/…` and `aws:TagKeys`, of every shape that tags have: pairs, a map, keys alone.
 * Source: IAM User Guide, "Controlling access during AWS requests".
 */
export function tagKeys(call: ForwardedCall): Readonly<Record<string, ContextValue | undefined>> {
  const { operation, input } = call
  const found = tagMembers.flatMap((path) => tagsOf(at(input, ...path)))
  if (operation.name === 'PutBucketTagging') found.push(...tagsOf(at(input, 'Tagging', 'TagSet')))
  const bare = [...list(input.TagKeys), ...list(input.tagKeys)]
  if (operation.name === 'UntagLogGroup') bare.push(...list(input.tags))
  const names = [...found.map(([key]) => key), ...bare.filter((key) => typeof key === 'string')]
  // A context key folds its case: of two tags that differ in case alone one would be hidden.
  if (new Set(names.map((name) => name.toLowerCase())).size < new Set(names).size) {
    throw new Unresolvable('Two tags differ in the case of their keys alone')
  }
  return {
    ...Object.fromEntries(found.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': names.length > 0 ? [...new Set(names)] : undefined,
  }
}

function tagsOf(value: unknown): readonly Tag[] {
  if (Array.isArray(value)) {
    return value.flatMap((tag: unknown) => {
      const key = at(tag, 'Key') ?? at(tag, 'key') ?? at(tag, 'TagKey')
      const held = at(tag, 'Value') ?? at(tag, 'value') ?? at(tag, 'TagValue')
      return typeof key === 'string' ? [[key, scalar(held) ?? ''] as const] : []
    })
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([key, held]) => [key, scalar(held) ?? ''] as const)
}
