import { headersOf } from '../http.ts'
import type { HttpRequest } from '../http.ts'

/** A request for tests: a form posted to `/`, unless said otherwise. */
export function requestOf(
  body: string | Uint8Array,
  change: { method?: string; target?: string; rawHeaders?: readonly string[] } = {},
): HttpRequest {
  const rawHeaders = change.rawHeaders ?? [
    'Host',
    'iam.amazonaws.com',
    'Content-Type',
    'application/x-www-form-urlencoded; charset=utf-8',
  ]
  return {
    method: change.method ?? 'POST',
    target: change.target ?? '/',
    rawHeaders,
    headers: headersOf(rawHeaders),
    body: typeof body === 'string' ? Buffer.from(body) : body,
    secure: true,
    remoteAddress: '192.0.2.1',
  }
}
