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
for session, mark in ((boto3, "first"), (second, "second")):
    urls = session.client("sqs").list_queues()["QueueUrls"]
    groups = session.client("logs").describe_log_groups()["logGroups"]
    value = session.client("ssm").get_parameter(Name="shared-name")["Parameter"]["Value"]
    found = [sorted(url.split("/")[-1] for url in urls), [g["logGroupName"] for g in groups], value]
    if found != [[f"of-{mark}", "shared-name"], [f"of-{mark}"], mark]:
        failed.append(f"{mark}: {found}")
print("\n".join(failed) if failed else "accounts: all as expected")
sys.exit(1 if failed else 0)
