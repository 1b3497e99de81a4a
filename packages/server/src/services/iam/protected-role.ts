import type { Role } from '../../domain/entity.ts'
import { serviceLinkedPath } from '../../domain/service-linked-role.ts'
import { ApiError } from '../api-error.ts'

/** Of the roles that AWS makes for its own sign-in. */
const reservedPath = '/aws-reserved/'

export const protectedPaths = [serviceLinkedPath, reservedPath]

export function isServiceLinked({ path }: Role): boolean {
  return path.startsWith(serviceLinkedPath)
}

/**
 * Service-linked roles and those of AWS itself change only through AWS. Errors:
 * UnmodifiableEntity. Source: IAM User Guide, "Using service-linked roles"; recorded wording.
 */
export function assertModifiable(role: Role): void {
  if (isServiceLinked(role)) throw protectedRole(role)
  assertDescribable(role)
}

/**
 * The description and the tags of a service-linked role are the account's own. Errors:
 * UnmodifiableEntity for the roles of AWS itself. Source: IAM User Guide, "Editing a service-linked
 * role description"; that tags are alike is unconfirmed.
 */
export function assertDescribable(role: Role): void {
  if (role.path.startsWith(reservedPath)) throw protectedRole(role)
}

function protectedRole({ name }: Role): ApiError {
  return new ApiError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  )
}
