/** A small HTTP endpoint of this machine that lives as long as the program it serves. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { headersOf, type HttpAnswer, type HttpRequest } from '@bailiwick/wire'
import { CommandError } from '../command-error.ts'

export interface Endpoint {
  /** `http://HOST:PORT`. */
  readonly url: string
  close(): void
}

export interface Address {
  readonly host: string
  readonly port: number
}

const anyPortOfLoopback: Address = { host: '127.0.0.1', port: 0 }

/**
 * Requests have no body; what throws is answered 500 and said on standard error.
 * Errors: CommandError where it cannot listen.
 */
export async function openEndpoint(
  answer: (request: HttpRequest) => Promise<HttpAnswer>,
  { host, port: wanted }: Address = anyPortOfLoopback,
): Promise<Endpoint> {
  const server = createServer((incoming, response) => {
    incoming.resume()
    const request: HttpRequest = {
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      rawHeaders: incoming.rawHeaders,
      headers: headersOf(incoming.rawHeaders),
      body: new Uint8Array(),
      secure: false,
      remoteAddress: incoming.socket.remoteAddress ?? '',
    }
    answer(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        process.stderr.write(`bailiwick: ${message}\n`)
        response.writeHead(500).end()
      },
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, wanted)))
    server.listen(wanted, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const where = `${host}:${port}`
  switch (error.code) {
    case 'EADDRNOTAVAIL':
      return new CommandError(
        `this machine has no address ${host}; as root: ip addr add ${host}/32 dev lo`,
      )
    case 'EACCES':
      return new CommandError(`only root may listen on ${where}`)
    case 'EADDRINUSE':
      return new CommandError(`something listens on ${where} already`)
    default:
      return error
  }
}
