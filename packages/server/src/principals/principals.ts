/**
 * The gate's two questions to the control plane: whose credential is this, and from what snapshot
 * is it decided. Both answer from memory, kept fresh by the store's log of changes (decision 6).
 */
import type { Caller, CredentialLookup, CredentialPort } from '@bailiwick/gateway'
import type { SecretVault } from '../credentials/secrets.ts'
import type { SessionTokens } from '../credentials/session-token.ts'
import type { Group, Role, User } from '../domain/entity.ts'
import type { HeldPolicies, KnownPrincipal } from '../domain/held-policy.ts'
import type { ManagedPolicyCatalog } from '../domain/managed-policy-catalog.ts'
import type { Store, StoreReader } from '../store/port.ts'
import { CallerCache } from './caller-cache.ts'
import type { CachedCaller } from './caller-cache.ts'
import { createCompiledPolicies } from './compiled-policies.ts'
import type { CompiledPolicies } from './compiled-policies.ts'
import { loadCaller, loadPrincipal } from './load-caller.ts'
import type { CredentialOwner } from './load-caller.ts'
import { heldPolicies } from './principal-policies.ts'
import type { PolicyReading } from './principal-policies.ts'

export interface PrincipalsOptions {
  readonly store: Store
  readonly vault: SecretVault
  readonly sessions: SessionTokens
  readonly managedPolicies: ManagedPolicyCatalog
  readonly partition: string
  /** What an operator must hear of: a stored policy or secret that cannot be read. */
  readonly report: (message: string) => void
  /** Callers kept in memory. Default 10,000. */
  readonly callerCountMax?: number
}

/** Also what the scopes of the services need: see `services/scopes.ts`. */
export interface Principals extends Pick<CredentialPort, 'lookup'> {
  /** The compiled form of a stored text, shared with the callers' policies. */
  readonly compiledPolicy: CompiledPolicies['ofText']
  readonly policyText: CompiledPolicies['textOf']
  /**
   * The caller as it stands in memory, with the version it holds at; undefined where something it
   * rests on has changed. Synchronous: to be asked before a snapshot is opened.
   */
  current(caller: Caller): number | undefined
  /** The caller as this snapshot or transaction sees it; undefined where its credential is no more. */
  reload(reader: StoreReader, caller: Caller): Promise<Caller | undefined>
  /** What binds a user, group or role, as this snapshot has it. */
  heldPolicies(reader: StoreReader, holder: User | Group | Role): Promise<HeldPolicies>
  /** A user or role as decisions see it, as this snapshot has it. */
  knownPrincipal(reader: StoreReader, entity: User | Role): Promise<KnownPrincipal>
  /** After the store was emptied. */
  clear(): void
}

/** What every load works with. */
interface Loader {
  readonly options: PrincipalsOptions
  readonly cache: CallerCache
  readonly compiled: CompiledPolicies
  /** Whose credential a caller came from; the gate hands on the very object it was given. */
  readonly owners: WeakMap<Caller, CredentialOwner>
}

function readingOf(
  { managedPolicies, partition }: PrincipalsOptions,
  compiled: CompiledPolicies,
  reader: StoreReader,
  dependencies: Set<string>,
): PolicyReading {
  return { reader, compiled, managedPolicies, partition, dependencies }
}

async function load(
  { options, compiled, owners }: Loader,
  reader: StoreReader,
  owner: CredentialOwner,
  dependencies: Set<string>,
): Promise<Caller | undefined> {
  const caller = await loadCaller(readingOf(options, compiled, reader, dependencies), owner)
  if (caller) owners.set(caller, owner)
  return caller
}

/** Reads from one snapshot; what `find` answers is kept unless it changed meanwhile. */
async function loadAndKeep(
  loader: Loader,
  accessKeyId: string,
  find: (reader: StoreReader) => Promise<Found | undefined>,
): Promise<CachedCaller | undefined> {
  const { options, cache } = loader
  const loading = cache.beginLoading()
  try {
    const entry = await options.store.read(async (reader) => {
      const found = await find(reader)
      if (!found) return undefined
      const { owner, ...credential } = found
      const dependencies = new Set<string>()
      const caller = await load(loader, reader, owner, dependencies)
      if (!caller) return undefined
      const version = await reader.accountVersion(owner.accountId)
      return { ...credential, caller, version, dependencies }
    })
    if (entry) cache.put(accessKeyId, entry, loading)
    return entry
  } finally {
    cache.end(loading)
  }
}

