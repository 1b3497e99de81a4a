import type { HttpAnswer } from '@bailiwick/wire'

/** An answer of a path of our own. @param cacheControl What is not public is kept nowhere. */
export function jsonAnswer(status: number, value: unknown, cacheControl = 'no-store'): HttpAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': cacheControl }
  return { status, headers, body: JSON.stringify(value) }
}
