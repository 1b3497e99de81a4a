import type { Check } from '@bailiwick/gateway'
import type { Entity, Tag } from '../../domain/entity.ts'
import type { Scope, WriteScope } from '../operation.ts'
import { requestTagKeys, tagKeysKeys } from './context-keys.ts'
import type { ContextKeys } from './context-keys.ts'
import { pageOfList } from './paging.ts'
import type { PageInput } from './paging.ts'
import { withTags, withoutTags } from './tags.ts'
import type { TagKeyCase } from './tags.ts'
import { tagsView } from './views.ts'

/**
 * What differs between the kinds of entity that can be tagged: the rest is written once. `I` names
 * the entity, `F` is what was found of it.
 */
export interface TagTarget<I, F> {
  readonly keyCase: TagKeyCase
  readonly find: (input: I, scope: Scope) => Promise<F | undefined>
  readonly check: (input: I, scope: Scope, found: F | undefined, contextKeys?: ContextKeys) => Check
  /** The entity, to be changed. Errors: NoSuchEntity and whatever forbids a change. */
  readonly changeable: (input: I, scope: Scope, found: F | undefined) => Entity
  /** Its tags in the order of the list. Errors: NoSuchEntity. */
  readonly tags: (input: I, scope: Scope, found: F | undefined) => readonly Tag[]
}

/** Tag…: a key that is there takes the new value. Errors: InvalidInput, LimitExceeded. */
export function tagEntity<I, F>(target: TagTarget<I, F>) {
  type Input = I & { readonly Tags: readonly Tag[] }
  return {
    resolve: (input: Input, scope: Scope) => target.find(input, scope),
    authorize: (input: Input, scope: Scope, found: F | undefined) =>
      target.check(input, scope, found, requestTagKeys(input.Tags)),

    async handle(input: Input, scope: WriteScope, found: F | undefined) {
      const entity = target.changeable(input, scope, found)
      const tags = withTags(entity.tags, input.Tags, target.keyCase)
      await scope.store.update({ ...entity, tags })
    },
  }
}

/** Untag…: keys that are not there are no error. */
export function untagEntity<I, F>(target: TagTarget<I, F>) {
  type Input = I & { readonly TagKeys: readonly string[] }
  return {
    resolve: (input: Input, scope: Scope) => target.find(input, scope),
    authorize: (input: Input, scope: Scope, found: F | undefined) =>
      target.check(input, scope, found, tagKeysKeys(input.TagKeys)),

    async handle(input: Input, scope: WriteScope, found: F | undefined) {
      const entity = target.changeable(input, scope, found)
      const tags = withoutTags(entity.tags, input.TagKeys, target.keyCase)
      await scope.store.update({ ...entity, tags })
    },
  }
}

/** List…Tags. Errors: NoSuchEntity. */
export function listEntityTags<I, F>(target: TagTarget<I, F>) {
  type Input = I & PageInput
  return {
    resolve: (input: Input, scope: Scope) => target.find(input, scope),
    authorize: (input: Input, scope: Scope, found: F | undefined) =>
      target.check(input, scope, found),

    handle(input: Input, scope: Scope, found: F | undefined) {
      const tags = target.tags(input, scope, found)
      const { items, output } = pageOfList(input, tags, ({ Key }) => Key)
      return Promise.resolve({ Tags: tagsView(items), ...output })
    },
  }
}
