import type { QuotaName } from '../../domain/quota.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'

/**
 * Errors: LimitExceeded where `amount` passes the account's quota, in the words and with the
 * number that AWS prints. Source: IAM User Guide, "IAM and AWS STS quotas"; recorded wording.
 */
export function assertWithinQuota(
  scope: Pick<Scope, 'quota'>,
  name: QuotaName,
  amount: number,
): void {
  const quota = scope.quota(name)
  if (amount > quota)
    throw new ApiError('LimitExceeded', `Cannot exceed quota for ${name}: ${quota}`)
}
