/** A listener with the gate behind it and a backend behind that: sockets are real, policy is one. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createBackend, createGate } from '@bailiwick/gateway'
import type {
  BackendLimits,
  Backend,
  Caller,
  GateEvent,
  GateScope,
  Resource,
  ResourcePort,
  Service,
} from '@bailiwick/gateway'
import { compilePolicy, parsePolicy } from '@bailiwick/policy'
import { loadModel, sign, type ForwardedService } from '@bailiwick/wire'
import { listen, type Listener } from '../http/listener.ts'

const accountId = '111122223333'
export const clientKey = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }
const backendKey = { accessKeyId: 'AKIDBACKEND', secretAccessKey: 'theirs' }

/** Ann may do all, but nothing with keys that begin with `secret`. */
function ann(): Caller {
  const statements = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::reports/secret*' },
  ]
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const parsed = parsePolicy(text, 'identityPolicy')
  if (!parsed.ok) throw new Error(parsed.problems[0].message)
  const policy = compilePolicy(parsed.document)
  const source = { policyType: 'identityPolicy', id: 'ann' } as const
  const arn = `arn:aws:iam::${accountId}:user/ann`
  return {
    principal: { kind: 'user', accountId, arn, userId: 'AIDAANN' },
    accountId,
    arn,
    userId: 'AIDAANN',
    userName: 'ann',
    accessKeyId: clientKey.accessKeyId,
    contextKeys: new Map([['aws:username', 'ann']]),
    policies: { identity: [{ source, policy }] },
    inManagementAccount: false,
  }
}

const unused = () => Promise.reject(new Error('no record is made, changed or read'))

/** A registry that holds the bucket `reports` and the function `f`, of Ann's account. */
const bucketAndFunction: ResourcePort = {
  find: (arn) => [reports, functionF].find((each) => each.arn === arn),
  list: () => [],
  beginningWith: () => [],
  create: unused,
  change: unused,
  remove: unused,
  compiled: () => {
    throw new Error('no policy is kept')
  },
  savedPolicy: unused,
  shownPolicy: unused,
}

const reports: Resource = {
  id: 'reports',
  arn: 'arn:aws:s3:::reports',
  service: 's3',
  type: 'bucket',
  accountId,
  state: 'active',
  tags: [],
  settings: {},
  createdAt: new Date('2026-11-01T00:00:00Z'),
  revision: 1,
}

const functionF: Resource = {
  ...reports,
  id: 'f',
  arn: `arn:aws:lambda:eu-west-1:${accountId}:function:f`,
  service: 'lambda',
  type: 'function',
}

export interface FrontOptions {
  readonly backendUrl: string
  readonly limits?: Partial<BackendLimits>
  /** Of the listener. */
  readonly stallTimeoutMs?: number
}

export interface Front {
  readonly port: number
  readonly backend: Backend
  readonly events: readonly GateEvent[]
  readonly bugs: readonly unknown[]
  /** Each change of the backend's state, as it was told. */
  readonly changes: readonly boolean[]
  /** In whose words the backend does not take the key any more; undefined: it takes it again. */
  readonly keyChanges: readonly (string | undefined)[]
  close(): Promise<void>
}

const fronted: readonly ForwardedService[] = ['s3', 'sqs', 'lambda']

