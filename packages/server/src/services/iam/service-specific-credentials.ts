/**
 * Service-specific credentials: names with passwords for CodeCommit and Keyspaces, API keys for
 * Bedrock. Source: IAM API Reference, CreateServiceSpecificCredential and its kin; the forms of
 * names and passwords are those of its examples.
 */
import { newServiceSecret } from '../../credentials/service-secret.ts'
import type { ServiceSpecificCredential } from '../../domain/entity.ts'
import { credentialServices, serviceUserName } from '../../domain/service-credential.ts'
import { ApiError } from '../api-error.ts'
import { writeOperation, type Scope } from '../operation.ts'
import { ownCredential, settableStatus } from './credential.ts'
import { existing } from './no-such-entity.ts'
import { assertWithinQuota } from './quota.ts'
import { credentialOwner, targetCheck, targetUser, type UserTarget } from './self.ts'
import { credentialView, credentialsOf, isApiKeyOf } from './service-credential-view.ts'

/** The answer of what makes a secret: the only one that shows it. */
function withSecret(
  scope: Scope,
  owner: Owned,
  credential: ServiceSpecificCredential,
  secret: string,
) {
  const view = credentialView(scope, credential, owner.name)
  return isApiKeyOf(credential)
    ? { ...view, ServiceCredentialSecret: secret }
    : { ...view, ServicePassword: secret }
}

interface Owned {
  readonly id: string
  readonly name: string
}

/** Root has none of these. Errors: NoSuchEntity. */
function userOf(scope: Scope, target: UserTarget, credentialId: string): Owned {
  const { user } = credentialOwner(scope, target)
  return existing(user, 'serviceSpecificCredential', credentialId)
}

/**
 * Errors: NoSuchEntity for another service. Recorded from CreateServiceSpecificCredential, though
 * the model has NotSupportedService.
 */
export function assertSupportedService(serviceName: string): void {
  if (credentialServices.includes(serviceName)) return
  const message = `No such service ${serviceName} is supported for Service Specific Credentials`
  throw new ApiError('NoSuchEntity', message)
}

/**
 * iam:CreateServiceSpecificCredential: the one answer, besides a reset, that shows the secret.
 * An age is for API keys alone; that refusal and its wording are chosen by us.
 * Errors: LimitExceeded, NoSuchEntity, ValidationError.
 */
export const CreateServiceSpecificCredential = writeOperation(
  'iam',
  'CreateServiceSpecificCredential',
  {
    resolve: ({ UserName }, scope) => targetUser(scope, UserName),
    authorize: ({ ServiceName, CredentialAgeDays }, scope, target) =>
      targetCheck(scope, target, {
        'iam:ServiceSpecificCredentialServiceName': ServiceName,
        'iam:ServiceSpecificCredentialAgeDays': CredentialAgeDays?.toString(),
      }),

    async handle({ UserName, ServiceName: serviceName, CredentialAgeDays }, scope, target) {
      const { accountId, now, newId, store, secrets } = scope
      const user = existing(credentialOwner(scope, target).user, 'user', UserName)
      assertSupportedService(serviceName)
      if (CredentialAgeDays !== undefined && !isApiKeyOf({ serviceName })) {
        const message = 'CredentialAgeDays is only supported for Bedrock API keys.'
        throw new ApiError('ValidationError', message)
      }
      const others = await credentialsOf(scope, user.id, serviceName)
      assertWithinQuota(scope, 'ServiceSpecificCredentialsPerUser', others.length + 1)
      const taken = others.map((other) => other.serviceUserName)
      const name = serviceUserName(user.name, accountId, taken)
      const id = newId('ACCA')
      const credential: ServiceSpecificCredential = {
        kind: 'serviceSpecificCredential',
        accountId,
        id,
        name: id,
        path: '/',
        parentId: user.id,
        createdAt: now,
        tags: [],
        status: 'Active',
        serviceName,
        serviceUserName: name,
        ...(CredentialAgeDays !== undefined && { expiresAt: inDays(now, CredentialAgeDays) }),
      }
      const secret = newServiceSecret(credential, scope.randomBytes)
      await store.insert(credential, secrets.seal(id, secret))
      return { ServiceSpecificCredential: withSecret(scope, user, credential, secret) }
    },
  },
)

function inDays(now: Date, days: number): Date {
  return new Date(now.getTime() + days * 86_400_000)
}

interface Named {
  readonly UserName?: string | undefined
  readonly ServiceSpecificCredentialId: string
}

interface Found {
  readonly target: UserTarget
  /** Undefined where it is not there, or not the user's. */
  readonly credential: ServiceSpecificCredential | undefined
}

const ofOne = {
  async resolve(
    { UserName, ServiceSpecificCredentialId: id }: Named,
    scope: Scope,
  ): Promise<Found> {
    const target = await targetUser(scope, UserName)
    if (target.kind === 'root' || !target.user) return { target, credential: undefined }
    const { store, accountId } = scope
    const kind = 'serviceSpecificCredential'
    return { target, credential: await store.find(kind, accountId, id, target.user.id) }
  },

  authorize: (_input: unknown, scope: Scope, { target, credential }: Found) =>
    targetCheck(scope, target, {
      'iam:ServiceSpecificCredentialServiceName': credential?.serviceName,
    }),
}

/** iam:UpdateServiceSpecificCredential. Errors: NoSuchEntity, ValidationError. */
export const UpdateServiceSpecificCredential = writeOperation(
  'iam',
  'UpdateServiceSpecificCredential',
  {
    ...ofOne,
    async handle({ ServiceSpecificCredentialId: id, Status }, scope, { target }) {
      const status = settableStatus(Status)
      const owner = userOf(scope, target, id)
      const credential = await ownCredential(scope, 'serviceSpecificCredential', owner, id)
      await scope.store.update({ ...credential, status })
    },
  },
)

/**
 * iam:ResetServiceSpecificCredential: a new secret for the same name; the former ends at once.
 * Status and expiration stay. Errors: NoSuchEntity.
 */
export const ResetServiceSpecificCredential = writeOperation(
  'iam',
  'ResetServiceSpecificCredential',
  {
    ...ofOne,
    async handle({ ServiceSpecificCredentialId: id }, scope, { target }) {
      const owner = userOf(scope, target, id)
      const credential = await ownCredential(scope, 'serviceSpecificCredential', owner, id)
      const secret = newServiceSecret(credential, scope.randomBytes)
      await scope.store.update(credential, scope.secrets.seal(id, secret))
      return { ServiceSpecificCredential: withSecret(scope, owner, credential, secret) }
    },
  },
)

/** iam:DeleteServiceSpecificCredential. Errors: NoSuchEntity. */
export const DeleteServiceSpecificCredential = writeOperation(
  'iam',
  'DeleteServiceSpecificCredential',
  {
    ...ofOne,
    async handle({ ServiceSpecificCredentialId: id }, scope, { target }) {
      const owner = userOf(scope, target, id)
      const credential = await ownCredential(scope, 'serviceSpecificCredential', owner, id)
      await scope.store.remove('serviceSpecificCredential', credential.id)
    },
  },
)

/** All of this file. */
export const serviceSpecificCredentialOperations = [
  CreateServiceSpecificCredential,
  DeleteServiceSpecificCredential,
  ResetServiceSpecificCredential,
  UpdateServiceSpecificCredential,
]
