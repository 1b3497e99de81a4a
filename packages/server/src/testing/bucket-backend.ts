/** A backend of S3 that lists the buckets that a test gives it, and can fail to. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBackend, type BackendAccounts } from '@bailiwick/gateway'
import { loadModel } from '@bailiwick/wire'
import { onTestFinished } from 'vitest'

export async function openBucketBackend(accounts: BackendAccounts = {}) {
  /** Name and when it was made. */
  const buckets = new Map<string, string>()
  const told = { status: 200, lists: 0 }
  const server = createServer((request, response) => {
    request.resume()
    told.lists++
    const listed = [...buckets].map(
      ([name, at]) => `<Bucket><Name>${name}</Name><CreationDate>${at}</CreationDate></Bucket>`,
    )
    const result = `<ListAllMyBucketsResult><Buckets>${listed.join('')}</Buckets></ListAllMyBucketsResult>`
    const body = told.status === 200 ? result : '<Error><Code>SlowDown</Code></Error>'
    response.writeHead(told.status, { 'content-type': 'application/xml' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const credentials = { accessKeyId: 'AKIDBACKEND', secretAccessKey: 'theirs' }
  const backend = createBackend({ url: `http://127.0.0.1:${port}`, credentials, accounts })
  const close = () => {
    backend.close()
    server.closeAllConnections()
    server.close()
  }
  onTestFinished(close)
  return { backed: { model: loadModel('s3'), backend }, buckets, told, close }
}
