import type { ContextValue } from '@bailiwick/policy'
import type { Tag } from '../../domain/entity.ts'
import { resourceTagKeys as tagKeysOf } from '../tag-context-keys.ts'

export { requestTagKeys, tagKeysKeys } from '../tag-context-keys.ts'

/** The context keys an operation adds; those without a value are absent from the request. */
export type ContextKeys = Readonly<Record<string, ContextValue | undefined>>

/** The keys of an IAM entity's tags. */
export function resourceTagKeys(tags: readonly Tag[] | undefined): ContextKeys {
  return tagKeysOf('iam', tags)
}
