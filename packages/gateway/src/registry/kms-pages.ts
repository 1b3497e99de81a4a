import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import { text } from '../resolve/forwarded-call.ts'

/** Source: KMS API Reference, `Limit` of the lists. */
const itemsOfPage = 100

/** A page of a list whose marker is what the page before ended with. */
export function pageOf<Item>(
  member: string,
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { Limit: limit, Marker: marker }: OperationInput,
): OperationOutput {
  const after = Buffer.from(text(marker) ?? '', 'base64url').toString('utf8')
  const start = after === '' ? 0 : items.findIndex((item) => nameOf(item) === after) + 1
  const page = items.slice(start, start + (typeof limit === 'number' ? limit : itemsOfPage))
  const last = page.at(-1)
  const isMore = last !== undefined && start + page.length < items.length
  return {
    [member]: page,
    Truncated: isMore,
    ...(isMore && { NextMarker: Buffer.from(nameOf(last)).toString('base64url') }),
  }
}
