/** Roles as IAM's answers show them. Source of what each leaves out: recorded answers. */
import { iamArn } from '../../domain/arn.ts'
import type { Role } from '../../domain/entity.ts'
import { usePeriodStart } from '../../domain/report.ts'
import type { LastUsed } from '../../store/port.ts'
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

/** Source: IAM API Reference, RoleLastUsed: within the trailing 400 days. */
async function lastUse({ store, now }: Scope, { id }: Role): Promise<LastUsed | undefined> {
  const used = await store.lastUsed(id)
  return used && used.usedAt >= usePeriodStart(now) ? used : undefined
}

/** As GetRole and UpdateRoleDescription show it; RoleLastUsed is empty before the first use. */
export async function roleView(scope: Scope, role: Role) {
  const used = await lastUse(scope, role)
  return {
    ...(await listedRoleView(scope, role)),
    ...extrasView(role),
    RoleLastUsed: used ? { LastUsedDate: used.usedAt, Region: used.region } : {},
  }
}
