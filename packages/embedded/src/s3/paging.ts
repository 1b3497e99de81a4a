/** Pages of what is listed by key: objects, versions and uploads, each with common prefixes. */

/** Rows read at a time; a page takes as many reads as its common prefixes ask for. */
const readRows = 1_000

/** Where to go on: at a key, or after one of its rows, by its rank. */
export interface Start {
  readonly key: string
  /** Null: from the first row of the key on. */
  readonly after: string | number | null
}

export interface Asked {
  readonly prefix: string
  readonly delimiter: string | undefined
  /** Absent: from the beginning. */
  readonly start: Start | undefined
  readonly size: number
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly prefixes: readonly string[]
  /** The last row or common prefix of the page, where there is more. */
  readonly end?: { readonly key: string; readonly row?: Row }
}

export interface Listing<Row> {
  /** In order of their keys' bytes; all below `until`, unless it is null. At most `limit`. */
  readonly read: (start: Start, until: string | null, limit: number) => readonly Row[]
  /** Tells the rows of one key apart, in their order. */
  readonly rank: (row: Row) => string | number
}

/** Rows and common prefixes together, in order, up to the size of the page. */
export function pageOf<Row extends { readonly key: string }>(
  { read, rank }: Listing<Row>,
  asked: Asked,
): Page<Row> {
  const { prefix, delimiter, size } = asked
  const rows: Row[] = []
  const prefixes: string[] = []
  const until = prefix === '' ? null : successor(prefix)
  let end: Page<Row>['end']
  let start = size === 0 ? undefined : firstOf(asked)
  while (start !== undefined) {
    const found = read(start, until, readRows)
    let skipped: string | undefined
    for (const row of found) {
      if (skipped !== undefined && row.key.startsWith(skipped)) continue
      skipped = undefined
      if (rows.length + prefixes.length >= size) return { rows, prefixes, ...(end && { end }) }
      const common = commonPrefix(row.key, prefix, delimiter)
      if (common === undefined) rows.push(row)
      else prefixes.push((skipped = common))
      end = common === undefined ? { key: row.key, row } : { key: common }
    }
    const last = found.length < readRows ? undefined : found.at(-1)
    if (last === undefined) start = undefined
    else start = skipped === undefined ? { key: last.key, after: rank(last) } : beyond(skipped)
  }
  return { rows, prefixes }
}

/** A page begins beyond the common prefix that its marker is in: it has been listed. */
function firstOf({ prefix, delimiter, start }: Asked): Start | undefined {
  if (start === undefined) return { key: prefix, after: null }
  const listed = start.key.startsWith(prefix)
    ? commonPrefix(start.key, prefix, delimiter)
    : undefined
  if (listed !== undefined) return beyond(listed)
  const isBefore = Buffer.compare(Buffer.from(start.key), Buffer.from(prefix)) < 0
  return isBefore ? { key: prefix, after: null } : start
}

function commonPrefix(key: string, prefix: string, delimiter: string | undefined) {
  if (delimiter === undefined) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at === -1 ? undefined : key.slice(0, at + delimiter.length)
}

function beyond(prefix: string): Start | undefined {
  const key = successor(prefix)
  return key === null ? undefined : { key, after: null }
}

/** The first text, by code points, after all that begin with a prefix; null where there is none. */
export function successor(prefix: string): string | null {
  const points = Array.from(prefix, (each) => each.codePointAt(0) ?? 0)
  while (points.at(-1) === 0x10ffff) points.pop()
  const last = points.pop()
  if (last === undefined) return null
  // What lies between is half of a character, and in no text.
  points.push(last === 0xd7ff ? 0xe000 : last + 1)
  return String.fromCodePoint(...points)
}