export function createPrincipals(options: PrincipalsOptions): Principals {
  const { store, sessions, partition, report } = options
  const cache = new CallerCache(options.callerCountMax ?? 10_000)
  const compiled = createCompiledPolicies({ partition, report })
  const owners = new WeakMap<Caller, CredentialOwner>()
  const loader: Loader = { options, cache, compiled, owners }
  store.onCommit((changes) => cache.apply(changes))

  return {
    compiledPolicy: compiled.ofText,
    policyText: compiled.textOf,

    async lookup(accessKeyId, sessionToken, now): Promise<CredentialLookup> {
      const cached = cache.get(accessKeyId)
      if (cached && cached.sessionToken === sessionToken) return answer(cached, owners, now)
      if (sessionToken === undefined) {
        const find = (reader: StoreReader) => findLongTermKey(options, reader, accessKeyId)
        return answer(await loadAndKeep(loader, accessKeyId, find), owners, now)
      }
      const opening = sessions.open(accessKeyId, sessionToken, now)
      if (!opening.ok) return opening
      const { claims, secretAccessKey } = opening
      const { accountId, principalId } = claims
      const owner = { accessKeyId, accountId, principalId, claims }
      const find = () => Promise.resolve({ owner, secretAccessKey, sessionToken })
      return answer(await loadAndKeep(loader, accessKeyId, find), owners, now)
    },

    current(caller) {
      const { accessKeyId } = caller
      const cached = accessKeyId === undefined ? undefined : cache.get(accessKeyId)
      if (!cached || owners.get(cached.caller) !== owners.get(caller)) return undefined
      return Math.max(cached.version, cache.committedVersion(caller.accountId ?? '') ?? 0)
    },

    async reload(reader, caller) {
      const owner = owners.get(caller)
      if (!owner) return undefined
      if (!owner.claims) {
        const key = await reader.get('accessKey', owner.accessKeyId)
        if (key?.status !== 'Active') return undefined
      }
      const reloaded = await load(loader, reader, owner, new Set())
      return reloaded && withMultiFactorAge(reloaded, caller)
    },

    heldPolicies: (reader, holder) =>
      heldPolicies(readingOf(options, compiled, reader, new Set()), holder),

    knownPrincipal: (reader, entity) =>
      loadPrincipal(readingOf(options, compiled, reader, new Set()), entity),

    clear() {
      cache.clear()
    },
  }
}

interface Found {
  readonly owner: CredentialOwner
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

async function findLongTermKey(
  { vault, report }: PrincipalsOptions,
  reader: StoreReader,
  accessKeyId: string,
): Promise<Found | undefined> {
  const key = await reader.get('accessKey', accessKeyId)
  if (key?.status !== 'Active' || key.parentId === undefined) return undefined
  const sealed = await reader.sealed(accessKeyId)
  const secretAccessKey = sealed && vault.open(accessKeyId, sealed)
  if (secretAccessKey === undefined) {
    report(`The secret of access key ${accessKeyId} does not open: is the master key another one?`)
    return undefined
  }
  const owner = { accessKeyId, accountId: key.accountId, principalId: key.parentId }
  return { owner, secretAccessKey }
}

const ageKey = 'aws:multifactorauthage'

function answer(
  entry: CachedCaller | undefined,
  owners: WeakMap<Caller, CredentialOwner>,
  now: Date,
): CredentialLookup {
  if (!entry) return { ok: false, problem: 'invalid' }
  const { caller, secretAccessKey } = entry
  const { session } = caller
  if (!session) return { ok: true, secretAccessKey, caller }
  if (now >= session.expiresAt) return { ok: false, problem: 'expiredToken' }
  const owner = owners.get(caller)
  const authenticatedAt = owner?.claims?.multiFactorAuthenticatedAt
  if (!owner || !authenticatedAt) return { ok: true, secretAccessKey, caller }
  // The one key that ages: such a session has a caller of its own for each request.
  const ageSeconds = Math.floor((now.getTime() - authenticatedAt.getTime()) / 1000)
  const contextKeys = new Map(caller.contextKeys).set(ageKey, String(Math.max(ageSeconds, 0)))
  const aged = { ...caller, contextKeys }
  owners.set(aged, owner)
  return { ok: true, secretAccessKey, caller: aged }
}

function withMultiFactorAge(reloaded: Caller, before: Caller): Caller {
  const age = before.contextKeys.get(ageKey)
  if (age === undefined) return reloaded
  return { ...reloaded, contextKeys: new Map(reloaded.contextKeys).set(ageKey, age) }
}
