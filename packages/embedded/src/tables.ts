/** DynamoDB: dynalite, one for each account and region, which knows neither of the other. */
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { EmbeddedService } from './child.ts'
import type { Place } from './known-caller.ts'
import { dispatch, Places } from './places.ts'

interface DynaliteOptions {
  readonly path?: string
  readonly createTableMs: number
  readonly deleteTableMs: number
  readonly updateTableMs: number
}

/** What dynalite has. Source: its index.js, version 4.0.0. */
const operations = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
])

/** Bytes of a request. Source: dynalite's own limit, and DynamoDB's of 16 MB a batch. */
export const requestBytesMax = 16 * 1024 * 1024

type SetVariables = (variables: Readonly<Record<string, string>>) => void

/** @param setVariables Sets variables of the process. */
export function openTables(
  dataDir: string | undefined,
  setVariables: SetVariables,
): EmbeddedService {
  const dynalite = createRequire(import.meta.url)('dynalite') as (o: DynaliteOptions) => Server
  const open = (place: Place) => {
    // It reads them as it is made, and puts them into its ARNs.
    setVariables({ AWS_ACCOUNT_ID: place.accountId, AWS_REGION: place.region })
    return Promise.resolve({ place, server: opened(dynalite, place, dataDir) })
  }
  const places = new Places(open)
  return {
    answer: (request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
      if (!operations.has(operation)) {
        refuse(response, operation)
        return
      }
      dispatch(places, request, response, ({ place, server }) => {
        bodyOf(request).then(
          (body) => server.emit('request', withBody(request, named(body, place)), response),
          () => response.writeHead(413).end(),
        )
      })
    },
    close: () => places.closeAll(({ server }) => closed(server)),
  }
}

function refuse(response: ServerResponse, operation: string): void {
  const __type = 'com.amazon.coral.service#UnknownOperationException'
  const message = `The embedded DynamoDB does not have ${operation}.`
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
  response.end(JSON.stringify({ __type, message }))
}

function opened(
  dynalite: (options: DynaliteOptions) => Server,
  { accountId, region }: Place,
  dataDir: string | undefined,
): Server {
  const path = dataDir && join(dataDir, accountId, region)
  if (path !== undefined) mkdirSync(path, { recursive: true, mode: 0o700 })
  const times = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }
  return dynalite({ ...times, ...(path !== undefined && { path }) })
}

/** A table's ARN in the place of its name, which dynalite does not know. */
function named(body: Buffer, { accountId, region }: Place): Buffer {
  if (!body.includes('"arn:')) return body
  const text = body
    .toString('utf8')
    .replaceAll(
      /("TableName"\s*:\s*)"arn:[a-z-]+:dynamodb:([a-z0-9-]+):(\d{12}):table\/([\w.-]+)"/g,
      (whole, before: string, ofRegion: string, account: string, name: string) =>
        ofRegion === region && account === accountId ? `${before}"${name}"` : whole,
    )
  return Buffer.from(text)
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > requestBytesMax) throw new Error('the request is too large')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** What dynalite reads of a request, its body changed. */
function withBody({ method, url, headers }: IncomingMessage, body: Buffer): Readable {
  return Object.assign(Readable.from([body]), { method, url, headers })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
