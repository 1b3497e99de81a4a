/** What everything that has tags has alike: Tag…, Untag… and List…Tags. */
import { expect } from 'vitest'
import type { AnyRow, RowsByName } from '../row.ts'
import type { World } from '../world.ts'

export interface Tagged {
  /** As the operations name it: `User` → TagUser, UntagUser, ListUserTags. */
  readonly kind: string
  /** An input that names one that is not there. */
  readonly missing: (world: World) => object
  /** Makes one, and names it. */
  readonly make: (world: World) => Promise<object>
  /** Errors of Untag… and List…Tags besides; `input` is what it needs without the name. */
  readonly more?: (input: object) => AnyRow['errors']
}

const Tags = [
  { Key: 'a', Value: '1' },
  { Key: 'b', Value: 'ä' },
  { Key: 'c', Value: '' },
]
const TagKeys = Tags.map(({ Key }) => Key)
const tagCountMax = 50

/** Rows of one kind of entity. */
export function tagRows({ kind, missing, make, more }: Tagged): RowsByName {
  const [tag, untag, list] = [`Tag${kind}`, `Untag${kind}`, `List${kind}Tags`] as [
    'TagUser',
    'UntagUser',
    'ListUserTags',
  ]
  const tagged = async (world: World) => {
    const named = await make(world)
    await world.iam(tag, { ...named, Tags } as never)
    return named
  }
  const keysOf = async ({ iam }: World, named: object) =>
    (await iam(list, named as never)).Tags?.map(({ Key }) => Key)
  return {
    [tag]: {
      refused: (world: World) => ({ ...missing(world), Tags }),
      async success(world: World) {
        const named = await tagged(world)
        await world.iam(tag, { ...named, Tags: [{ Key: 'b', Value: '2' }] } as never)
        const got = (await world.iam(list, named as never)).Tags
        expect(got).toEqual(Tags.map((each) => (each.Key === 'b' ? { ...each, Value: '2' } : each)))
      },
      errors: {
        NoSuchEntity: (world: World) => ({ ...missing(world), Tags }),
        async InvalidInput(world: World) {
          return { ...(await make(world)), Tags: [{ Key: 'aws:x', Value: '' }] }
        },
        async LimitExceeded(world: World) {
          const named = await make(world)
          const all = Array.from({ length: tagCountMax }, (_, n) => `t${String(n)}`)
          const full = all.map((Key) => ({ Key, Value: '' }))
          await world.iam(tag, { ...named, Tags: full } as never)
          return { ...named, Tags: [{ Key: 'one-more', Value: '' }] }
        },
      },
    },
    [untag]: {
      refused: (world: World) => ({ ...missing(world), TagKeys }),
      async success(world: World) {
        const named = await tagged(world)
        await world.iam(untag, { ...named, TagKeys: ['a', 'c', 'not-there'] } as never)
        expect(await keysOf(world, named)).toEqual(['b'])
      },
      errors: {
        NoSuchEntity: (world: World) => ({ ...missing(world), TagKeys }),
        ...more?.({ TagKeys }),
      },
    },
    [list]: {
      refused: missing,
      async success(world: World) {
        expect(await keysOf(world, await tagged(world))).toEqual(TagKeys)
      },
      errors: { NoSuchEntity: missing, ...more?.({}) },
      pastTheEnd: async (world: World) => ({ input: await tagged(world), items: 3 }),
    },
  }
}
