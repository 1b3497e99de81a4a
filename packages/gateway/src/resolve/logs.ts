import type { Check } from '../operation.ts'
import { checkOn, resourcesByFacts } from './by-facts.ts'
import type { ForwardedCall } from './forwarded-call.ts'

/**
 * CloudWatch Logs: a log group's own ARN is what takes tags; everything else is decided on
 * `log-group:NAME:log-stream:`, which policies write as `log-group:NAME:*`.
 * Source: CloudWatch Logs User Guide, "Log group ARN formats".
 */
export function resolveLogs(call: ForwardedCall): readonly Check[] {
  const action = `logs:${call.operation.name}`
  const isOfTags = call.operation.name.endsWith('Resource')
  return resourcesByFacts(call, action).map((arn) => {
    const isGroup = /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:[^:]+$/.test(arn)
    return checkOn(call, action, isGroup && !isOfTags ? `${arn}:log-stream:` : arn)
  })
}
