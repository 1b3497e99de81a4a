import { text } from './forwarded-call.ts'

/** A condition key of our own: by it a grant lets its own retirement, and no other's. */
export const grantIdKey = 'bailiwick:GrantId'

/** Of no use to whoever may not do what the grant is for: it says where the grant is, and no more. */
export function grantToken(key: string, id: string): string {
  return Buffer.from(`${key} ${id}`).toString('base64')
}

/** The grant of a token; undefined for one that was not made here. */
export function grantOfToken(
  token: unknown,
): { readonly key: string; readonly id: string } | undefined {
  const read = Buffer.from(text(token) ?? '', 'base64').toString('utf8')
  const [, key, id] =
    /^(arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+) ([0-9a-f]{64})$/.exec(read) ?? []
  return key === undefined || id === undefined ? undefined : { key, id }
}
