"""Two accounts at one emulator of many, behind the gate: each sees what is its own alone."""

import sys
import time

import boto3

organizations, sts = boto3.client("organizations"), boto3.client("sts")
organizations.create_organization(FeatureSet="ALL")
asked = organizations.create_account(Email="second@example.com", AccountName="second")
request = {"CreateAccountRequestId": asked["CreateAccountStatus"]["Id"]}
for _ in range(50):
    status = organizations.describe_create_account_status(**request)["CreateAccountStatus"]
    if status["State"] != "IN_PROGRESS":
        break
    time.sleep(0.1)
role = f"arn:aws:iam::{status['AccountId']}:role/OrganizationAccountAccessRole"
key = sts.assume_role(RoleArn=role, RoleSessionName="second")["Credentials"]
second = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])
failed = []
for session, mark in ((boto3, "first"), (second, "second")):
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
for session, mark in ((boto3, "first"), (second, "second")):
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
print("\n".join(failed) if failed else "accounts: all as expected")
try:
    second.client("s3").list_objects_v2(Bucket="of-first")
    print("a bucket of the first account is open to the second")
    sys.exit(1)
except second.client("s3").exceptions.ClientError as refused:
    if refused.response["Error"]["Code"] != "AccessDenied":
        raise
sys.exit(1 if failed else 0)
