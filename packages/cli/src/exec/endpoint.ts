/** A small HTTP endpoint on loopback that lives as long as the program it serves. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { headersOf, type HttpAnswer, type HttpRequest } from '@bailiwick/wire'

export interface Endpoint {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  close(): void
}

/** Requests have no body; what throws is answered 500 and said on standard error. */
export async function openEndpoint(
  answer: (request: HttpRequest) => Promise<HttpAnswer>,
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
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
