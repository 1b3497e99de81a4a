import { list, text } from '../resolve/forwarded-call.ts'
import type { Change, KeptCall, KeptOperation, KnownCall } from './kept.ts'
import {
  accountPrincipals,
  hasStatement,
  oneOrList,
  withoutStatement,
  withStatement,
} from './policy-statements.ts'
import { policyBytes, readResourcePolicy, type PolicyRules } from './resource-policy.ts'
import type { Resource, SavedPolicy } from './resource.ts'
import { invalidParameter, invalidPolicy } from './sns-words.ts'

/** Source: policy-language §8: 30 KB. */
export const topicPolicyBytesMax = 30_720

/** What a topic's policy can be about. Source: SNS Developer Guide, "API permissions"; user reports. */
const inScope = [
  'GetTopicAttributes',
  'SetTopicAttributes',
  'AddPermission',
  'RemovePermission',
  'DeleteTopic',
  'Subscribe',
  'ListSubscriptionsByTopic',
  'Publish',
]
const permitted = new Set([...inScope, 'Receive'].map((name) => name.toLowerCase()))

const rules: PolicyRules = {
  service: 'sns',
  isResource: (written) => written === '*' || /^arn:[^:]*:sns:/.test(written),
  malformed: invalidPolicy,
}

function outOfScope() {
  return invalidParameter('Policy statement action out of service scope!')
}

/** Patterns are taken: what they match besides can be given to nobody else anyway. */
function isInScope(action: string): boolean {
  const [service, name = ''] = action.toLowerCase().split(':')
  return action === '*' || (service === 'sns' && (/[*?]/.test(name) || permitted.has(name)))
}

/** A topic's policy as SNS takes it. Errors: InvalidParameter. */
export async function topicPolicy(text: string, call: KeptCall): Promise<SavedPolicy> {
  if (policyBytes(text) > topicPolicyBytesMax) throw invalidPolicy()
  const { document, policy } = await readResourcePolicy(text, rules, call)
  for (const { actions = [], notActions = [] } of document.statements) {
    if (![...actions, ...notActions].every(isInScope)) throw outOfScope()
  }
  return policy
}

const head = { Version: '2008-10-17', Id: '__default_policy_ID' }

/**
 * What a topic has until it gets a policy: the owner's services may use it.
 * Source: SNS Developer Guide, "Example cases"; as GetTopicAttributes shows it.
 */
export function defaultTopicPolicy(arn: string, ownerId: string): SavedPolicy {
  const statement = {
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: inScope.map((name) => `SNS:${name}`),
    Resource: arn,
    Condition: { StringEquals: { 'AWS:SourceOwner': ownerId } },
  }
  return withStatement(undefined, { text: statement, saved: statement }, head)
}

/** As it is read back; a topic without statements shows a policy without any. */
export function shownTopicPolicy({ resource, resources }: KnownCall): Promise<string> {
  const { policy } = resource
  if (policy !== undefined) return resources.shownPolicy(policy)
  return Promise.resolve(JSON.stringify({ ...head, Statement: [] }))
}

function addPermission({ input, resource, partition }: KnownCall): Change {
  const label = text(input.Label) ?? ''
  const accounts = list(input.AWSAccountId).map(String)
  const actions = list(input.ActionName).map(String)
  if (label === '') throw invalidParameter('Label')
  if (accounts.length === 0 || !accounts.every((id) => /^\d{12}$/.test(id))) {
    throw invalidParameter('AWSAccountId')
  }
  const isKnown = (action: string) => action === '*' || permitted.has(action.toLowerCase())
  if (actions.length === 0 || !actions.every(isKnown)) throw outOfScope()
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: accountPrincipals(partition, accounts),
    Action: oneOrList(actions.map((action) => `SNS:${action}`)),
    Resource: resource.arn,
  }
  return (current: Resource) => {
    if (hasStatement(current.policy, label)) throw invalidParameter('Statement already exists')
    const policy = withStatement(current.policy, { text: statement, saved: statement }, head)
    if (policyBytes(policy.text) > topicPolicyBytesMax) throw invalidPolicy()
    return { ...current, policy }
  }
}

/** A label that is not there does no harm. */
function removePermission({ input }: KnownCall): Change {
  return ({ policy, ...rest }) => {
    const left = policy && withoutStatement(policy, text(input.Label) ?? '')
    return left === undefined ? rest : { ...rest, policy: left }
  }
}

export const snsPolicyOperations: Readonly<Record<string, KeptOperation>> = {
  AddPermission: { changes: addPermission, answers: () => ({}) },
  RemovePermission: { changes: removePermission, answers: () => ({}) },
}
