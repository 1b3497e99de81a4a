"""Queues, topics and tables of one name in two accounts, at the embedded backends: each its own."""

import boto3
from two_accounts import done, expect, first, owner, refused, second

accounts = ((boto3, first), (owner, second))
stolen = f"{second}--same"
missing = ("AWS.SimpleQueueService.NonExistentQueue", "NotFound", "ResourceNotFoundException")


def named(session):
    urls = session.client("sqs").list_queues()["QueueUrls"]
    topics = session.client("sns").list_topics()["Topics"]
    tables = session.client("dynamodb").list_tables()["TableNames"]
    return [
        [url.split("/")[-1] for url in urls],
        [topic["TopicArn"].split(":")[-1] for topic in topics],
        tables,
    ]


for session, account in accounts:
    sqs, dynamodb = session.client("sqs"), session.client("dynamodb")
    url = sqs.create_queue(QueueName="same")["QueueUrl"]
    expect(f"url {url}", url.endswith(f"/{account}/same"))
    sqs.send_message(QueueUrl=url, MessageBody=account)
    topic = session.client("sns").create_topic(Name="same")["TopicArn"]
    expect(f"topic {topic}", topic == f"arn:aws:sns:us-east-1:{account}:same")
    dynamodb.create_table(
        TableName="same",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName="same", Item={"id": {"S": account}})
for session, account in accounts:
    sqs, dynamodb = session.client("sqs"), session.client("dynamodb")
    url = sqs.get_queue_url(QueueName="same")["QueueUrl"]
    bodies = [each["Body"] for each in sqs.receive_message(QueueUrl=url)["Messages"]]
    expect(f"messages {bodies}", bodies == [account])
    items = dynamodb.scan(TableName="same")["Items"]
    expect(f"items {items}", items == [{"id": {"S": account}}])
    arn = dynamodb.describe_table(TableName="same")["Table"]["TableArn"]
    expect(f"table {arn}", arn == f"arn:aws:dynamodb:us-east-1:{account}:table/same")
    names = named(session)
    expect(f"{account}: {names}", names == [["same"], ["same"], ["same"]])

# A name that looks like the other account's is the caller's own, and there is none.
sqs, dynamodb = boto3.client("sqs"), boto3.client("dynamodb")
refused("their queue", lambda: sqs.get_queue_url(QueueName=stolen), *missing)
refused("their table", lambda: dynamodb.scan(TableName=stolen), *missing)

owner.client("sqs").delete_queue(QueueUrl=url)
owner.client("sns").delete_topic(TopicArn=f"arn:aws:sns:us-east-1:{second}:same")
owner.client("dynamodb").delete_table(TableName="same")
left, gone = named(boto3), named(owner)
expect(f"left: {left}, {gone}", left == [["same"], ["same"], ["same"]] and gone == [[], [], []])
done("names")
