import type { Role, User } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { Scope, WriteScope } from '../operation.ts'
import { isPolicyArn, isServiceRolePolicy, managedPolicyByArn } from './managed-policy.ts'
import { asRecorded } from './as-recorded.ts'
import { noSuchEntity } from './no-such-entity.ts'

/**
 * The unique id of the managed policy that is to be a boundary.
 * Errors: InvalidInput for what is no policy's ARN, NoSuchEntity for a policy that is not there,
 * PolicyNotAttachable for one that AWS keeps for a service-linked role (the words are ours).
 * Source: recorded answers of PutUserPermissionsBoundary; its error PolicyNotAttachable.
 */
export async function boundaryPolicyId(scope: Scope, arn: string): Promise<string> {
  if (!isPolicyArn(scope, arn)) throw new ApiError('InvalidInput', `ARN ${arn} is not valid.`)
  const policy = await managedPolicyByArn(scope, arn)
  if (!policy) throw noSuchEntity('permissionsBoundary', arn)
  if (isServiceRolePolicy(policy)) {
    const message = 'Cannot set a Service Role Policy as a permissions boundary.'
    throw new ApiError('PolicyNotAttachable', message)
  }
  return policy.id
}

/** Counts the boundary of an entity just inserted. `policyId` is of `boundaryPolicyId`. */
export async function linkBoundary(
  { store, accountId, now }: WriteScope,
  entityId: string,
  policyId: string,
): Promise<void> {
  const link = { kind: 'boundary', accountId, fromId: entityId, toId: policyId } as const
  await store.link({ ...link, createdAt: now })
}

/** No longer counts the boundary of an entity, if it has one. */
export async function unlinkBoundary(
  { store }: Pick<WriteScope, 'store'>,
  entityId: string,
): Promise<void> {
  for (const { toId } of await store.linksFrom('boundary', entityId)) {
    await store.unlink('boundary', entityId, toId)
  }
}

/** Sets or replaces the boundary of a user or role. Errors: as `boundaryPolicyId`. */
export async function putBoundary(
  scope: WriteScope,
  entity: User | Role,
  arn: string,
): Promise<void> {
  const policyId = await boundaryPolicyId(scope, arn)
  await unlinkBoundary(scope, entity.id)
  await scope.store.update({ ...entity, permissionsBoundaryArn: arn })
  await linkBoundary(scope, entity.id, policyId)
}

/**
 * Removes the boundary of a user or role. Errors: NoSuchEntity where it has none: recorded, the
 * wording is chosen by us.
 */
export async function deleteBoundary(scope: WriteScope, entity: User | Role): Promise<void> {
  if (entity.permissionsBoundaryArn === undefined) {
    const message = `The permissions boundary of ${entity.kind} ${entity.name} cannot be found.`
    throw new ApiError('NoSuchEntity', message)
  }
  const { permissionsBoundaryArn: _, ...unbounded } = entity
  await unlinkBoundary(scope, entity.id)
  await scope.store.update(unbounded)
}

/**
 * As answers show it. AWS says `Policy`, although the model's enum has `PermissionsBoundaryPolicy`
 * alone. Source: recorded answers of GetUser and GetRole.
 */
export function boundaryView(arn: string) {
  const PermissionsBoundaryType = asRecorded<'PermissionsBoundaryPolicy'>('Policy')
  return { PermissionsBoundaryType, PermissionsBoundaryArn: arn }
}
