import type { ContextValue } from '@bailiwick/policy'
import type { Tag } from '../domain/entity.ts'

/**
 * `aws:RequestTag/…` and `aws:TagKeys` of tags that come with a request; nothing without tags.
 * Source: IAM User Guide, "AWS global condition context keys".
 */
export function requestTagKeys(tags: readonly Tag[] | undefined): Record<string, ContextValue> {
  if (tags === undefined || tags.length === 0) return {}
  const keys = tagKeysKeys(tags.map((tag) => tag.Key))
  for (const { Key, Value } of tags) keys[`aws:RequestTag/${Key}`] = Value
  return keys
}

/** `aws:TagKeys` of a request that only names keys. */
export function tagKeysKeys(keys: readonly string[]): Record<string, ContextValue> {
  return { 'aws:TagKeys': keys }
}
