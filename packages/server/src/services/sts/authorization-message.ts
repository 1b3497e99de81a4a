import { ApiError } from '../api-error.ts'
import { authorizationMessagePurpose } from '../authorization-message.ts'
import { readOperation } from '../operation.ts'

/**
 * sts:DecodeAuthorizationMessage: of a refusal in the caller's own account, for 36 hours.
 * Errors: InvalidAuthorizationMessageException; its words are unconfirmed.
 * Source: STS API Reference, DecodeAuthorizationMessage.
 */
export const DecodeAuthorizationMessage = readOperation('sts', 'DecodeAuthorizationMessage', {
  authorize: () => ({ resourceArn: '*' }),

  handle({ EncodedMessage }, { messages, accountId }) {
    const DecodedMessage = messages.open(authorizationMessagePurpose(accountId), EncodedMessage)
    if (DecodedMessage === undefined) {
      throw new ApiError('InvalidAuthorizationMessageException', 'Message is not valid')
    }
    return Promise.resolve({ DecodedMessage })
  },
})
