import { compilePolicy, parsePolicy } from '@bailiwick/policy'
import type { Resource, ResourcePort, SavedPolicy } from '../registry/resource.ts'

const ownerId = '111122223333'

/** A bucket of an account, as it is when it was just made. */
export function bucketOf(name: string, fields: Partial<Resource> = {}): Resource {
  return {
    id: `resource-${name}`,
    arn: `arn:aws:s3:::${name}`,
    service: 's3',
    type: 'bucket',
    accountId: ownerId,
    state: 'active',
    tags: [],
    settings: {},
    createdAt: new Date('2026-11-01T00:00:00Z'),
    revision: 1,
    ...fields,
  }
}

/** A table of an account, whose items have a partition key `id`. */
export function tableOf(name: string, fields: Partial<Resource> = {}): Resource {
  const { accountId = ownerId } = fields
  return {
    ...bucketOf(name, fields),
    arn: `arn:aws:dynamodb:us-east-1:${accountId}:table/${name}`,
    service: 'dynamodb',
    type: 'table',
    settings: { partitionKey: 'id', indexes: {} },
    ...fields,
  }
}

/** A queue of an account. */
export function queueOf(name: string, fields: Partial<Resource> = {}): Resource {
  const { accountId = ownerId } = fields
  const arn = `arn:aws:sqs:us-east-1:${accountId}:${name}`
  return { ...bucketOf(name), arn, service: 'sqs', type: 'queue', ...fields }
}

/** A topic of an account. */
export function topicOf(name: string, fields: Partial<Resource> = {}): Resource {
  const { accountId = ownerId } = fields
  const arn = `arn:aws:sns:us-east-1:${accountId}:${name}`
  return { ...bucketOf(name), arn, service: 'sns', type: 'topic', ...fields }
}

/** A policy as the registry keeps it, of what stands in its statements. */
export function savedPolicyOf(...statements: readonly object[]): SavedPolicy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  return { text, saved: text }
}

/** A registry without a store, for tests; its principals all exist, and have no unique ids. */
export function memoryResources(...records: readonly Resource[]): ResourcePort {
  const byArn = new Map(records.map((resource) => [resource.arn, resource]))
  let count = 0
  const current = ({ arn, id }: Resource) => {
    const held = byArn.get(arn)
    return held?.id === id ? held : undefined
  }
  return {
    find: (arn) => byArn.get(arn),
    list: ({ accountId, service, type }) =>
      [...byArn.values()]
        .filter((each) => each.accountId === accountId)
        .filter((each) => each.service === service && each.type === type)
        .sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    beginningWith: (text) => [...byArn.values()].filter(({ arn }) => arn.startsWith(text)),
    create(made, { now }) {
      if (byArn.has(made.arn)) return Promise.resolve(undefined)
      const resource = { ...made, id: `made-${String(++count)}`, createdAt: now, revision: 1 }
      byArn.set(made.arn, resource)
      return Promise.resolve(resource)
    },
    async change(resource, _event, change) {
      const held = current(resource)
      if (held === undefined) return undefined
      const changed = { ...change(held), revision: held.revision + 1 }
      byArn.set(changed.arn, changed)
      return changed
    },
    remove(resource, _event, state) {
      const held = current(resource)
      if (held && (state === undefined || held.state === state)) byArn.delete(held.arn)
      return Promise.resolve()
    },
    compiled({ saved }) {
      const parsed = parsePolicy(saved, 'resourcePolicy', { savedForm: true })
      if (!parsed.ok) throw new Error(parsed.problems[0].message)
      return compilePolicy(parsed.document)
    },
    savedPolicy: (text) => Promise.resolve({ ok: true, policy: { text, saved: text } }),
    shownPolicy: ({ text }) => Promise.resolve(text),
  }
}
