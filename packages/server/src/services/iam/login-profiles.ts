/**
 * Login profiles: the passwords of users.
 * Source: IAM API Reference, CreateLoginProfile and its kin; IAM User Guide, "Manage passwords".
 */
import { loginProfileName, type LoginProfile } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation, type PrepareScope, type Scope } from '../operation.ts'
import { asRecorded } from './as-recorded.ts'
import { newPassword, passwordStays, passwordTarget, type PasswordTarget } from './new-password.ts'
import { noSuchEntity } from './no-such-entity.ts'
import { credentialOwner, targetCheck } from './self.ts'

interface Named {
  readonly UserName?: string | undefined
}

const ofUser = {
  resolve: ({ UserName }: Named, scope: Scope) => passwordTarget(scope, UserName),
  authorize: (_input: unknown, scope: Scope, { target }: PasswordTarget) =>
    targetCheck(scope, target),
}

/** Whose profile it is, for wordings and answers; root has no name. */
function ownerName({ target }: PasswordTarget): string {
  return target.kind === 'root' ? 'root' : (target.user?.name ?? target.name)
}

/** Errors: NoSuchEntity for the user as for the profile. */
function existingProfile(scope: PrepareScope, found: PasswordTarget): LoginProfile {
  credentialOwner(scope, found.target)
  if (!found.profile) throw noSuchEntity('loginProfile', ownerName(found))
  return found.profile
}

function loginProfileView(profile: LoginProfile, { target }: PasswordTarget) {
  return {
    // Left out for root, as in the views of its other credentials.
    UserName: asRecorded<string>(target.kind === 'root' ? undefined : target.user?.name),
    CreateDate: profile.createdAt,
    PasswordResetRequired: profile.passwordResetRequired,
  }
}

/**
 * Errors: EntityAlreadyExists, NoSuchEntity; ValidationError without a password, and for root with
 * one: its own it can only recover.
 */
function assertCreatable(scope: PrepareScope, found: PasswordTarget, Password?: string) {
  credentialOwner(scope, found.target)
  if (found.profile) {
    const message = `Login Profile for user ${ownerName(found)} already exists.`
    throw new ApiError('EntityAlreadyExists', message)
  }
  const isRoot = found.target.kind === 'root'
  if (isRoot === (Password === undefined)) return
  const constraint = isRoot ? 'Member must be null' : 'Member must not be null'
  const message = `1 validation error detected: Value at 'password' failed to satisfy constraint: ${constraint}`
  throw new ApiError('ValidationError', message)
}

/**
 * iam:CreateLoginProfile. For root, whose password is gone, it takes none, and allows to recover it.
 * Errors: EntityAlreadyExists, NoSuchEntity, PasswordPolicyViolation, ValidationError.
 */
export const CreateLoginProfile = writeOperation('iam', 'CreateLoginProfile', {
  ...ofUser,

  async prepare({ Password }, scope, found) {
    assertCreatable(scope, found, Password)
    const id = scope.newId('LOGP')
    return {
      id,
      sealed: Password === undefined ? undefined : await newPassword(scope, found, id, Password),
    }
  },
  stillHolds: passwordStays,

  async handle({ Password, PasswordResetRequired }, scope, found, { id, sealed }) {
    assertCreatable(scope, found, Password)
    const { accountId, now, store } = scope
    const profile: LoginProfile = {
      kind: 'loginProfile',
      accountId,
      id,
      name: loginProfileName,
      path: '/',
      parentId: credentialOwner(scope, found.target).id,
      createdAt: now,
      tags: [],
      passwordResetRequired: PasswordResetRequired ?? false,
      passwordChangedAt: now,
    }
    await store.insert(profile, sealed)
    return { LoginProfile: loginProfileView(profile, found) }
  },
})

/** iam:GetLoginProfile. Errors: NoSuchEntity. */
export const GetLoginProfile = readOperation('iam', 'GetLoginProfile', {
  ...ofUser,
  handle(_input, scope, found) {
    const profile = existingProfile(scope, found)
    return Promise.resolve({ LoginProfile: loginProfileView(profile, found) })
  },
})

/**
 * iam:UpdateLoginProfile: an administrator sets a password, or asks for a new one. Former passwords
 * are refused as to the user; chosen by us. Errors: NoSuchEntity, PasswordPolicyViolation.
 */
export const UpdateLoginProfile = writeOperation('iam', 'UpdateLoginProfile', {
  ...ofUser,

  async prepare({ Password }, scope, found) {
    const { id } = existingProfile(scope, found)
    return Password === undefined ? undefined : newPassword(scope, found, id, Password)
  },
  stillHolds: passwordStays,

  async handle({ PasswordResetRequired }, scope, found, sealed) {
    const profile = existingProfile(scope, found)
    const updated: LoginProfile = {
      ...profile,
      passwordResetRequired: PasswordResetRequired ?? profile.passwordResetRequired,
      ...(sealed && { passwordChangedAt: scope.now }),
    }
    await scope.store.update(updated, sealed)
  },
})

/** iam:DeleteLoginProfile: former passwords are forgotten with it. Errors: NoSuchEntity. */
export const DeleteLoginProfile = writeOperation('iam', 'DeleteLoginProfile', {
  ...ofUser,
  async handle(_input, scope, found) {
    await scope.store.remove('loginProfile', existingProfile(scope, found).id)
  },
})

/** All of this file. */
export const loginProfileOperations = [
  CreateLoginProfile,
  DeleteLoginProfile,
  GetLoginProfile,
  UpdateLoginProfile,
]
