/** DynamoDB: dynalite, one for each account and region, which knows neither of the other. */
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { EmbeddedService } from './child.ts'
import { askOf, invalid, refusal, type Answer, type Input } from './dynamodb/ask.ts'
import { Transactions } from './dynamodb/transactions.ts'
import { Turns } from './dynamodb/turns.ts'
import { UndoLog } from './dynamodb/undo-log.ts'
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

/** What is opened for an account in a region. */
interface Tables {
  readonly place: Place
  readonly server: Server
  readonly turns: Turns
  readonly transactions: Transactions
}

/** @param setVariables Sets variables of the process. */
export function openTables(
  dataDir: string | undefined,
  setVariables: SetVariables,
  now: () => number,
): EmbeddedService {
  const dynalite = createRequire(import.meta.url)('dynalite') as (o: DynaliteOptions) => Server
  const open = async (place: Place): Promise<Tables> => {
    // It reads them as it is made, and puts them into its ARNs.
    setVariables({ AWS_ACCOUNT_ID: place.accountId, AWS_REGION: place.region })
    const path = dataDir && join(dataDir, place.accountId, place.region)
    const server = opened(dynalite, path)
    const ask = askOf(server)
    const undo = new UndoLog(path && `${path}.undo`)
    await undo.recover(ask)
    return { place, server, turns: new Turns(), transactions: new Transactions(ask, undo, now) }
  }
  const places = new Places(open)
  return {
    answer: (request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
      dispatch(places, request, response, async (tables) => {
        const body = await bodyOf(request)
        if (body === undefined) response.writeHead(413).end()
        else await answer(tables, operation, request, named(body, tables.place), response)
      })
    },
    close: () => places.closeAll(({ server }) => closed(server)),
  }
}

async function answer(
  { server, turns, transactions }: Tables,
  operation: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const input = () => JSON.parse(body.toString('utf8')) as Input
  switch (operation) {
    case 'TransactWriteItems':
      say(await turns.alone(() => transactions.write(input())), response)
      return
    case 'TransactGetItems':
      say(await turns.alone(() => transactions.get(input())), response)
      return
    default: {
      const missing = missingIn(operation, body)
      if (missing !== undefined) say(missing, response)
      else await turns.among(() => handedOn(server, withBody(request, body), response))
    }
  }
}

/** What dynalite would not know, or would pass over in silence. */
function missingIn(operation: string, body: Buffer): Answer | undefined {
  if (!operations.has(operation)) {
    const message = `The embedded DynamoDB does not have ${operation}.`
    return refusal('UnknownOperationException', message)
  }
  if (!/^(Create|Update)Table$/.test(operation)) return undefined
  const { StreamSpecification: stream, ReplicaUpdates: replicas } = JSON.parse(
    body.toString('utf8'),
  ) as { readonly StreamSpecification?: { StreamEnabled?: boolean }; ReplicaUpdates?: unknown }
  if (stream?.StreamEnabled) return invalid('The embedded DynamoDB does not have streams.')
  if (replicas) return invalid('The embedded DynamoDB does not have global tables.')
  return undefined
}

function say({ status, body }: Answer, response: ServerResponse): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
  response.end(JSON.stringify(body))
}

/** Done when it is answered, whether or not anybody still listens. */
function handedOn(server: Server, request: Readable, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = response.end.bind(response) as (body: string) => ServerResponse
    const ended = (body: string) => {
      resolve()
      return end(body)
    }
    server.emit('request', request, Object.assign(response, { end: ended }))
  })
}

function opened(dynalite: (options: DynaliteOptions) => Server, path: string | undefined): Server {
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

/** Undefined where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > requestBytesMax) return undefined
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
