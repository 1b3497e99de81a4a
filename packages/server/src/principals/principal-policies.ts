/**
 * The policies that come with a principal, read from one snapshot. Whatever cannot be read denies
 * everything: an unknown policy may hold a Deny.
 */
import type { CallerPolicies } from '@bailiwick/gateway'
import type { CompiledPolicy, PolicyText, PolicyType, SourcedPolicy } from '@bailiwick/policy'
import { parseArn, splitResource, iamArn } from '../domain/arn.ts'
import type { Group, Role, User } from '../domain/entity.ts'
import type { HeldPolicies, HeldPolicy } from '../domain/held-policy.ts'
import type { ManagedPolicyCatalog } from '../domain/managed-policy-catalog.ts'
import type { StoreReader } from '../store/port.ts'
import { policiesOfAccount } from './caller-cache.ts'
import { denyAll, parseAws, parseStored } from './compiled-policies.ts'
import type { CompiledPolicies } from './compiled-policies.ts'

/** What reading needs; `dependencies` takes the id of everything the result rests on. */
export interface PolicyReading {
  readonly reader: StoreReader
  readonly compiled: CompiledPolicies
  readonly managedPolicies: ManagedPolicyCatalog
  readonly partition: string
  readonly dependencies: Set<string>
}

type Sourced = SourcedPolicy<CompiledPolicy>
type Holder = User | Group | Role

/** A policy as it is stored, before it is compiled. */
interface StoredPolicy {
  readonly source: Sourced['source']
  readonly isAws: boolean
  /** Undefined where there is none; asked for only where it is not compiled yet. */
  readonly text: () => string | undefined
}

interface StoredLayers {
  readonly identity: readonly (StoredPolicy & Pick<HeldPolicy, 'name' | 'holder'>)[]
  readonly permissionsBoundary?: StoredPolicy
}

/** Identity policies and permissions boundary of a user or role. */
export async function identityLayers(
  reading: PolicyReading,
  principal: User | Role,
): Promise<Pick<CallerPolicies, 'identity' | 'permissionsBoundary'>> {
  const stored = await storedLayers(reading, principal)
  const identity = stored.identity.map((policy) => compiled(reading, policy))
  const { permissionsBoundary } = stored
  if (!permissionsBoundary) return { identity }
  return { identity, permissionsBoundary: compiled(reading, permissionsBoundary) }
}

/** The same layers with their texts, of groups as well: for whoever explains a decision. */
export async function heldPolicies(reading: PolicyReading, holder: Holder): Promise<HeldPolicies> {
  const stored = await storedLayers(reading, holder)
  const identity = stored.identity.map(({ source, name, holder: owner, ...policy }) => {
    return { source, name, holder: owner, policy: policyText(reading, policy) }
  })
  const { permissionsBoundary: boundary } = stored
  if (!boundary) return { identity }
  const { source } = boundary
  const policy = policyText(reading, boundary)
  return { identity, permissionsBoundary: { source, name: source.id, holder, policy } }
}

async function storedLayers(reading: PolicyReading, holder: Holder): Promise<StoredLayers> {
  const identity = [...(await policiesOf(reading, holder))]
  if (holder.kind === 'group') return { identity }
  if (holder.kind === 'user') {
    for (const { toId } of await reading.reader.linksFrom('membership', holder.id)) {
      const group = await reading.reader.get('group', toId)
      if (!group) continue // A membership goes with its group, in one transaction.
      identity.push(...(await policiesOf(reading, group)))
    }
  }
  const permissionsBoundary = await boundaryOf(reading, holder)
  return permissionsBoundary ? { identity, permissionsBoundary } : { identity }
}

/** Inline and attached policies of a user, group or role. */
async function policiesOf(
  reading: PolicyReading,
  holder: Holder,
): Promise<StoredLayers['identity']> {
  const { reader, dependencies } = reading
  dependencies.add(holder.id)
  const policies: StoredLayers['identity'][number][] = []
  for (const { name, document } of await inlinePolicies(reader, holder)) {
    // As the policy simulator names inline policies, so that two groups may have one of a name.
    const source = {
      policyType: 'identityPolicy',
      id: `${holder.kind}_${holder.name}_${name}`,
    } as const
    policies.push({ source, name, holder, isAws: false, text: () => document })
  }
  for (const { toId } of await reader.linksFrom('attachment', holder.id)) {
    const policy = await managedPolicy(reading, toId, 'identityPolicy')
    policies.push({ ...policy, name: policy.source.id, holder })
  }
  return policies
}

