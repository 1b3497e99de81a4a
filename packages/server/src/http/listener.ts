import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { GateAnswer, GateRequest } from '@bailiwick/gateway'
import { headersOf, type HttpRequest } from '@bailiwick/wire'
import {
  bodyBytesMax,
  headBytesMax,
  headerCountMax,
  headTimeoutMs,
  keepAliveTimeoutMs,
  requestTimeoutMs,
  shutdownTimeoutMs,
  stallTimeoutMs,
} from './limits.ts'
import { throughProxies, type IsTrusted } from './trusted-proxies.ts'
import { sendStream } from './send-stream.ts'

/** PEM texts. */
export interface TlsOptions {
  readonly certificate: string
  readonly key: string
}

export interface ListenerOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly tls?: TlsOptions
  /** Answers a whole request. Must not throw: what it throws is answered 500, with nothing said. */
  readonly answer: (request: GateRequest) => Promise<GateAnswer>
  /** Whether the body of a request is handed over as it comes, however long it is. */
  readonly isStreamed?: (head: HttpRequest) => boolean
  readonly reportBug: (cause: unknown) => void
  /** Proxies that say who calls; none where absent. */
  readonly isTrustedProxy?: IsTrusted
  /** Shorter only in tests. */
  readonly stallTimeoutMs?: number
}

export interface Listener {
  /** `http://127.0.0.1:4600`. */
  readonly url: string
  readonly port: number
  /** Takes no new connections, lets requests in flight end, and resolves when all are closed. */
  close(): Promise<void>
}

/**
 * Listens on node:http directly: a signature covers the raw path, header order and body bytes,
 * which frameworks hide.
 *
 * @throws the listening error as node gives it: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`.
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const settings = {
    maxHeaderSize: headBytesMax,
    headersTimeout: headTimeoutMs,
    requestTimeout: 0, // Ours, below: a stream may take as long as it moves.
    keepAliveTimeout: keepAliveTimeoutMs,
    noDelay: true,
  }
  const secure = options.tls !== undefined
  const server: Server = options.tls
    ? createTlsServer({ ...settings, cert: options.tls.certificate, key: options.tls.key })
    : createServer(settings)
  server.maxHeadersCount = headerCountMax
  const state: ListenerState = { closing: false, unanswered: new WeakMap() }
  server.setTimeout(options.stallTimeoutMs ?? stallTimeoutMs, (socket) => {
    closeStalled(socket, state)
  })
  server.on('request', (incoming, response) => {
    receive({ incoming, response, secure, state }, options)
  })
  server.on('checkContinue', (incoming, response) => {
    receive({ incoming, response, secure, state, awaitsContinue: true }, options)
  })
  server.on('clientError', answerMalformed)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      server.on('error', options.reportBug)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo
  const name = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `${secure ? 'https' : 'http'}://${name}:${String(port)}`,
    port,
    close: () => {
      state.closing = true
      return closeServer(server)
    },
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => {
      server.closeAllConnections()
    }, shutdownTimeoutMs)
    giveUp.unref()
    server.close(() => {
      clearTimeout(giveUp)
      resolve()
    })
    server.closeIdleConnections()
  })
}

interface ListenerState {
  closing: boolean
  /** Requests on a connection that are not answered yet. */
  readonly unanswered: WeakMap<Socket, number>
}

/**
 * Nothing has moved on a connection for a while. One that waits for an answer of ours may go on
 * waiting, a function takes 15 minutes; one that is idle, or whose client does not read, is closed.
 */
function closeStalled(socket: Socket, { unanswered }: ListenerState): void {
  const isWaiting = (unanswered.get(socket) ?? 0) > 0 && socket.writableLength === 0
  if (!isWaiting) socket.destroy()
}

function count({ incoming, response, state: { unanswered } }: Exchange): void {
  const { socket } = incoming
  unanswered.set(socket, (unanswered.get(socket) ?? 0) + 1)
  response.once('close', () => {
    unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1)
  })
}

/** A request and the place for its answer. */
interface Exchange {
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  readonly secure: boolean
  readonly state: ListenerState
  /** The client sends no body before it is told to go on. */
  readonly awaitsContinue?: true
}

