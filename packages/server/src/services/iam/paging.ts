import { ApiError } from '../api-error.ts'

/** The two members every list operation of IAM has. */
export interface PageInput {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** Where a page begins and how much it holds. */
export interface PageStart {
  /** Parts of the marker: the key of the last item of the page before. Empty on the first page. */
  readonly after: readonly string[]
  readonly size: number
}

/** What every list operation answers besides its items. `Marker` only when truncated. */
export interface PageOutput {
  readonly IsTruncated: boolean
  readonly Marker?: string
}

const pageSizeDefault = 100

/**
 * Where the caller wants to go on. A marker is opaque to callers: base64url of the key's parts.
 * Errors: ValidationError `Invalid Marker.` for one we did not write.
 * Source: IAM API Reference, ListUsers; the wording is recorded.
 */
export function pageStart(input: PageInput): PageStart {
  const size = input.MaxItems ?? pageSizeDefault
  return { after: input.Marker === undefined ? [] : readMarker(input.Marker), size }
}

function readMarker(marker: string): readonly string[] {
  const text = Buffer.from(marker, 'base64url').toString()
  const parts = text.split('\n')
  // Written anew it must be the same: whatever else decodes to these parts is not ours.
  if (parts.length === 0 || text === '' || writeMarker(parts) !== marker) throw invalidMarker()
  return parts
}

function writeMarker(parts: readonly string[]): string {
  return Buffer.from(parts.join('\n')).toString('base64url')
}

/** A marker that decodes, but was written by another operation. */
export function invalidMarker(): ApiError {
  return new ApiError('ValidationError', 'Invalid Marker.')
}

/**
 * Cuts what was read to a page. `read` holds one item more than `size` where there is more;
 * `keyOf` gives the parts of the marker that leads on from an item.
 */
export function page<T>(
  read: readonly T[],
  size: number,
  keyOf: (item: T) => readonly string[],
): { readonly items: readonly T[]; readonly output: PageOutput } {
  const items = read.slice(0, size)
  const last = items.at(-1)
  if (read.length <= size || last === undefined) return { items, output: { IsTruncated: false } }
  return { items, output: { IsTruncated: true, Marker: writeMarker(keyOf(last)) } }
}

/**
 * A page of what the store lists in name order: asks `list` for one more than is shown.
 * Markers are names.
 */
export async function pageByName<T extends { readonly name: string }>(
  input: PageInput,
  list: (request: {
    readonly after?: string | undefined
    readonly limit: number
  }) => Promise<readonly T[]>,
): Promise<{ readonly items: readonly T[]; readonly output: PageOutput }> {
  const { after, size } = pageStart(input)
  if (after.length > 1) throw invalidMarker()
  const read = await list({ after: after[0], limit: size + 1 })
  return page(read, size, (item) => [item.name])
}

/**
 * A page of a short list that is held whole, in its order. Markers are keys. With `isAfter` a
 * list may shrink between two pages; without it a marker whose item is gone is invalid.
 */
export function pageOfList<T>(
  input: PageInput,
  all: readonly T[],
  keyOf: (item: T) => string,
  isAfter?: (item: T, key: string) => boolean,
): { readonly items: readonly T[]; readonly output: PageOutput } {
  const { after, size } = pageStart(input)
  if (after.length > 1) throw invalidMarker()
  return page(itemsAfter(all, after[0], keyOf, isAfter), size, (item) => [keyOf(item)])
}

function itemsAfter<T>(
  all: readonly T[],
  previous: string | undefined,
  keyOf: (item: T) => string,
  isAfter?: (item: T, key: string) => boolean,
): readonly T[] {
  if (previous === undefined) return all
  if (isAfter) return all.filter((item) => isAfter(item, previous))
  const index = all.findIndex((item) => keyOf(item) === previous)
  if (index === -1) throw invalidMarker()
  return all.slice(index + 1)
}

/** One of several lists that are paged as one, each in name order. */
export interface Section<T> {
  /** Stands in the marker: unique among the sections. */
  readonly id: string
  readonly list: (request: {
    readonly after?: string | undefined
    readonly limit: number
  }) => Promise<readonly T[]>
}

/** A page across lists that follow on one another. Markers are a section's id and a name. */
export async function pageAcross<T extends { readonly name: string }>(
  input: PageInput,
  sections: readonly Section<T>[],
): Promise<{
  readonly items: readonly { readonly section: string; readonly item: T }[]
  readonly output: PageOutput
}> {
  const { after, size } = pageStart(input)
  const [sectionId, name] = after
  const first = sectionId === undefined ? 0 : sections.findIndex(({ id }) => id === sectionId)
  if (first === -1 || (sectionId !== undefined && after.length !== 2)) throw invalidMarker()
  const read: { section: string; item: T }[] = []
  for (const [index, section] of sections.slice(first).entries()) {
    if (read.length > size) break
    const limit = size + 1 - read.length
    const items = await section.list({ after: index === 0 ? name : undefined, limit })
    read.push(...items.map((item) => ({ section: section.id, item })))
  }
  return page(read, size, ({ section, item }) => [section, item.name])
}

/** Reads on until `limit` items pass the filter, or there are no more. */
export async function listWhere<T extends { readonly name: string }>(
  request: { readonly after?: string | undefined; readonly limit: number },
  list: Section<T>['list'],
  passes: (item: T) => Promise<boolean>,
): Promise<readonly T[]> {
  const found: T[] = []
  let after = request.after
  // Ends: `after` moves on with each batch, and a batch that is not full is the last.
  for (;;) {
    const batch = await list({ after, limit: request.limit })
    for (const item of batch) if (await passes(item)) found.push(item)
    after = batch.at(-1)?.name
    if (found.length >= request.limit) return found.slice(0, request.limit)
    if (batch.length < request.limit) return found
  }
}
