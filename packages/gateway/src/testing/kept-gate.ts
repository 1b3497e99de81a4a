import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { CompiledPolicy, SourcedPolicy } from '@bailiwick/policy'
import {
  awsQuery,
  headersOf,
  loadModel,
  readErrorCode,
  readOutput,
  sign,
  writeRequest,
  type ForwardedService,
  type OperationInput,
  type OperationOutput,
} from '@bailiwick/wire'
import type { Caller } from '../caller.ts'
import type { BackendAccounts } from '../forward/accounts.ts'
import { createBackend, type Backend } from '../forward/backend.ts'
import type { GateScope } from '../operation.ts'
import { createGate } from '../pipeline.ts'
import type { GateEvent, GateRequest, RunRole } from '../ports.ts'
import type { Resource, ResourcePort } from '../registry/resource.ts'
import { callerWith, credentials, identityPolicy, now } from './gate.ts'
import { memoryResources } from './resources.ts'

export const otherAccountId = '444455556666'

/** Bob of another account, with what his policies say. */
export function strangerWith(...identity: readonly SourcedPolicy<CompiledPolicy>[]): Caller {
  const arn = `arn:aws:iam::${otherAccountId}:user/bob`
  return {
    ...callerWith(...identity),
    principal: { kind: 'user', accountId: otherAccountId, arn, userId: 'AIDABOB' },
    accountId: otherAccountId,
    arn,
    userId: 'AIDABOB',
    userName: 'bob',
  }
}

const everything = identityPolicy('all', { Effect: 'Allow', Action: '*', Resource: '*' })

/** Ann of the first account and Bob of the other, who may do everything as far as they are asked. */
export const ann = callerWith(everything)
export const bob = strangerWith(everything)

/** What arrived at the backend. */
export interface ArrivedCall {
  /** `CreateTable`; of REST `POST /2015-03-31/functions`. */
  readonly line: string
  readonly input: Readonly<Record<string, unknown>>
  readonly account: string | undefined
}

export interface Said {
  readonly status: number
  readonly output: OperationOutput
  /** Of an error. */
  readonly code: string | undefined
  readonly message: string
  readonly event: GateEvent | undefined
}

/** An answer of the backend's: what it says, or what comes of the input. */
type Reply = readonly [status: number, body: unknown]

/** A gate before a backend that keeps what arrives and answers what the test puts there. */
export class KeptGate {
  readonly arrived: ArrivedCall[] = []
  /** By line; else 200 and an empty object. */
  replies: Record<string, Reply | ((input: Record<string, unknown>) => Reply)> = {}
  resources: ResourcePort = memoryResources()
  /** Of roles that are handed over; none can be run where absent. */
  runRole: RunRole | undefined
  readonly #service: ForwardedService
  #server: Server | undefined
  #backend: Backend | undefined

  constructor(service: ForwardedService) {
    this.#service = service
  }

