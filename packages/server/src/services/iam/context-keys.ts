import type { ContextValue } from '@bailiwick/policy'
import type { Tag } from '../../domain/entity.ts'

/** The context keys an operation adds; those without a value are absent from the request. */
export type ContextKeys = Readonly<Record<string, ContextValue | undefined>>

/**
 * `aws:RequestTag/…` and `aws:TagKeys` of tags that come with a request; nothing without tags.
 * Source: IAM User Guide, "AWS global condition context keys".
 */
export function requestTagKeys(tags: readonly Tag[] | undefined): ContextKeys {
  if (tags === undefined || tags.length === 0) return {}
  const keys: Record<string, ContextValue> = tagKeysKeys(tags.map((tag) => tag.Key))
  for (const { Key, Value } of tags) keys[`aws:RequestTag/${Key}`] = Value
  return keys
}

/** `aws:TagKeys` of a request that only names keys. */
export function tagKeysKeys(keys: readonly string[]): Record<string, ContextValue> {
  return { 'aws:TagKeys': keys }
}

/** `aws:ResourceTag/…` and, as IAM's own spelling of it, `iam:ResourceTag/…`. */
export function resourceTagKeys(tags: readonly Tag[] | undefined): ContextKeys {
  const keys: Record<string, ContextValue> = {}
  for (const { Key, Value } of tags ?? []) {
    keys[`aws:ResourceTag/${Key}`] = Value
    keys[`iam:ResourceTag/${Key}`] = Value
  }
  return keys
}
