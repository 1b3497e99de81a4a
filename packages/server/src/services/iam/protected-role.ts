import type { Role } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'

export const protectedPaths = ['/aws-service-role/', '/aws-reserved/']

/**
 * Service-linked roles and those of AWS itself change only through AWS. Errors:
 * UnmodifiableEntity. Source: IAM User Guide, "Using service-linked roles"; recorded wording.
 */
export function assertModifiable(role: Role): void {
  if (!protectedPaths.some((path) => role.path.startsWith(path))) return
  throw new ApiError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
  )
}
