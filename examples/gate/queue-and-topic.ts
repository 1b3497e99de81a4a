/**
 * A queue and a topic that another account sends to: its sender must be allowed to, and the policy of
 * the queue or the topic must let it in; each without the other is refused. Needs a running Bailiwick
 * and its administrator in the environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/gate/queue-and-topic.ts
 */
import {
  CreateTopicCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import {
  administratorOf,
  keyOf,
  makeAccount,
  makeUser,
  policy,
  present,
  refused,
  region,
  say,
  show,
  userMay,
} from '../walk.ts'

/** The body of the one message that is waiting; it must be there. */
async function receive(queues: SQSClient, QueueUrl: string, words: string): Promise<void> {
  const asked = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 })
  const body = (await queues.send(asked)).Messages?.[0]?.Body ?? ''
  show(body)
  if (!body.includes(words)) throw new Error(`there is no message of ${words}`)
}

say('The shop’s account has a queue of orders and a topic of news')
const shop = await makeAccount('shop')
const ofShop = { region, credentials: await administratorOf(shop) }
const [queues, topics] = [new SQSClient(ofShop), new SNSClient(ofShop)]
const makeQueue = async (QueueName: string) =>
  present((await queues.send(new CreateQueueCommand({ QueueName }))).QueueUrl, 'QueueUrl')
const orders = await makeQueue('orders')
const { TopicArn } = await topics.send(new CreateTopicCommand({ Name: 'news' }))
const news = present(TopicArn, 'TopicArn')
show(`${orders}, ${news}`)

say('Rosa of our account may do nothing yet: refused')
const rosa = await makeUser('rosa')
const ofRosa = { region, credentials: await keyOf('rosa') }
const send = () =>
  new SQSClient(ofRosa).send(new SendMessageCommand({ QueueUrl: orders, MessageBody: 'a chair' }))
const publish = () =>
  new SNSClient(ofRosa).send(new PublishCommand({ TopicArn: news, Message: 'chairs!' }))
const by = (type: string, action: string) => `because no ${type} policy allows the ${action} action`
await refused('is not authorized to perform: sqs:sendmessage', send())
await refused('is not authorized to perform: sns:Publish', publish())

say('She may, but the shop has not let her in: refused')
const sending = {
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: `arn:aws:sqs:${region}:${shop}:orders`,
}
const publishing = { Effect: 'Allow', Action: 'sns:Publish', Resource: news }
await userMay('rosa', sending, publishing)
await refused(by('resource-based', 'sqs:sendmessage'), send())
await refused(by('resource-based', 'sns:Publish'), publish())

say('The shop lets her in, but she may not: refused')
const setPolicy = (QueueUrl: string, Policy: string) =>
  queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
const Principal = { AWS: rosa }
await setPolicy(orders, policy({ ...sending, Principal }))
const AttributeValue = policy({ ...publishing, Principal })
const attribute = { AttributeName: 'Policy', AttributeValue }
await topics.send(new SetTopicAttributesCommand({ TopicArn: news, ...attribute }))
await userMay('rosa', { Effect: 'Allow', Action: 'sqs:ListQueues', Resource: '*' })
await refused(by('identity-based', 'sqs:sendmessage'), send())
await refused(by('identity-based', 'sns:Publish'), publish())

say('The topic may deliver to a queue once the queue lets it: refused')
const inbox = await makeQueue('inbox')
const Endpoint = `arn:aws:sqs:${region}:${shop}:inbox`
const subscribe = () =>
  topics.send(new SubscribeCommand({ TopicArn: news, Protocol: 'sqs', Endpoint }))
await refused('sns.amazonaws.com', subscribe())

say('Both: what she sends and publishes arrives')
await setPolicy(
  inbox,
  policy({
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: Endpoint,
    Condition: { ArnEquals: { 'aws:SourceArn': news } },
  }),
)
await subscribe()
await userMay('rosa', sending, publishing)
await send()
await receive(queues, orders, 'a chair')
await publish()
await receive(queues, inbox, 'chairs!')

say('To send is not to receive')
const take = new ReceiveMessageCommand({ QueueUrl: orders })
await refused('is not authorized to perform: sqs:receivemessage', new SQSClient(ofRosa).send(take))
say('Done: both accounts had to agree, for each of the two.')