export async function openFront({ backendUrl, ...options }: FrontOptions): Promise<Front> {
  const events: GateEvent[] = []
  const bugs: unknown[] = []
  const changes: boolean[] = []
  const keyChanges: (string | undefined)[] = []
  const backend = createBackend({
    url: backendUrl,
    credentials: backendKey,
    ...(options.limits && { limits: options.limits }),
    onChange: (isReachable) => changes.push(isReachable),
    onKeyChange: (refusal) => keyChanges.push(refusal),
  })
  const services = fronted.map((name): readonly [string, Service<GateScope>] => [
    name,
    { model: loadModel(name), operations: new Map(), backend },
  ])
  const { secretAccessKey } = clientKey
  const gate = createGate<GateScope>({
    services: new Map(services),
    credentials: {
      lookup: () => Promise.resolve({ ok: true, secretAccessKey, caller: ann() }),
      prove: () => Promise.reject(new Error('no proof')),
    },
    resources: bucketAndFunction,
    scopes: { read: (scope, work) => work(scope, 1), write: (scope, work) => work(scope, 1) },
    record: (event) => events.push(event),
    reportBug: (_id, cause) => bugs.push(cause),
    clock: () => new Date(),
    stopwatch: () => performance.now(),
    newRequestId: () => 'ours',
  })
  const listener: Listener = await listen({
    host: '127.0.0.1',
    port: 0,
    answer: gate.answer,
    isStreamed: gate.isStreamed,
    reportBug: (cause) => bugs.push(cause),
    ...(options.stallTimeoutMs !== undefined && { stallTimeoutMs: options.stallTimeoutMs }),
  })
  const close = async () => {
    backend.close()
    await listener.close()
  }
  return { port: listener.port, backend, events, bugs, changes, keyChanges, close }
}

export interface Asked {
  readonly method?: string
  readonly target?: string
  readonly service?: ForwardedService
  readonly headers?: readonly string[]
  readonly payloadHash?: string
}

/** The head of a signed request, as bytes go over the wire. */
export function headOf(port: number, asked: Asked = {}): string {
  const { method = 'GET', target = '/reports/a', service = 's3', headers = [] } = asked
  const { payloadHash = 'UNSIGNED-PAYLOAD' } = asked
  const rawHeaders = sign(
    { method, target, rawHeaders: ['Host', `127.0.0.1:${String(port)}`, ...headers], body: '' },
    {
      credentials: clientKey,
      region: 'eu-west-1',
      service,
      now: new Date(),
      ...(service === 's3' && { payloadHash }),
    },
  )
  const lines = [`${method} ${target} HTTP/1.1`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    lines.push(`${rawHeaders[i] ?? ''}: ${rawHeaders[i + 1] ?? ''}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** A client's connection, and what has come back on it. */
export interface Talk {
  readonly socket: Socket
  /** What has come so far. */
  readonly text: () => string
  /** Resolves once `pattern` has come. Errors: rejects where the connection ends before. */
  until(pattern: RegExp): Promise<string>
  readonly closed: Promise<void>
}

export function talk(port: number, ...pieces: readonly (string | Uint8Array)[]): Talk {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  const waiting = new Set<() => void>()
  const tell = () => {
    for (const each of waiting) each()
  }
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    tell()
  })
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve()
      tell()
    })
  })
  for (const piece of pieces) socket.write(piece)
  const until = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (pattern.test(text)) resolve(text)
        else if (socket.destroyed) reject(new Error(`${String(pattern)} did not come: ${text}`))
        else return
        waiting.delete(look)
      }
      waiting.add(look)
      look()
    })
  return { socket, text: () => text, until, closed }
}

/** A backend that does what HTTP does not foresee. */
export interface RawBackend {
  readonly url: string
  readonly sockets: ReadonlySet<Socket>
  /** All bytes that have come, over all connections. */
  readonly received: () => string
  /** Heads of requests that have come. */
  readonly requestCount: () => number
  close(): Promise<void>
}

/** @param reply Called for each head that comes: on which connection, as its which request. */
export async function openRawBackend(
  reply: (socket: Socket, nth: number, head: string) => void,
  port = 0,
): Promise<RawBackend> {
  const sockets = new Set<Socket>()
  let received = ''
  let requestCount = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    let nth = 0
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1')
      received += text
      for (const [head] of text.matchAll(/^(GET|HEAD|PUT|POST|DELETE) [^]*?\r\n\r\n/gm)) {
        requestCount++
        reply(socket, nth++, head)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    sockets,
    received: () => received,
    requestCount: () => requestCount,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) =>
        server.close(() => {
          resolve()
        }),
      )
    },
  }
}
