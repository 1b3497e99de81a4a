import type { ContextValue } from '@bailiwick/policy'
import type { Tag } from '../../domain/entity.ts'

export { requestTagKeys, tagKeysKeys } from '../tag-context-keys.ts'

/** The context keys an operation adds; those without a value are absent from the request. */
export type ContextKeys = Readonly<Record<string, ContextValue | undefined>>

/** `aws:ResourceTag/…` and, as IAM's own spelling of it, `iam:ResourceTag/…`. */
export function resourceTagKeys(tags: readonly Tag[] | undefined): ContextKeys {
  const keys: Record<string, ContextValue> = {}
  for (const { Key, Value } of tags ?? []) {
    keys[`aws:ResourceTag/${Key}`] = Value
    keys[`iam:ResourceTag/${Key}`] = Value
  }
  return keys
}
