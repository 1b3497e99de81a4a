import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CreateBucketCommand,
  GetBucketTaggingCommand,
  ListBucketsCommand,
  PutBucketTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { administratorOfAnother, type SessionKey } from './accounts.ts'
import { adminKey, startServer, temporaryFolder, type RunningServer } from './server.ts'

// Goal: of a name there is one owner, whoever races for it and whenever the gate is killed. Method: two
// administrators at one server; a backend that holds the call back while the gate is killed.

interface Clients {
  readonly first: S3Client
  readonly second: S3Client
}

function clientsOf({ url }: RunningServer, second: SessionKey): Clients {
  const of = (credentials: SessionKey | typeof adminKey) =>
    new S3Client({
      ...{ endpoint: url, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 },
      credentials,
    })
  return { first: of(adminKey), second: of(second) }
}

/** `made`, or the name of the error. */
async function create(client: S3Client, Bucket: string): Promise<string> {
  return client.send(new CreateBucketCommand({ Bucket })).then(
    () => 'made',
    (refused: Error) => refused.name,
  )
}

async function names(client: S3Client): Promise<readonly (string | undefined)[]> {
  return ((await client.send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => Name)
}

test('two accounts that race for a bucket’s name: one has it, and knows', async () => {
  const server = await startServer()
  const { first, second } = clientsOf(server, await administratorOfAnother(server))
  try {
    for (let round = 0; round < 20; round++) {
      const name = `race-${String(round)}`
      const said = await Promise.all([
        ...[first, second, second, first].map((client) => create(client, name)),
      ])
      const owners = await Promise.all([first, second].map((client) => names(client)))
      const isFirsts = owners.map((each) => each.includes(name))
      expect([...isFirsts].sort()).toEqual([false, true])
      const [owner, other] = isFirsts[0] ? [first, second] : [second, first]
      const ofOwner = isFirsts[0] ? [said[0], said[3]] : [said[1], said[2]]
      const ofOther = isFirsts[0] ? [said[1], said[2]] : [said[0], said[3]]
      expect(ofOwner).toContain('made')
      expect(ofOther).toEqual(['BucketAlreadyExists', 'BucketAlreadyExists'])
      const Tagging = { TagSet: [{ Key: 'round', Value: String(round) }] }
      await owner.send(new PutBucketTaggingCommand({ Bucket: name, Tagging }))
      const read = other.send(new GetBucketTaggingCommand({ Bucket: name }))
      await expect(read).rejects.toThrow('Access Denied')
    }
  } finally {
    first.destroy()
    second.destroy()
    await server.stop()
  }
})

/** An S3 of bucket names alone, which keeps the first call that makes one waiting. */
class SlowStore {
  readonly buckets = new Set<string>()
  /** What it does with a bucket that it is to make: nothing yet, or that and no answer. */
  mode: 'silent' | 'silentlyMade' | 'answers' = 'answers'
  asked: () => void = () => {}
  readonly #server: Server = createServer((request, response) => {
    const name = (request.url ?? '/').split('?')[0]?.slice(1) ?? ''
    request.resume()
    if (request.method === 'PUT') {
      const isThere = this.buckets.has(name)
      if (this.mode !== 'silent') this.buckets.add(name)
      if (this.mode !== 'answers') {
        this.asked()
        return
      }
      response.writeHead(isThere ? 409 : 200, { 'content-type': 'application/xml' })
      response.end(isThere ? '<Error><Code>BucketAlreadyOwnedByYou</Code></Error>' : '')
      return
    }
    if (request.method === 'HEAD') {
      response.writeHead(this.buckets.has(name) ? 200 : 404).end()
      return
    }
    const listed = [...this.buckets].map((each) => `<Bucket><Name>${each}</Name></Bucket>`)
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end(`<R><Buckets>${listed.join('')}</Buckets></R>`)
  })

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

const kills = [
  ['before the backend has made it', 'silent', 'made'],
  ['after the backend has made it', 'silentlyMade', 'BucketAlreadyOwnedByYou'],
] as const

for (const [when, mode, again] of kills) {
  test(`killed ${when}: the name is whose it was, and nobody else’s`, async () => {
    const store = new SlowStore()
    const dataDir = await temporaryFolder()
    const args = ['--backend', `s3=${await store.open()}`]
    let server = await startServer({ dataDir, args })
    const key = await administratorOfAnother(server)
    const before = clientsOf(server, key)
    store.mode = mode
    const reached = new Promise<void>((resolve) => (store.asked = resolve))
    const cut = create(before.second, 'theirs')
    await reached
    await server.stop('SIGKILL')
    expect(await cut).not.toBe('made')
    before.first.destroy()
    before.second.destroy()

    store.mode = 'answers'
    server = await startServer({ dataDir, args })
    const { first, second } = clientsOf(server, key)
    try {
      expect(await create(first, 'theirs')).toBe('BucketAlreadyExists')
      expect(await create(second, 'theirs')).toBe(again)
      expect(await create(second, 'theirs')).toBe('BucketAlreadyOwnedByYou')
      expect(await names(second)).toEqual(['theirs'])
      expect(await names(first)).toEqual([])
    } finally {
      first.destroy()
      second.destroy()
      await server.stop()
      await server.removeData()
      store.close()
    }
  })
}
