"""Queues, topics and event buses of two accounts at one emulator: both sides of each grant."""

import json

import boto3
from botocore.exceptions import ClientError
from two_accounts import done, expect, failed, first, iam, owner, refused, second, session

queues, topics, buses = (owner.client(name) for name in ("sqs", "sns", "events"))
url = queues.create_queue(QueueName="jobs", tags={"env": "prod"})["QueueUrl"]
topic = topics.create_topic(Name="news")["TopicArn"]
bus = buses.create_event_bus(Name="orders")["EventBusArn"]
attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
queue = attributes["QueueArn"]
expect(f"owner of {queue}, {topic}, {bus}", all(second in arn for arn in (queue, topic, bus)))

# A role of the first account, at first without policies.
trust = {"Effect": "Allow", "Principal": {"AWS": first}, "Action": "sts:AssumeRole"}
document = json.dumps({"Version": "2012-10-17", "Statement": trust})
role = iam.create_role(RoleName="sender", AssumeRolePolicyDocument=document)["Role"]["Arn"]
sender = session(role)
sends = {
    "queue": lambda: sender.client("sqs").send_message(QueueUrl=url, MessageBody="one"),
    "topic": lambda: sender.client("sns").publish(TopicArn=topic, Message="two"),
    "bus": lambda: sender.client("events").put_events(
        Entries=[{"Source": "s", "DetailType": "t", "Detail": "{}", "EventBusName": bus}]
    ),
}
denied = ("AccessDenied", "AccessDeniedException", "AuthorizationError")
for name, send in sends.items():
    refused(f"{name}: neither side", send, *denied)
mine = {
    "Effect": "Allow",
    "Action": ["sqs:SendMessage", "sns:Publish", "events:PutEvents"],
    "Resource": "*",
}
policy = json.dumps({"Version": "2012-10-17", "Statement": mine})
iam.put_role_policy(RoleName="sender", PolicyName="send", PolicyDocument=policy)
for name, send in sends.items():
    refused(f"{name}: the role's side alone", send, *denied)


def theirs(action, arn):
    statement = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": action, "Resource": arn}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": theirs("sqs:SendMessage", queue)})
topics.set_topic_attributes(
    TopicArn=topic, AttributeName="Policy", AttributeValue=theirs("SNS:Publish", topic)
)
buses.put_permission(EventBusName="orders", Policy=theirs("events:PutEvents", bus))
for name, send in sends.items():
    try:
        send()
    except ClientError as error:
        failed.append(f"{name}: both sides: {error}")
got = queues.receive_message(QueueUrl=url).get("Messages", [])
expect(f"the message: {got}", [message["Body"] for message in got] == ["one"])
iam.delete_role_policy(RoleName="sender", PolicyName="send")
for name, send in sends.items():
    refused(f"{name}: the other side alone", send, *denied)

# A role made anew under the old name is another one.
iam.put_role_policy(RoleName="sender", PolicyName="send", PolicyDocument=policy)
iam.delete_role_policy(RoleName="sender", PolicyName="send")
iam.delete_role(RoleName="sender")
iam.create_role(RoleName="sender", AssumeRolePolicyDocument=document)
iam.put_role_policy(RoleName="sender", PolicyName="send", PolicyDocument=policy)
sender = session(role)
for name, send in sends.items():
    refused(f"{name}: a role made anew", send, *denied)

# Lists, names and tags are each account's own.
mine_url = boto3.client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
expect(f"{mine_url} and {url}", mine_url != url and first in mine_url)
expect("queues", boto3.client("sqs").list_queues()["QueueUrls"] == [mine_url])
expect("topics", boto3.client("sns").list_topics()["Topics"] == [])
expect("tags", queues.list_queue_tags(QueueUrl=url)["Tags"] == {"env": "prod"})
names = [each["Name"] for each in boto3.client("events").list_event_buses()["EventBuses"]]
expect(f"buses: {names}", names == ["default"])
shown = topics.get_topic_attributes(TopicArn=topic)["Attributes"]
expect(f"owner of the topic: {shown['Owner']}", shown["Owner"] == second)

# Another account subscribes its queue, sees it and takes it back.
topics.add_permission(
    TopicArn=topic, Label="subscribe", AWSAccountId=[first], ActionName=["Subscribe"]
)
own = boto3.client("sns")
endpoint = mine_url.split("/")[-2:]
arn = f"arn:aws:sqs:us-east-1:{endpoint[0]}:{endpoint[1]}"
def subscribe():
    subscribed = own.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True
    )
    return subscribed["SubscriptionArn"]


refused("the queue does not let the topic in", subscribe, "InvalidParameter")
let_in = {
    "Effect": "Allow",
    "Principal": {"Service": "sns.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": arn,
    "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
}
admission = json.dumps({"Version": "2012-10-17", "Statement": [let_in]})
boto3.client("sqs").set_queue_attributes(QueueUrl=mine_url, Attributes={"Policy": admission})
subscription = subscribe()
listed = own.list_subscriptions()["Subscriptions"]
expect(f"subscriptions: {listed}", [each["SubscriptionArn"] for each in listed] == [subscription])
expect("of the topic's owner", topics.list_subscriptions()["Subscriptions"] == [])
by_topic = topics.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
expect(f"by topic: {by_topic}", [each["Owner"] for each in by_topic] == [first])
own.unsubscribe(SubscriptionArn=subscription)
expect("unsubscribed", own.list_subscriptions()["Subscriptions"] == [])

queues.delete_queue(QueueUrl=url)
gone = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
refused("a queue that is no more", lambda: queues.send_message(QueueUrl=url, MessageBody="x"), *gone)
topics.delete_topic(TopicArn=topic)
buses.delete_event_bus(Name="orders")
done("messages")
