/** Tags of instances. Source: EC2 API Reference, CreateTags, DeleteTags, DescribeTags. */
import type { Instance, Tag } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation, type Scope } from '../operation.ts'
import { requestTagKeys, tagKeysKeys } from '../tag-context-keys.ts'
import { filterOf } from './filters.ts'
import {
  allInstances,
  existingInstances,
  findInstances,
  instanceChecks,
  isInSight,
  type FoundInstances,
} from './instance-set.ts'
import { pageOf } from './paging.ts'
import { endDryRun, refusal } from './words.ts'

/** Source: EC2 User Guide, "Tag restrictions". */
const tagCountMax = 50
const keyCharsMax = 127
const valueCharsMax = 255

interface LooseTag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

interface Named {
  readonly Resources: readonly string[]
}

function tagsOf(tags: readonly LooseTag[] | undefined): readonly Tag[] {
  return (tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value }))
}

/** `current` with `added`, keys told apart by case. Errors: InvalidParameterValue, TagLimitExceeded. */
export function mergedTags(current: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const byKey = new Map(current.map((tag) => [tag.Key, tag]))
  for (const tag of added) {
    const isValid = tag.Key !== '' && [...tag.Key].length <= keyCharsMax
    if (!isValid || [...tag.Value].length > valueCharsMax) {
      const message = `Tag keys have 1 to ${keyCharsMax} characters, values ${valueCharsMax} at most.`
      throw new ApiError('InvalidParameterValue', message)
    }
    if (tag.Key.startsWith('aws:')) {
      const message = "Tag keys starting with 'aws:' are reserved for internal use"
      throw new ApiError('InvalidParameterValue', message)
    }
    byKey.set(tag.Key, tag)
  }
  if (byKey.size > tagCountMax) {
    const message = `The maximum number of Tags for an instance is ${tagCountMax}.`
    throw new ApiError('TagLimitExceeded', message)
  }
  return [...byKey.values()]
}

/** Errors: InvalidID for what is no instance; those of instances. */
function tagged(found: FoundInstances): readonly Instance[] {
  const other = [...found.keys()].find((id) => !id.startsWith('i-'))
  if (other !== undefined) throw new ApiError('InvalidID', `The ID '${other}' is not valid`)
  return existingInstances(found)
}

const resolve = ({ Resources }: Named, scope: Scope) => findInstances(scope, Resources)

/** ec2:CreateTags. */
export const CreateTags = writeOperation('ec2', 'CreateTags', {
  resolve,
  authorize: (input, scope, found) =>
    instanceChecks(scope, found, requestTagKeys(tagsOf(input.Tags))),
  refusal,

  async handle(input, { store }, found) {
    endDryRun(input)
    for (const instance of tagged(found)) {
      const tags = mergedTags(instance.tags, tagsOf(input.Tags))
      await store.update({ ...instance, tags })
    }
  },
})

/** ec2:DeleteTags: without tags all go; a value deletes the tag only where it has that value. */
export const DeleteTags = writeOperation('ec2', 'DeleteTags', {
  resolve,
  authorize: (input, scope, found) =>
    instanceChecks(
      scope,
      found,
      input.Tags === undefined ? {} : tagKeysKeys(tagsOf(input.Tags).map(({ Key }) => Key)),
    ),
  refusal,

  async handle(input, { store }, found) {
    endDryRun(input)
    const goes = ({ Key, Value }: Tag) =>
      input.Tags === undefined ||
      input.Tags.some((tag) => tag.Key === Key && (tag.Value ?? Value) === Value)
    for (const instance of tagged(found)) {
      const tags = instance.tags.filter((tag) => !goes(tag))
      await store.update({ ...instance, tags })
    }
  },
})

interface Description {
  readonly instance: Instance
  readonly tag: Tag
  readonly tags: readonly Tag[]
}

/** ec2:DescribeTags. */
export const DescribeTags = readOperation('ec2', 'DescribeTags', {
  authorize: () => ({ resourceArn: '*' }),
  refusal,

  async handle(input, scope) {
    endDryRun(input)
    const instances = (await allInstances(scope)).filter((one) => isInSight(scope, one))
    const all = instances.flatMap((instance) =>
      instance.tags.map((tag): Description => ({ instance, tag, tags: [tag] })),
    )
    const passes = filterOf<Description>(input.Filters, {
      key: ({ tag }) => tag.Key,
      value: ({ tag }) => tag.Value,
      'resource-id': ({ instance }) => instance.id,
      'resource-type': () => 'instance',
    })
    const keyOf = ({ instance, tag }: Description) => `${instance.id} ${tag.Key}`
    const sorted = all.filter(passes).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    const { items, NextToken } = pageOf(input, sorted, keyOf)
    return {
      Tags: items.map(({ instance, tag }) => ({
        ...tag,
        ResourceId: instance.id,
        ResourceType: 'instance' as const,
      })),
      ...(NextToken !== undefined && { NextToken }),
    }
  },
})
