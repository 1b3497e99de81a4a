/** Roles as IAM's answers show them. Source of what each leaves out: recorded answers. */
import { iamArn } from '../../domain/arn.ts'
import type { Role } from '../../domain/entity.ts'
import type { Scope } from '../operation.ts'
import { boundaryView } from './permissions-boundary.ts'
import { shownTrustPolicy } from './roles-trust-policy.ts'
import { encodedDocument, tagsView } from './views.ts'

async function baseView(scope: Scope, role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: iamArn(scope, 'role', role.path, role.name),
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodedDocument(await shownTrustPolicy(scope, role)),
  }
}

function extrasView(role: Role) {
  return {
    ...(role.permissionsBoundaryArn !== undefined && {
      PermissionsBoundary: boundaryView(role.permissionsBoundaryArn),
    }),
    ...(role.tags.length > 0 && { Tags: tagsView(role.tags) }),
  }
}

/** As CreateRole answers: neither description nor session duration, even where they were sent. */
export async function createdRoleView(scope: Scope, role: Role) {
  return { ...(await baseView(scope, role)), ...extrasView(role) }
}

/** As ListRoles shows it: without tags, boundary and last use. */
export async function listedRoleView(scope: Scope, role: Role) {
  return {
    ...(await baseView(scope, role)),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionDurationSeconds,
  }
}

/** As GetRole and UpdateRoleDescription show it; RoleLastUsed is empty before the first use. */
export async function roleView(scope: Scope, role: Role) {
  const used = await scope.store.lastUsed(role.id)
  return {
    ...(await listedRoleView(scope, role)),
    ...extrasView(role),
    RoleLastUsed: used ? { LastUsedDate: used.usedAt, Region: used.region } : {},
  }
}
