"""What an unmodified boto3 program does with IAM and STS, checked step by step."""
import json
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

config = Config(retries={"max_attempts": 1})
iam = boto3.client("iam", config=config)
sts = boto3.client("sts", config=config)
account = sts.get_caller_identity()["Account"]


def refused(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status, error
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} expected")


# Users, paginators and waiters.
for number in range(25):
    iam.create_user(UserName=f"user-{number:02}", Path="/many/")
iam.get_waiter("user_exists").wait(UserName="user-24", WaiterConfig={"Delay": 1, "MaxAttempts": 2})
pages = iam.get_paginator("list_users").paginate(
    PathPrefix="/many/", PaginationConfig={"PageSize": 10}
)
names = [user["UserName"] for page in pages for user in page["Users"]]
assert names == [f"user-{number:02}" for number in range(25)], names

# Errors by class, with AWS's words.
message = refused("NoSuchEntity", 404, iam.get_user, UserName="nobody")
assert message == "The user with name nobody cannot be found.", message
message = refused("EntityAlreadyExists", 409, iam.create_user, UserName="USER-00")
assert message.startswith("User with name USER-00 already exists"), message
refused("ValidationError", 400, iam.list_users, Marker="nonsense")
try:
    iam.get_role(RoleName="nobody")
except iam.exceptions.NoSuchEntityException as error:
    assert str(error).endswith("The role with name nobody cannot be found."), error

# Documents come back as they went in.
document = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}/*"}],
}
arn = iam.create_policy(PolicyName="home", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == document
iam.attach_user_policy(UserName="user-00", PolicyArn=arn)
refused("DeleteConflict", 409, iam.delete_policy, PolicyArn=arn)
assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1

# Tags, inline policies, boundaries.
iam.tag_user(UserName="user-00", Tags=[{"Key": "Team", "Value": "blau-grün"}])
assert iam.list_user_tags(UserName="user-00")["Tags"] == [{"Key": "Team", "Value": "blau-grün"}]
iam.put_user_policy(UserName="user-00", PolicyName="in", PolicyDocument=json.dumps(document))
assert iam.get_user_policy(UserName="user-00", PolicyName="in")["PolicyDocument"] == document

# A role made by a client signing for one region is at once usable by one signing for another.
europe = boto3.client("iam", region_name="eu-west-1", config=config)
trust = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}
role = europe.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
assert role["AssumeRolePolicyDocument"] == trust
west = boto3.client("sts", region_name="us-west-2", config=config)
credentials = west.assume_role(
    RoleArn=role["Arn"], RoleSessionName="boto", Tags=[{"Key": "k", "Value": "v"}]
)["Credentials"]
session = boto3.Session(
    credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]
)
as_role = session.client("sts", config=config).get_caller_identity()
assert as_role["Arn"] == f"arn:aws:sts::{account}:assumed-role/worker/boto", as_role
message = refused("AccessDenied", 403, session.client("iam", config=config).list_users)
assert f"assumed-role/worker/boto is not authorized to perform: iam:ListUsers" in message, message

# A group is no principal.
group = iam.create_group(GroupName="g")["Group"]
trust["Statement"][0]["Principal"]["AWS"] = group["Arn"]
refused(
    "MalformedPolicyDocument",
    400,
    iam.create_role,
    RoleName="x",
    AssumeRolePolicyDocument=json.dumps(trust),
)

# Signed by query string.
url = sts.generate_presigned_url("get_caller_identity", HttpMethod="GET", ExpiresIn=60)
assert f"arn:aws:iam::{account}:user/admin" in urllib.request.urlopen(url).read().decode()

# AWS managed policies are there.
assert iam.get_policy(PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")["Policy"]["IsAttachable"]
count = sum(
    len(page["Policies"]) for page in iam.get_paginator("list_policies").paginate(Scope="AWS")
)
assert count == 1594, count

# Deleting in AWS's order.
refused("DeleteConflict", 409, iam.delete_user, UserName="user-00")
iam.delete_user_policy(UserName="user-00", PolicyName="in")
iam.detach_user_policy(UserName="user-00", PolicyArn=arn)
iam.delete_user(UserName="user-00")
refused("NoSuchEntity", 404, iam.get_user, UserName="user-00")
print("boto3: all as expected")
