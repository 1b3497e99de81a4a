import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Refusal, isRefusal } from '../refusal.ts'
import { BackendError, type BackendFailure } from './backend-error.ts'
import type { BodyVerifier } from './payload.ts'
import { sendBody } from './send-body.ts'

/** A body that is still to come. */
export interface BackendStream {
  readonly source: Readable
  readonly verifier: BodyVerifier
  /** Bytes that the backend gets. */
  readonly length: number
  readonly payloadHash: string
}

export interface BackendAnswer {
  readonly status: number
  /** By lower-case name; several of a name are joined. */
  readonly headers: Readonly<Record<string, string>>
  /** Destroyed, without an end, where it was cut off. */
  readonly body: Readable
}

/** What one exchange needs to know, and tells. */
export interface ExchangeOptions {
  readonly body: Uint8Array | BackendStream
  readonly isTls: boolean
  readonly connectMs: number
  /** There is a connection. */
  readonly onConnect: () => void
  /** Called with what gives the request up, once it is under way. */
  readonly onClose?: ((giveUp: () => void) => void) | undefined
}

/**
 * Sends a request that has been opened, and resolves with the head of the answer.
 *
 * An answer that says yes counts only once the body has been found good, to its last byte; one that
 * says no counts at once, and the rest of the body is not sent. Errors: rejects with a BackendError,
 * or with the refusal that the body has come to.
 */
export function exchange(
  outgoing: ClientRequest,
  options: ExchangeOptions,
): Promise<BackendAnswer> {
  const { body } = options
  return new Promise((resolve, reject) => {
    const isBytes = body instanceof Uint8Array
    let isSent = isBytes
    let isAnswered = false
    let incoming: IncomingMessage | undefined
    let stop: () => void = () => undefined
    const connection = watchConnection(outgoing, options)
    const settle = () => {
      if (incoming === undefined) return
      if (!isSent) {
        if ((incoming.statusCode ?? 0) < 400) return
        stop()
        incoming.once('close', () => outgoing.destroy())
      }
      isAnswered = true
      resolve(answerOf(incoming))
    }
    const giveUp = (cause: Error) => {
      cutOff(incoming)
      outgoing.destroy(cause)
    }
    options.onClose?.(() => {
      giveUp(clientGone())
    })
    outgoing.on('response', (response) => {
      incoming = response
      settle()
    })
    outgoing.on('timeout', () => {
      giveUp(new Error('nothing moves'))
    })
    outgoing.on('error', (cause) => {
      stop()
      cutOff(incoming)
      // What broke the body is the caller's to hear; all else is between us and the backend.
      reject(isRefusal(cause) ? cause : failed(cause, connection.failure(cause)))
    })
    // Without an error too: after a change of protocols, which nobody asked for.
    outgoing.on('close', () => {
      if (!isAnswered) reject(failed(new Error('it closes the connection'), 'broken'))
    })
    if (isBytes) {
      // Given no bytes, node writes the head in the cheapest way.
      outgoing.end(body.length === 0 ? undefined : body)
      return
    }
    stop = sendBody(body.source, body.verifier, outgoing, (broken) => {
      if (broken !== undefined) {
        giveUp(isRefusal(broken) ? broken : clientGone())
        return
      }
      isSent = true
      settle()
    })
  })
}

/**
 * Ends an answer that is not whole. One without a length would look whole: node takes any end of its
 * connection for the end of the answer, also a reset.
 */
function cutOff(incoming: IncomingMessage | undefined): void {
  if (incoming === undefined) return
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers
  const hasEnd = length !== undefined || encoding !== undefined
  if (!incoming.complete || !hasEnd) incoming.destroy(new Error('it is cut off'))
}

/** Nobody hears it; it is what the log and the events say. 499 as many proxies log it. */
function clientGone(): Refusal {
  return new Refusal('ClientClosedRequest', 'The client has gone before it was answered.', 499)
}

function failed(cause: Error, failure: BackendFailure): BackendError {
  const { code } = cause as NodeJS.ErrnoException
  const text = code === undefined || cause.message.includes(code) ? '' : `${code}: `
  return new BackendError(text + cause.message, failure, cause)
}

/** How far a connection has come, with its limit of time. */
function watchConnection(
  outgoing: ClientRequest,
  { isTls, connectMs, onConnect }: ExchangeOptions,
): { failure(cause: Error): BackendFailure } {
  let isConnected = false
  const connected = () => {
    isConnected = true
    onConnect()
  }
  outgoing.once('socket', (socket) => {
    if (outgoing.reusedSocket) {
      connected()
      return
    }
    const timer = setTimeout(() => {
      outgoing.destroy(new Error('it does not accept the connection'))
    }, connectMs)
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      connected()
    })
    socket.once('close', () => {
      clearTimeout(timer)
    })
  })
  return {
    failure(cause) {
      if (!isConnected) return 'connect'
      const isClosed = /^(ECONNRESET|EPIPE)$/.test((cause as NodeJS.ErrnoException).code ?? '')
      return outgoing.reusedSocket && isClosed ? 'closed' : 'broken'
    },
  }
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
