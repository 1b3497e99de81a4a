import { accountIdOf } from '../../domain/unique-id.ts'
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'

/**
 * sts:GetCallerIdentity. Answers any valid credentials, even with an explicit Deny.
 * Source: STS API Reference, GetCallerIdentity.
 */
export const GetCallerIdentity = readOperation('sts', 'GetCallerIdentity', {
  access: 'anyCaller',
  authorize: () => [],
  handle: (_input, { caller, accountId }) =>
    Promise.resolve({ UserId: caller.userId, Account: accountId, Arn: caller.arn }),
})

/**
 * sts:GetAccessKeyInfo. The id carries its account; of one that does not, as of the key fixed at
 * first start, the store knows it. An id of neither is refused in words of our own.
 * Errors: ValidationError. Source: STS API Reference, GetAccessKeyInfo.
 */
export const GetAccessKeyInfo = readOperation('sts', 'GetAccessKeyInfo', {
  authorize: () => ({ resourceArn: '*' }),

  async handle({ AccessKeyId }, { store }) {
    const key = await store.get('accessKey', AccessKeyId)
    const Account = key?.accountId ?? accountIdOf(AccessKeyId)
    if (Account === undefined) {
      throw new ApiError('ValidationError', `The access key ID ${AccessKeyId} is not valid.`)
    }
    return { Account }
  },
})
