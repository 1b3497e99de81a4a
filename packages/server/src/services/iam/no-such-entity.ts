import { ApiError } from '../api-error.ts'

/**
 * The one wording of each missing entity, so that no two operations word it differently.
 * Source: recorded answers of IAM, except where a row says otherwise.
 */
const wordings = {
  user: (name) => `The user with name ${name} cannot be found.`,
  group: (name) => `The group with name ${name} cannot be found.`,
  role: (name) => `The role with name ${name} cannot be found.`,
  instanceProfile: (name) => `Instance Profile ${name} cannot be found.`,
  userPolicy: (name) => `The user policy with name ${name} cannot be found.`,
  groupPolicy: (name) => `The group policy with name ${name} cannot be found.`,
  rolePolicy: (name) => `The role policy with name ${name} cannot be found.`,
  policy: (arn) => `Policy ${arn} was not found.`,
  attachablePolicy: (arn) => `Policy ${arn} does not exist or is not attachable.`,
  permissionsBoundary: (arn) => `Scope ARN: ${arn} does not exist or is not attachable.`,
  accessKey: (id) => `The Access Key with id ${id} cannot be found.`,
  sshPublicKey: (id) => `The Public Key with id ${id} cannot be found.`,
  signingCertificate: (id) => `The Certificate with id ${id} cannot be found.`,
  serverCertificate: (name) => `The Server Certificate with name ${name} cannot be found.`,
  serviceSpecificCredential: (id) => `No such credential ${id} exists`,
  // Unconfirmed: no recording at hand.
  accountAlias: (alias) => `The account alias with name ${alias} cannot be found.`,
  // Unconfirmed: no recording at hand.
  delegationRequest: (id) => `The delegation request with id ${id} cannot be found.`,
  // Unconfirmed: no recording at hand.
  roleTemplate: (arn) => `The role template ${arn} cannot be found.`,
  // Unconfirmed: no recording at hand.
  deletionTask: (id) => `The deletion task with id ${id} cannot be found.`,
  loginProfile: (name) => `Login Profile for User ${name} cannot be found.`,
  oidcProvider: (arn) => `OpenIDConnect Provider not found for arn ${arn}`,
  mfaDevice: (serial) => `MFA Device with serial number ${serial} does not exist.`,
  samlProvider: (arn) => `Manifest not found for arn ${arn}`,
  deletedOidcProvider: (arn) => `OpenId connect Provider ${arn} cannot be found.`,
} satisfies Record<string, (name: string) => string>

/** @param name The name, id or ARN as the caller gave it. */
export function noSuchEntity(kind: keyof typeof wordings, name: string): ApiError {
  return new ApiError('NoSuchEntity', wordings[kind](name))
}

/** Source: recorded from GetPolicyVersion; also where the policy itself is missing. */
export function noSuchPolicyVersion(policyArn: string, versionId: string): ApiError {
  return new ApiError(
    'NoSuchEntity',
    `Policy ${policyArn} version ${versionId} does not exist or is not attachable.`,
  )
}

/** The entity, where there is one. Errors: NoSuchEntity. */
export function existing<T>(entity: T | undefined, kind: keyof typeof wordings, name: string): T {
  if (entity === undefined) throw noSuchEntity(kind, name)
  return entity
}
