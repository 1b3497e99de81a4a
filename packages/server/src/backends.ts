/** The services that are forwarded, from what the operator has set. */
import { embeddedLacks } from '@bailiwick/embedded'
import { createBackend, type Backend, type BackendAccounts, type Service } from '@bailiwick/gateway'
import { forwardedServices, loadModel, type ForwardedService } from '@bailiwick/wire'
import { openEmbedded } from './embedded/embedded-backends.ts'
import type { Logger } from './http/log.ts'
import { StartError, type BackendSetting, type ServerOptions } from './options.ts'
import type { Scope } from './services/operation.ts'

export interface EmbeddedService {
  readonly service: string
  /** In a few words. */
  readonly lacks: string
}

export interface Forwarding {
  /** By signing name. */
  readonly services: readonly (readonly [signingName: string, service: Service<Scope>])[]
  /** How the backend of each service stands. */
  readonly states: () => Readonly<Record<string, ReturnType<Backend['state']>>>
  /** The services that are answered by processes of our own. */
  readonly embedded: readonly EmbeddedService[]
  /** Throws away what those processes hold. */
  reset(): Promise<void>
  close(): Promise<void>
}

/**
 * @param firstAccountId Whose a backend is that names no account.
 * @throws StartError for a service that is not forwarded, or a URL that is none.
 */
export function openBackends(
  options: ServerOptions,
  firstAccountId: string,
  log: Pick<Logger, 'error' | 'info' | 'warn'>,
): Forwarding {
  const { backends = [], observe = [] } = options
  const byService = new Map<ForwardedService, Backend>()
  const opened: Backend[] = []
  // `all` first: what names a service takes its place.
  const inOrder = [...backends].sort(
    (a, b) => Number(b.service === 'all') - Number(a.service === 'all'),
  )
  for (const setting of inOrder) {
    const backend = createBackend({
      ...setting,
      url: checkedUrl(setting.url),
      accounts: accountsOf(setting, firstAccountId),
      onChange: (isReachable) => {
        report(log, setting.url, isReachable)
      },
      onKeyChange: (refusal) => {
        reportKey(log, setting.url, refusal)
      },
    })
    opened.push(backend)
    const names =
      setting.service === 'all' ? forwardedServices : [forwarded('--backend', setting.service)]
    for (const name of names) byService.set(name, backend)
  }
  const wantsEmbedded = (name: string) =>
    options.embedded !== false && !byService.has(name as ForwardedService)
  const embedded = openEmbedded(options, wantsEmbedded, firstAccountId, (said) => {
    log.error(said)
  })
  for (const [name, backend] of embedded.backends) byService.set(forwarded('', name), backend)
  for (const name of observe) {
    if (byService.has(forwarded('--observe', name))) continue
    throw new StartError(`--observe ${name}: it has no --backend, and what has none is enforced`)
  }
  const services = [...byService].map(([name, backend]) => {
    const model = loadModel(name)
    const service: Service<Scope> = {
      model,
      operations: new Map(),
      backend,
      ...(observe.includes(name) && { observe: true }),
    }
    return [model.signingName, service] as const
  })
  return {
    services,
    states: () => Object.fromEntries([...byService].map(([name, { state }]) => [name, state()])),
    embedded: [...embedded.backends.keys()].map((service) => ({
      service,
      lacks: embeddedLacks[service] ?? '',
    })),
    reset: () => embedded.reset(),
    close: async () => {
      for (const backend of opened) backend.close()
      await embedded.close()
    },
  }
}

/** Once when it can no longer be reached, and once when it can again. */
function report(
  log: Pick<Logger, 'error' | 'info' | 'warn'>,
  backend: string,
  isReachable: boolean,
): void {
  if (isReachable) log.info({ backend }, 'the backend can be reached again')
  else log.warn({ backend }, 'the backend cannot be reached: its requests are refused at once')
}

/** Once when it does not take the gate's key, in its words, and once when it takes it again. */
function reportKey(
  log: Pick<Logger, 'error' | 'info'>,
  backend: string,
  refusal: string | undefined,
): void {
  if (refusal === undefined) log.info({ backend }, "the backend takes the gate's key again")
  else log.error({ backend, refusal }, "the backend does not take the gate's key: set credentials=")
}

function accountsOf(
  { accountHint: hint, account, ownAccountId: id }: BackendSetting,
  firstAccountId: string,
): BackendAccounts {
  return {
    account: account ?? firstAccountId,
    ...(hint !== undefined && { hint }),
    ...(id !== undefined && { id }),
  }
}

function forwarded(flag: string, name: string): ForwardedService {
  const found = forwardedServices.find((each) => each === name)
  if (found !== undefined) return found
  throw new StartError(`${flag} ${name}: there are ${forwardedServices.join(', ')}`)
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isOrigin = url?.pathname === '/' && url.search === '' && url.username === ''
  if (url !== undefined && isOrigin && /^https?:$/.test(url.protocol)) return url.origin
  throw new StartError(`--backend ${text}: write http://host:port or https://host:port`)
}
