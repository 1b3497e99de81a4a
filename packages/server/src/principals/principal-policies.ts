/**
 * The policies that come with a principal, read from one snapshot. Whatever cannot be read denies
 * everything: an unknown policy may hold a Deny.
 */
import type { CallerPolicies } from '@bailiwick/gateway'
import type { CompiledPolicy, PolicyType, SourcedPolicy } from '@bailiwick/policy'
import { parseArn, splitResource, iamArn } from '../domain/arn.ts'
import type { Group, Role, User } from '../domain/entity.ts'
import type { ManagedPolicyCatalog } from '../domain/managed-policy-catalog.ts'
import type { StoreReader } from '../store/port.ts'
import { policiesOfAccount } from './caller-cache.ts'
import { denyAll } from './compiled-policies.ts'
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

/** Identity policies and permissions boundary of a user or role. */
export async function identityLayers(
  reading: PolicyReading,
  principal: User | Role,
): Promise<Pick<CallerPolicies, 'identity' | 'permissionsBoundary'>> {
  const identity = await policiesOf(reading, principal)
  if (principal.kind === 'user') {
    for (const { toId } of await reading.reader.linksFrom('membership', principal.id)) {
      const group = await reading.reader.get('group', toId)
      if (!group) continue // A membership goes with its group, in one transaction.
      identity.push(...(await policiesOf(reading, group)))
    }
  }
  const permissionsBoundary = await boundaryOf(reading, principal)
  return permissionsBoundary ? { identity, permissionsBoundary } : { identity }
}

/** Inline and attached policies of a user, group or role. */
async function policiesOf(reading: PolicyReading, holder: User | Group | Role): Promise<Sourced[]> {
  const { reader, dependencies } = reading
  dependencies.add(holder.id)
  const policies: Sourced[] = []
  for (const inline of await inlinePolicies(reader, holder)) {
    // As the policy simulator names inline policies, so that two groups may have one of a name.
    const id = `${holder.kind}_${holder.name}_${inline.name}`
    policies.push(sourced(reading, { policyType: 'identityPolicy', id }, inline.document))
  }
  for (const { toId } of await reader.linksFrom('attachment', holder.id)) {
    policies.push(await managedPolicy(reading, toId, 'identityPolicy'))
  }
  return policies
}

async function inlinePolicies(reader: StoreReader, holder: User | Group | Role) {
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
): Promise<Sourced | undefined> {
  const { permissionsBoundaryArn: arn } = principal
  if (arn === undefined) return undefined
  const [link] = await reading.reader.linksFrom('boundary', principal.id)
  if (link) return managedPolicy(reading, link.toId, 'permissionsBoundary')
  return unreadable({ policyType: 'permissionsBoundary', id: splitResource(arn).name, arn })
}

/** A managed policy in its default version, by its unique id. */
async function managedPolicy(
  reading: PolicyReading,
  policyId: string,
  policyType: PolicyType,
): Promise<Sourced> {
  const { reader, compiled, managedPolicies, dependencies, partition } = reading
  const aws = managedPolicies.byId(policyId)
  if (aws) {
    const source = { policyType, id: aws.policyName, arn: aws.arn }
    const policy = compiled.ofAws(aws.arn, () => managedPolicies.document(aws.arn))
    return policy ? { source, policy } : unreadable(source)
  }
  dependencies.add(policyId)
  const own = await reader.get('policy', policyId)
  if (!own) return unreadable({ policyType, id: policyId })
  const { accountId, name, path, defaultVersionId } = own
  const arn = iamArn({ partition, accountId }, 'policy', path, name)
  const version = await reader.find('policyVersion', accountId, defaultVersionId, policyId)
  const source = { policyType, id: name, arn }
  return version ? sourced(reading, source, version.document) : unreadable(source)
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
    policies.push(sourced(reading, source, sessionPolicy))
  }
  for (const arn of sessionPolicyArns) policies.push(await policyByArn(reading, arn))
  return policies
}

/** As it is now, not as it was when the session began: chosen by us, AWS leaves it open. */
async function policyByArn(reading: PolicyReading, arn: string): Promise<Sourced> {
  const aws = reading.managedPolicies.byArn(arn)
  if (aws) return managedPolicy(reading, aws.policyId, 'sessionPolicy')
  const parsed = parseArn(arn)
  const { name } = splitResource(parsed?.resource ?? '')
  const own = parsed && (await reading.reader.find('policy', parsed.accountId, name))
  if (own) return managedPolicy(reading, own.id, 'sessionPolicy')
  // A policy of that name may come back, under an id of its own.
  if (parsed) reading.dependencies.add(policiesOfAccount(parsed.accountId))
  return unreadable({ policyType: 'sessionPolicy', id: name, arn })
}

function sourced(reading: PolicyReading, source: Sourced['source'], text: string): Sourced {
  // Every layer but the resource's has the grammar of identity policies.
  const policy = reading.compiled.ofText(text, 'identityPolicy')
  return policy ? { source, policy } : unreadable(source)
}

function unreadable(source: Sourced['source']): Sourced {
  return { source, policy: denyAll }
}
