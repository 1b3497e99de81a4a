/**
 * The composition root: the only file that knows every room. It puts the house together, makes the
 * first account where there is none, and listens.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  createGate,
  type CredentialPort,
  type Gate,
  type GatePorts,
  type ScopePort,
  type Service,
} from '@bailiwick/gateway'
import { loadModel } from '@bailiwick/wire'
import { openBackends, type EmbeddedService } from './backends.ts'
import { bootstrap, firstAccountOf, type FirstStart } from './bootstrap.ts'
import { createRandomBytes } from './credentials/random-bytes.ts'
import { createSealedMessages } from './credentials/sealed-messages.ts'
import { createSecrets, createSecretVault, type SecretVault } from './credentials/secrets.ts'
import {
  openSessionKeys,
  type SessionKeys,
  type SessionKeyStorage,
} from './credentials/session-keys.ts'
import { createSessionTokens } from './credentials/session-token.ts'
import { createWebIdentityKeys } from './credentials/web-identity-keys.ts'
import { createTradeInTokens } from './credentials/trade-in-token.ts'
import { quotaDefaults } from './domain/quota.ts'
import { issuersOf, openCredentials, readPem } from './compose/federation.ts'
import { watchDeliveries } from './compose/delivery-watch.ts'
import { runningRoles } from './compose/handed-roles.ts'
import { noticesIn } from './compose/notices.ts'
import { openRegistry } from './compose/registry.ts'
import { openSignIn } from './compose/sign-in.ts'
import { preflightAnswer, withCors } from './http/cors.ts'
import { listen, type Listener } from './http/listener.ts'
import { trustedProxies } from './http/trusted-proxies.ts'
import { openLog, type Logger } from './http/log.ts'
import { isLoopback } from './http/loopback.ts'
import { answerOwnPath, type OwnPaths } from './http/own-paths.ts'
import { requestLine } from './http/request-log.ts'
import { eventFileDefaults, EventFiles } from './ledger/event-file.ts'
import { eventLines } from './ledger/event.ts'
import { Ledger } from './ledger/ledger.ts'
import { expireOld, keepRetention, retentionDefaults, type Retention } from './ledger/retention.ts'
import { createNotificationFile } from './ledger/notification-file.ts'
import { openManagedPolicies } from './managed-policies/catalog.ts'
import { masterKeyOf, openStore } from './open-store.ts'
import { StartError, type ServerOptions } from './options.ts'
import { createPrincipals } from './principals/principals.ts'
import { bailiwickOperations } from './services/bailiwick/index.ts'
import { ec2Operations } from './services/ec2/index.ts'
import { iamOperations, reportMakers } from './services/iam/index.ts'
import { KeptRefusals } from './services/kept-refusals.ts'
import type { Scope } from './services/operation.ts'
import { organizationsOperations } from './services/organizations/index.ts'
import { noRoleUsage } from './services/role-usage.ts'
import { ReportJobs, type ReportJobsOptions } from './services/report-jobs.ts'
import { createScopes } from './services/scopes.ts'
import { stsOperations } from './services/sts/index.ts'
import type { Store } from './store/port.ts'
import { createInstanceMetadata } from './workload/instance-metadata.ts'

export { StartError } from './options.ts'
export type { BackendSetting, FixedKey, ServerOptions } from './options.ts'
export { recoverAdministrator, type Recovered } from './recover.ts'
export { quotaDefaults } from './domain/quota.ts'
export type { FirstStart } from './bootstrap.ts'

export interface RunningServer {
  readonly url: string
  readonly port: number
  /** What is shown once; absent where the deployment has an account already. */
  readonly firstStart?: FirstStart
  /** Where instances ask for their metadata. */
  readonly metadataUrl?: string
  /** The services whose backends are processes of our own. */
  readonly embedded: readonly EmbeddedService[]
  readonly log: Logger
  /** Ends requests in flight, writes what waits, closes the store. */
  close(): Promise<void>
}

