import { list, text } from '../resolve/forwarded-call.ts'
import type { KeptCall, KeptOperation, KnownCall } from './kept.ts'
import {
  accountPrincipals,
  hasStatement,
  oneOrList,
  statementsOf,
  withoutStatement,
  withStatement,
} from './policy-statements.ts'
import { policyBytes, readResourcePolicy, type PolicyRules } from './resource-policy.ts'
import type { Resource, SavedPolicy } from './resource.ts'
import { invalidPolicy, invalidValue, overLimit } from './sqs-words.ts'

/** Source: SQS Developer Guide, "Special information for Amazon SQS policies". */
export const queuePolicyBytesMax = 8192
export const queuePolicyStatementsMax = 20

/** Source: SQS API Reference, AddPermission. */
export const permissionActionsMax = 7

const rules: PolicyRules = {
  service: 'sqs',
  isResource: (written) => written === '*' || /^arn:[^:]*:sqs:/.test(written),
  malformed: invalidPolicy,
}

/** A queue's policy as SQS takes it. Errors: InvalidAttributeValue. */
export async function queuePolicy(text: string, call: KeptCall): Promise<SavedPolicy> {
  if (policyBytes(text) > queuePolicyBytesMax) throw invalidPolicy()
  const { document, policy } = await readResourcePolicy(text, rules, call)
  if (document.statements.length > queuePolicyStatementsMax) throw invalidPolicy()
  return policy
}

/** What AddPermission can give away. Source: SQS Developer Guide, "API permissions". */
const shareable = new Set([
  '*',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
  'ReceiveMessage',
  'SendMessage',
])

/**
 * Actions that a policy gives to no other account. Source: SQS API Reference, "Cross-account
 * permissions don't apply to this action".
 */
const ownersAlone = new Set(
  [
    'AddPermission',
    'CancelMessageMoveTask',
    'CreateQueue',
    'DeleteQueue',
    'ListMessageMoveTasks',
    'ListQueues',
    'ListQueueTags',
    'RemovePermission',
    'SetQueueAttributes',
    'StartMessageMoveTask',
    'TagQueue',
    'UntagQueue',
  ].map((name) => `sqs:${name}`.toLowerCase()),
)

export function isOwnersAlone(action: string): boolean {
  return ownersAlone.has(action.toLowerCase())
}

const accountId = /^\d{12}$/

/** Errors: of the label, the accounts and the actions, in SQS's words; what is there already. */
function addPermission({ input, resource, partition }: KnownCall) {
  const label = text(input.Label) ?? ''
  const accounts = list(input.AWSAccountIds).map(String)
  const actions = list(input.Actions).map(String)
  if (!/^[\w-]{1,80}$/.test(label)) throw invalidValue(label, 'Label', 'Must match [\\w-]{1,80}.')
  if (accounts.length === 0 || !accounts.every((id) => accountId.test(id))) {
    throw invalidValue(`[${accounts.join(', ')}]`, 'PrincipalId', 'Unable to verify.')
  }
  if (actions.length > permissionActionsMax) {
    const found = `${String(actions.length)} Actions were found`
    throw overLimit(`${found}, maximum allowed is ${String(permissionActionsMax)}.`)
  }
  const foreign = actions.find((action) => !shareable.has(action))
  if (actions.length === 0 || foreign !== undefined) {
    const reason = 'Only the queue owner is allowed to invoke this action.'
    throw invalidValue(`SQS:${foreign ?? ''}`, 'ActionName', reason)
  }
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: accountPrincipals(partition, accounts),
    Action: oneOrList(actions.map((action) => `SQS:${action}`)),
    Resource: resource.arn,
  }
  return (current: Resource) => {
    const { arn, policy } = current
    if (hasStatement(policy, label)) throw invalidValue(label, 'Label', 'Already exists.')
    if (statementsOf(policy).length >= queuePolicyStatementsMax) {
      const limit = String(queuePolicyStatementsMax)
      throw overLimit(`A policy has at most ${limit} statements.`)
    }
    const head = { Version: '2008-10-17', Id: `${arn}/SQSDefaultPolicy` }
    const added = withStatement(policy, { text: statement, saved: statement }, head)
    if (policyBytes(added.text) > queuePolicyBytesMax) {
      throw overLimit(`A policy has at most ${String(queuePolicyBytesMax)} bytes.`)
    }
    return { ...current, policy: added }
  }
}

function removePermission({ input }: KnownCall) {
  const label = text(input.Label) ?? ''
  return (current: Resource): Resource => {
    const { policy, ...rest } = current
    if (policy === undefined || !hasStatement(policy, label)) {
      throw invalidValue(label, 'Label', "can't find label on existing policy.")
    }
    const left = withoutStatement(policy, label)
    return left === undefined ? rest : { ...rest, policy: left }
  }
}

export const sqsPolicyOperations: Readonly<Record<string, KeptOperation>> = {
  AddPermission: { changes: addPermission, answers: () => ({}) },
  RemovePermission: { changes: removePermission, answers: () => ({}) },
}
