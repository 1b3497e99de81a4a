import type { Tag } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'

/**
 * Whether keys that differ only in case are one key. Users and roles ignore case; policies,
 * providers, devices, profiles and certificates do not.
 * Source: IAM User Guide, "Tags for IAM resources".
 */
export type TagKeyCase = 'ignored' | 'kept'

const tagCountMax = 50

function folded(key: string, keyCase: TagKeyCase): string {
  return keyCase === 'ignored' ? key.toLowerCase() : key
}

/** Errors: InvalidInput for two keys that are one, and for the prefix AWS keeps for itself. */
function checkTags(tags: readonly Tag[], keyCase: TagKeyCase): void {
  const seen = new Set<string>()
  for (const { Key } of tags) {
    if (Key.toLowerCase().startsWith('aws:')) {
      // That it is refused is documented, the wording is chosen by us.
      throw new ApiError('InvalidInput', 'Tag keys that begin with aws: are reserved.')
    }
    if (seen.has(folded(Key, keyCase))) {
      const reason = keyCase === 'ignored' ? ' Please note that Tag keys are case insensitive.' : ''
      throw new ApiError('InvalidInput', `Duplicate tag keys found.${reason}`)
    }
    seen.add(folded(Key, keyCase))
  }
}

/** The tags of a new entity, in the order given. Errors: InvalidInput. */
export function newTags(tags: readonly Tag[] | undefined, keyCase: TagKeyCase): readonly Tag[] {
  return withTags([], tags ?? [], keyCase)
}

/**
 * `current` with `added`: a key that is there already takes the new value, and its new case, in
 * its old place. Errors: InvalidInput; LimitExceeded past 50. Source: recorded answers of TagRole.
 */
export function withTags(
  current: readonly Tag[],
  added: readonly Tag[],
  keyCase: TagKeyCase,
): readonly Tag[] {
  checkTags(added, keyCase)
  const byKey = new Map(current.map((tag) => [folded(tag.Key, keyCase), tag]))
  for (const { Key, Value } of added) byKey.set(folded(Key, keyCase), { Key, Value })
  if (byKey.size > tagCountMax) {
    throw new ApiError('LimitExceeded', 'The number of tags has reached the maximum limit.')
  }
  return [...byKey.values()]
}

/** `current` without `keys`; keys that are not there are no error. */
export function withoutTags(
  current: readonly Tag[],
  keys: readonly string[],
  keyCase: TagKeyCase,
): readonly Tag[] {
  const gone = new Set(keys.map((key) => folded(key, keyCase)))
  return current.filter((tag) => !gone.has(folded(tag.Key, keyCase)))
}
