import { request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { ConnectionOptions } from 'node:tls'
import { FetchFailure } from './fetch-failure.ts'
import {
  assertAskable,
  connectionOptions,
  isAskable,
  isUnvouched,
  privateAddress,
  systemResolve,
  thumbprintOptions,
} from './trust.ts'
import type { Resolve, Trust } from './trust.ts'

/** Chosen by us: what providers publish is a few kilobytes, and answered at once. */
export const documentBytesMax = 262_144
export const fetchTimeoutMs = 5_000

/**
 * A JSON document of an identity provider, over HTTPS. No redirect is followed, and nothing is
 * asked of an address that is not public unless the trust says so.
 *
 * Errors: FetchFailure, whose message is for the operator.
 */
export async function getJson(
  text: string,
  trust: Trust,
  resolve: Resolve = systemResolve,
): Promise<unknown> {
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw new FetchFailure('unacceptable', `${text} is no https URL`)
  }
  assertAskable(url.hostname, trust)
  try {
    return parsed(text, await get(url, trust, connectionOptions(trust, resolve)))
  } catch (error) {
    if (!isUnvouched(error)) throw failureOf(text, error)
    if (trust.thumbprints.length === 0) {
      throw new FetchFailure('untrusted', `${text}: nobody vouches for its certificate`)
    }
  }
  try {
    const options = await thumbprintOptions(url, trust, resolve, fetchTimeoutMs)
    return parsed(text, await get(url, trust, options))
  } catch (error) {
    throw failureOf(text, error)
  }
}

function failureOf(url: string, error: unknown): FetchFailure {
  if (error instanceof FetchFailure) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new FetchFailure('unreachable', `${url}: ${reason}`)
}

function parsed(url: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new FetchFailure('unacceptable', `${url} answers no JSON`)
  }
}

function get(url: URL, trust: Trust, options: ConnectionOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      ...options,
      agent: false,
      headers: { accept: 'application/json', 'accept-encoding': 'identity' },
      signal: AbortSignal.timeout(fetchTimeoutMs),
    })
    outgoing.on('error', reject)
    outgoing.on('socket', (socket) => {
      socket.once('connect', () => {
        const { remoteAddress = '' } = socket
        if (!isAskable(remoteAddress, trust)) socket.destroy(privateAddress(remoteAddress))
      })
    })
    outgoing.on('response', (incoming) => {
      collect(url, incoming).then(resolve, (error: unknown) => {
        outgoing.destroy()
        reject(error as Error)
      })
    })
    outgoing.end()
  })
}

async function collect({ href }: URL, incoming: IncomingMessage): Promise<string> {
  const { statusCode = 0 } = incoming
  if (statusCode !== 200) {
    const kind = statusCode >= 500 || statusCode === 429 ? 'unreachable' : 'unacceptable'
    throw new FetchFailure(kind, `${href} answers ${statusCode}`)
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > documentBytesMax) {
      const message = `${href} answers more than ${documentBytesMax} bytes`
      throw new FetchFailure('unacceptable', message)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
