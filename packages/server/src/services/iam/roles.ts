import { iamArn } from '../../domain/arn.ts'
import type { Role } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { assertWithoutPolicies, deleteConflict } from './delete-conflicts.ts'
import { creationChecks, entityCheck, listCheck } from './entity-check.ts'
import { existing } from './no-such-entity.ts'
import { pageByName } from './paging.ts'
import { boundaryPolicyId, deleteBoundary, linkBoundary } from './permissions-boundary.ts'
import { putBoundary, unlinkBoundary } from './permissions-boundary.ts'
import { assertDescribable, assertModifiable, protectedPaths } from './protected-role.ts'
import { assertWithinQuota } from './quota.ts'
import { savedTrustPolicy } from './roles-trust-policy.ts'
import { createdRoleView, listedRoleView, roleView } from './roles-views.ts'
import { listEntityTags, tagEntity, untagEntity } from './tag-operations.ts'
import type { TagTarget } from './tag-operations.ts'
import { newTags } from './tags.ts'

/** Source: IAM API Reference, CreateRole, MaxSessionDuration. */
const maxSessionDurationSecondsDefault = 3600

interface Named {
  readonly RoleName: string
}

const named = {
  resolve: ({ RoleName }: Named, { store, accountId }: Scope) =>
    store.find('role', accountId, RoleName),

  authorize: ({ RoleName }: Named, scope: Scope, role: Role | undefined) =>
    entityCheck(scope, 'role', role, RoleName),
}

/** Errors: NoSuchEntity, UnmodifiableEntity. */
function modifiable(role: Role | undefined, name: string): Role {
  const found = existing(role, 'role', name)
  assertModifiable(found)
  return found
}

/** For what service-linked roles let be changed. Errors: NoSuchEntity, UnmodifiableEntity. */
function describable(role: Role | undefined, name: string): Role {
  const found = existing(role, 'role', name)
  assertDescribable(found)
  return found
}

/** A path that would make the role a service-linked one. That AWS refuses is documented, the words are ours. */
function assertPathAllowed(path: string): void {
  const reserved = protectedPaths.find((prefix) => path.startsWith(prefix))
  if (reserved === undefined) return
  throw new ApiError('InvalidInput', `The path ${reserved} is reserved for roles made by AWS.`)
}

/**
 * iam:CreateRole. Errors: EntityAlreadyExists, InvalidInput, LimitExceeded,
 * MalformedPolicyDocument, NoSuchEntity (boundary). Source: IAM API Reference, CreateRole.
 */
export const CreateRole = writeOperation('iam', 'CreateRole', {
  authorize: (input, scope) =>
    creationChecks(
      iamArn(scope, 'role', input.Path ?? '/', input.RoleName),
      { 'iam:PermissionsBoundary': input.PermissionsBoundary },
      'iam:TagRole',
      input.Tags,
    ),

  async handle(input, scope) {
    const { accountId, now, newId, store } = scope
    const { Path: path = '/', PermissionsBoundary: permissionsBoundaryArn } = input
    assertPathAllowed(path)
    const tags = newTags(input.Tags, 'ignored')
    const trust = await savedTrustPolicy(scope, input.AssumeRolePolicyDocument)
    const policyId =
      permissionsBoundaryArn === undefined
        ? undefined
        : await boundaryPolicyId(scope, permissionsBoundaryArn)
    assertWithinQuota(scope, 'RolesPerAccount', (await store.count('role', accountId)) + 1)
    const role: Role = {
      kind: 'role',
      accountId,
      id: newId('AROA'),
      name: input.RoleName,
      path,
      createdAt: now,
      tags,
      ...trust,
      maxSessionDurationSeconds: input.MaxSessionDuration ?? maxSessionDurationSecondsDefault,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(permissionsBoundaryArn !== undefined && { permissionsBoundaryArn }),
    }
    if (!(await store.insert(role))) {
      throw new ApiError('EntityAlreadyExists', `Role with name ${input.RoleName} already exists.`)
    }
    if (policyId !== undefined) await linkBoundary(scope, role.id, policyId)
    return { Role: await createdRoleView(scope, role) }
  },
})

/** iam:GetRole. Errors: NoSuchEntity. */
export const GetRole = readOperation('iam', 'GetRole', {
  ...named,
  handle: async ({ RoleName }, scope, role) => ({
    Role: await roleView(scope, existing(role, 'role', RoleName)),
  }),
})

/** iam:ListRoles. */
export const ListRoles = readOperation('iam', 'ListRoles', {
  authorize: (input, scope) => listCheck(scope, 'role', input.PathPrefix),

  async handle(input, scope) {
    const { items, output } = await pageByName(input, (request) =>
      scope.store.list('role', scope.accountId, { ...request, pathPrefix: input.PathPrefix }),
    )
    const Roles = await Promise.all(items.map((role) => listedRoleView(scope, role)))
    return { Roles, ...output }
  },
})

