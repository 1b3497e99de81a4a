/** SQS and SNS: fauxqs, one for each account and region, which knows neither of the other. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { EmbeddedService } from './child.ts'
import type { Place } from './known-caller.ts'
import { deliverElsewhere, otherPlaces, type Subscription } from './other-places.ts'
import { dispatch, Places } from './places.ts'

interface Message {
  body: string
  md5OfBody: string
}

interface Queue {
  persistence?: Persistence
  enqueue(message: Message): void
}

interface QueueStore {
  /** Empty: the URLs of queues are of the host that a request names, which the gate knows. */
  host: string
  persistence?: Persistence
  createQueue(...given: unknown[]): Queue
  getQueueByArn(arn: string): Queue | undefined
  allQueues(): Iterable<Queue>
}

interface TopicStore {
  readonly subscriptions: ReadonlyMap<string, Subscription>
  persistence?: Persistence
  getSubscription(arn: string): Subscription | undefined
}

interface Persistence {
  readonly db: { prepare(sql: string): { run(...values: unknown[]): void } }
  updateMessageReady(messageId: string): void
  loadSqsAndSns(queues: QueueStore, topics: TopicStore): void
  close(): void
}

interface App {
  ready(): Promise<unknown>
  routing(request: IncomingMessage, response: ServerResponse): void
  close(): Promise<void>
}

interface Fauxqs {
  readonly buildApp: (options: object) => App
  readonly newQueues: () => QueueStore
  readonly newTopics: () => TopicStore
  readonly newPersistence: (dataDir: string) => Persistence
}

/** Whose call is being answered, while it is: of SNS, whose messages say so. */
const publisher = new AsyncLocalStorage<string>()

/** What is opened for an account in a region. */
interface Opened {
  readonly place: Place
  readonly app: App
  readonly sqsStore: QueueStore
  readonly snsStore: TopicStore
  readonly close: () => Promise<void>
}

export async function openQueues(dataDir: string | undefined): Promise<EmbeddedService> {
  const fauxqs = await load()
  const byPlace = new Map<string, Opened>()
  const nameOf = ({ accountId, region }: Place) => join(accountId, region)
  const places: Places<Opened> = new Places(async (place) => {
    const found = await opened(fauxqs, place, dataDir)
    const { snsStore, sqsStore } = found
    deliverElsewhere(snsStore, sqsStore, place, (other) => byPlace.get(nameOf(other))?.sqsStore)
    byPlace.set(nameOf(place), found)
    return found
  })
  /** A topic finds at once what it delivers to: where that has been before, it is opened first. */
  const openOthers = async ({ snsStore, place }: Opened) => {
    for (const other of otherPlaces(snsStore, place)) {
      const isKept = dataDir !== undefined && existsSync(join(dataDir, nameOf(other)))
      if (isKept && !byPlace.has(nameOf(other))) await places.at(other)
    }
  }
  return {
    answer: (request, response) => {
      dispatch(places, request, response, async (found) => {
        const { app, place } = found
        const isTopics = request.headers['content-type']?.includes('form-urlencoded') === true
        if (isTopics) await openOthers(found)
        publisher.run(isTopics ? place.accountId : '', () => {
          app.routing(request, response)
        })
      })
    },
    close: () => places.closeAll(({ close }) => close()),
  }
}

/** Its front door listens on every address, so we take the parts behind it, of this one version. */
async function load(): Promise<Fauxqs> {
  const entry = import.meta.resolve('fauxqs')
  const part = async (name: string) =>
    (await import(new URL(name, entry).href)) as Readonly<Record<string, unknown>>
  const made = <T>(module_: Readonly<Record<string, unknown>>, name: string) => {
    const Made = module_[name] as new (...given: unknown[]) => T
    return (...given: unknown[]) => new Made(...given)
  }
  const [app, queues, topics, persistence] = await Promise.all(
    ['./app.js', './sqs/sqsStore.js', './sns/snsStore.js', './persistence.js'].map(part),
  )
  return {
    buildApp: app?.['buildApp'] as Fauxqs['buildApp'],
    newQueues: made<QueueStore>(queues ?? {}, 'SqsStore'),
    newTopics: made<TopicStore>(topics ?? {}, 'SnsStore'),
    newPersistence: made<Persistence>(persistence ?? {}, 'PersistenceManager'),
  }
}

async function opened(fauxqs: Fauxqs, place: Place, dataDir: string | undefined): Promise<Opened> {
  const sqsStore = fauxqs.newQueues()
  const snsStore = fauxqs.newTopics()
  sqsStore.host = ''
  const create = sqsStore.createQueue.bind(sqsStore)
  sqsStore.createQueue = (...given) => signedByTopics(create(...given))
  const persistence = dataDir && keptIn(fauxqs, join(dataDir, place.accountId, place.region))
  if (persistence) {
    persistence.loadSqsAndSns(sqsStore, snsStore)
    sqsStore.persistence = persistence
    snsStore.persistence = persistence
    for (const queue of sqsStore.allQueues()) queue.persistence = persistence
  }
  const stores = { sqsStore, snsStore }
  const app = fauxqs.buildApp({ logger: false, defaultRegion: place.region, stores })
  await app.ready()
  const close = async () => {
    await app.close()
    if (persistence) persistence.close()
  }
  return { place, app, sqsStore, snsStore, close }
}

function keptIn(fauxqs: Fauxqs, folder: string): Persistence {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const persistence = fauxqs.newPersistence(folder)
  // Version 2.4.1 writes NULL over a count that may not be NULL, and so fails to give a message back.
  const sql =
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?'
  persistence.updateMessageReady = (messageId) => persistence.db.prepare(sql).run(messageId)
  return persistence
}

/** What a topic delivers names the topic by its account, not by the one that fauxqs has for all. */
function signedByTopics(queue: Queue): Queue {
  const enqueue = queue.enqueue.bind(queue)
  queue.enqueue = (message) => {
    const accountId = publisher.getStore() ?? ''
    if (accountId !== '') rename(message, accountId)
    enqueue(message)
  }
  return queue
}

function rename(message: Message, accountId: string): void {
  const envelope = envelopeOf(message.body)
  if (envelope === undefined) return
  for (const name of ['TopicArn', 'UnsubscribeURL']) {
    envelope[name] = String(envelope[name]).replace(':000000000000:', `:${accountId}:`)
  }
  message.body = JSON.stringify(envelope)
  message.md5OfBody = createHash('md5').update(message.body).digest('hex')
}

function envelopeOf(body: string): Record<string, unknown> | undefined {
  if (!body.startsWith('{"Type":"Notification"')) return undefined
  try {
    return JSON.parse(body) as Record<string, unknown>
  } catch {
    return undefined
  }
}
