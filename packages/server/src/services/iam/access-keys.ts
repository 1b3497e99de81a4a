import type { AccessKey, User } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { asRecorded } from './as-recorded.ts'
import { assertRoomFor, ownCredential, settableStatus } from './credential.ts'
import { pageByName } from './paging.ts'
import { credentialOwner, targetCheck, targetUser } from './self.ts'
import type { CredentialOwner } from './self.ts'

function accessKeyView(key: AccessKey, { user }: CredentialOwner) {
  return {
    // Root has no name; the member is left out, as in GetUser.
    UserName: asRecorded<string>(user?.name),
    AccessKeyId: key.id,
    Status: key.status,
    CreateDate: key.createdAt,
  }
}

/**
 * iam:CreateAccessKey: the one answer that shows the secret. Without a name it is about the
 * caller, root included. Errors: LimitExceeded, NoSuchEntity.
 * Source: IAM API Reference, CreateAccessKey.
 */
export const CreateAccessKey = writeOperation('iam', 'CreateAccessKey', {
  resolve: (input, scope) => targetUser(scope, input.UserName),
  authorize: (_input, scope, target) => targetCheck(scope, target),

  async handle(_input, scope, target) {
    const { store, accountId, now, secrets } = scope
    const owner = credentialOwner(scope, target)
    await assertRoomFor(scope, 'accessKey', owner)
    const { accessKeyId, secretAccessKey, sealed } = secrets.newAccessKey(accountId)
    const key: AccessKey = {
      kind: 'accessKey',
      accountId,
      id: accessKeyId,
      name: accessKeyId,
      path: '/',
      parentId: owner.id,
      createdAt: now,
      tags: [],
      status: 'Active',
    }
    await store.insert(key, sealed)
    return { AccessKey: { ...accessKeyView(key, owner), SecretAccessKey: secretAccessKey } }
  },
})

/** iam:ListAccessKeys. Errors: NoSuchEntity. Source: IAM API Reference, ListAccessKeys. */
export const ListAccessKeys = readOperation('iam', 'ListAccessKeys', {
  resolve: (input, scope) => targetUser(scope, input.UserName),
  authorize: (_input, scope, target) => targetCheck(scope, target),

  async handle(input, scope, target) {
    const owner = credentialOwner(scope, target)
    const { items, output } = await pageByName(input, (request) =>
      scope.store.list('accessKey', scope.accountId, { ...request, parentId: owner.id }),
    )
    return { AccessKeyMetadata: items.map((key) => accessKeyView(key, owner)), ...output }
  },
})

/**
 * iam:UpdateAccessKey: activates or deactivates. Errors: InvalidInput, NoSuchEntity.
 * Source: IAM API Reference, UpdateAccessKey.
 */
export const UpdateAccessKey = writeOperation('iam', 'UpdateAccessKey', {
  resolve: (input, scope) => targetUser(scope, input.UserName),
  authorize: (_input, scope, target) => targetCheck(scope, target),

  async handle({ AccessKeyId, Status }, scope, target) {
    const status = settableStatus(Status)
    const owner = credentialOwner(scope, target)
    const key = await ownCredential(scope, 'accessKey', owner, AccessKeyId)
    await scope.store.update({ ...key, status })
  },
})

/** iam:DeleteAccessKey. Errors: NoSuchEntity. Source: IAM API Reference, DeleteAccessKey. */
export const DeleteAccessKey = writeOperation('iam', 'DeleteAccessKey', {
  resolve: (input, scope) => targetUser(scope, input.UserName),
  authorize: (_input, scope, target) => targetCheck(scope, target),

  async handle({ AccessKeyId }, scope, target) {
    const owner = credentialOwner(scope, target)
    const key = await ownCredential(scope, 'accessKey', owner, AccessKeyId)
    await scope.store.remove('accessKey', key.id)
  },
})

/** A key of the account, and the user it belongs to; root's has none. */
interface FoundKey {
  readonly key: AccessKey
  readonly user: User | undefined
}

async function findKey(scope: Scope, id: string): Promise<FoundKey | undefined> {
  const key = await scope.store.get('accessKey', id)
  if (key?.accountId !== scope.accountId) return undefined
  const { parentId } = key
  return { key, user: parentId === undefined ? undefined : await scope.store.get('user', parentId) }
}

/** Recorded, without colon and without reason; the same for a key that is not there. */
function lastUsedRefusal({ caller }: Scope, id: string): string {
  return `User: ${caller.arn} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${id}`
}

/**
 * iam:GetAccessKeyLastUsed: of any key of the account. An unknown key is refused like a forbidden
 * one. Errors: AccessDenied. Source: IAM API Reference, GetAccessKeyLastUsed; recorded answers.
 */
export const GetAccessKeyLastUsed = readOperation('iam', 'GetAccessKeyLastUsed', {
  resolve: ({ AccessKeyId }, scope) => findKey(scope, AccessKeyId),

  authorize: (_input, scope, found) =>
    targetCheck(
      scope,
      found && !found.user
        ? { kind: 'root' }
        : { kind: 'user', name: found?.user?.name ?? '*', user: found?.user },
    ),

  refusal: ({ AccessKeyId }, scope) => lastUsedRefusal(scope, AccessKeyId),

  async handle({ AccessKeyId }, scope, found) {
    if (!found) throw new ApiError('AccessDenied', lastUsedRefusal(scope, AccessKeyId))
    const used = await scope.store.lastUsed(found.key.id)
    return {
      ...(found.user && { UserName: found.user.name }),
      AccessKeyLastUsed: used
        ? { LastUsedDate: used.usedAt, ServiceName: used.service, Region: used.region }
        : { ServiceName: 'N/A', Region: 'N/A' },
    }
  },
})
