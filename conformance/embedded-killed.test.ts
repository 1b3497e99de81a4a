import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, GetBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { childrenOf } from './memory.ts'
import { accountId, adminKey, startServer, temporaryFolder, type RunningServer } from './server.ts'

// Goal: whoever waits for an embedded backend that is killed hears 503 in its service's form, and the
// next request is answered. Method: the SDK's clients; each process is stopped, so that a request waits
// for it, and then killed.
let server: RunningServer

beforeAll(async () => {
  server = await startServer({ dataDir: await temporaryFolder() })
})

afterAll(async () => {
  await server.stop()
  await server.removeData()
})

/** The processes that the server has started. */
const children = () => childrenOf(server.process.pid)

const at = () => ({
  endpoint: server.url,
  region: 'us-east-1',
  credentials: adminKey,
  maxAttempts: 1,
})
const Bucket = `killed-${accountId}`
const QueueUrl = () => `${server.url}/${accountId}/killed`
const TopicArn = `arn:aws:sns:us-east-1:${accountId}:killed`

interface Walk {
  /** What makes the process start. */
  readonly make: () => Promise<unknown>
  readonly ask: () => Promise<unknown>
}

const walks: Readonly<Record<string, () => Walk>> = {
  s3: () => {
    const s3 = new S3Client({ ...at(), forcePathStyle: true })
    return {
      make: () => s3.send(new CreateBucketCommand({ Bucket })),
      ask: () => s3.send(new GetBucketVersioningCommand({ Bucket })),
    }
  },
  sqs: () => {
    const sqs = new SQSClient(at())
    return {
      make: () => sqs.send(new CreateQueueCommand({ QueueName: 'killed' })),
      ask: () => sqs.send(new ReceiveMessageCommand({ QueueUrl: QueueUrl() })),
    }
  },
  sns: () => {
    const sns = new SNSClient(at())
    return {
      make: () => sns.send(new CreateTopicCommand({ Name: 'killed' })),
      ask: () => sns.send(new PublishCommand({ TopicArn, Message: 'hello' })),
    }
  },
  dynamodb: () => {
    const dynamodb = new DynamoDBClient(at())
    const create = new CreateTableCommand({
      TableName: 'killed',
      KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
    const get = new GetItemCommand({ TableName: 'killed', Key: { k: { S: 'a' } } })
    return { make: () => dynamodb.send(create), ask: () => dynamodb.send(get) }
  },
}

const message = 'The service behind the gate cannot be reached. Please try again.'

for (const [service, walk] of Object.entries(walks)) {
  test.skipIf(process.platform !== 'linux')(
    `${service}: who waits when its process is killed hears 503, and the next one is answered`,
    async () => {
      const { make, ask } = walk()
      const sts = new STSClient(at())
      const before = children()
      await make()
      // SQS and SNS share a process: it may have been there.
      const begun = children().filter((pid) => !before.includes(pid))
      const pids = begun.length > 0 ? begun : [children().at(-1) ?? 0]
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
      const events = () => server.output().split('has ended (SIGKILL)').length
      const ended = events()
      const waiting = ask().then(
        () => 'answered',
        (error: unknown) => error as Error & { $metadata: { httpStatusCode: number } },
      )
      // Nothing tells that a request has come to a process that stands still; but the gate answers
      // others meanwhile, and by then has long handed it on.
      for (let i = 0; i < 5; i++) await sts.send(new GetCallerIdentityCommand({}))
      for (const pid of pids) process.kill(pid, 'SIGKILL')
      expect(await waiting).toMatchObject({
        name: expect.stringMatching(/^ServiceUnavailable(Exception)?$/) as string,
        message,
        $metadata: { httpStatusCode: 503 },
      })
      await expect.poll(events).toBe(ended + 1)
      await ask()
    },
  )
}
