import { Agent, request as plainRequest, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { pipeline, type Readable } from 'node:stream'
import { sign, type Credentials } from '@bailiwick/wire'
import { hintHeaders, type BackendAccounts } from './accounts.ts'
import {
  connectionCountMax,
  connectTimeoutMs,
  functionStallTimeoutMs,
  idleTimeoutMs,
  stallTimeoutMs,
} from './limits.ts'
import { isRefusal } from '../refusal.ts'

/** Where a service's requests go, and as whom. */
export interface BackendOptions {
  /** `http://127.0.0.1:9000`; a path before all others is not supported. */
  readonly url: string
  /** Absent: the caller's. */
  readonly region?: string
  /** Absent: requests are not signed. */
  readonly credentials?: Credentials
  /** A Unix domain socket to connect to instead; the URL then only names the host. */
  readonly socketPath?: string
  readonly accounts?: BackendAccounts
}

/** A request as it will be sent, but for host and signature. */
export interface BackendRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array | BackendStream
  readonly service: string
  readonly region: string
  /** Whose resources it is about. */
  readonly account?: string
  readonly now: Date
}

/** A body that is still to come. */
export interface BackendStream {
  readonly stream: readonly [Readable, ...NodeJS.ReadWriteStream[]]
  readonly length: number
  readonly payloadHash: string
}

export interface BackendAnswer {
  readonly status: number
  /** By lower-case name; several of a name are joined. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readable
}

export interface Backend {
  /** `http://127.0.0.1:9000` */
  readonly origin: string
  readonly accounts: BackendAccounts
  /**
   * The head of the answer; its body streams. Errors: rejects with what broke the body that was
   * being sent, or a BackendError where there is no answer.
   *
   * @param onClose Called with what gives the request up, once it is under way.
   */
  send(request: BackendRequest, onClose?: (giveUp: () => void) => void): Promise<BackendAnswer>
  /** Closes what is idle. */
  close(): void
}

/** The backend could not be reached, or broke off. */
export class BackendError extends Error {
  override readonly name = 'BackendError'
}

/** A client of one backend, with connections that are kept. */
export function createBackend(options: BackendOptions): Backend {
  const url = new URL(options.url)
  const isTls = url.protocol === 'https:'
  const settings = { keepAlive: true, timeout: idleTimeoutMs, maxSockets: connectionCountMax }
  const agent = isTls ? new TlsAgent(settings) : new Agent(settings)
  const open = (request: BackendRequest) =>
    (isTls ? tlsRequest : plainRequest)({
      agent,
      ...placeOf(url, options.socketPath),
      method: request.method,
      path: request.target,
      headers: signedHeaders(request, url.host, options),
    })
  return {
    origin: url.origin,
    accounts: options.accounts ?? {},
    async send(request, onClose) {
      const once = () => exchange(open(request), request, onClose)
      try {
        return await once()
      } catch (thrown) {
        // A kept connection may have been closed at the other end. Only what changes nothing, or
        // the same twice, is asked again.
        if (!(thrown instanceof BackendError) || !isRepeatable(request)) throw thrown
        return once()
      }
    },
    close: () => agent.destroy(),
  }
}

function placeOf(url: URL, socketPath: string | undefined) {
  if (socketPath !== undefined) return { socketPath }
  const standard = url.protocol === 'https:' ? 443 : 80
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? standard : Number(url.port),
  }
}

function isRepeatable({ method, body }: BackendRequest): boolean {
  const isIdempotent = method === 'GET' || method === 'HEAD' || method === 'DELETE'
  return isIdempotent && body instanceof Uint8Array && body.length === 0
}

function signedHeaders(request: BackendRequest, host: string, options: BackendOptions): string[] {
  const { body, method, target, service, now } = request
  const isBytes = body instanceof Uint8Array
  const hasLength = body.length > 0 || method === 'PUT' || method === 'POST'
  const { credentials } = options
  const rawHeaders = [
    'Host',
    host,
    ...request.headers.flat(),
    ...hintOf(request, options),
    ...(hasLength ? ['Content-Length', String(body.length)] : []),
  ]
  if (credentials === undefined) return rawHeaders
  return sign(
    { method, target, rawHeaders, body: isBytes ? body : '' },
    {
      credentials,
      region: options.region ?? request.region,
      service,
      now,
      ...(!isBytes && { payloadHash: body.payloadHash }),
    },
  )
}

function hintOf({ account }: BackendRequest, { accounts }: BackendOptions): readonly string[] {
  const hinted = accounts?.hint !== undefined && account !== undefined
  return hinted ? [hintHeaders[accounts.hint], account] : []
}

function exchange(
  outgoing: ReturnType<typeof plainRequest>,
  { body, service }: BackendRequest,
  onClose: ((giveUp: () => void) => void) | undefined,
): Promise<BackendAnswer> {
  return new Promise((resolve, reject) => {
    const isBytes = body instanceof Uint8Array
    let isSent = isBytes
    let isSettled = false
    let incoming: IncomingMessage | undefined
    const settle = () => {
      // An answer that says yes counts only once the body has been found good, to its last byte.
      if (incoming === undefined || !(isSent || (incoming.statusCode ?? 0) >= 400)) return
      isSettled = true
      resolve(answerOf(incoming))
    }
    const fail = (cause: unknown) => {
      // What broke the body is the caller's to hear; all else is between us and the backend.
      reject(isRefusal(cause) ? cause : new BackendError(String(cause), { cause }))
    }
    onClose?.(() => outgoing.destroy(new Error('the client has gone')))
    limitTimes(outgoing, service === 'lambda' ? functionStallTimeoutMs : stallTimeoutMs)
    outgoing.on('response', (response) => {
      incoming = response
      settle()
    })
    outgoing.on('error', fail)
    if (isBytes) {
      outgoing.end(body)
      return
    }
    pipeline([...body.stream, outgoing], (error) => {
      if (error) {
        if (!isSettled) incoming?.destroy()
        fail(error)
        return
      }
      isSent = true
      settle()
    })
  })
}

function limitTimes(outgoing: ReturnType<typeof plainRequest>, stallMs: number): void {
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) return
    const timer = setTimeout(() => {
      outgoing.destroy(new Error('it does not accept the connection'))
    }, connectTimeoutMs)
    const clear = () => {
      clearTimeout(timer)
    }
    socket.once('connect', clear)
    socket.once('close', clear)
  })
  outgoing.setTimeout(stallMs, () => outgoing.destroy(new Error('it does not answer in time')))
}

function answerOf(incoming: IncomingMessage): BackendAnswer {
  const headers: Record<string, string> = {}
  const { rawHeaders } = incoming
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    const value = rawHeaders[i + 1] as string
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value
  }
  return { status: incoming.statusCode ?? 502, headers, body: incoming }
}
