import { isoSeconds } from '../domain/iso-seconds.ts'
import { jsonAnswer } from '../http/json-answer.ts'
import type { OpenConsole } from './port.ts'

/**
 * Where no console listens: the sign-in was verified and its token is used, and that is said. No
 * credentials are answered: a browser's page is no place for them.
 */
export const answerWithoutConsole: OpenConsole = ({ caller, claims, destination }) =>
  Promise.resolve(
    jsonAnswer(200, {
      message: 'Signed in. This server has no console pages yet, so there is nothing to show.',
      account: claims.accountId,
      arn: caller.arn,
      expiration: isoSeconds(claims.expiresAt),
      destination,
    }),
  )
