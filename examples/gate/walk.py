"""What the examples with boto3 share: clients by key, and calls that must be refused."""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ONCE = Config(retries={"max_attempts": 1})


def client(service, key=None, **more):
    """Of whoever the environment says, or of an access key as IAM and STS answer it."""
    if key is not None:
        more["aws_access_key_id"] = key["AccessKeyId"]
        more["aws_secret_access_key"] = key["SecretAccessKey"]
        more["aws_session_token"] = key.get("SessionToken")
    return boto3.client(service, config=ONCE, **more)


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def user_may(name, *statements):
    client("iam").put_user_policy(
        UserName=name, PolicyName="may", PolicyDocument=policy(*statements)
    )


def make_user(name, *statements, **more):
    """A user that may do what the statements say; its ARN and a key."""
    iam = client("iam")
    arn = iam.create_user(UserName=name, **more)["User"]["Arn"]
    if statements:
        user_may(name, *statements)
    return arn, iam.create_access_key(UserName=name)["AccessKey"]


def make_role(name, *statements):
    """A role for whoever is of the account, and may enter it; its ARN."""
    iam, account = client("iam"), client("sts").get_caller_identity()["Account"]
    trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=policy(*statements))
    return made["Role"]["Arn"]


def enter(role):
    return client("sts").assume_role(RoleArn=role, RoleSessionName="work")["Credentials"]


def say(text):
    print(f"\n== {text}")


def refused(words, call, **arguments):
    """The call must be refused, and say these words."""
    try:
        call(**arguments)
    except ClientError as error:
        print(error)
        if words not in str(error):
            raise SystemExit(f"refused, but without the words: {words}")
    else:
        raise SystemExit(f"should have been refused: {words}")


def check(found, wanted):
    if found != wanted:
        raise SystemExit(f"{found!r} is not {wanted!r}")
    print(found)