const rotationCheckMs = 600_000
const clock = () => new Date()
const randomBytes = createRandomBytes()

/** @throws StartError, StoreOpenError: one line that says what to do. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  refuseOpenHost(options)
  proxiesOf(options)
  if (options.ephemeral && options.databaseUrl !== undefined) {
    throw new StartError('--ephemeral keeps everything in memory: leave --database out')
  }
  const store = await openStore(options)
  try {
    return await startOn(store, options)
  } catch (error) {
    await store.close()
    throw error
  }
}

async function startOn(store: Store, options: ServerOptions): Promise<RunningServer> {
  const openedLog = openLog({ ...options.log, to: 'stdout' })
  const { log } = openedLog
  const vault = createSecretVault([masterKeyOf(options, randomBytes)], randomBytes)
  const managedPolicies = openManagedPolicies(options.partition)
  const first = (start: ServerOptions) =>
    bootstrap({ store, vault, randomBytes, now: clock(), managedPolicies }, start)
  const firstStart = await first(options)
  const sessionKeys = await openKeysOf(store, vault)
  const webIdentityKeys = createWebIdentityKeys(settingStorage(store, 'web-identity-keys'), vault)
  const sessions = createSessionTokens(sessionKeys, randomBytes)
  const { partition } = options
  const parts = { store, vault, sessions, managedPolicies, partition }
  const principals = createPrincipals({ ...parts, report: (message) => log.error(message) })
  const ledger = openLedger(store, options, log)
  const reports = openReports({ store, principals, partition, managedPolicies }, ledger, log)
  const notifications = openNotifications(options, log)
  const tokens = tokensOf(sessionKeys)
  const refusals = new KeptRefusals(principals.policyText)
  const backends = openBackends(options, await firstAccountOf(store), log)
  const kept = { store, partition, principals, backends, ledger, clock, log }
  const { known, registry, watch, clear } = await openRegistry(kept)
  const scopes = createScopes({
    ...{ store, principals, partition, managedPolicies, randomBytes, sessions },
    secrets: createSecrets(vault, randomBytes),
    ...{ ...tokens, registry, webIdentityKeys, refusals, roleUsage: noRoleUsage, reports },
    notify: notifications.notify,
    quota: (_accountId, name) => options.quotas?.[name] ?? quotaDefaults[name],
  })
  const issuers = issuersOf(store, webIdentityKeys)
  const credentials = openCredentials({ store, vault, issuers }, principals.lookup, options, log)
  const runRole = runningRoles({ store, sessions, principals, partition })
  const forwarding = { services: services(backends.services), partition, ...known, runRole }
  const records = { ledger, refusals }
  const gate = createGate<Scope>({ ...gatePorts(credentials, scopes, records, log), ...forwarding })
  const rotation = rotateKeys([sessionKeys, webIdentityKeys], log)
  const reset = async () => {
    await Promise.all([store.clear(), backends.reset()])
    for (const part of [principals, refusals, { clear }]) part.clear()
    if (firstStart) await first({ ...options, ...sameAgain(firstStart) })
  }
  const { messages } = tokens
  const federation = openSignIn({ store, principals, sessions, messages, randomBytes, ledger, log })
  const { states } = backends
  const paths = { issuers, federation, backends: states, ...(options.ephemeral && { reset }) }
  const listener = await open(options, gate, store, log, paths)
  const deliveries = watchDeliveries({ ...forwarding, store, ledger, log })
  const upkeep = [openRetention(store, options, log), watch(), deliveries]
  const metadata = await openMetadata(store, options, { partition, sessions, ...principals }, log)
  return {
    url: listener.url,
    port: listener.port,
    ...(firstStart && { firstStart }),
    ...(metadata && { metadataUrl: metadata.url }),
    ...{ embedded: backends.embedded, log },
    close: async () => {
      clearInterval(rotation)
      for (const open of [listener, metadata]) await open?.close()
      await Promise.all(upkeep.map((each) => each.stop()))
      await backends.close()
      await reports.close()
      await ledger.close()
      await notifications.close()
      await store.close()
      openedLog.flush()
    },
  }
}

/** The same account, under the same keys. */
function sameAgain({ accountId, admin }: FirstStart) {
  return { accountId, adminKey: admin }
}

