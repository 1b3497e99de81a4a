import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import type { Refusal } from '../refusal.ts'
import { at, list, text } from '../resolve/forwarded-call.ts'
import { pageOf } from './arn-pages.ts'
import type { Adoptable, Ask, Change, KeptCall, KeptOperation, KnownCall, Made } from './kept.ts'
import { isSamePolicy } from './policy-statements.ts'
import type { Resource } from './resource.ts'
import { queuePolicy } from './sqs-policy.ts'
import { checkRedrive, redriveAllowed, redriveAllowPolicyOf } from './sqs-redrive.ts'
import { queueAlreadyExists, queueTagWords } from './sqs-words.ts'
import { tagging, tagsIn, untagging, withTags } from './tags.ts'

export function isNonExistentQueue(code: string | undefined): boolean {
  return /(^|[.#])(NonExistentQueue|QueueDoesNotExist)$/.test(code ?? '')
}

/** Region, account and name of a queue's ARN. */
function partsOf(arn: string) {
  const [, , , region = '', account = '', name = ''] = arn.split(':')
  return { region, account, name }
}

function ownArn({ input, partition, region, accountId }: KeptCall): string {
  return `arn:${partition}:sqs:${region}:${accountId}:${String(input.QueueName)}`
}

function urlOf({ arn }: Resource, { gateOrigin }: KeptCall): string {
  const { account, name } = partsOf(arn)
  return `${gateOrigin}/${account}/${name}`
}

async function made(call: KeptCall): Promise<Made> {
  const { input } = call
  const given = text(at(input, 'Attributes', 'Policy'))
  checkRedrive(call, ownArn(call))
  return {
    arn: ownArn(call),
    type: 'queue',
    tags: withTags([], tagsIn(input.tags), queueTagWords),
    ...(given !== undefined && { policy: await queuePolicy(given, call) }),
    settings: redriveAllowed(call.input)({}),
  }
}

async function exists({ input, ask }: KeptCall): Promise<boolean> {
  const asked = await ask('GetQueueUrl', { QueueName: input.QueueName })
  return asked.ok || !isNonExistentQueue(asked.code)
}

/** Of one's own, the backend says whether the attributes are those it has; the gate, of the policy. */
function taken(by: 'other' | 'own' | 'nobody', call: KeptCall): Refusal | undefined {
  if (by !== 'own') {
    return queueAlreadyExists('The backend has a queue of that name that nobody has adopted.')
  }
  const given = text(at(call.input, 'Attributes', 'Policy'))
  if (given === undefined) return undefined
  const kept = call.resources.find(ownArn(call))?.policy
  if (kept !== undefined && isSamePolicy(kept.text, given)) return undefined
  return queueAlreadyExists(
    'A queue already exists with the same name and a different value for attribute Policy',
  )
}

/** Without the tags, and the attribute that the gate keeps. */
function backendInput({ input }: KeptCall): OperationInput {
  const { tags: _, Attributes: attributes, ...rest } = input
  if (attributes === undefined) return rest
  const { Policy: __, ...others } = attributes as Record<string, string>
  return { ...rest, Attributes: others }
}

async function setAttributes(call: KnownCall): Promise<Change> {
  const { input, resource } = call
  checkRedrive(call, resource.arn)
  const allowed = redriveAllowed(input)
  const given = at(input, 'Attributes', 'Policy') as string | undefined
  const policy = given ? await queuePolicy(given, call) : undefined
  return ({ policy: before, ...current }) => {
    const now = given === undefined ? before : policy
    return { ...current, settings: allowed(current.settings), ...(now && { policy: now }) }
  }
}

function hasOtherAttributes({ input }: KnownCall): boolean {
  return Object.keys(Object(input.Attributes) as object).some((name) => name !== 'Policy')
}

const wantsPolicy = (names: readonly unknown[]) => names.includes('Policy') || names.includes('All')

/** What is kept of the attributes that were asked for. */
async function keptAttributes({ input, resource, resources }: KnownCall) {
  const { policy } = resource
  if (policy === undefined || !wantsPolicy(list(input.AttributeNames))) return {}
  return { Policy: await resources.shownPolicy(policy) }
}

async function attributes(output: OperationOutput, call: KeptCall & { resource?: Resource }) {
  const { resource } = call
  if (resource === undefined) throw new Error('a queue whose attributes are read is known')
  const { Policy: _, ...others } = Object(output.Attributes) as Record<string, string>
  return { ...output, Attributes: { ...others, ...(await keptAttributes({ ...call, resource })) } }
}

/** Source: SQS API Reference, ListQueues. */
const queuesOfPageMax = 1000

/** The account's own in the region. A page has a next one only where its size was asked for. */
function listQueues(call: KeptCall): OperationOutput {
  const { input, accountId, region, resources } = call
  const { QueueNamePrefix: prefix, MaxResults: max } = input
  const all = resources
    .list({ accountId, service: 'sqs', type: 'queue' })
    .filter(({ arn, state }) => partsOf(arn).region === region && state === 'active')
    .filter(({ arn }) => partsOf(arn).name.startsWith(text(prefix) ?? ''))
  const size = typeof max === 'number' ? max : queuesOfPageMax
  const { page, token } = pageOf(all, text(input.NextToken), size)
  const next = max === undefined ? {} : token
  return { QueueUrls: page.map((resource) => urlOf(resource, call)), ...next }
}

/** Of the backend's list those that are the queue's owner's. */
function ownSources(
  output: OperationOutput,
  { resource, resources, partition, region }: KeptCall & { resource?: Resource },
): OperationOutput {
  const isOwn = (url: unknown) => {
    const [account = '', name = ''] = String(url).split('/').slice(-2)
    const found = resources.find(`arn:${partition}:sqs:${region}:${account}:${name}`)
    return found !== undefined && found.accountId === resource?.accountId
  }
  return { ...output, queueUrls: list(output.queueUrls).filter(isOwn) }
}

/** A queue's URL as the backend knows it, and what else it says of it. */
async function backendAttributes(ask: Ask, QueueUrl: unknown, AttributeNames: readonly string[]) {
  const asked = await ask('GetQueueAttributes', { QueueUrl, AttributeNames })
  return asked.ok ? (Object(asked.output.Attributes) as Record<string, string>) : {}
}

/** SQS tells whole seconds; moto tells parts of them, too. */
function secondsToDate(seconds: string | undefined): Date | undefined {
  return seconds !== undefined && /^\d+(\.\d+)?$/.test(seconds)
    ? new Date(Number(seconds) * 1000)
    : undefined
}

export async function queueCreatedAt({ arn }: Resource, ask: Ask): Promise<Date | undefined> {
  const asked = await ask('GetQueueUrl', { QueueName: partsOf(arn).name })
  if (!asked.ok) return undefined
  const said = await backendAttributes(ask, asked.output.QueueUrl, ['CreatedTimestamp'])
  return secondsToDate(said.CreatedTimestamp)
}

/**
 * Of a queue that was listed; undefined where it has gone meanwhile. All that it has: of an attribute
 * that is asked for by its name moto says that there is none such where the queue has none.
 */
async function listedAttributes(ask: Ask, QueueUrl: unknown) {
  const AttributeNames = ['All']
  const asked = await ask('GetQueueAttributes', { QueueUrl, AttributeNames })
  if (asked.ok) return Object(asked.output.Attributes) as Record<string, string>
  if (isNonExistentQueue(asked.code)) return undefined
  throw queueAlreadyExists('The backend does not tell what its queues are.')
}

export async function adoptableQueues(ask: Ask): Promise<readonly Adoptable[]> {
  const found: Adoptable[] = []
  let token: unknown
  do {
    const asked = await ask('ListQueues', { MaxResults: queuesOfPageMax, NextToken: token })
    if (!asked.ok) throw queueAlreadyExists('The backend does not list its queues.')
    for (const url of list(asked.output.QueueUrls)) {
      const said = await listedAttributes(ask, url)
      if (said?.QueueArn === undefined) continue
      const createdAt = secondsToDate(said.CreatedTimestamp)
      const settings = redriveAllowPolicyOf(said.RedriveAllowPolicy)
      const about = { arn: said.QueueArn, type: 'queue', tags: [], settings }
      found.push({ ...about, ...(createdAt && { backendCreatedAt: createdAt }) })
    }
    token = asked.output.NextToken
  } while (token !== undefined)
  return found
}

export const sqsQueueOperations: Readonly<Record<string, KeptOperation>> = {
  CreateQueue: { creates: { made, exists, taken }, backendInput },
  DeleteQueue: { deletes: true },
  GetQueueUrl: { answers: (call) => ({ QueueUrl: urlOf(call.resource, call) }) },
  ListQueues: { lists: listQueues },
  ListDeadLetterSourceQueues: { merges: ownSources },
  SetQueueAttributes: {
    changes: setAttributes,
    answers: () => ({}),
    isForBackend: hasOtherAttributes,
    backendInput,
  },
  GetQueueAttributes: {
    answers: async (call) => ({ Attributes: await keptAttributes(call) }),
    isForBackend: ({ input }) => list(input.AttributeNames).some((name) => name !== 'Policy'),
    backendInput: ({ input }) => ({
      ...input,
      AttributeNames: list(input.AttributeNames).filter((name) => name !== 'Policy'),
    }),
    merges: attributes,
  },
  TagQueue: {
    changes: ({ input }) => tagging(tagsIn(input.Tags), queueTagWords),
    answers: () => ({}),
  },
  UntagQueue: { changes: ({ input }) => untagging(input.TagKeys), answers: () => ({}) },
  ListQueueTags: {
    answers: ({ resource: { tags } }) =>
      tags.length === 0 ? {} : { Tags: Object.fromEntries(tags.map((t) => [t.Key, t.Value])) },
  },
}
