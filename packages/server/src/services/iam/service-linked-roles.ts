/**
 * Service-linked roles: made and deleted for a service, which has laid down what they may do.
 * Source: IAM API Reference, CreateServiceLinkedRole and its kin; the wordings are recorded, except
 * where it says otherwise.
 */
import { iamArn } from '../../domain/arn.ts'
import type { Role } from '../../domain/entity.ts'
import type { ServiceLinkedRoleDeletion } from '../../domain/service-linked-role-deletion.ts'
import {
  serviceLinkedPath,
  serviceLinkedRoleKind,
  serviceLinkedTrustPolicy,
} from '../../domain/service-linked-role.ts'
import { uuidV4 } from '../../domain/uuid.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope, WriteScope } from '../operation.ts'
import type { RoleUsage } from '../role-usage.ts'
import { entityCheck } from './entity-check.ts'
import { existing, noSuchEntity } from './no-such-entity.ts'
import { isServiceLinked } from './protected-role.ts'
import { assertWithinQuota } from './quota.ts'
import { createdRoleView } from './roles-views.ts'

/** Source: IAM API Reference, CreateRole, RoleName. */
const roleNameCharsMax = 64

interface CreationInput {
  readonly AWSServiceName: string
  readonly CustomSuffix?: string | undefined
}

/** Undefined where the service has no service-linked role. */
function roleNameOf({ AWSServiceName, CustomSuffix }: CreationInput): string | undefined {
  const kind = serviceLinkedRoleKind(AWSServiceName)
  if (!kind || CustomSuffix === undefined) return kind?.roleName
  return `${kind.roleName}_${CustomSuffix}`
}

/** Errors: InvalidInput for a service without such a role, and for a suffix it does not take. */
function newRole(
  input: CreationInput & { readonly Description?: string | undefined },
  { accountId, now, newId }: WriteScope,
): Role {
  const { AWSServiceName: service, CustomSuffix, Description } = input
  const name = roleNameOf(input)
  if (name === undefined) {
    // The wording is chosen by us.
    throw new ApiError('InvalidInput', `There is no service-linked role for ${service}.`)
  }
  if (CustomSuffix !== undefined && serviceLinkedRoleKind(service)?.allowsSuffix !== true) {
    throw new ApiError('InvalidInput', `Custom suffix is not allowed for ${service}`)
  }
  if (name.length > roleNameCharsMax) {
    const message = `The role name must have at most ${roleNameCharsMax} characters, its suffix included.`
    throw new ApiError('InvalidInput', message) // The wording is chosen by us.
  }
  const trustPolicy = serviceLinkedTrustPolicy(service)
  return {
    kind: 'role',
    accountId,
    id: newId('AROA'),
    name,
    path: `${serviceLinkedPath}${service}/`,
    createdAt: now,
    tags: [],
    ...(Description !== undefined && { description: Description }),
    maxSessionDurationSeconds: 3600,
    trustPolicy,
    trustPolicySaved: trustPolicy, // It names a service alone, and that stays as written.
  }
}

/** The managed policy that the service has laid down for its role. */
function policyIdOf({ managedPolicies, partition }: Scope, service: string): string {
  const { policyName = '' } = serviceLinkedRoleKind(service) ?? {}
  const arn = `arn:${partition}:iam::aws:policy${serviceLinkedPath}${policyName}`
  const policy = managedPolicies.byArn(arn)
  if (!policy) throw new Error(`${arn} is not among the AWS managed policies`)
  return policy.policyId
}

/**
 * iam:CreateServiceLinkedRole. Errors: InvalidInput, also where the name is taken; LimitExceeded.
 */
export const CreateServiceLinkedRole = writeOperation('iam', 'CreateServiceLinkedRole', {
  authorize: (input, scope) => {
    const path = `${serviceLinkedPath}${input.AWSServiceName}/`
    return {
      resourceArn: iamArn(scope, 'role', path, roleNameOf(input) ?? '*'),
      contextKeys: { 'iam:AWSServiceName': input.AWSServiceName },
    }
  },

  async handle(input, scope) {
    const { store, accountId, now: createdAt } = scope
    const role = newRole(input, scope)
    assertWithinQuota(scope, 'RolesPerAccount', (await store.count('role', accountId)) + 1)
    if (!(await store.insert(role))) {
      const message = `Service role name ${role.name} has been taken in this account, please try a different suffix.`
      throw new ApiError('InvalidInput', message)
    }
    const ends = { fromId: role.id, toId: policyIdOf(scope, input.AWSServiceName) }
    await store.link({ kind: 'attachment', accountId, createdAt, ...ends })
    return { Role: await createdRoleView(scope, role) }
  },
})

