import type { Check } from '@bailiwick/gateway'
import { rootArn } from '../../domain/arn.ts'
import type { User } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { PrepareScope, Scope } from '../operation.ts'
import { entityCheck } from './entity-check.ts'
import type { ContextKeys } from './context-keys.ts'
import { noSuchEntity } from './no-such-entity.ts'

/** The user an operation is about; where no name was given, the caller, who may be root. */
export type UserTarget =
  | { readonly kind: 'user'; readonly name: string; readonly user: User | undefined }
  | { readonly kind: 'root' }

/** A target that is there: what credentials hang on. */
export interface CredentialOwner {
  /** Parent of its credentials: the user's unique id, or the account id for root. */
  readonly id: string
  /** Absent for root. */
  readonly user?: User
}

/**
 * The user named, or the caller where no name is given.
 * Errors: ValidationError for a caller that is neither user nor root. Source: IAM API Reference,
 * CreateAccessKey ("IAM determines the user name implicitly"); the wording is recorded.
 */
export async function targetUser(scope: Scope, userName: string | undefined): Promise<UserTarget> {
  const { caller, accountId, store } = scope
  if (userName !== undefined) {
    return { kind: 'user', name: userName, user: await store.find('user', accountId, userName) }
  }
  if (caller.principal.kind === 'root') return { kind: 'root' }
  if (caller.principal.kind !== 'user') {
    const message = 'Must specify userName when calling with non-User credentials'
    throw new ApiError('ValidationError', message)
  }
  const user = await store.get('user', caller.principal.userId)
  return { kind: 'user', name: user?.name ?? caller.userName ?? '', user }
}

/** The check of an operation on the target. */
export function targetCheck(scope: Scope, target: UserTarget, contextKeys?: ContextKeys): Check {
  if (target.kind === 'root') return { resourceArn: rootArn(scope) }
  return entityCheck(scope, 'user', target.user, target.name, contextKeys)
}

/** What an operation on the credentials of a user, or of the caller, declares. */
export const ofTargetUser = {
  resolve: ({ UserName }: { readonly UserName?: string | undefined }, scope: Scope) =>
    targetUser(scope, UserName),
  authorize: (_input: unknown, scope: Scope, target: UserTarget) => targetCheck(scope, target),
}

/** Whose credentials the operation is about. Errors: NoSuchEntity. */
export function credentialOwner(scope: PrepareScope, target: UserTarget): CredentialOwner {
  if (target.kind === 'root') return { id: scope.accountId }
  if (!target.user) throw noSuchEntity('user', target.name)
  return { id: target.user.id, user: target.user }
}
