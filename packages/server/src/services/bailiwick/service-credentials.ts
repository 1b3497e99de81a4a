/**
 * Credentials of a service itself, for a backend whose services call others through the gate: an
 * emulator's SNS that sends to a queue behind another one. Whoever has them is that service, in the
 * name of one resource, so they are given by principals of the deployment's first account alone.
 * Documented in docs/reference.md.
 */
import { ApiError } from '../api-error.ts'
import { readOperation } from '../operation.ts'
import { sessionTimes } from '../session-times.ts'
import { operatorCheck } from './resources.ts'

const durationSecondsDefault = 3600

/** The account that an ARN names; a bucket's names none. */
function accountOf(arn: string): string | undefined {
  return /^(?:[^:]*:){4}(\d{12}):/.exec(arn)?.[1]
}

/**
 * bailiwick:GetServiceCredentials. Errors: ValidationException for an account that is not there, or
 * is not that of the source.
 */
export const GetServiceCredentials = readOperation('bailiwick', 'GetServiceCredentials', {
  resolve: ({ SourceAccount }, { store }) => store.account(SourceAccount),

  authorize(input, scope) {
    const check = operatorCheck(
      scope,
      `service-principal/${input.ServicePrincipal}`,
      input.SourceAccount,
    )
    const contextKeys = {
      ...check.contextKeys,
      'bailiwick:ServicePrincipal': input.ServicePrincipal,
      'bailiwick:SourceArn': input.SourceArn,
    }
    return { ...check, contextKeys }
  },

  handle(input, { sessions, now, region }, account) {
    const { ServicePrincipal: name, SourceArn, SourceAccount } = input
    if (account === undefined) {
      throw new ApiError('ValidationException', `There is no account ${SourceAccount}.`)
    }
    const owner = accountOf(SourceArn)
    if (owner !== undefined && owner !== SourceAccount) {
      const message = `SourceArn is of the account ${owner}, and SourceAccount is ${SourceAccount}.`
      throw new ApiError('ValidationException', message)
    }
    const times = sessionTimes(now, input.DurationSeconds ?? durationSecondsDefault)
    const regional = name.replace(/\.amazonaws\.com$/, `.${region}.amazonaws.com`)
    const issued = sessions.issue({
      kind: 'service',
      accountId: SourceAccount,
      principalId: name,
      ...times,
      sessionPolicyArns: [],
      tags: [],
      transitiveTagKeys: [],
      // Source: IAM User Guide, "AWS global condition context keys".
      contextKeys: {
        'aws:principalisawsservice': 'true',
        'aws:principalservicename': name,
        'aws:principalservicenameslist': [...new Set([name, regional])],
        'aws:sourcearn': SourceArn,
        'aws:sourceaccount': SourceAccount,
      },
    })
    return Promise.resolve({ Credentials: { ...issued, IssuedAt: times.issuedAt } })
  },
})
