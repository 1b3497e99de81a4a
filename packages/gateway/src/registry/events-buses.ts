import type { OperationOutput } from '@bailiwick/wire'
import { Refusal } from '../refusal.ts'
import { at, list, text } from '../resolve/forwarded-call.ts'
import { pageOf } from './arn-pages.ts'
import { busArnOf, busOfRule, defaultBus, incarnationOf, rulesOf } from './events-places.ts'
import { busName, eventTagWords, invalid, noBus, notFound } from './events-words.ts'
import type { Adoptable, Ask, KeptCall, KeptOperation, KnownCall, Made } from './kept.ts'
import type { Resource, SavedPolicy } from './resource.ts'
import { tagging, tagsIn, untagging, withTags } from './tags.ts'

function made(call: KeptCall): Made {
  const tags = withTags([], tagsIn(call.input.Tags), eventTagWords)
  return { arn: busArnOf(call, call.input.Name), type: 'event-bus', tags, settings: {} }
}

async function exists({ input, ask }: KeptCall): Promise<boolean> {
  const asked = await ask('DescribeEventBus', { Name: input.Name })
  return asked.ok || !/ResourceNotFound/.test(asked.code ?? '')
}

function taken(_by: unknown, { input }: KeptCall): Refusal {
  const message = `Event bus ${text(input.Name) ?? ''} already exists.`
  return new Refusal('ResourceAlreadyExistsException', message, 400)
}

function withoutTags({ input: { Tags: _, ...rest } }: KeptCall) {
  return rest
}

async function policyShown(policy: SavedPolicy | undefined, { resources }: KeptCall) {
  return policy === undefined ? {} : { Policy: await resources.shownPolicy(policy) }
}

async function described(
  output: OperationOutput,
  call: KeptCall & { readonly resource?: Resource },
) {
  const { Policy: _, ...others } = output
  const { resource } = call
  return { ...others, Arn: resource?.arn, ...(await policyShown(resource?.policy, call)) }
}

/** Source: EventBridge API Reference, ListEventBuses. */
const busesOfPageMax = 100

/** The account's own in the region, the default one among them. */
async function listBuses(call: KeptCall): Promise<OperationOutput> {
  const { input, accountId, region, resources } = call
  const own = resources.list({ accountId, service: 'events', type: 'event-bus' })
  const standing = defaultBus(busArnOf(call, undefined))
  const isRecorded = own.some(({ arn }) => arn === standing?.arn)
  const first = { id: '', createdAt: new Date(0), revision: 0 }
  const all = [...own, ...(standing && !isRecorded ? [{ ...standing, ...first }] : [])]
    .filter(({ arn, state }) => arn.split(':')[3] === region && state === 'active')
    .filter(({ arn }) => busName(arn).startsWith(text(input.NamePrefix) ?? ''))
    .sort((a, b) => (a.arn < b.arn ? -1 : 1))
  const size = typeof input.Limit === 'number' ? input.Limit : busesOfPageMax
  const { page, token } = pageOf(all, text(input.NextToken), size)
  const EventBuses = await Promise.all(
    page.map(async ({ arn, policy }) => ({
      Name: busName(arn),
      Arn: arn,
      ...(await policyShown(policy, call)),
    })),
  )
  return { EventBuses, ...token }
}

function rulesOfBus({ resource, resources }: KnownCall): readonly Resource[] {
  return resources.beginningWith(rulesOf(resource.arn))
}

/** Errors: ValidationException for the default bus. */
function notDefault({ resource }: KnownCall) {
  if (defaultBus(resource.arn) !== undefined) throw invalid('Cannot delete event bus default.')
  return (current: Resource) => current
}

/** A rule is of its bus's account, whoever made it; tags of one that is there are not looked at. */
function ruleMade(
  output: OperationOutput,
  { input, accountId, resources }: KeptCall,
): Made | undefined {
  const arn = text(output.RuleArn)
  const busArn = arn === undefined ? undefined : busOfRule(arn)
  if (arn === undefined || busArn === undefined) return undefined
  return {
    arn,
    type: 'rule',
    accountId: busArn.split(':')[4] ?? '',
    tags: withTags([], tagsIn(input.Tags), eventTagWords),
    settings: { busId: incarnationOf(busArn, resources), creatorAccount: accountId },
  }
}