/** Answers a request whose body is a stream at once, any other when its body has come. */
function receive(exchange: Exchange, options: ListenerOptions): void {
  const { incoming, response, secure, awaitsContinue } = exchange
  count(exchange)
  const received: HttpRequest = {
    method: incoming.method ?? '',
    target: incoming.url ?? '',
    rawHeaders: incoming.rawHeaders,
    headers: headersOf(incoming.rawHeaders),
    body: noBody,
    secure,
    ...tlsOf(incoming.socket),
    remoteAddress: plainAddress(incoming.socket.remoteAddress),
  }
  const { isTrustedProxy } = options
  const head = isTrustedProxy ? throughProxies(received, isTrustedProxy) : received
  if (options.isStreamed?.(head)) {
    void answer(exchange, { ...head, stream: () => open(exchange) }, options)
    return
  }
  const declared = Number(incoming.headers['content-length'] ?? 0)
  if (declared > bodyBytesMax) {
    refuseBody(incoming, response)
    return
  }
  if (awaitsContinue) response.writeContinue()
  if (!hasBody(incoming)) {
    void answer(exchange, head, options)
    return
  }
  collect(exchange, (body) => void answer(exchange, { ...head, body }, options))
}

/** Whether a body follows the head. Source: RFC 9112, section 6. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}

/** Collects the body, up to the limit. One that breaks off has nobody to answer to. */
function collect({ incoming, response }: Exchange, then: (body: Uint8Array) => void): void {
  let first: Buffer | undefined
  let more: Buffer[] | undefined
  let size = 0
  let refused = false
  const timer = setTimeout(() => {
    response.writeHead(408, { connection: 'close', 'content-length': 0 })
    response.end(() => incoming.destroy())
  }, requestTimeoutMs)
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (refused) return
    if (size > bodyBytesMax) {
      refused = true
      first = more = undefined
      refuseBody(incoming, response)
    } else if (first === undefined) first = chunk
    else (more ??= []).push(chunk)
  })
  incoming.on('error', () => {
    response.destroy()
  })
  incoming.on('close', () => {
    clearTimeout(timer)
  })
  incoming.on('end', () => {
    clearTimeout(timer)
    if (refused) return
    then(more ? Buffer.concat([first as Buffer, ...more]) : (first ?? noBody))
  })
}

const noBody = Buffer.alloc(0)

/** The body as it comes; a client that does not move on gives up its connection. */
function open({ incoming, response, awaitsContinue }: Exchange): Readable {
  if (awaitsContinue) response.writeContinue()
  incoming.once('timeout', () => incoming.destroy())
  return incoming
}

async function answer(
  exchange: Exchange,
  request: GateRequest,
  options: ListenerOptions,
): Promise<void> {
  const { response } = exchange
  const onClose = (then: () => void) => {
    response.once('close', () => {
      if (!response.writableFinished) then()
    })
  }
  await nextTurn()
  try {
    const answered = await options.answer({ ...request, onClose })
    // A stream is listened to at once: it may fail at any time.
    if (!isStream(answered.body)) await nextTurn()
    send(exchange, answered)
  } catch (cause) {
    options.reportBug(cause)
    send(exchange, { status: 500, headers: {}, body: '' })
  }
}

/**
 * Requests that came together are read, answered and sent together, each step for all of them before
 * the next: a processor that does one thing at a time needs a third less for it, and a client is
 * woken once. A request that comes alone loses some microseconds.
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

function send({ incoming, response, state }: Exchange, answer: GateAnswer): void {
  const { body } = answer
  if (response.destroyed || response.headersSent) {
    if (isStream(body)) body.destroy()
    return
  }
  if (state.closing) response.setHeader('connection', 'close')
  if (!incoming.complete) discardRest(incoming, response)
  if (isStream(body)) {
    response.writeHead(answer.status, answer.headers)
    sendStream(body, response)
    return
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  response.writeHead(answer.status, { ...answer.headers, 'content-length': length })
  // ASCII is the same in both, and quicker to send in the one that needs no conversion.
  if (typeof body === 'string' && body.length === length) response.end(body, 'latin1')
  else response.end(body)
}

function isStream(body: GateAnswer['body']): body is Readable {
  return typeof body !== 'string' && !(body instanceof Uint8Array)
}

/** Answered before its body has come: a little more is read, so that the client sees why. */
function discardRest(incoming: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close')
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > bodyBytesMax) incoming.destroy()
  })
  incoming.on('error', () => undefined)
  incoming.resume()
}

/** AWS answers 413 with an empty body; the rest of the request is not read. */
function refuseBody(incoming: IncomingMessage, response: ServerResponse): void {
  response.writeHead(413, { connection: 'close', 'content-length': 0 })
  response.end(() => {
    incoming.destroy()
  })
}

/** A cipher is known once the handshake is over, as it is when a request has come. */
function tlsOf(socket: Socket): Pick<HttpRequest, 'tls'> {
  if (!(socket instanceof TLSSocket)) return {}
  return { tls: { version: socket.getProtocol() ?? '', cipherSuite: socket.getCipher().name } }
}

/** IPv4 as IPv4, also where the socket listens on both: `::ffff:192.0.2.1`. */
function plainAddress(address: string | undefined): string {
  if (address === undefined) return ''
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

/** What is not HTTP never becomes a request; it is told so, and the connection ends. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const line =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
