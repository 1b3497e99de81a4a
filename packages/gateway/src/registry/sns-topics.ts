import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import type { Refusal } from '../refusal.ts'
import { at, list, text } from '../resolve/forwarded-call.ts'
import { pageOf } from './arn-pages.ts'
import type { Adoptable, Ask, Change, KeptCall, KeptOperation, KnownCall, Made } from './kept.ts'
import { isSamePolicy } from './policy-statements.ts'
import type { Resource } from './resource.ts'
import { defaultTopicPolicy, shownTopicPolicy, topicPolicy } from './sns-policy.ts'
import { invalidParameter, topicTagWords } from './sns-words.ts'
import { tagging, tagsIn, untagging, withTags } from './tags.ts'

function ownArn({ input, partition, region, accountId }: KeptCall): string {
  return `arn:${partition}:sns:${region}:${accountId}:${String(input.Name)}`
}

async function made(call: KeptCall): Promise<Made> {
  const { input, accountId } = call
  const arn = ownArn(call)
  const given = text(at(input, 'Attributes', 'Policy'))
  return {
    arn,
    type: 'topic',
    tags: withTags([], tagsIn(input.Tags), topicTagWords),
    policy: given ? await topicPolicy(given, call) : defaultTopicPolicy(arn, accountId),
    settings: {},
  }
}

async function exists(call: KeptCall): Promise<boolean> {
  const asked = await call.ask('GetTopicAttributes', { TopicArn: ownArn(call) })
  return asked.ok || asked.status !== 404
}

/** To make one's own again is to ask for it, unless it is to be another. */
function taken(by: 'other' | 'own' | 'nobody', call: KeptCall): Refusal | undefined {
  if (by !== 'own') {
    const reason = 'Name Reason: The backend has a topic of that name that nobody has adopted'
    return invalidParameter(reason)
  }
  const kept = call.resources.find(ownArn(call))
  const policy = text(at(call.input, 'Attributes', 'Policy'))
  if (policy !== undefined && !isSamePolicy(policy, kept?.policy?.text ?? '')) {
    return invalidParameter('Attributes Reason: Topic already exists with different attributes')
  }
  const has = new Map((kept?.tags ?? []).map(({ Key, Value }) => [Key, Value]))
  const isSame = tagsIn(call.input.Tags).every(({ Key, Value }) => has.get(Key) === Value)
  if (isSame) return undefined
  return invalidParameter('Tags Reason: Topic already exists with different tags')
}

/** Without the tags, and the attribute that the gate keeps. */
function backendInput({ input }: KeptCall): OperationInput {
  const { Tags: _, Attributes: attributes, ...rest } = input
  if (attributes === undefined) return rest
  const { Policy: __, ...others } = attributes as Record<string, string>
  return { ...rest, Attributes: others }
}

/** Source: SNS API Reference, ListTopics. */
export const snsPageSize = 100

function listTopics({ input, accountId, region, resources }: KeptCall): OperationOutput {
  const all = resources
    .list({ accountId, service: 'sns', type: 'topic' })
    .filter(({ arn, state }) => arn.split(':')[3] === region && state === 'active')
  const { page, token } = pageOf(all, text(input.NextToken), snsPageSize)
  return { Topics: page.map(({ arn }) => ({ TopicArn: arn })), ...token }
}

async function attributes(output: OperationOutput, call: KeptCall & { resource?: Resource }) {
  const { resource } = call
  if (resource === undefined) throw new Error('a topic whose attributes are read is known')
  const others = Object(output.Attributes) as Record<string, string>
  const Policy = await shownTopicPolicy({ ...call, resource })
  return { ...output, Attributes: { ...others, Owner: resource.accountId, Policy } }
}

async function setPolicy(call: KnownCall): Promise<Change> {
  if (call.input.AttributeName !== 'Policy') return (current) => current
  const policy = await topicPolicy(text(call.input.AttributeValue) ?? '', call)
  return (current) => ({ ...current, policy })
}

export async function adoptableTopics(ask: Ask): Promise<readonly Adoptable[]> {
  const found: Adoptable[] = []
  let NextToken: unknown
  do {
    const asked = await ask('ListTopics', { NextToken })
    if (!asked.ok) throw invalidParameter('The backend does not list its topics')
    const arns = list(asked.output.Topics).flatMap((topic) => text(at(topic, 'TopicArn')) ?? [])
    found.push(...arns.map((arn) => ({ arn, type: 'topic', tags: [], settings: {} })))
    NextToken = text(asked.output.NextToken)
  } while (NextToken !== undefined)
  return found
}

export const snsTopicOperations: Readonly<Record<string, KeptOperation>> = {
  CreateTopic: { creates: { made, exists, taken }, backendInput },
  DeleteTopic: {
    deletes: true,
    alsoDeletes: ({ resource, resources }) => resources.beginningWith(`${resource.arn}:`),
    absent: {},
  },
  ListTopics: { lists: listTopics },
  GetTopicAttributes: { merges: attributes },
  SetTopicAttributes: {
    changes: setPolicy,
    answers: () => ({}),
    isForBackend: ({ input }) => input.AttributeName !== 'Policy',
  },
  TagResource: {
    changes: ({ input }) => tagging(tagsIn(input.Tags), topicTagWords),
    answers: () => ({}),
  },
  UntagResource: { changes: ({ input }) => untagging(input.TagKeys), answers: () => ({}) },
  ListTagsForResource: { answers: ({ resource: { tags } }) => ({ Tags: tags }) },
}