/**
 * iam:UpdateRole. A member that is left out stays as it is: chosen by us.
 * Errors: NoSuchEntity, UnmodifiableEntity.
 */
export const UpdateRole = writeOperation('iam', 'UpdateRole', {
  ...named,
  async handle({ RoleName, Description, MaxSessionDuration }, { store }, found) {
    const change = MaxSessionDuration === undefined ? describable : modifiable
    const role = change(found, RoleName)
    await store.update({
      ...role,
      ...(Description !== undefined && { description: Description }),
      ...(MaxSessionDuration !== undefined && { maxSessionDurationSeconds: MaxSessionDuration }),
    })
    return {}
  },
})

/** iam:UpdateRoleDescription. Errors: NoSuchEntity, UnmodifiableEntity. */
export const UpdateRoleDescription = writeOperation('iam', 'UpdateRoleDescription', {
  ...named,
  async handle({ RoleName, Description }, scope, found) {
    const role = { ...describable(found, RoleName), description: Description }
    await scope.store.update(role)
    return { Role: await roleView(scope, role) }
  },
})

/** iam:DeleteRole. Errors: DeleteConflict, NoSuchEntity, UnmodifiableEntity. */
export const DeleteRole = writeOperation('iam', 'DeleteRole', {
  ...named,
  async handle({ RoleName }, scope, found) {
    const role = modifiable(found, RoleName)
    const profiles = await scope.store.countLinksTo('profileRole', scope.accountId, role.id)
    if (profiles > 0) throw deleteConflict('remove roles from instance profile')
    await assertWithoutPolicies(scope, role)
    await unlinkBoundary(scope, role.id)
    await scope.store.remove('role', role.id)
  },
})

/**
 * iam:UpdateAssumeRolePolicy: for sessions yet to come; those under way go on.
 * Errors: LimitExceeded, MalformedPolicyDocument, NoSuchEntity, UnmodifiableEntity.
 */
export const UpdateAssumeRolePolicy = writeOperation('iam', 'UpdateAssumeRolePolicy', {
  ...named,
  async handle({ RoleName, PolicyDocument }, scope, found) {
    const role = modifiable(found, RoleName)
    await scope.store.update({ ...role, ...(await savedTrustPolicy(scope, PolicyDocument)) })
  },
})

/** iam:PutRolePermissionsBoundary. Errors: InvalidInput, NoSuchEntity, UnmodifiableEntity. */
export const PutRolePermissionsBoundary = writeOperation('iam', 'PutRolePermissionsBoundary', {
  resolve: named.resolve,

  authorize: (input, scope, role) =>
    entityCheck(scope, 'role', role, input.RoleName, {
      'iam:PermissionsBoundary': input.PermissionsBoundary,
    }),

  async handle({ RoleName, PermissionsBoundary }, scope, found) {
    await putBoundary(scope, modifiable(found, RoleName), PermissionsBoundary)
  },
})

/** iam:DeleteRolePermissionsBoundary. Errors: NoSuchEntity, UnmodifiableEntity. */
export const DeleteRolePermissionsBoundary = writeOperation(
  'iam',
  'DeleteRolePermissionsBoundary',
  {
    resolve: named.resolve,

    authorize: (input, scope, role) =>
      entityCheck(scope, 'role', role, input.RoleName, {
        'iam:PermissionsBoundary': role?.permissionsBoundaryArn,
      }),

    async handle({ RoleName }, scope, found) {
      await deleteBoundary(scope, modifiable(found, RoleName))
    },
  },
)

const tagged: TagTarget<Named, Role> = {
  keyCase: 'ignored',
  find: named.resolve,
  check: ({ RoleName }, scope, found, keys) => entityCheck(scope, 'role', found, RoleName, keys),
  changeable: ({ RoleName }, _scope, found) => describable(found, RoleName),
  tags: ({ RoleName }, _scope, found) => existing(found, 'role', RoleName).tags,
}

/** iam:TagRole. */
export const TagRole = writeOperation('iam', 'TagRole', tagEntity(tagged))
/** iam:UntagRole. */
export const UntagRole = writeOperation('iam', 'UntagRole', untagEntity(tagged))
/** iam:ListRoleTags. */
export const ListRoleTags = readOperation('iam', 'ListRoleTags', listEntityTags(tagged))

/** All of this file: the rest of what roles can do is shared with users and groups. */
export const roleOperations = [
  CreateRole,
  DeleteRole,
  DeleteRolePermissionsBoundary,
  GetRole,
  ListRoleTags,
  ListRoles,
  PutRolePermissionsBoundary,
  TagRole,
  UntagRole,
  UpdateAssumeRolePolicy,
  UpdateRole,
  UpdateRoleDescription,
]