/** Whatever else is sealed under the keys of session tokens. */
function tokensOf(keys: SessionKeys) {
  return { tradeIns: createTradeInTokens(keys), messages: createSealedMessages(keys) }
}

function gatePorts(
  credentials: CredentialPort,
  scopes: ScopePort<Scope>,
  { ledger, refusals }: { readonly ledger: Ledger; readonly refusals: KeptRefusals },
  log: Logger,
): Omit<GatePorts<Scope>, 'services' | 'resources'> {
  const notice = noticesIn(log)
  return {
    credentials,
    scopes,
    record: (event) => {
      if (log.isLevelEnabled('info')) log.info(requestLine(event))
      notice(event)
      refusals.add(event)
      ledger.record(event)
    },
    reportBug: (requestId, cause) => {
      log.error({ id: requestId, err: cause }, 'a bug: the request was refused')
    },
    clock,
    stopwatch: () => performance.now(),
    newRequestId: randomUUID,
  }
}

function openKeysOf(store: Store, vault: SecretVault): Promise<SessionKeys> {
  return openSessionKeys(settingStorage(store, 'session-keys'), vault, randomBytes, clock())
}

function settingStorage(store: Store, name: string): SessionKeyStorage {
  return {
    load: () => store.setting(name),
    save: (sealed: string) => store.putSetting(name, sealed),
  }
}

function rotateKeys(sets: readonly Pick<SessionKeys, 'rotateWhenDue'>[], log: Logger) {
  const rotation = setInterval(() => {
    for (const keys of sets) {
      keys.rotateWhenDue(clock()).catch((cause: unknown) => {
        log.error({ err: cause }, 'the keys could not be rotated')
      })
    }
  }, rotationCheckMs)
  return rotation.unref()
}

function services(
  forwarded: readonly (readonly [string, Service<Scope>])[],
): ReadonlyMap<string, Service<Scope>> {
  const globalRegion = 'us-east-1'
  return new Map<string, Service<Scope>>([
    ['iam', { model: loadModel('iam'), operations: iamOperations, globalRegion }],
    ['sts', { model: loadModel('sts'), operations: stsOperations, globalRegion }],
    [
      'organizations',
      { model: loadModel('organizations'), operations: organizationsOperations, globalRegion },
    ],
    ['bailiwick', { model: loadModel('bailiwick'), operations: bailiwickOperations }],
    ['ec2', { model: loadModel('ec2'), operations: ec2Operations }],
    ...forwarded,
  ])
}

function openLedger(store: Store, options: ServerOptions, log: Logger): Ledger {
  return new Ledger({
    linesOf: eventLines,
    ...(!options.ephemeral && { files: openEventFiles(options) }),
    recordUses: (uses) => store.recordUses(uses),
    clock,
    reportFailure: (what, cause) => {
      log.error({ err: cause }, what)
    },
  })
}

function openEventFiles({ dataDir, eventRetentionDays }: ServerOptions): EventFiles {
  const days = eventRetentionDays !== undefined && { retentionDays: eventRetentionDays }
  return new EventFiles(join(dataDir, 'events'), { ...eventFileDefaults, ...days })
}

function openRetention(store: Store, options: ServerOptions, log: Logger): Retention {
  const { changeRetentionDays } = options
  const days = changeRetentionDays !== undefined && { changeDays: changeRetentionDays }
  const limits = { ...retentionDefaults, ...days }
  return keepRetention(
    (signal) => expireOld(store, limits, clock(), signal),
    (cause) => {
      log.error({ err: cause }, 'what has expired could not be removed')
    },
  )
}

