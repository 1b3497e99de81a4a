import type { GateAnswer } from '@bailiwick/gateway'
import type { HttpAnswer, HttpRequest } from '@bailiwick/wire'
import { isLoopback } from './loopback.ts'

/** Which web pages may read our answers. Signing is theirs to do: no credentials travel by themselves. */
export interface CorsPolicy {
  /** `https://console.example.com`; `*` for any. Pages of this machine may always. */
  readonly origins: readonly string[]
}

const exposedHeaders =
  'x-amzn-requestid,x-amzn-errortype,x-amzn-errormessage,x-amz-request-id,x-amz-id-2,date'
const preflightSeconds = '3600'

function isAllowed(origin: string, policy: CorsPolicy): boolean {
  if (policy.origins.includes('*') || policy.origins.includes(origin)) return true
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname)
}

/** The answer to a preflight; undefined for a request that is none. */
export function preflightAnswer(request: HttpRequest, policy: CorsPolicy): HttpAnswer | undefined {
  if (request.method !== 'OPTIONS') return undefined
  const origin = request.headers.get('origin')
  const method = request.headers.get('access-control-request-method')
  if (origin === undefined || method === undefined) return undefined
  // Ours are not for web pages, whoever made them.
  if (request.target.startsWith('/_bailiwick/') || !isAllowed(origin, policy)) {
    return { status: 403, headers: { vary: 'origin' }, body: '' }
  }
  return {
    status: 200,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,POST,PUT,DELETE,HEAD',
      'access-control-allow-headers': request.headers.get('access-control-request-headers') ?? '',
      'access-control-max-age': preflightSeconds,
      vary: 'origin',
    },
    body: '',
  }
}

/** The answer, readable by the page that asked where it may. */
export function withCors(request: HttpRequest, policy: CorsPolicy, answer: GateAnswer): GateAnswer {
  const origin = request.headers.get('origin')
  if (origin === undefined) return answer
  const allowed = isAllowed(origin, policy)
  const headers = {
    ...answer.headers,
    ...(allowed && {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': exposedHeaders,
    }),
    vary: 'origin',
  }
  return { ...answer, headers }
}
