import { accountOf, Unresolvable } from './forwarded-call.ts'
import type { Check } from '../operation.ts'

/** The check on a role that is handed to a service. Source: IAM User Guide, "iam:PassRole". */
export function passRole(role: string, service: string): Check {
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(role)) {
    throw new Unresolvable(`${role} is not the ARN of a role`)
  }
  const owner = accountOf(role)
  return {
    action: 'iam:PassRole',
    resourceArn: role,
    ...(owner !== undefined && { resourceAccountId: owner }),
    contextKeys: { 'iam:PassedToService': service },
  }
}
