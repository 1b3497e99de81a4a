import { ApiError } from '../api-error.ts'

interface PageInput {
  readonly NextToken?: string | undefined
  readonly MaxResults?: number | undefined
}

/** Source: Organizations API Reference, ListAccounts, MaxResults. */
const pageSizeDefault = 20

/** Where a page begins (exclusive) and how much it holds. Errors: InvalidInputException. */
export function pageStart({ NextToken, MaxResults }: PageInput) {
  const size = MaxResults ?? pageSizeDefault
  if (NextToken === undefined) return { after: undefined, size }
  const after = Buffer.from(NextToken, 'base64url').toString()
  if (after !== '' && writeToken(after) === NextToken) return { after, size }
  const message = 'You provided an invalid value for the NextToken parameter.'
  throw new ApiError('InvalidInputException', message)
}

function writeToken(key: string): string {
  return Buffer.from(key).toString('base64url')
}

/**
 * A page of what passes the filter, and the token that leads on. `list` gives what comes after a
 * key, in the order of keys.
 */
export async function filteredPage<T>(
  input: PageInput,
  list: (request: {
    readonly after?: string | undefined
    readonly limit: number
  }) => Promise<readonly T[]>,
  keyOf: (item: T) => string,
  passes: (item: T) => boolean,
): Promise<{ readonly items: readonly T[]; readonly NextToken?: string }> {
  const start = pageStart(input)
  const items: T[] = []
  const limit = Math.max(start.size + 1, 100)
  let after = start.after
  for (;;) {
    const read = await list({ after, limit })
    items.push(...read.filter(passes))
    const last = read.at(-1)
    if (items.length > start.size || read.length < limit || last === undefined) break
    after = keyOf(last)
  }
  const shown = items.slice(0, start.size)
  const lastShown = shown.at(-1)
  if (items.length <= start.size || lastShown === undefined) return { items: shown }
  return { items: shown, NextToken: writeToken(keyOf(lastShown)) }
}
