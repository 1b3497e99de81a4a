/**
 * What a report of service last accessed data holds, and how it is made.
 * Source: IAM User Guide, "Refine permissions using last accessed information"; IAM API Reference,
 * GenerateServiceLastAccessedDetails.
 */
import { allowedActions, allowedServices, parsePolicy } from '@bailiwick/policy'
import type { PolicyDocument } from '@bailiwick/policy'
import type { PackedActionData } from '@bailiwick/policy/action-data'
import { iamArn } from '../../domain/arn.ts'
import type { EntityOf, Group, LinkKind, Role, User } from '../../domain/entity.ts'
import { usePeriodStart } from '../../domain/report.ts'
import type { ActionUse, LinkedRequest } from '../../store/port.ts'
import type { ReportMaker, ReportScope } from '../report-jobs.ts'
import { accessTarget, existingTarget } from './access-target.ts'
import type { FoundTarget } from './access-target.ts'
import type { AnyManagedPolicy } from './managed-policy.ts'
import { policyVersion } from './policy-version.ts'

/** What was asked for, as the report's subject. */
export interface AccessSubject {
  readonly arn: string
  /** Of the entity, so that one made anew under the old name is another. */
  readonly id: string
  readonly granularity: 'SERVICE_LEVEL' | 'ACTION_LEVEL'
}

/** A user or role that could have used the permissions. */
export interface AccessEntity {
  readonly Arn: string
  readonly Name: string
  readonly Type: 'USER' | 'ROLE'
  readonly Id: string
  readonly Path: string
}

/** The newest attempt, by an index into the entities. Milliseconds since 1970. */
export interface Attempt {
  readonly entity: number
  readonly at: number
  readonly region: string
}

export interface AccessedService {
  readonly namespace: string
  /** Of each entity that attempted anything the newest, newest first. */
  readonly attempts: readonly Attempt[]
  /** The allowed actions of a tracked service; at action level alone. */
  readonly actions?: readonly { readonly name: string; readonly last?: Attempt }[]
}

export interface AccessContent {
  readonly entities: readonly AccessEntity[]
  /** In the order of their namespaces. */
  readonly services: readonly AccessedService[]
}

/**
 * The services whose attempts are known by action: those that are served here. Chosen by us, as
 * is that every action of theirs is tracked which the policies allow. PassRole is none: nobody
 * calls it.
 */
const trackedServices = new Set(['iam', 'organizations', 'sts'])
const untrackedActions = new Set(['PassRole'])

const pageSize = 100
/** Services that are looked at between two pauses. */
const serviceChunkSize = 20

/** JSON of `AccessContent`. Errors: NoSuchEntity where the entity is gone meanwhile. */
export const makeAccessReport: ReportMaker = async (scope, subject, pause) => {
  const { arn, granularity } = JSON.parse(subject) as AccessSubject
  const target = existingTarget(arn, await accessTarget(scope, arn))
  const documents = await permissionsDocuments(scope, target)
  const { actionData } = await import('@bailiwick/policy/action-data')
  const namespaces = await allowedNamespaces(actionData, documents, pause)
  const principals = await principalsOf(scope, target)
  const uses: ActionUse[][] = []
  for (const { id } of principals) {
    uses.push(await usesOf(scope, id))
    await pause()
  }
  const byService = attemptsByService(uses)
  const services: AccessedService[] = []
  for (const namespace of namespaces) {
    const attempts = newestFirst(byService.get(namespace)?.attempts ?? [])
    const tracked = granularity === 'ACTION_LEVEL' && trackedServices.has(namespace)
    const lasts = byService.get(namespace)?.lastByAction
    services.push({
      namespace,
      attempts,
      ...(tracked && { actions: trackedActions(actionData, documents, namespace, lasts) }),
    })
    await pause()
  }
  const content: AccessContent = {
    entities: principals.map((principal) => entityView(scope, principal)),
    services,
  }
  return JSON.stringify(content)
}

async function permissionsDocuments(
  scope: ReportScope,
  target: FoundTarget,
): Promise<readonly PolicyDocument[]> {
  if (!('kind' in target)) return managedDocument(scope, target)
  const { identity } = await scope.heldPolicies(target)
  return identity.flatMap(({ policy }) => (policy ? [policy.document] : []))
}

