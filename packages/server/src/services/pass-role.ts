import type { Check } from '@bailiwick/gateway'
import { iamArn } from '../domain/arn.ts'
import type { Role } from '../domain/entity.ts'
import type { Scope } from './operation.ts'
import { resourceTagKeys } from './tag-context-keys.ts'

/**
 * `iam:PassRole` for a role that is handed to a service, for a resource of it where that is known.
 * Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
 */
export function passRoleCheck(
  scope: Scope,
  role: Role,
  service: string,
  associatedResourceArn?: string,
): Check {
  return {
    action: 'iam:PassRole',
    resourceArn: iamArn(scope, 'role', role.path, role.name),
    contextKeys: {
      ...resourceTagKeys('iam', role.tags),
      'iam:PassedToService': service,
      'iam:AssociatedResourceArn': associatedResourceArn,
    },
  }
}
