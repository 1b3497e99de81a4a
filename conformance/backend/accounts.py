"""Two accounts at one emulator of many, behind the gate: each sees what is its own alone."""

import boto3
from two_accounts import done, failed, owner, refused

for session, mark in ((boto3, "first"), (owner, "second")):
    session.client("sqs").create_queue(QueueName="shared-name", tags={"of": mark})
    session.client("sqs").create_queue(QueueName=f"of-{mark}")
    session.client("logs").create_log_group(logGroupName=f"of-{mark}")
    session.client("ssm").put_parameter(Name="shared-name", Value=mark, Type="String")
    session.client("s3").create_bucket(Bucket=f"of-{mark}")
    session.client("sns").create_topic(Name="shared-name")
    session.client("sns").create_topic(Name=f"of-{mark}")
    for name in ("shared-name", f"of-{mark}"):
        session.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    item = {"id": {"S": "one"}, "of": {"S": mark}}
    session.client("dynamodb").put_item(TableName="shared-name", Item=item)
for session, mark in ((boto3, "first"), (owner, "second")):
    urls = session.client("sqs").list_queues()["QueueUrls"]
    groups = session.client("logs").describe_log_groups()["logGroups"]
    value = session.client("ssm").get_parameter(Name="shared-name")["Parameter"]["Value"]
    topics = session.client("sns").list_topics()["Topics"]
    tables = session.client("dynamodb").list_tables()["TableNames"]
    buckets = session.client("s3").list_buckets()["Buckets"]
    item = session.client("dynamodb").get_item(TableName="shared-name", Key={"id": {"S": "one"}})
    if item.get("Item", {}).get("of", {}).get("S") != mark:
        failed.append(f"{mark}: {item}")
    named = [
        sorted(topic["TopicArn"].split(":")[-1] for topic in topics),
        sorted(tables),
        [bucket["Name"] for bucket in buckets],
    ]
    if named != [[f"of-{mark}", "shared-name"], [f"of-{mark}", "shared-name"], [f"of-{mark}"]]:
        failed.append(f"{mark}: {named}")
    found = [sorted(url.split("/")[-1] for url in urls), [g["logGroupName"] for g in groups], value]
    if found != [[f"of-{mark}", "shared-name"], [f"of-{mark}"], mark]:
        failed.append(f"{mark}: {found}")
stranger = owner.client("s3")
refused("a bucket of another", lambda: stranger.list_objects_v2(Bucket="of-first"), "AccessDenied")
done("accounts")
