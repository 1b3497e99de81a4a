import { expect, test } from 'vitest'
import { deliverElsewhere, otherPlaces, type Subscription } from './other-places.ts'

// Goal: a fan-out finds the queue of its subscription wherever it is; nobody else finds one elsewhere.
const own = { accountId: '111122223333', region: 'us-east-1' }
const theirs = 'arn:aws:sqs:us-east-1:444455556666:inbox'
const far = 'arn:aws:sqs:eu-west-1:000000000000:inbox'
const here = 'arn:aws:sqs:us-east-1:000000000000:inbox'

function opened(...endpoints: readonly string[]) {
  const entries = endpoints.map((endpoint, i): [string, Subscription] => [
    `sub${String(i)}`,
    { protocol: endpoint.startsWith('arn:') ? 'sqs' : 'email', endpoint },
  ])
  const subscriptions = new Map(entries)
  const topics = { subscriptions, getSubscription: (arn: string) => subscriptions.get(arn) }
  const queues = { getQueueByArn: (arn: string): string | undefined => `here: ${arn}` }
  deliverElsewhere(topics, queues, own, ({ accountId, region }) => ({
    getQueueByArn: (arn) => `${accountId} ${region}: ${arn}`,
  }))
  return { topics, queues }
}

test('a fan-out finds each queue in its place, by the name that it has there', () => {
  const { topics, queues } = opened(theirs, far, here)
  const found = ['sub0', 'sub1', 'sub2'].map((arn) =>
    queues.getQueueByArn(topics.getSubscription(arn)?.endpoint ?? ''),
  )
  expect(found).toEqual([
    `444455556666 us-east-1: ${here}`,
    `111122223333 eu-west-1: ${far}`,
    `here: ${here}`,
  ])
})

test('a queue of dead letters is looked for in its own place alone', async () => {
  const { topics, queues } = opened(theirs)
  const alone = `here: ${theirs}`
  expect(queues.getQueueByArn(theirs)).toBe(alone)
  topics.getSubscription('sub0')
  expect(queues.getQueueByArn(here)).toBe(`here: ${here}`)
  expect(queues.getQueueByArn(theirs)).toBe(alone)
  topics.getSubscription('sub0')
  await Promise.resolve()
  expect(queues.getQueueByArn(theirs)).toBe(alone)
})

test('the other places of topics are those of their queues, each once', () => {
  const { topics } = opened(theirs, theirs, far, here, 'ann@example.com', 'arn:aws:sqs:none')
  expect(otherPlaces(topics, own)).toMatchObject([
    { accountId: '444455556666', region: 'us-east-1' },
    { accountId: '111122223333', region: 'eu-west-1' },
  ])
})
