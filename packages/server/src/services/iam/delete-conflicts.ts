import type { EntityKind, Group, Role, User } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'

/** Source: recorded answers of DeleteUser, DeleteGroup and DeleteRole. */
export function deleteConflict(what: string): ApiError {
  return new ApiError('DeleteConflict', `Cannot delete entity, must ${what} first.`)
}

async function hasChild(scope: Scope, kind: EntityKind, parentId: string): Promise<boolean> {
  const request = { parentId, limit: 1 }
  return (await scope.store.list(kind, scope.accountId, request)).length > 0
}

/** Errors: DeleteConflict while a user, group or role has managed or inline policies. */
export async function assertWithoutPolicies(
  scope: Scope,
  holder: User | Group | Role,
): Promise<void> {
  const attachments = await scope.store.linksFrom('attachment', holder.id)
  if (attachments.length > 0) throw deleteConflict('detach all policies')
  if (await hasChild(scope, 'inlinePolicy', holder.id)) throw deleteConflict('delete policies')
}

/** What a user may hold, in the order it is reported. The wording of certificates is unconfirmed. */
const userCredentials: readonly (readonly [kind: EntityKind, what: string])[] = [
  ['loginProfile', 'delete login profile'],
  ['accessKey', 'delete access keys'],
  ['mfaAssignment', 'delete MFA device'],
  ['signingCertificate', 'delete signing certificates'],
  ['sshPublicKey', 'remove referenced objects'],
  ['serviceSpecificCredential', 'remove referenced objects'],
]

/**
 * Errors: DeleteConflict while anything hangs on the user, in the order AWS documents for
 * deleting a user by hand; which one it reports of several is chosen by us.
 */
export async function assertUserDeletable(scope: Scope, user: User): Promise<void> {
  const memberships = await scope.store.linksFrom('membership', user.id)
  if (memberships.length > 0) throw deleteConflict('remove users from group')
  await assertWithoutPolicies(scope, user)
  for (const [kind, what] of userCredentials) {
    if (await hasChild(scope, kind, user.id)) throw deleteConflict(what)
  }
}
