/**
 * A process of an embedded backend. It reads its settings from its standard input, listens on a Unix
 * domain socket, says `ready`, and ends when its input does: with whoever started it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { isKnown } from './known-caller.ts'
import type { ChildSettings } from './settings.ts'

export interface EmbeddedService {
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void
  readonly close: () => Promise<void>
}

const line = await firstLine()
const settings = JSON.parse(line) as ChildSettings
const service = await open(settings)
const server = createServer((request, response) => {
  if (isKnown(request, settings.accessKeyId)) {
    service.answer(request, response)
    return
  }
  // Whatever the protocol, the gate reads it here: that the key is its own, not its client's.
  response.writeHead(403, { 'x-amzn-errortype': 'InvalidAccessKeyId' }).end()
})
// Bodies take as long as they take: the gate limits how long nothing may move.
server.requestTimeout = 0
server.keepAliveTimeout = 10_000
process.umask(0o177)
server.listen(settings.socketPath, () => {
  process.umask(0o077)
  process.stdout.write('ready\n')
})

function firstLine(): Promise<string> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin })
    lines.once('line', resolve)
    lines.once('close', () => void stop())
  })
}

async function open({ kind, dataDir }: ChildSettings): Promise<EmbeddedService> {
  switch (kind) {
    case 's3': {
      if (dataDir === undefined) throw new Error('S3 needs a folder')
      const { openS3 } = await import('./s3/server.ts')
      return openS3(dataDir, () => Date.now())
    }
    case 'queues': {
      const { openQueues } = await import('./queues.ts')
      return openQueues(dataDir)
    }
    case 'tables': {
      const { openTables } = await import('./tables.ts')
      const setVariables = (variables: object) => void Object.assign(process.env, variables)
      return openTables(dataDir, setVariables, () => Date.now())
    }
  }
}

let stopping = false

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(1), 3_000).unref()
  await closed(server)
  await service.close()
  const { isPassing, dataDir, socketPath } = settings
  // The server does so too; but it may have been killed.
  const folders = [dirname(socketPath), ...(isPassing && dataDir !== undefined ? [dataDir] : [])]
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}

function closed(listening: Server): Promise<void> {
  listening.closeIdleConnections()
  return new Promise((resolve) => listening.close(() => resolve()))
}
