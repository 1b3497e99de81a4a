import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { headersOf, type HttpAnswer, type HttpRequest } from '@bailiwick/wire'
import {
  bodyBytesMax,
  headBytesMax,
  headerCountMax,
  headTimeoutMs,
  keepAliveTimeoutMs,
  requestTimeoutMs,
  shutdownTimeoutMs,
} from './limits.ts'

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
  readonly answer: (request: HttpRequest) => Promise<HttpAnswer>
  readonly reportBug: (cause: unknown) => void
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
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    noDelay: true,
  }
  const secure = options.tls !== undefined
  const server: Server = options.tls
    ? createTlsServer({ ...settings, cert: options.tls.certificate, key: options.tls.key })
    : createServer(settings)
  server.maxHeadersCount = headerCountMax
  const state = { closing: false }
  server.on('request', (incoming, response) => {
    receive(incoming, response, secure, options, state)
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
}

/** Collects the body, up to the limit, and answers. A body that breaks off has nobody to answer to. */
function receive(
  incoming: IncomingMessage,
  response: ServerResponse,
  secure: boolean,
  options: ListenerOptions,
  state: ListenerState,
): void {
  const declared = Number(incoming.headers['content-length'] ?? 0)
  if (declared > bodyBytesMax) {
    refuseBody(incoming, response)
    return
  }
  let first: Buffer | undefined
  let more: Buffer[] | undefined
  let size = 0
  let refused = false
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
  incoming.on('end', () => {
    if (refused) return
    const body = more ? Buffer.concat([first as Buffer, ...more]) : (first ?? noBody)
    const request: HttpRequest = {
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      rawHeaders: incoming.rawHeaders,
      headers: headersOf(incoming.rawHeaders),
      body,
      secure,
      remoteAddress: plainAddress(incoming.socket.remoteAddress),
    }
    options.answer(request).then(
      (answer) => {
        send(response, answer, state)
      },
      (cause: unknown) => {
        options.reportBug(cause)
        send(response, { status: 500, headers: {}, body: '' }, state)
      },
    )
  })
}

const noBody = Buffer.alloc(0)

function send(response: ServerResponse, answer: HttpAnswer, state: ListenerState): void {
  if (response.destroyed || response.headersSent) return
  if (state.closing) response.setHeader('connection', 'close')
  const { body } = answer
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  response.writeHead(answer.status, { ...answer.headers, 'content-length': length })
  response.end(body)
}

/** AWS answers 413 with an empty body; the rest of the request is not read. */
function refuseBody(incoming: IncomingMessage, response: ServerResponse): void {
  response.writeHead(413, { connection: 'close', 'content-length': 0 })
  response.end(() => {
    incoming.destroy()
  })
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
