/**
 * A team works in two regions of Europe; what is asked of another region is denied, but for the
 * services that are not of a region at all, as in AWS's own example. Needs a running Bailiwick and
 * its administrator in the environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/gate/regions.ts
 */
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { keyOf, makeUser, refused, say, show, userMay } from '../walk.ts'

const home = ['eu-central-1', 'eu-west-1']

say('Jan may do everything with queues, tables and his own user, in two regions')
await makeUser('jan')
const credentials = await keyOf('jan')
const may = { Effect: 'Allow', Action: ['sqs:*', 'dynamodb:*', 'iam:GetUser'], Resource: '*' }
const elsewhere = {
  Effect: 'Deny',
  NotAction: ['iam:*', 'organizations:*', 'route53:*', 'cloudfront:*', 'support:*'],
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:RequestedRegion': home } },
}
await userMay('jan', may, elsewhere)

const tableOf = (TableName: string) => ({
  TableName,
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
})

for (const region of home) {
  say(`In ${region} he makes a queue and a table`)
  const of = { region, credentials }
  const queue = new CreateQueueCommand({ QueueName: 'jans' })
  show((await new SQSClient(of).send(queue)).QueueUrl)
  const table = await new DynamoDBClient(of).send(new CreateTableCommand(tableOf('jans')))
  show(table.TableDescription?.TableArn)
}

const denied = 'with an explicit deny in an identity-based policy'
for (const region of ['us-east-1', 'eu-west-3']) {
  say(`In ${region} nothing, not even a look`)
  const of = { region, credentials }
  const [sqs, tables] = [new SQSClient(of), new DynamoDBClient(of)]
  await refused(denied, sqs.send(new CreateQueueCommand({ QueueName: 'jans' })))
  await refused(denied, sqs.send(new ListQueuesCommand({})))
  await refused(denied, tables.send(new CreateTableCommand(tableOf('jans'))))
  await refused(denied, tables.send(new ListTablesCommand({})))
}

say('IAM is of no region: it is asked in us-east-1, and answers')
const iam = new IAMClient({ region: 'us-east-1', credentials })
show((await iam.send(new GetUserCommand({}))).User?.Arn)

say('Had the policy not left it out, it would be out of reach')
const { NotAction: _, ...rest } = elsewhere
await userMay('jan', may, { ...rest, Action: '*' })
await refused(denied, iam.send(new GetUserCommand({})))
say('Done: two regions, and the services that have none.')
