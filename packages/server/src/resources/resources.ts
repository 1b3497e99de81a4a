/**
 * The registry of resources (decision 12): the store is the truth, memory answers. It is loaded at
 * start and kept fresh by the log of changes, so that a look-up is synchronous and costs nothing.
 */
import type {
  NewResource,
  Resource,
  ResourceEvent,
  ResourcePort,
  SavedPolicy,
} from '@bailiwick/gateway'
import type { CompiledPolicy, PolicyType } from '@bailiwick/policy'
import { resourceName, type Resource as ResourceEntity } from '../domain/resource.ts'
import { savedPrincipals, shownPrincipals } from '../domain/saved-principals.ts'
import type { Change, Store, StoreReader, StoreTransaction } from '../store/port.ts'

export interface ResourcesOptions {
  readonly store: Store
  readonly partition: string
  readonly newId: () => string
  /** Undefined where the text does not parse. */
  readonly compiledPolicy: (text: string, policyType: PolicyType) => CompiledPolicy | undefined
  /** Stands for a policy that does not parse, whose own Denies are unknown. */
  readonly denyAll: CompiledPolicy
}

export interface Resources extends ResourcePort {
  /** After the store was emptied. */
  clear(): void
}

/**
 * Loads what there is; from then on it follows what is committed.
 * Errors: rejects with an Error that names a record which is not whole.
 */
export async function openResources(options: ResourcesOptions): Promise<Resources> {
  const { store, partition } = options
  const memory = new Memory()
  store.onCommit((changes) => {
    memory.apply(changes)
  })
  await store.read((reader) => load(reader, memory))
  return {
    find: (arn) => memory.find(arn),
    list: (kind) => memory.list(kind),
    beginningWith: (text) => memory.beginningWith(text),
    create: (resource, event) => create(options, resource, event),
    change: (resource, event, change) => changed(store, resource, event, change),
    remove: (resource, event, state) => remove(store, resource, event, state),
    compiled: ({ saved }) => options.compiledPolicy(saved, 'resourcePolicy') ?? options.denyAll,
    savedPolicy: (text) =>
      store.read(async (reader) => {
        const saved = await savedPrincipals(reader, text)
        return saved.ok ? { ok: true, policy: { text, saved: saved.text } } : saved
      }),
    shownPolicy: ({ text, saved }: SavedPolicy) =>
      store.read((reader) => shownPrincipals(reader, partition, text, saved)),
    clear: () => {
      memory.clear()
    },
  }
}

/** Records by ARN, by owner and kind, and by what their ARNs begin with. */
class Memory {
  readonly #byArn = new Map<string, Resource>()
  readonly #byKind = new Map<string, Set<string>>()
  /** ARNs in order, from when they are first asked for: loading leaves them to be sorted once. */
  #sorted: string[] | undefined

  find(arn: string): Resource | undefined {
    return this.#byArn.get(arn)
  }

  list(kind: Pick<Resource, 'accountId' | 'service' | 'type'>): readonly Resource[] {
    const arns = [...(this.#byKind.get(keyOf(kind)) ?? [])].sort()
    return arns.flatMap((arn) => this.#byArn.get(arn) ?? [])
  }

  beginningWith(text: string): readonly Resource[] {
    this.#sorted ??= [...this.#byArn.keys()].sort()
    const found: Resource[] = []
    for (let at = firstNotBefore(this.#sorted, text); ; at++) {
      const arn = this.#sorted[at]
      const resource = arn?.startsWith(text) === true ? this.#byArn.get(arn) : undefined
      if (resource === undefined) return found
      found.push(resource)
    }
  }

  put(resource: Resource): void {
    const isNew = !this.#byArn.has(resource.arn)
    this.#byArn.set(resource.arn, resource)
    if (isNew) this.#sorted?.splice(firstNotBefore(this.#sorted, resource.arn), 0, resource.arn)
    const key = keyOf(resource)
    const arns = this.#byKind.get(key) ?? new Set()
    this.#byKind.set(key, arns.add(resource.arn))
  }

  apply(changes: readonly Change[]): void {
    for (const { kind, before, after } of changes) {
      if (kind !== 'resource') continue
      if (before !== undefined) this.#drop(resourceOf(before as ResourceEntity))
      if (after !== undefined) this.put(resourceOf(after as ResourceEntity))
    }
  }

  clear(): void {
    this.#byArn.clear()
    this.#byKind.clear()
    this.#sorted = undefined
  }

  #drop(resource: Resource): void {
    const isGone = this.#byArn.delete(resource.arn)
    if (isGone) this.#sorted?.splice(firstNotBefore(this.#sorted, resource.arn), 1)
    this.#byKind.get(keyOf(resource))?.delete(resource.arn)
  }
}

/** Where in the order a text stands, or would stand. O(log n). */
function firstNotBefore(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? '') < text) low = middle + 1
    else high = middle
  }
  return low
}