  async open(accounts: BackendAccounts = { hint: 'moto' }): Promise<void> {
    const server = createServer((incoming, response) => {
      let body = ''
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()))
      incoming.on('end', () => {
        const isQuery = loadModel(this.#service).protocol === 'awsQuery'
        const target = String(incoming.headers['x-amz-target'] ?? '').split('.')[1]
        const { line, input } = isQuery
          ? readForm(this.#service, body)
          : {
              line: target ?? `${incoming.method ?? ''} ${incoming.url ?? ''}`,
              input: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
            }
        const account = incoming.headers['x-moto-account-id']
        this.arrived.push({ line, input, account: account as string | undefined })
        const reply = this.replies[line] ?? [200, {}]
        const [status, said] = typeof reply === 'function' ? reply(input) : reply
        if (isQuery) {
          const answer = queryAnswer(this.#service, line, status, said)
          response.writeHead(answer.status, answer.headers).end(answer.body)
          return
        }
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
        response.end(said === undefined ? '' : JSON.stringify(said))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    this.#server = server
    this.#backend = createBackend({ url: `http://127.0.0.1:${String(port)}`, accounts })
  }

  /** What the test before it left. */
  reset(...resources: readonly Resource[]): void {
    this.arrived.length = 0
    this.replies = {}
    this.resources = memoryResources(...resources)
  }

  /** What arrived, by line alone. */
  get lines(): readonly string[] {
    return this.arrived.map(({ line }) => line)
  }

  async close(): Promise<void> {
    this.#backend?.close()
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  /** Sends a call as a client does; unsigned where the caller is nobody. */
  async send(by: Caller, name: string, input: OperationInput, at = now): Promise<Said> {
    const model = loadModel(this.#service)
    const operation = model.operations.get(name)
    if (operation === undefined || this.#backend === undefined) throw new Error(`no ${name}`)
    const events: GateEvent[] = []
    const bugs: unknown[] = []
    const known = { model, operations: new Map(), backend: this.#backend }
    const gate = createGate<GateScope>({
      services: new Map([[model.signingName, known]]),
      credentials: {
        lookup: () =>
          Promise.resolve({
            ok: true,
            secretAccessKey: credentials.secretAccessKey,
            caller: by,
          }),
        prove: () => Promise.reject(new Error('no proof')),
      },
      scopes: { read: (scope, work) => work(scope, 1), write: (scope, work) => work(scope, 1) },
      record: (event) => events.push(event),
      reportBug: (_id, cause) => bugs.push(cause),
      clock: () => at,
      stopwatch: () => 0,
      newRequestId: () => 'ours',
      resources: this.resources,
      ...(this.runRole && { runRole: this.runRole }),
    })
    const { method, target, headers, body } = writeRequest(model, operation, model.protocol, input)
    const given = ['Host', '127.0.0.1:4600', ...headers.flat()]
    const signing = { credentials, region: 'us-east-1', service: model.signingName, now: at }
    const isNobody = by.principal.kind === 'anonymous'
    const rawHeaders = isNobody ? given : sign({ method, target, rawHeaders: given, body }, signing)
    const head = { method, target, rawHeaders, headers: headersOf(rawHeaders), secure: false }
    const request: GateRequest = { ...head, body: Buffer.from(body), remoteAddress: '192.0.2.1' }
    const answer = await gate.answer(request)
    const bytes =
      answer.body instanceof Readable
        ? Buffer.concat((await answer.body.toArray()) as Buffer[])
        : Buffer.from(answer.body)
    if (bugs.length > 0) throw bugs[0]
    const lower = Object.entries(answer.headers).map(([name, held]) => [name.toLowerCase(), held])
    const lowered = Object.fromEntries(lower) as Record<string, string>
    const received = { status: answer.status, headers: lowered, body: bytes }
    if (answer.status < 300) {
      const output = readOutput(operation, model.protocol, received) ?? {}
      return { status: answer.status, output, code: undefined, message: '', event: events[0] }
    }
    const code = readErrorCode(model.protocol, received)
    const message = messageIn(bytes.toString())
    return { status: answer.status, output: {}, code, message, event: events[0] }
  }
}

function messageIn(body: string): string {
  if (body.startsWith('<')) return /<Message>([^<]*)</.exec(body)?.[1] ?? ''
  const said = JSON.parse(body || '{}') as { message?: string; Message?: string }
  return said.message ?? said.Message ?? ''
}

/** A form of Query, as the backend reads it. */
function readForm(service: ForwardedService, body: string) {
  const model = loadModel(service)
  const line = new URLSearchParams(body).get('Action') ?? ''
  const operation = model.operations.get(line)
  if (operation === undefined) throw new Error(`no ${line}`)
  const rawHeaders = ['Content-Type', 'application/x-www-form-urlencoded']
  const head = { method: 'POST', target: '/', rawHeaders, headers: headersOf(rawHeaders) }
  const read = awsQuery.readInput(model, operation, {
    ...head,
    body: Buffer.from(body),
    secure: false,
    remoteAddress: '127.0.0.1',
  })
  if (!read.ok) throw new Error(read.error.code)
  return { line, input: read.input as Record<string, unknown> }
}

/** What a backend of Query answers; an error is `{ code }`. */
function queryAnswer(service: ForwardedService, line: string, status: number, said: unknown) {
  const model = loadModel(service)
  const operation = model.operations.get(line)
  if (operation === undefined) throw new Error(`no ${line}`)
  return status < 300
    ? awsQuery.writeOutput(model, operation, said, 'theirs')
    : awsQuery.writeError(model, said as { code: string }, 'theirs')
}