async function managedDocument(scope: ReportScope, policy: AnyManagedPolicy) {
  const version = await policyVersion(scope, policy, policy.defaultVersionId)
  const options = policy.own ? { partition: scope.partition } : { awsManaged: true }
  const parsed = parsePolicy(version?.document ?? '', 'identityPolicy', {
    ...options,
    anyVersion: true,
  })
  return parsed.ok ? [parsed.document] : []
}

async function allowedNamespaces(
  actionData: PackedActionData,
  documents: readonly PolicyDocument[],
  pause: () => Promise<void>,
): Promise<readonly string[]> {
  const all = Object.keys(actionData.services).sort()
  const allowed: string[] = []
  for (let from = 0; from < all.length; from += serviceChunkSize) {
    const chunk = all.slice(from, from + serviceChunkSize)
    allowed.push(...allowedServices(documents, actionData, chunk))
    await pause()
  }
  return allowed
}

/** Who could have used the permissions of the target. */
async function principalsOf(
  scope: ReportScope,
  target: FoundTarget,
): Promise<readonly (User | Role)[]> {
  if ('kind' in target) return target.kind === 'group' ? membersOf(scope, target) : [target]
  const users = [...(await linkedTo(scope, 'attachment', target.id, 'user'))]
  for (const group of await linkedTo(scope, 'attachment', target.id, 'group')) {
    users.push(...(await membersOf(scope, group)))
  }
  const roles = await linkedTo(scope, 'attachment', target.id, 'role')
  return [...new Map([...users, ...roles].map((each) => [each.id, each])).values()]
}

function membersOf(scope: ReportScope, { id }: Group): Promise<readonly User[]> {
  return linkedTo(scope, 'membership', id, 'user')
}

async function linkedTo<K extends 'user' | 'group' | 'role'>(
  { store, accountId }: ReportScope,
  link: LinkKind,
  toId: string,
  kind: K,
): Promise<readonly EntityOf<K>[]> {
  const all: EntityOf<K>[] = []
  let request: LinkedRequest = { limit: pageSize }
  // Ends: `after` moves on with each page, and a page that is not full is the last.
  for (;;) {
    const page = await store.linkedTo(link, accountId, toId, kind, request)
    all.push(...page)
    if (page.length < pageSize) return all
    const last: User | Group | Role | undefined = page.at(-1)
    request = { limit: pageSize, after: last?.name }
  }
}

async function usesOf({ store, accountId, now }: ReportScope, id: string): Promise<ActionUse[]> {
  const since = usePeriodStart(now)
  return (await store.actionUses(accountId, id)).filter(({ usedAt }) => usedAt >= since)
}

interface ServiceAttempts {
  readonly attempts: Attempt[]
  readonly lastByAction: Map<string, Attempt>
}

/** @param uses Of each entity, in their order. */
function attemptsByService(
  uses: readonly (readonly ActionUse[])[],
): ReadonlyMap<string, ServiceAttempts> {
  const byService = new Map<string, ServiceAttempts>()
  for (const [entity, ofEntity] of uses.entries()) {
    const newest = new Map<string, Attempt>()
    for (const { service, action, region, usedAt } of ofEntity) {
      const attempt = { entity, at: usedAt.getTime(), region }
      const found = byService.get(service) ?? { attempts: [], lastByAction: new Map() }
      byService.set(service, found)
      keepNewer(newest, service, attempt)
      keepNewer(found.lastByAction, action, attempt)
    }
    for (const [service, attempt] of newest) byService.get(service)?.attempts.push(attempt)
  }
  return byService
}

function keepNewer(kept: Map<string, Attempt>, key: string, attempt: Attempt): void {
  const before = kept.get(key)
  if (!before || before.at < attempt.at) kept.set(key, attempt)
}

function newestFirst(attempts: readonly Attempt[]): readonly Attempt[] {
  return [...attempts].sort((a, b) => b.at - a.at)
}

function trackedActions(
  actionData: PackedActionData,
  documents: readonly PolicyDocument[],
  namespace: string,
  lastByAction: ReadonlyMap<string, Attempt> | undefined,
) {
  return allowedActions(documents, actionData, namespace)
    .filter((name) => !untrackedActions.has(name))
    .map((name) => {
      const last = lastByAction?.get(name)
      return last ? { name, last } : { name }
    })
}

function entityView(scope: ReportScope, { kind, id, name, path }: User | Role): AccessEntity {
  const Type = kind === 'user' ? 'USER' : 'ROLE'
  return { Arn: iamArn(scope, kind, path, name), Name: name, Type, Id: id, Path: path }
}