function openReports(
  parts: Pick<ReportJobsOptions, 'store' | 'principals' | 'partition' | 'managedPolicies'>,
  ledger: Ledger,
  log: Logger,
): ReportJobs {
  return new ReportJobs({
    ...parts,
    makers: reportMakers,
    clock,
    flushUses: () => ledger.flush(),
    reportFailure: (cause) => {
      log.error({ err: cause }, 'a report could not be made')
    },
  })
}

/** In memory there is nowhere to keep them, and a log is no place for tokens. */
function openNotifications({ ephemeral, dataDir }: ServerOptions, log: Logger) {
  const close = () => Promise.resolve()
  if (ephemeral) return { notify: () => undefined, close }
  return createNotificationFile(join(dataDir, 'notifications.jsonl'), clock, (cause) => {
    log.error({ err: cause }, 'a notification could not be written')
  })
}

async function open(
  options: ServerOptions,
  gate: Gate,
  store: Store,
  log: Logger,
  ownPaths: Omit<OwnPaths, 'unhealthy'>,
): Promise<Listener> {
  const cors = { origins: options.corsOrigins }
  const unhealthy = () =>
    store
      .read((reader) => reader.accounts({ limit: 1 }))
      .then(
        () => undefined,
        (cause: unknown) => (cause instanceof Error ? cause.message : 'the store does not answer'),
      )
  const paths = { unhealthy, ...ownPaths }
  const { host, port, tls } = options
  const isTrustedProxy = proxiesOf(options)
  try {
    return await listen({
      host,
      port,
      ...(tls && { tls: readTls(tls) }),
      isStreamed: gate.isStreamed,
      isTrustedProxy,
      answer: async (request) => {
        const own = preflightAnswer(request, cors) ?? answerOwnPath(request, paths)
        return withCors(request, cors, await (own ?? gate.answer(request)))
      },
      reportBug: (cause) => {
        log.error({ err: cause }, 'a bug in the listener')
      },
    })
  } catch (error) {
    throw listenError(error, options)
  }
}

/** The instance metadata service, where it is asked for: without TLS, as on AWS. */
async function openMetadata(
  store: Store,
  options: ServerOptions,
  session: Parameters<typeof createInstanceMetadata>[0]['session'],
  log: Logger,
): Promise<Listener | undefined> {
  if (options.metadata === undefined) return undefined
  const key = randomBytes(32)
  try {
    return await listen({
      ...options.metadata,
      answer: createInstanceMetadata({ store, key, clock, session }),
      reportBug: (cause) => {
        log.error({ err: cause }, 'a bug in the instance metadata service')
      },
    })
  } catch (error) {
    throw listenError(error, options.metadata)
  }
}

function listenError(
  error: unknown,
  { host, port }: Pick<ServerOptions, 'host' | 'port'>,
): unknown {
  const { code } = error as NodeJS.ErrnoException
  const where = `${host}:${String(port)}`
  if (code === 'EADDRINUSE') {
    return new StartError(`${where} is in use: stop what listens there, or choose another --port`)
  }
  if (code === 'EACCES')
    return new StartError(`${where} is not allowed: choose a --port above 1023`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartError(`--host ${host}: this machine has no such address`)
  }
  return error
}

function proxiesOf({ trustedProxies: blocks = [] }: ServerOptions) {
  try {
    return trustedProxies(blocks)
  } catch (error) {
    throw new StartError(`--trusted-proxy ${(error as Error).message}`)
  }
}

/** Signatures keep requests from being altered, not from being read. */
function refuseOpenHost({ host, tls, insecure }: ServerOptions): void {
  if (isLoopback(host) || tls !== undefined || insecure) return
  throw new StartError(
    `--host ${host} is reachable from outside: give --tls-cert and --tls-key, or --insecure to listen without TLS`,
  )
}

function readTls(tls: { readonly certificateFile: string; readonly keyFile: string }) {
  return {
    certificate: readPem('--tls-cert', tls.certificateFile),
    key: readPem('--tls-key', tls.keyFile),
  }
}
