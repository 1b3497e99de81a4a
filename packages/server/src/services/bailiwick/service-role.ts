/**
 * Running a role as a service of AWS would: what no API of AWS does for you, since there the
 * service does it. Whoever asks needs what handing the role to the service needs, and the role
 * must trust the service. Documented in docs/reference.md; actions are `bailiwick:…`.
 */
import type { Check } from '@bailiwick/gateway'
import { assumedRoleArn, iamArn, parseArn, splitResource } from '../../domain/arn.ts'
import type { Role } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, type Scope } from '../operation.ts'
import { passRoleCheck } from '../pass-role.ts'
import { serviceSession } from '../service-session.ts'
import { requestTagKeys } from '../tag-context-keys.ts'

const durationSecondsDefault = 3600

/** The role of that very ARN, in the caller's account: roles are not passed across accounts. */
async function ownRole(scope: Scope, roleArn: string): Promise<Role | undefined> {
  const arn = parseArn(roleArn)
  if (arn?.accountId !== scope.accountId) return undefined
  const { name } = splitResource(arn.resource)
  const role = await scope.store.find('role', scope.accountId, name)
  return role && iamArn(scope, 'role', role.path, role.name) === roleArn ? role : undefined
}

/**
 * bailiwick:AssumeRoleForService. Errors: ValidationException where the session would outlast the
 * role's limit; AccessDenied where the role does not trust the service, or is not there.
 */
export const AssumeRoleForService = readOperation('bailiwick', 'AssumeRoleForService', {
  resolve: ({ RoleArn }, scope) => ownRole(scope, RoleArn),

  authorize(input, scope, role) {
    const { ServicePrincipal, SourceArn } = input
    const check: Check = {
      resourceArn: input.RoleArn,
      contextKeys: {
        'bailiwick:ServicePrincipal': ServicePrincipal,
        ...requestTagKeys(input.Tags),
      },
    }
    return role ? [check, passRoleCheck(scope, role, ServicePrincipal, SourceArn)] : [check]
  },

  handle(input, scope, role) {
    const { ServicePrincipal, RoleSessionName = 'service' } = input
    const durationSeconds = input.DurationSeconds ?? durationSecondsDefault
    if (role !== undefined && durationSeconds > role.maxSessionDurationSeconds) {
      const message =
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
      throw new ApiError('ValidationException', message)
    }
    const issued =
      role &&
      serviceSession(scope, role, {
        servicePrincipal: ServicePrincipal,
        sessionName: RoleSessionName,
        durationSeconds,
        ...(input.Tags && { tags: input.Tags }),
        ...(input.TransitiveTagKeys && { transitiveTagKeys: input.TransitiveTagKeys }),
        trustKeys: {
          'aws:SourceArn': input.SourceArn,
          'aws:SourceAccount': input.SourceAccount ?? scope.accountId,
          'sts:RoleSessionName': RoleSessionName,
        },
      })
    if (role === undefined || issued === undefined) {
      const message = `${ServicePrincipal} is not authorized to assume ${input.RoleArn}: its trust policy does not allow it, or it does not exist.`
      throw new ApiError('AccessDenied', message)
    }
    const AssumedRoleArn = assumedRoleArn(scope, role.name, RoleSessionName)
    return Promise.resolve({ Credentials: issued, AssumedRoleArn })
  },
})
