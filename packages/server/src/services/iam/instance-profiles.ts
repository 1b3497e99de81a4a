/**
 * Instance profiles: what an EC2 instance is given, and holds exactly one role.
 * Source: IAM API Reference, CreateInstanceProfile and its kin; wordings recorded.
 */
import { iamArn } from '../../domain/arn.ts'
import type { InstanceProfile, Role } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation, type Scope } from '../operation.ts'
import { deleteConflict } from './delete-conflicts.ts'
import { creationChecks, entityCheck, listCheck } from './entity-check.ts'
import { existing } from './no-such-entity.ts'
import { pageByName } from './paging.ts'
import { assertModifiable } from './protected-role.ts'
import { assertWithinQuota } from './quota.ts'
import { listedRoleView } from './roles-views.ts'
import { listEntityTags, tagEntity, untagEntity, type TagTarget } from './tag-operations.ts'
import { newTags } from './tags.ts'
import { tagsView } from './views.ts'

interface Named {
  readonly InstanceProfileName: string
}

const named = {
  resolve: ({ InstanceProfileName }: Named, { store, accountId }: Scope) =>
    store.find('instanceProfile', accountId, InstanceProfileName),

  authorize: ({ InstanceProfileName }: Named, scope: Scope, profile: InstanceProfile | undefined) =>
    entityCheck(scope, 'instance-profile', profile, InstanceProfileName),
}

/** Roles a profile may hold. Source: IAM quotas; it cannot be raised. */
const rolesPerProfileMax = 1

async function rolesOf(scope: Scope, profile: InstanceProfile): Promise<readonly Role[]> {
  const links = await scope.store.linksFrom('profileRole', profile.id)
  const roles = await Promise.all(links.map(({ toId }) => scope.store.get('role', toId)))
  return roles.filter((role) => role !== undefined)
}

/** @param withTags Lists leave tags out. */
async function profileView(scope: Scope, profile: InstanceProfile, withTags: boolean) {
  const roles = await rolesOf(scope, profile)
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: iamArn(scope, 'instance-profile', profile.path, profile.name),
    CreateDate: profile.createdAt,
    Roles: await Promise.all(roles.map((role) => listedRoleView(scope, role))),
    ...(withTags && profile.tags.length > 0 && { Tags: tagsView(profile.tags) }),
  }
}

/** Every profile that holds a role, as GetAccountAuthorizationDetails shows them. */
export async function profilesOfRole(scope: Scope, role: Role) {
  const request = { limit: scope.quota('InstanceProfilesPerAccount') }
  const { store, accountId } = scope
  const all = await store.linkedTo('profileRole', accountId, role.id, 'instanceProfile', request)
  return Promise.all(all.map((profile) => profileView(scope, profile, false)))
}

/** iam:CreateInstanceProfile. Errors: EntityAlreadyExists, InvalidInput, LimitExceeded. */
export const CreateInstanceProfile = writeOperation('iam', 'CreateInstanceProfile', {
  authorize: (input, scope) =>
    creationChecks(
      iamArn(scope, 'instance-profile', input.Path ?? '/', input.InstanceProfileName),
      {},
      'iam:TagInstanceProfile',
      input.Tags,
    ),

  async handle(input, scope) {
    const { accountId, now, newId, store } = scope
    const count = (await store.count('instanceProfile', accountId)) + 1
    assertWithinQuota(scope, 'InstanceProfilesPerAccount', count)
    const profile: InstanceProfile = {
      kind: 'instanceProfile',
      accountId,
      id: newId('AIPA'),
      name: input.InstanceProfileName,
      path: input.Path ?? '/',
      createdAt: now,
      tags: newTags(input.Tags, 'kept'),
    }
    if (!(await store.insert(profile))) {
      const message = `Instance Profile ${input.InstanceProfileName} already exists.`
      throw new ApiError('EntityAlreadyExists', message)
    }
    return { InstanceProfile: await profileView(scope, profile, true) }
  },
})

/** iam:GetInstanceProfile. Errors: NoSuchEntity. */
export const GetInstanceProfile = readOperation('iam', 'GetInstanceProfile', {
  ...named,
  async handle({ InstanceProfileName }, scope, found) {
    const profile = existing(found, 'instanceProfile', InstanceProfileName)
    return { InstanceProfile: await profileView(scope, profile, true) }
  },
})

/** iam:ListInstanceProfiles. */
export const ListInstanceProfiles = readOperation('iam', 'ListInstanceProfiles', {
  authorize: (input, scope) => listCheck(scope, 'instance-profile', input.PathPrefix),

  async handle(input, scope) {
    const { items, output } = await pageByName(input, (request) =>
      scope.store.list('instanceProfile', scope.accountId, {
        ...request,
        pathPrefix: input.PathPrefix,
      }),
    )
    const views = await Promise.all(items.map((profile) => profileView(scope, profile, false)))
    return { InstanceProfiles: views, ...output }
  },
})

