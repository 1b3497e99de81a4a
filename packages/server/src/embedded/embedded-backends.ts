/** The backends that are there without being asked for. */
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedKinds, type EmbeddedKind } from '@bailiwick/embedded'
import { BackendError, createBackend, type Backend } from '@bailiwick/gateway'
import type { ServerOptions } from '../options.ts'
import { EmbeddedChild } from './child.ts'

export interface EmbeddedBackends {
  /** By service. */
  readonly backends: ReadonlyMap<string, Backend>
  /** Throws all their data away; only of an ephemeral server. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** The account that fauxqs takes for its own. */
const accountOfQueues = '000000000000'

/**
 * Starts nothing yet: each process begins with the first request for it.
 *
 * @param isWanted Whether a service has no backend of its own.
 * @param report What the operator should know: a process that has ended, or does not take its key.
 */
export function openEmbedded(
  { dataDir, ephemeral }: Pick<ServerOptions, 'dataDir' | 'ephemeral'>,
  isWanted: (service: string) => boolean,
  firstAccountId: string,
  report: (message: string) => void,
): EmbeddedBackends {
  const kinds = (Object.keys(embeddedKinds) as EmbeddedKind[]).filter((kind) =>
    embeddedKinds[kind].some(isWanted),
  )
  const opened = kinds.map((kind) => {
    const accessKeyId = randomBytes(24).toString('hex')
    const folder = ephemeral ? passingFolder(kind) : { dataDir: join(dataDir, 'embedded', kind) }
    const child = new EmbeddedChild({ kind, accessKeyId, report, ...folder })
    const settings = { kind, child, accessKeyId, firstAccountId, report }
    return { child, kind, backend: embeddedBackend(settings) }
  })
  const backends = new Map(
    opened.flatMap(({ kind, backend }) =>
      embeddedKinds[kind].filter(isWanted).map((service) => [service, backend] as const),
    ),
  )
  return {
    backends,
    reset: async () => {
      await Promise.all(opened.map(({ child }) => child.stop()))
    },
    close: async () => {
      for (const { backend } of opened) backend.close()
      await Promise.all(opened.map(({ child }) => child.close()))
    },
  }
}

/** Objects are files also where nothing is kept: they may be larger than memory. */
function passingFolder(kind: EmbeddedKind) {
  if (kind !== 's3') return {}
  const name = `bailiwick-${randomBytes(12).toString('hex')}`
  return { dataDir: join(tmpdir(), name), isPassing: true }
}

export interface EmbeddedBackendOptions {
  readonly kind: EmbeddedKind
  readonly child: EmbeddedChild
  /** Made for this process, and told to it alone. */
  readonly accessKeyId: string
  readonly firstAccountId: string
  readonly report: (message: string) => void
}

/** A backend whose process starts with the first request for it. */
export function embeddedBackend(options: EmbeddedBackendOptions): Backend {
  const { kind, child, accessKeyId, firstAccountId, report } = options
  const backend = createBackend({
    url: 'http://localhost',
    socketPath: child.socketPath,
    credentials: { accessKeyId, secretAccessKey: accessKeyId },
    accounts: {
      hint: 'moto',
      account: firstAccountId,
      ...(kind === 'queues' && { id: accountOfQueues }),
    },
    onKeyChange: (refusal) => {
      if (refusal === undefined) return
      report(`embedded ${kind} does not take the gate's key (${refusal}): start the server anew`)
    },
  })
  return {
    ...backend,
    send: async (request, onClose) => {
      await child.ready().catch((cause: unknown) => {
        throw new BackendError(String(cause), 'connect', cause)
      })
      return backend.send(request, onClose)
    },
  }
}
