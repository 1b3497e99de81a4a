/**
 * The smallest store that can be one: `GET /any/SIZE` answers that many bytes, `PUT` counts what
 * comes. In the bucket `md5` it hashes what comes, as S3 does for the ETag. Prints its port.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const bucket = (name: string) =>
  `<Bucket><Name>${name}</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket>`
const buckets = `<ListAllMyBucketsResult><Buckets>${bucket('bench')}${bucket('md5')}</Buckets></ListAllMyBucketsResult>`
const block = Buffer.alloc(256 * 1024, 'bailiwick')

function take(incoming: IncomingMessage, response: ServerResponse): void {
  const hash = incoming.url?.startsWith('/md5/') ? createHash('md5') : undefined
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length
    hash?.update(chunk)
  })
  incoming.on('end', () => {
    const etag = `"${hash?.digest('hex') ?? String(size)}"`
    response.writeHead(200, { etag, 'x-amz-meta-size': String(size), 'content-length': 0 })
    response.end()
  })
}

function give(response: ServerResponse, size: number): void {
  let left = size
  response.writeHead(200, { 'content-length': size, etag: '"e"' })
  const more = () => {
    while (left > block.length) {
      left -= block.length
      if (response.write(block)) continue
      response.once('drain', more)
      return
    }
    response.end(block.subarray(0, left))
  }
  more()
}

const server = createServer((incoming, response) => {
  // When a bucket is made, the gate asks whether there is one, and then since when.
  if (incoming.method === 'HEAD') response.writeHead(404).end()
  else if (/^\/(\?|$)/.test(incoming.url ?? '')) response.end(buckets)
  else if (incoming.method === 'PUT') take(incoming, response)
  else give(response, Number(/\/(\d+)(?:\?|$)/.exec(incoming.url ?? '')?.[1] ?? 0))
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port)
})
