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

/**
 * `aws:ResourceTag/…` and, as the service spells it itself, `iam:ResourceTag/…` or `ec2:ResourceTag/…`.
 * Source: Service Authorization Reference, condition keys of the services.
 */
export function resourceTagKeys(
  service: 'iam' | 'ec2',
  tags: readonly Tag[] | undefined,
): Record<string, ContextValue> {
  const keys: Record<string, ContextValue> = {}
  for (const { Key, Value } of tags ?? []) {
    keys[`aws:ResourceTag/${Key}`] = Value
    keys[`${service}:ResourceTag/${Key}`] = Value
  }
  return keys
}

/** `aws:TagKeys` of a request that only names keys. */
export function tagKeysKeys(keys: readonly string[]): Record<string, ContextValue> {
  return { 'aws:TagKeys': keys }
}
