"""What the walks of two accounts share: the accounts, sessions of roles, and what was expected."""

import json
import sys
import time

import boto3
from botocore.exceptions import ClientError

organizations, sts, iam = (boto3.client(name) for name in ("organizations", "sts", "iam"))
failed = []


def second_account():
    organizations.create_organization(FeatureSet="ALL")
    asked = organizations.create_account(Email="second@example.com", AccountName="second")
    request = {"CreateAccountRequestId": asked["CreateAccountStatus"]["Id"]}
    for _ in range(50):
        status = organizations.describe_create_account_status(**request)["CreateAccountStatus"]
        if status["State"] != "IN_PROGRESS":
            break
        time.sleep(0.1)
    return status["AccountId"]


first, second = sts.get_caller_identity()["Account"], second_account()


def session(role):
    key = sts.assume_role(RoleArn=role, RoleSessionName="walk")["Credentials"]
    return boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])


owner = session(f"arn:aws:iam::{second}:role/OrganizationAccountAccessRole")


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def make_role(name, client=iam, **principal):
    trust = {
        "Effect": "Allow",
        "Principal": principal or {"AWS": first},
        "Action": "sts:AssumeRole",
    }
    return client.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]


def may(role, *statements):
    """What the role of that name may from now on; nothing if there are no statements."""
    if statements:
        document = policy(*statements)
        iam.put_role_policy(RoleName=role, PolicyName="walk", PolicyDocument=document)
    else:
        iam.delete_role_policy(RoleName=role, PolicyName="walk")


def expect(what, is_so):
    if not is_so:
        failed.append(what)


def refused(what, call, *codes):
    try:
        call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        expect(f"{what}: {code}: {error}", code in codes)
    else:
        failed.append(f"{what}: went through")


def done(walk):
    print("\n".join(failed) if failed else f"{walk}: all as expected")
    sys.exit(1 if failed else 0)
