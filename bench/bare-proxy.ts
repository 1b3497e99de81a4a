/**
 * The least that node:http can do between a client and a backend, as a peer to the gate: it hands on
 * what comes, decides nothing, verifies nothing. Takes the backend's port, prints its own.
 */
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'

const port = Number(process.argv[2])
const agent = new Agent({ keepAlive: true })
const ignored = () => undefined

const server = createServer({ noDelay: true }, (incoming, response) => {
  const { method, url: path, rawHeaders: headers } = incoming
  const outgoing = request({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    pipeline(answer, response, ignored)
  })
  pipeline(incoming, outgoing, ignored)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port)
})
