/**
 * What a refusal may carry for who may decode it: an encoded authorization message, as EC2's
 * UnauthorizedOperation has it. Source: STS API Reference, DecodeAuthorizationMessage, and the
 * example of the AWS CLI's `decode-authorization-message`.
 */
import type { Check, RefusedCheck } from '@bailiwick/gateway'
import type { ContextValue } from '@bailiwick/policy'
import { parseArn } from '../domain/arn.ts'
import type { Scope } from './operation.ts'

/** Source: STS API Reference, EncodedMessage. */
const encodedCharsMax = 10_240

/** Decoded only in the account whose call was refused: chosen by us. */
export function authorizationMessagePurpose(accountId: string): string {
  return `authorization of ${accountId}`
}

/**
 * To be put behind `Encoded authorization failure message: ` in a refusal. Where all that is to be
 * told is longer than DecodeAuthorizationMessage accepts, the context's conditions are left out.
 */
export function encodedAuthorizationMessage(
  scope: Pick<Scope, 'caller' | 'accountId' | 'region' | 'messages'>,
  check: Check,
  refused: RefusedCheck,
): string {
  const seal = (withConditions: boolean) =>
    scope.messages.seal(
      authorizationMessagePurpose(scope.accountId),
      JSON.stringify(authorizationMessage(scope, check, refused, withConditions)),
    )
  const whole = seal(true)
  return whole.length <= encodedCharsMax ? whole : seal(false)
}

const items = <T>(values: readonly T[]) => ({ items: values })
const valueItems = (...values: readonly string[]) => items(values.map((value) => ({ value })))

function authorizationMessage(
  { caller, region }: Pick<Scope, 'caller' | 'region'>,
  check: Check,
  { action, decision, context }: RefusedCheck,
  withConditions: boolean,
) {
  const explicitDeny = decision.decision === 'explicitDeny'
  const matchedStatements = decision.decidingStatements.map(({ sid = '' }) => ({
    statementId: sid,
    effect: 'DENY',
    // What the statement matched, not its patterns: chosen by us, AWS shows the statement's own.
    principals: valueItems(caller.userId),
    principalGroups: items([]),
    actions: valueItems(action),
    resources: valueItems(check.resourceArn),
    conditions: items([]),
  }))
  const conditions = withConditions
    ? [...context.entries(), ...pseudoKeys(check, region, caller.accountId)]
    : []
  return {
    allowed: false,
    explicitDeny,
    matchedStatements: items(matchedStatements),
    failures: items([]),
    context: {
      principal: {
        id: caller.userId,
        ...(caller.userName !== undefined && { name: caller.userName }),
        arn: caller.arn,
      },
      action,
      resource: check.resourceArn,
      conditions: items(conditions.map(([key, value]) => ({ key, values: valuesOf(value) }))),
    },
  }
}

function valuesOf(value: ContextValue) {
  return typeof value === 'string' ? valueItems(value) : valueItems(...value)
}

/** What describes the resource, in AWS's letter case. */
function pseudoKeys(
  { resourceArn, resourceAccountId }: Check,
  region: string,
  accountId = '',
): readonly (readonly [key: string, value: string])[] {
  const arn = parseArn(resourceArn)
  const [type = '', ...name] = arn?.resource.split(/[/:]/) ?? []
  return [
    ['aws:Resource', name.length > 0 ? name.join('/') : (arn?.resource ?? resourceArn)],
    ['aws:Account', resourceAccountId ?? arn?.accountId ?? accountId],
    ['aws:Region', arn?.region ? arn.region : region],
    ['aws:Service', arn?.service ?? ''],
    ['aws:Type', name.length > 0 ? type : ''],
    ['aws:ARN', resourceArn],
  ]
}