function keyOf({ accountId, service, type }: Pick<Resource, 'accountId' | 'service' | 'type'>) {
  return `${accountId} ${service} ${type}`
}

/** Of records read at once. */
const loadedPageSize = 1000

async function load(reader: StoreReader, memory: Memory): Promise<void> {
  let after: string | undefined
  for (;;) {
    const accounts = await reader.accounts({ limit: loadedPageSize, ...(after && { after }) })
    for (const { accountId } of accounts) await loadAccount(reader, memory, accountId)
    if (accounts.length < loadedPageSize) return
    after = accounts.at(-1)?.accountId
  }
}

async function loadAccount(reader: StoreReader, memory: Memory, accountId: string): Promise<void> {
  let after: string | undefined
  for (;;) {
    const page = { limit: loadedPageSize, after }
    const entities = await reader.list('resource', accountId, page)
    for (const entity of entities) memory.put(loaded(entity))
    if (entities.length < loadedPageSize) return
    after = entities.at(-1)?.name
  }
}

/** Nobody decides on a record that is not whole. @throws Error that names it */
function loaded(entity: ResourceEntity): Resource {
  const held: Readonly<Partial<Record<keyof ResourceEntity, unknown>>> = entity
  const { arn, service, type, state, tags, settings, revision } = held
  const isWhole =
    [arn, service, type].every((each) => typeof each === 'string' && each !== '') &&
    entity.name === resourceName(String(arn)) &&
    (state === 'creating' || state === 'active') &&
    Array.isArray(tags) &&
    typeof settings === 'object' &&
    settings !== null &&
    Number.isInteger(revision)
  if (isWhole) return resourceOf(entity)
  const message = `The registry of resources cannot be loaded: record ${entity.id} of account ${entity.accountId} (${entity.name}) is not whole`
  throw new Error(message)
}

function resourceOf(entity: ResourceEntity): Resource {
  const { kind: _, name: __, path: ___, parentId: ____, ...resource } = entity
  return resource
}

function entityOf(resource: Resource): ResourceEntity {
  return { ...resource, kind: 'resource', name: resourceName(resource.arn), path: '/' }
}

function contextOf(accountId: string, { requestId: eventId, now }: ResourceEvent) {
  return { accountId, eventId, now }
}

/** The name that an ARN takes, in whichever account. */
function claimOf({ arn, accountId }: Pick<Resource, 'arn' | 'accountId'>) {
  return { kind: 'resourceClaim', accountId, fromId: arn, toId: arn } as const
}

async function create(
  { store, newId }: ResourcesOptions,
  made: NewResource,
  event: ResourceEvent,
): Promise<Resource | undefined> {
  const { accountId } = made
  const resource: Resource = { ...made, id: newId(), createdAt: event.now, revision: 1 }
  return store.write(contextOf(accountId, event), async (tx) => {
    const claimed = await tx.link({ ...claimOf(resource), createdAt: event.now })
    if (!claimed) return undefined
    if (!(await tx.insert(entityOf(resource)))) throw new Error(`${made.arn} was never claimed`)
    return resource
  })
}

async function changed(
  store: Store,
  { id, accountId }: Resource,
  event: ResourceEvent,
  change: (current: Resource) => Resource,
): Promise<Resource | undefined> {
  return store.write(contextOf(accountId, event), async (tx) => {
    const entity = await tx.get('resource', id)
    if (entity === undefined) return undefined
    const current = resourceOf(entity)
    const resource = { ...change(current), revision: current.revision + 1 }
    await tx.update(entityOf(resource))
    return resource
  })
}

async function remove(
  store: Store,
  { id, accountId }: Resource,
  event: ResourceEvent,
  state: Resource['state'] | undefined,
): Promise<void> {
  await store.write(contextOf(accountId, event), async (tx: StoreTransaction) => {
    const entity = await tx.get('resource', id)
    if (entity === undefined || (state !== undefined && entity.state !== state)) return
    const { fromId, toId } = claimOf(entity)
    await tx.unlink('resourceClaim', fromId, toId)
    await tx.remove('resource', id)
  })
}
