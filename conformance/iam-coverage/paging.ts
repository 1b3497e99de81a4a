/** What holds for the pages of every list. */
import { expect } from 'vitest'
import type { OperationFacts } from './model.ts'
import type { Iam } from './row.ts'

interface Page {
  readonly items: readonly unknown[]
  readonly isTruncated: boolean
  readonly marker?: string
}

type Paging = NonNullable<OperationFacts['paging']>
type Ask = (window: { Marker?: string; MaxItems?: number }) => Promise<Page>

function pagesOf(iam: Iam, name: string, { results }: Paging, input: object): Ask {
  return async (window) => {
    const answer: object = await iam(name as 'ListGroups', { ...input, ...window })
    const output = answer as Readonly<Record<string, unknown>>
    // ListDelegationRequests spells it with a small letter.
    const isTruncated = (output['IsTruncated'] ?? output['isTruncated']) as boolean
    const marker = output['Marker'] as string | undefined
    const items = results.flatMap((list) => (output[list] ?? []) as readonly unknown[])
    return { items, isTruncated, ...(marker !== undefined && { marker }) }
  }
}

/** Items of a page where the caller does not say. Source: IAM API Reference, MaxItems. */
const itemsDefault = 100
/** Pages are as small as they can be, but of a long list no more than these. */
const pagesMax = 100
const lastPage = { isTruncated: false }

/** Every item once, whatever the size of the pages; the last page says that it is the last. */
export async function expectWholePages(
  iam: Iam,
  { name, paging }: OperationFacts,
  { input, items: count }: { readonly input: object; readonly items: number },
): Promise<void> {
  if (!paging) throw new Error(`${name} is not paged`)
  const ask = pagesOf(iam, name, paging, input)
  const all = await ask(count > itemsDefault ? { MaxItems: count } : {})
  expect(all.items).toHaveLength(count)
  expect(all).toEqual({ ...lastPage, items: all.items })
  const { itemsMax } = paging
  await expect(ask({ Marker: 'no marker of ours' })).rejects.toMatchObject(validationError)
  if (itemsMax === undefined) return
  const unasked = await ask({})
  expect(unasked.items).toEqual(all.items.slice(0, itemsDefault))
  expect(unasked.isTruncated).toBe(count > itemsDefault)
  for (const MaxItems of [count, itemsMax]) {
    expect(await ask({ MaxItems })).toEqual({ ...lastPage, items: all.items })
  }
  for (const MaxItems of [0, itemsMax + 1]) {
    await expect(ask({ MaxItems })).rejects.toMatchObject(validationError)
  }
  for (const size of new Set([Math.ceil(count / pagesMax), count - 1])) {
    if (size > 0) expect(await walk(ask, size, count)).toEqual(all.items)
  }
}

const validationError = { name: 'ValidationError', $metadata: { httpStatusCode: 400 } }

async function walk(ask: Ask, size: number, count: number): Promise<readonly unknown[]> {
  const items: unknown[] = []
  let marker: string | undefined
  // One page more than there can be: a list that does not end must fail.
  for (let page = 0; page <= Math.ceil(count / size); page++) {
    const got = await ask({ MaxItems: size, ...(marker !== undefined && { Marker: marker }) })
    expect(got.items.length).toBeLessThanOrEqual(size)
    items.push(...got.items)
    expect(got.marker !== undefined, 'a marker, where and only where more follows').toBe(
      got.isTruncated,
    )
    if (!got.isTruncated) return items
    marker = got.marker
  }
  throw new Error('the pages do not end')
}
