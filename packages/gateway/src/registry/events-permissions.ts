import { Refusal } from '../refusal.ts'
import { at, text } from '../resolve/forwarded-call.ts'
import { busArnOf } from './events-places.ts'
import { invalid, notFound } from './events-words.ts'
import type { Change, KeptOperation, KnownCall } from './kept.ts'
import {
  accountPrincipals,
  hasStatement,
  withoutStatement,
  withStatement,
} from './policy-statements.ts'
import { policyBytes, readResourcePolicy, type PolicyRules } from './resource-policy.ts'

/** Source: EventBridge User Guide, "Quotas": 10,240 characters. */
export const busPolicyBytesMax = 10_240

const rules: PolicyRules = {
  service: 'events',
  isResource: (written) => written === '*' || /^arn:[^:]*:events:/.test(written),
  malformed: invalid,
}

function tooLong(): Refusal {
  return new Refusal('PolicyLengthExceededException', 'The policy is too long.', 400)
}

async function putPermission(call: KnownCall): Promise<Change> {
  const given = text(call.input.Policy)
  if (given === undefined) return addStatement(call)
  if (policyBytes(given) > busPolicyBytesMax) throw tooLong()
  const { policy } = await readResourcePolicy(given, rules, call)
  return (current) => ({ ...current, policy })
}

/** One account, or all of an organization. Errors: ValidationException. */
function addStatement({ input, resource, partition }: KnownCall): Change {
  const { Action, Condition: condition } = input
  const Sid = text(input.StatementId) ?? ''
  const principal = text(input.Principal)
  if (principal === undefined) throw invalid('Parameter Principal must be specified.')
  if (Action !== 'events:PutEvents') {
    throw invalid("Provided value in parameter 'action' is not supported.")
  }
  if (!/^[\w-]{1,64}$/.test(Sid)) throw invalid('StatementId must match ^[a-zA-Z0-9-_]{1,64}$')
  if (principal !== '*' && (condition !== undefined || !/^\d{12}$/.test(principal))) {
    throw invalid("Value of the parameter 'principal' must be an account id, or '*'.")
  }
  const statement = {
    Sid,
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : accountPrincipals(partition, [principal]),
    Action,
    Resource: resource.arn,
    ...(condition !== undefined && { Condition: conditionOf(condition) }),
  }
  return (current) => {
    const head = { Version: '2012-10-17' }
    const policy = withStatement(current.policy, { text: statement, saved: statement }, head)
    if (policyBytes(policy.text) > busPolicyBytesMax) throw tooLong()
    return { ...current, policy }
  }
}

/** Source: EventBridge API Reference, Condition: there is one. */
function conditionOf(condition: unknown) {
  const [type, key, value] = ['Type', 'Key', 'Value'].map((name) => text(at(condition, name)))
  if (type !== 'StringEquals' || key !== 'aws:PrincipalOrgID' || value === undefined) {
    throw invalid("Provided value in parameter 'condition' is not supported.")
  }
  return { [type]: { [key]: value } }
}

function removePermission({ input }: KnownCall): Change {
  const sid = text(input.StatementId)
  return ({ policy, ...rest }) => {
    if (input.RemoveAllPermissions === true) return rest
    if (policy === undefined) throw notFound('EventBus does not have a policy.')
    if (sid === undefined || !hasStatement(policy, sid)) {
      throw notFound('Statement with the provided id does not exist.')
    }
    const left = withoutStatement(policy, sid)
    return left === undefined ? rest : { ...rest, policy: left }
  }
}

const about: NonNullable<KeptOperation['about']> = (place) =>
  busArnOf(place, place.input.EventBusName)

export const eventPermissionOperations: Readonly<Record<string, KeptOperation>> = {
  PutPermission: { about, changes: putPermission, answers: () => ({}) },
  RemovePermission: { about, changes: removePermission, answers: () => ({}) },
}