/** A rule that nobody made through the gate has no tags. Errors: ResourceNotFoundException. */
function tagged({ input, resource }: KnownCall): Resource {
  if (resource.arn === input.ResourceARN) return resource
  throw notFound(`${text(input.ResourceARN) ?? ''} does not exist.`)
}

/** Events to buses of several accounts: each account's are handed on by themselves. */
function isOfOneAccount(call: KnownCall): boolean {
  return new Set(accountsOf(call)).size < 2
}

function accountsOf(call: KnownCall): readonly string[] {
  const arns = list(call.input.Entries).map((entry) => busArnOf(call, at(entry, 'EventBusName')))
  return arns.map((arn) => arn.split(':')[4] ?? '')
}

async function putEvents(call: KnownCall): Promise<OperationOutput> {
  const entries = list(call.input.Entries)
  const accounts = accountsOf(call)
  const answers: unknown[] = []
  let FailedEntryCount = 0
  for (const account of new Set(accounts)) {
    const indexes = entries.flatMap((_, index) => (accounts[index] === account ? [index] : []))
    const Entries = indexes.map((index) => entries[index])
    const asked = await call.askFor(account)('PutEvents', { Entries })
    const said = asked.ok ? list(asked.output.Entries) : []
    const failed = { ErrorCode: asked.ok ? 'InternalFailure' : (asked.code ?? 'InternalFailure') }
    for (const [place, index] of indexes.entries()) answers[index] = said[place] ?? failed
    FailedEntryCount += asked.ok ? Number(asked.output.FailedEntryCount ?? 0) : indexes.length
  }
  return { FailedEntryCount, Entries: answers }
}

export async function busCreatedAt({ arn, type }: Resource, ask: Ask): Promise<Date | undefined> {
  if (type !== 'event-bus') return undefined
  const asked = await ask('DescribeEventBus', { Name: busName(arn) })
  const created = asked.ok ? asked.output.CreationTime : undefined
  return created instanceof Date ? created : undefined
}

export async function adoptableBuses(ask: Ask): Promise<readonly Adoptable[]> {
  const found: Adoptable[] = []
  let NextToken: unknown
  do {
    const asked = await ask('ListEventBuses', { NextToken })
    if (!asked.ok) throw noBus('')
    const arns = list(asked.output.EventBuses).flatMap((bus) => text(at(bus, 'Arn')) ?? [])
    const named = arns.filter((arn) => defaultBus(arn) === undefined)
    found.push(...named.map((arn) => ({ arn, type: 'event-bus', tags: [], settings: {} })))
    NextToken = text(asked.output.NextToken)
  } while (NextToken !== undefined)
  return found
}

const about: NonNullable<KeptOperation['about']> = (place) =>
  busArnOf(place, place.input.EventBusName)

export const eventBusOperations: Readonly<Record<string, KeptOperation>> = {
  CreateEventBus: { creates: { made, exists, taken }, backendInput: withoutTags },
  DeleteEventBus: { changes: notDefault, deletes: true, alsoDeletes: rulesOfBus, absent: {} },
  DescribeEventBus: { merges: described },
  ListEventBuses: { lists: listBuses },
  ListRules: { about },
  ListRuleNamesByTarget: { about },
  PutEvents: { answers: putEvents, isForBackend: isOfOneAccount },
  PutRule: {
    creates: { isMade: () => false, madeFrom: ruleMade, taken: () => undefined },
    backendInput: withoutTags,
  },
  DeleteRule: { deletes: ({ resource }) => resource.type === 'rule' },
  TagResource: {
    changes(call) {
      tagged(call)
      return tagging(tagsIn(call.input.Tags), eventTagWords)
    },
    answers: () => ({}),
  },
  UntagResource: {
    changes(call) {
      tagged(call)
      return untagging(call.input.TagKeys)
    },
    answers: () => ({}),
  },
  ListTagsForResource: { answers: (call) => ({ Tags: tagged(call).tags }) },
}
