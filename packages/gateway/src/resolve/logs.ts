import type { Check } from '../operation.ts'
import { checkOn, resourcesByFacts } from './by-facts.ts'
import { type ForwardedCall, text } from './forwarded-call.ts'

/**
 * CloudWatch Logs: a log group's own ARN is what takes tags; everything else is decided on
 * `log-group:NAME:log-stream:`, which policies write as `log-group:NAME:*`.
 * Source: CloudWatch Logs User Guide, "Log group ARN formats".
 *
 * Where a filter sends to is a resource of the action only where it is a destination of Logs' own;
 * a function or stream is asked whether it lets Logs in.
 */
export function resolveLogs(call: ForwardedCall): readonly Check[] {
  const action = `logs:${call.operation.name}`
  const isOfTags = call.operation.name.endsWith('Resource')
  return resourcesByFacts(withoutOthers(call), action).map((arn) => {
    const isGroup = /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:[^:]+$/.test(arn)
    return checkOn(call, action, isGroup && !isOfTags ? `${arn}:log-stream:` : arn)
  })
}

function withoutOthers(call: ForwardedCall): ForwardedCall {
  const { input } = call
  const isOwn = /^arn:[^:]+:logs:/.test(text(input.destinationArn) ?? 'arn:aws:logs:')
  return isOwn ? call : { ...call, input: { ...input, destinationArn: undefined } }
}