/** iam:ListInstanceProfilesForRole. Errors: NoSuchEntity. */
export const ListInstanceProfilesForRole = readOperation('iam', 'ListInstanceProfilesForRole', {
  resolve: ({ RoleName }, { store, accountId }) => store.find('role', accountId, RoleName),
  authorize: ({ RoleName }, scope, role) => entityCheck(scope, 'role', role, RoleName),

  async handle(input, scope, found) {
    const role = existing(found, 'role', input.RoleName)
    const { items, output } = await pageByName(input, (request) =>
      scope.store.linkedTo('profileRole', scope.accountId, role.id, 'instanceProfile', request),
    )
    const views = await Promise.all(items.map((profile) => profileView(scope, profile, false)))
    return { InstanceProfiles: views, ...output }
  },
})

interface ProfileAndRole {
  readonly profile: InstanceProfile | undefined
  readonly role: Role | undefined
}

async function profileAndRole(
  input: Named & { readonly RoleName: string },
  { store, accountId }: Scope,
): Promise<ProfileAndRole> {
  const profile = await store.find('instanceProfile', accountId, input.InstanceProfileName)
  return { profile, role: await store.find('role', accountId, input.RoleName) }
}

/**
 * iam:AddRoleToInstanceProfile: hands the role to EC2, so iam:PassRole is needed as well.
 * Errors: LimitExceeded where the profile has a role; NoSuchEntity; UnmodifiableEntity.
 */
export const AddRoleToInstanceProfile = writeOperation('iam', 'AddRoleToInstanceProfile', {
  resolve: profileAndRole,

  authorize: (input, scope, { profile, role }) => {
    const contextKeys = { 'iam:PassedToService': 'ec2.amazonaws.com' }
    const passed = entityCheck(scope, 'role', role, input.RoleName, contextKeys)
    return [
      entityCheck(scope, 'instance-profile', profile, input.InstanceProfileName),
      { ...passed, action: 'iam:PassRole', resourceLabel: passed.resourceArn },
    ]
  },

  async handle(input, scope, found) {
    const { accountId, now: createdAt, store } = scope
    const profile = existing(found.profile, 'instanceProfile', input.InstanceProfileName)
    const role = existing(found.role, 'role', input.RoleName)
    assertModifiable(role)
    const links = await store.linksFrom('profileRole', profile.id)
    if (links.length >= rolesPerProfileMax) {
      const quota = `InstanceSessionsPerInstanceProfile: ${rolesPerProfileMax}`
      throw new ApiError('LimitExceeded', `Cannot exceed quota for ${quota}`)
    }
    const ends = { fromId: profile.id, toId: role.id }
    await store.link({ kind: 'profileRole', accountId, createdAt, ...ends })
  },
})

/** iam:RemoveRoleFromInstanceProfile. Errors: NoSuchEntity, UnmodifiableEntity. */
export const RemoveRoleFromInstanceProfile = writeOperation(
  'iam',
  'RemoveRoleFromInstanceProfile',
  {
    resolve: profileAndRole,
    authorize: (input, scope, { profile }) =>
      entityCheck(scope, 'instance-profile', profile, input.InstanceProfileName),

    async handle(input, scope, found) {
      const profile = existing(found.profile, 'instanceProfile', input.InstanceProfileName)
      const role = existing(found.role, 'role', input.RoleName)
      assertModifiable(role)
      if (await scope.store.unlink('profileRole', profile.id, role.id)) return
      const message = `Role ${role.name} in Instance Profile ${profile.name} cannot be found.`
      throw new ApiError('NoSuchEntity', message)
    },
  },
)

/** iam:DeleteInstanceProfile. Errors: DeleteConflict while it holds a role; NoSuchEntity. */
export const DeleteInstanceProfile = writeOperation('iam', 'DeleteInstanceProfile', {
  ...named,
  async handle({ InstanceProfileName }, { store }, found) {
    const profile = existing(found, 'instanceProfile', InstanceProfileName)
    const links = await store.linksFrom('profileRole', profile.id)
    if (links.length > 0) throw deleteConflict('remove roles from instance profile')
    await store.remove('instanceProfile', profile.id)
  },
})

const tagged: TagTarget<Named, InstanceProfile> = {
  keyCase: 'kept',
  find: named.resolve,
  check: ({ InstanceProfileName }, scope, found, keys) =>
    entityCheck(scope, 'instance-profile', found, InstanceProfileName, keys),
  changeable: ({ InstanceProfileName }, _scope, found) =>
    existing(found, 'instanceProfile', InstanceProfileName),
  tags: ({ InstanceProfileName }, _scope, found) =>
    existing(found, 'instanceProfile', InstanceProfileName).tags,
}

/** iam:TagInstanceProfile. */
export const TagInstanceProfile = writeOperation('iam', 'TagInstanceProfile', tagEntity(tagged))
/** iam:UntagInstanceProfile. */
export const UntagInstanceProfile = writeOperation(
  'iam',
  'UntagInstanceProfile',
  untagEntity(tagged),
)
/** iam:ListInstanceProfileTags. */
export const ListInstanceProfileTags = readOperation(
  'iam',
  'ListInstanceProfileTags',
  listEntityTags(tagged),
)

/** All of this file. */
export const instanceProfileOperations = [
  AddRoleToInstanceProfile,
  CreateInstanceProfile,
  DeleteInstanceProfile,
  GetInstanceProfile,
  ListInstanceProfileTags,
  ListInstanceProfiles,
  ListInstanceProfilesForRole,
  RemoveRoleFromInstanceProfile,
  TagInstanceProfile,
  UntagInstanceProfile,
]
