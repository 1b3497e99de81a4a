import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBackend, type Backend } from '../forward/backend.ts'

type Reply = (input: Record<string, unknown>) => unknown

/**
 * A backend that answers JSON, by target or by method and the beginning of its path. What its replies
 * throw breaks the connection.
 */
export class JsonBackend {
  readonly arrived: string[] = []
  replies: Record<string, Reply> = {}
  #server: Server | undefined
  #client: Backend | undefined

  get client(): Backend {
    if (this.#client === undefined) throw new Error('it is not open')
    return this.#client
  }

  async open(): Promise<void> {
    const server = createServer((incoming, response) => {
      let body = ''
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()))
      incoming.on('end', () => {
        const target = String(incoming.headers['x-amz-target'] ?? '').split('.')[1]
        const line = target ?? `${incoming.method ?? ''} ${incoming.url ?? ''}`
        this.arrived.push(line)
        const input = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>)
        const found = Object.keys(this.replies).filter((name) => line.startsWith(name))
        const [name = ''] = found.sort((a, b) => b.length - a.length)
        try {
          const said = this.replies[name]?.(input) ?? {}
          response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
          response.end(JSON.stringify(said))
        } catch {
          response.destroy()
        }
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    this.#server = server
    this.#client = createBackend({ url: `http://127.0.0.1:${String(port)}` })
  }

  reset(): void {
    this.arrived.length = 0
    this.replies = {}
  }

  async close(): Promise<void> {
    this.#client?.close()
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }
}
