"""Topics that deliver to queues of another account and of another region, at the embedded backends.

`deliver.py make` prints the topic's ARN; `deliver.py again ARN` publishes to it after a restart.
"""

import json
import sys

import boto3

failed = []


def received(sqs, url):
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5).get("Messages", [])
    for each in got:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return [json.loads(each["Body"]) for each in got]


def expect(what, found, wanted):
    if found != wanted:
        failed.append(f"{what}: {found!r} is not {wanted!r}")


def document(principal, action, arn, **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": arn}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **more}]})


def queue(region, topic):
    """A queue of the first account that admits the topic: its client, URL and ARN."""
    sqs = boto3.client("sqs", region_name=region)
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    wanted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = wanted["Attributes"]["QueueArn"]
    of = {"Condition": {"ArnEquals": {"aws:SourceArn": topic}}}
    admits = document({"Service": "sns.amazonaws.com"}, "sqs:SendMessage", arn, **of)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": admits})
    return sqs, url, arn


def make():
    from two_accounts import first, owner

    theirs = owner.client("sns")
    topic = theirs.create_topic(Name="news")["TopicArn"]
    open_to = document({"AWS": first}, ["SNS:Publish", "SNS:Subscribe"], topic)
    theirs.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=open_to)
    inboxes = [queue(region, topic) for region in ("us-east-1", "eu-west-1")]
    sns = boto3.client("sns")
    subscribed = {"TopicArn": topic, "Protocol": "sqs"}
    for _, _, arn in inboxes:
        sns.subscribe(**subscribed, Endpoint=arn)
    theirs.publish(TopicArn=topic, Message="to all")
    for sqs, url, arn in inboxes:
        found = [(each["Message"], each["TopicArn"]) for each in received(sqs, url)]
        expect(f"what {arn} gets", found, [("to all", topic)])
    # A queue of the same name in the topic's own account is another one.
    other = owner.client("sqs")
    expect("its own", received(other, other.create_queue(QueueName="inbox")["QueueUrl"]), [])
    print(topic)


def again(topic):
    boto3.client("sns").publish(TopicArn=topic, Message="after all")
    for region in ("us-east-1", "eu-west-1"):
        sqs = boto3.client("sqs", region_name=region)
        url = sqs.get_queue_url(QueueName="inbox")["QueueUrl"]
        expect(region, [each["Message"] for each in received(sqs, url)], ["after all"])


make() if sys.argv[1] == "make" else again(sys.argv[2])
print("\n".join(failed) if failed else "deliver: all as expected")
sys.exit(1 if failed else 0)
