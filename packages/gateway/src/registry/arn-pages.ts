import type { Resource } from './resource.ts'

/** A page of records in order of their ARNs, and the token of the next one, if there is one. */
export function pageOf(
  all: readonly Resource[],
  token: string | undefined,
  size: number,
): { readonly page: readonly Resource[]; readonly token: { readonly NextToken?: string } } {
  const after = Buffer.from(token ?? '', 'base64url').toString('utf8')
  const left = all.filter(({ arn }) => arn > after)
  const page = left.slice(0, size)
  const last = page.at(-1)?.arn
  if (last === undefined || left.length === page.length) return { page, token: {} }
  return { page, token: { NextToken: Buffer.from(last).toString('base64url') } }
}
