import type { Check } from '../operation.ts'
import { resolveApiGateway } from './api-gateway.ts'
import { checksByFacts } from './by-facts.ts'
import { resolveCognito } from './cognito.ts'
import { resolveDynamoDb } from './dynamodb.ts'
import { resolveEcs } from './ecs.ts'
import { resolveEvents } from './events.ts'
import { factsOf } from './facts.ts'
import { type ForwardedCall, type Resolution, Unresolvable } from './forwarded-call.ts'
import { resolveKms } from './kms.ts'
import { resolveLambda } from './lambda.ts'
import { resolveLogs } from './logs.ts'
import { resolveSns, resolveSqs } from './messages.ts'
import { roleChecks } from './pass-role.ts'
import { resolveS3 } from './s3.ts'
import { resolveSecretsManager } from './secrets.ts'
import { resolveSsm } from './ssm.ts'
import { taggingChecks } from './tag-on-create.ts'
import { refuseUndecided } from './undecided.ts'

const byFacts = (call: ForwardedCall) =>
  checksByFacts(call, `${call.service}:${call.operation.name}`)

const resolvers: Readonly<Record<string, (call: ForwardedCall) => readonly Check[]>> = {
  apigateway: resolveApiGateway,
  cloudtrail: byFacts,
  cloudwatch: byFacts,
  'cognito-idp': resolveCognito,
  ds: byFacts,
  dynamodb: resolveDynamoDb,
  ecr: byFacts,
  ecs: resolveEcs,
  events: resolveEvents,
  firehose: byFacts,
  guardduty: byFacts,
  kinesis: byFacts,
  kms: resolveKms,
  lakeformation: byFacts,
  lambda: resolveLambda,
  logs: resolveLogs,
  s3: resolveS3,
  scheduler: byFacts,
  secretsmanager: resolveSecretsManager,
  sns: resolveSns,
  sqs: resolveSqs,
  ssm: resolveSsm,
  states: byFacts,
}

/**
 * What a forwarded call needs allowed: actions, resources, the owner's account where the request
 * tells, and the condition keys that can be known from it. Pure: no look at the backend.
 *
 * Errors: none; what cannot be resolved, and what AWS knows no action for, is not `ok`.
 */
export function resolveForwarded(call: ForwardedCall): Resolution {
  const resolver = Object.hasOwn(resolvers, call.service) ? resolvers[call.service] : undefined
  if (resolver === undefined) return { ok: false, why: `${call.service} is not resolved here` }
  try {
    refuseUndecided(call)
    const own = resolver(call)
    const checks = [...own, ...taggingChecks(call, own), ...roleChecks(call)]
    if (own.length === 0) return { ok: false, why: `${call.operation.name} names no resource` }
    const unknown = checks.find(({ action }) => action === undefined || !isKnown(action))
    if (unknown) return { ok: false, why: `AWS has no action ${unknown.action ?? ''}` }
    return { ok: true, checks }
  } catch (reason) {
    if (reason instanceof Unresolvable) return { ok: false, why: reason.message }
    throw reason
  }
}

/** The one action of another service that is asked for: a role is handed over. */
function isKnown(action: string): boolean {
  return action === 'iam:PassRole' || factsOf(action) !== undefined
}
