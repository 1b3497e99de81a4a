import type { HttpAnswer, HttpRequest } from '@bailiwick/wire'
import { rawPathOf } from '@bailiwick/wire'
import { answerIssuerPath, type Issuers } from './issuer-paths.ts'
import { jsonAnswer as json } from './json-answer.ts'
import { hostName, isLoopback } from './loopback.ts'

/** `/_bailiwick/…`: no bucket can be called that. */
export interface OwnPaths {
  /** Why it cannot serve; undefined when it can. */
  readonly unhealthy: () => Promise<string | undefined>
  /** How the backend of each service stands: it says nothing about whether we can serve. */
  readonly backends?: () => Readonly<Record<string, string>>
  readonly issuers?: Issuers
  /** Signing in to the console with temporary credentials. */
  readonly federation?: (request: HttpRequest) => Promise<HttpAnswer>
  /** Back to the first start; only an ephemeral server has it. */
  readonly reset?: () => Promise<void>
}

/**
 * Where AWS has its sign-in. A name of ours would do no better: under `localhost` each is a bucket's.
 * Source: AWS General Reference, "AWS Sign-In endpoints and quotas".
 */
const signInHost = /^([a-z0-9-]+\.)?signin\.(aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn)$/

function isFederation({ headers }: HttpRequest, path: string): boolean {
  if (path === '/_bailiwick/federation') return true
  return path === '/federation' && signInHost.test(hostName(headers.get('host') ?? ''))
}

/** Undefined for a path that is not ours: then it is the gate's. */
export function answerOwnPath(
  request: HttpRequest,
  paths: OwnPaths,
): Promise<HttpAnswer> | undefined {
  const issued = paths.issuers && answerIssuerPath(request, paths.issuers)
  if (issued) return issued
  const path = rawPathOf(request.target)
  if (paths.federation && isFederation(request, path)) return paths.federation(request)
  if (!request.target.startsWith('/_bailiwick/')) return undefined
  if (path === '/_bailiwick/health') return health(request, paths)
  if (path === '/_bailiwick/reset') return reset(request, paths)
  return Promise.resolve(json(404, { message: `There is nothing at ${path}.` }))
}

async function health(request: HttpRequest, paths: OwnPaths): Promise<HttpAnswer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return json(405, { message: 'Ask with GET.' })
  }
  const reason = await paths.unhealthy()
  const states = paths.backends?.() ?? {}
  const backends = Object.keys(states).length > 0 && { backends: states }
  return reason === undefined
    ? json(200, { status: 'ok', ...backends })
    : json(503, { status: 'unavailable', reason })
}

/**
 * A web page cannot reach it: the header needs a preflight, which is refused, and a page whose
 * name was rebound to this machine sends its own name as Host.
 */
async function reset(request: HttpRequest, paths: OwnPaths): Promise<HttpAnswer> {
  if (!paths.reset) {
    return json(403, { message: 'Only a server started with --ephemeral can be reset.' })
  }
  if (request.method !== 'POST') return json(405, { message: 'Ask with POST.' })
  const host = hostName(request.headers.get('host') ?? '')
  if (!isLoopback(request.remoteAddress) || !isLoopback(host)) {
    return json(403, { message: 'Only this machine may reset the server.' })
  }
  if (request.headers.get('x-bailiwick-reset') !== '1') {
    return json(400, { message: 'Send the header x-bailiwick-reset: 1.' })
  }
  await paths.reset()
  return json(200, { status: 'reset' })
}
