import { Agent, request as plainRequest, type ClientRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { sign, type Credentials, type ProtocolName } from '@bailiwick/wire'
import { hintHeaders, type BackendAccounts } from './accounts.ts'
import { BackendError } from './backend-error.ts'
import { Circuit, type BackendState } from './circuit.ts'
import { exchange, type BackendAnswer, type BackendStream } from './exchange.ts'
import { backendLimits, type BackendLimits } from './limits.ts'
import { OwnKey } from './own-key.ts'

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
  /** Where they are not the usual ones. */
  readonly limits?: Partial<BackendLimits>
  /** Told once when it can no longer be reached, and once when it can again. */
  readonly onChange?: (isReachable: boolean) => void
  /** Told once when it does not take the key, in its words, and once when it takes it again. */
  readonly onKeyChange?: (refusal: string | undefined) => void
}

/** A request as it will be sent, but for host and signature. */
export interface BackendRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array | BackendStream
  readonly service: string
  /** In which an error is read. */
  readonly protocol: ProtocolName
  readonly region: string
  /** Whose resources it is about. */
  readonly account?: string
  readonly now: Date
}

export interface Backend {
  /** `http://127.0.0.1:9000` */
  readonly origin: string
  readonly accounts: BackendAccounts
  readonly state: () => BackendState | 'keyRefused'
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

/** A client of one backend, with connections that are kept. */
export function createBackend(options: BackendOptions): Backend {
  const url = new URL(options.url)
  const limits = { ...backendLimits, ...options.limits }
  const circuit = new Circuit({
    ...limits,
    stopwatch: () => performance.now(),
    onChange: options.onChange ?? (() => undefined),
  })
  const key = new OwnKey(options.onKeyChange ?? (() => undefined))
  const { agent, open } = connectionsTo(url, options, limits)
  const isTls = url.protocol === 'https:'
  let inFlight = 0
  const once = async (request: BackendRequest, onClose?: (giveUp: () => void) => void) => {
    if (inFlight >= limits.connectionCount) throw refused('it has too many requests in flight')
    if (!circuit.admits()) throw refused('it could not be reached a moment ago')
    const outgoing = open(request)
    inFlight++
    outgoing.once('close', () => inFlight--)
    const { body } = request
    const { connectMs } = limits
    const onConnect = () => {
      circuit.connected()
    }
    try {
      const answer = await exchange(outgoing, { body, isTls, connectMs, onConnect, onClose })
      return await key.heard(answer, request.protocol)
    } catch (thrown) {
      if (thrown instanceof BackendError && thrown.failure === 'connect') circuit.failed()
      throw thrown
    }
  }
  return {
    origin: url.origin,
    accounts: options.accounts ?? {},
    state: () => (circuit.state === 'reachable' && key.isRefused ? 'keyRefused' : circuit.state),
    async send(request, onClose) {
      try {
        return await once(request, onClose)
      } catch (thrown) {
        // A kept connection may be closed at the other end just when it is used. Whether it had
        // read the request, nobody knows: only what changes nothing is asked again, once.
        if (!(thrown instanceof BackendError && thrown.failure === 'closed')) throw thrown
        if (request.method !== 'GET' && request.method !== 'HEAD') throw thrown
        return once(request, onClose)
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

function refused(message: string): BackendError {
  return new BackendError(message, 'broken')
}

function connectionsTo(
  url: URL,
  options: BackendOptions,
  limits: BackendLimits,
): { readonly agent: Agent; readonly open: (request: BackendRequest) => ClientRequest } {
  const isTls = url.protocol === 'https:'
  const settings = { keepAlive: true, timeout: limits.idleMs }
  const agent = isTls ? new TlsAgent(settings) : new Agent(settings)
  const start = isTls ? tlsRequest : plainRequest
  const place = placeOf(url, options.socketPath)
  const open = (request: BackendRequest) =>
    start({
      agent,
      ...place,
      method: request.method,
      path: request.target,
      headers: signedHeaders(request, url.host, options),
      timeout: request.service === 'lambda' ? limits.functionStallMs : limits.stallMs,
    })
  return { agent, open }
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