async function inlinePolicies(reader: StoreReader, holder: Holder) {
  const limit = 500
  const request = { parentId: holder.id, limit }
  const all = [...(await reader.list('inlinePolicy', holder.accountId, request))]
  for (let pageLength = all.length; pageLength === limit;) {
    const after = all.at(-1)?.name
    const more = await reader.list('inlinePolicy', holder.accountId, { ...request, after })
    all.push(...more)
    pageLength = more.length
  }
  return all
}

async function boundaryOf(
  reading: PolicyReading,
  principal: User | Role,
): Promise<StoredPolicy | undefined> {
  const { permissionsBoundaryArn: arn } = principal
  if (arn === undefined) return undefined
  const [link] = await reading.reader.linksFrom('boundary', principal.id)
  if (link) return managedPolicy(reading, link.toId, 'permissionsBoundary')
  return nowhere({ policyType: 'permissionsBoundary', id: splitResource(arn).name, arn })
}

/** A managed policy in its default version, by its unique id. */
async function managedPolicy(
  reading: PolicyReading,
  policyId: string,
  policyType: PolicyType,
): Promise<StoredPolicy> {
  const { reader, managedPolicies, dependencies, partition } = reading
  const aws = managedPolicies.byId(policyId)
  if (aws) {
    const source = { policyType, id: aws.policyName, arn: aws.arn }
    return { source, isAws: true, text: () => managedPolicies.document(aws.arn) }
  }
  dependencies.add(policyId)
  const own = await reader.get('policy', policyId)
  if (!own) return nowhere({ policyType, id: policyId })
  const { accountId, name, path, defaultVersionId } = own
  const arn = iamArn({ partition, accountId }, 'policy', path, name)
  const version = await reader.find('policyVersion', accountId, defaultVersionId, policyId)
  return { source: { policyType, id: name, arn }, isAws: false, text: () => version?.document }
}

/** The session policies of a session: one layer; undefined where it has none. */
export async function sessionLayer(
  reading: PolicyReading,
  session: { readonly sessionPolicy?: string; readonly sessionPolicyArns: readonly string[] },
): Promise<readonly Sourced[] | undefined> {
  const { sessionPolicy, sessionPolicyArns } = session
  if (sessionPolicy === undefined && sessionPolicyArns.length === 0) return undefined
  const policies: Sourced[] = []
  if (sessionPolicy !== undefined) {
    // Never a managed policy's name: names have no spaces.
    const source = { policyType: 'sessionPolicy', id: 'session policy' } as const
    policies.push(compiled(reading, { source, isAws: false, text: () => sessionPolicy }))
  }
  for (const arn of sessionPolicyArns) {
    policies.push(compiled(reading, await policyByArn(reading, arn)))
  }
  return policies
}

/** As it is now, not as it was when the session began: chosen by us, AWS leaves it open. */
async function policyByArn(reading: PolicyReading, arn: string): Promise<StoredPolicy> {
  const aws = reading.managedPolicies.byArn(arn)
  if (aws) return managedPolicy(reading, aws.policyId, 'sessionPolicy')
  const parsed = parseArn(arn)
  const { name } = splitResource(parsed?.resource ?? '')
  const own = parsed && (await reading.reader.find('policy', parsed.accountId, name))
  if (own) return managedPolicy(reading, own.id, 'sessionPolicy')
  // A policy of that name may come back, under an id of its own.
  if (parsed) reading.dependencies.add(policiesOfAccount(parsed.accountId))
  return nowhere({ policyType: 'sessionPolicy', id: name, arn })
}

function nowhere(source: Sourced['source']): StoredPolicy {
  return { source, isAws: false, text: () => undefined }
}

/** Every layer but the resource's has the grammar of identity policies. */
function compiled(reading: PolicyReading, { source, isAws, text }: StoredPolicy): Sourced {
  const policies = reading.compiled
  if (isAws) return { source, policy: policies.ofAws(source.arn ?? '', text) ?? denyAll }
  const stored = text()
  const policy = stored === undefined ? undefined : policies.ofText(stored, 'identityPolicy')
  return { source, policy: policy ?? denyAll }
}

function policyText(
  { partition }: PolicyReading,
  { isAws, text }: Omit<StoredPolicy, 'source'>,
): PolicyText | undefined {
  const stored = text()
  if (stored === undefined) return undefined
  const parsed = isAws ? parseAws(stored) : parseStored(stored, 'identityPolicy', partition)
  return parsed.ok ? { document: parsed.document, text: stored } : undefined
}