/** `task/aws-service-role/<service>/<role>/<uuid>`. */
function taskIdOf({ id, path, name }: ServiceLinkedRoleDeletion): string {
  return `task${path}${name}/${id}`
}

/** Why a role was not deleted, as GetServiceLinkedRoleDeletionStatus tells it. Chosen by us. */
const inUse = 'The role is in use by resources of its service. Delete them, and try again.'

/**
 * Keeps the outcome until the role's next deletion: AWS forgets it, too, and nothing here grows
 * with every round of making and deleting.
 */
async function recordDeletion(
  { store, accountId, now, randomBytes }: WriteScope,
  { path, name }: Role,
  usage: readonly RoleUsage[],
): Promise<ServiceLinkedRoleDeletion> {
  const deletion: ServiceLinkedRoleDeletion = {
    kind: 'serviceLinkedRoleDeletion',
    accountId,
    id: uuidV4(randomBytes(16)),
    name,
    path,
    createdAt: now,
    tags: [],
    status: usage.length === 0 ? 'SUCCEEDED' : 'FAILED',
    ...(usage.length > 0 && { reason: inUse, usage }),
  }
  const earlier = await store.find(deletion.kind, accountId, name)
  if (earlier) await store.remove(deletion.kind, earlier.id)
  await store.insert(deletion)
  return deletion
}

async function removeRole({ store }: WriteScope, role: Role): Promise<void> {
  for (const { toId } of await store.linksFrom('attachment', role.id)) {
    await store.unlink('attachment', role.id, toId)
  }
  await store.remove('role', role.id)
}

/**
 * iam:DeleteServiceLinkedRole. AWS takes its time; here the task is done when it is answered, so
 * there is never an earlier one under way. Errors: NoSuchEntity, also for a role that is none.
 */
export const DeleteServiceLinkedRole = writeOperation('iam', 'DeleteServiceLinkedRole', {
  resolve: ({ RoleName }, { store, accountId }) => store.find('role', accountId, RoleName),

  authorize: ({ RoleName }, scope, role) => entityCheck(scope, 'role', role, RoleName),

  async handle({ RoleName }, scope, found) {
    const role = existing(found, 'role', RoleName)
    if (!isServiceLinked(role)) throw noSuchEntity('role', RoleName)
    const usage = await scope.roleUsage(role, scope.store)
    const deletion = await recordDeletion(scope, role, usage)
    if (usage.length === 0) await removeRole(scope, role)
    return { DeletionTaskId: taskIdOf(deletion) }
  },
})

interface DeletionTask {
  readonly path: string
  readonly roleName: string
  readonly uuid: string
}

/** The parts of a task's id; undefined for what is none. */
function parseTaskId(text: string): DeletionTask | undefined {
  const match = /^task(\/aws-service-role\/[^/]+\/)([^/]+)\/([^/]+)$/.exec(text)
  const [, path, roleName, uuid] = match ?? []
  if (path === undefined || roleName === undefined || uuid === undefined) return undefined
  return { path, roleName, uuid }
}

function deletionView({ status, reason, usage = [] }: ServiceLinkedRoleDeletion) {
  const RoleUsageList = usage.map(({ region, resourceArns }) => ({
    Region: region,
    Resources: [...resourceArns],
  }))
  return {
    Status: status,
    ...(reason !== undefined && { Reason: { Reason: reason, RoleUsageList } }),
  }
}

/**
 * iam:GetServiceLinkedRoleDeletionStatus. Errors: InvalidInput for what is no task's id,
 * NoSuchEntity for one that is not kept; the wordings are chosen by us.
 */
export const GetServiceLinkedRoleDeletionStatus = readOperation(
  'iam',
  'GetServiceLinkedRoleDeletionStatus',
  {
    authorize: ({ DeletionTaskId }, scope) => {
      const { path = '/', roleName = '*' } = parseTaskId(DeletionTaskId) ?? {}
      return { resourceArn: iamArn(scope, 'role', path, roleName) }
    },

    async handle({ DeletionTaskId }, { store, accountId }) {
      const task = parseTaskId(DeletionTaskId)
      if (!task) {
        throw new ApiError('InvalidInput', `The deletion task id ${DeletionTaskId} is not valid.`)
      }
      const deletion = await store.get('serviceLinkedRoleDeletion', task.uuid)
      if (deletion?.accountId !== accountId || taskIdOf(deletion) !== DeletionTaskId) {
        throw noSuchEntity('deletionTask', DeletionTaskId)
      }
      return deletionView(deletion)
    },
  },
)

/** All of this file. */
export const serviceLinkedRoleOperations = [
  CreateServiceLinkedRole,
  DeleteServiceLinkedRole,
  GetServiceLinkedRoleDeletionStatus,
]
