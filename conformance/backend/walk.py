"""boto3 through the gate to moto: what is allowed arrives, what is not reaches nobody."""

import json
import os
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

gate = os.environ["AWS_ENDPOINT_URL"]


def refused(call, *codes):
    try:
        call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        assert code in codes, (code, error)
        return error.response["Error"]["Message"]
    raise AssertionError("was not refused: %s" % (codes,))


def client(name, session=boto3, **config):
    return session.client(name, config=Config(retries={"max_attempts": 1}, **config))


def s3_walk():
    s3 = client("s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket="reports")
    body = os.urandom(300_000)
    s3.put_object(Bucket="reports", Key="2026/may é.bin", Body=body, Metadata={"who": "ann"})
    got = s3.get_object(Bucket="reports", Key="2026/may é.bin")
    assert got["Body"].read() == body and got["Metadata"] == {"who": "ann"}, got
    part = s3.get_object(Bucket="reports", Key="2026/may é.bin", Range="bytes=10-19")
    assert part["Body"].read() == body[10:20] and part["ContentRange"] == "bytes 10-19/300000"
    head = s3.head_object(Bucket="reports", Key="2026/may é.bin")
    assert head["ContentLength"] == 300_000
    s3.put_object(Bucket="reports", Key="empty", Body=b"")
    listed = s3.list_objects_v2(Bucket="reports", Prefix="2026/")
    assert [each["Key"] for each in listed["Contents"]] == ["2026/may é.bin"], listed
    s3.put_bucket_tagging(Bucket="reports", Tagging={"TagSet": [{"Key": "a", "Value": "<b>"}]})
    assert s3.get_bucket_tagging(Bucket="reports")["TagSet"] == [{"Key": "a", "Value": "<b>"}]
    s3.copy_object(Bucket="reports", Key="copy", CopySource={"Bucket": "reports", "Key": "empty"})
    up = s3.create_multipart_upload(Bucket="reports", Key="big")
    parts = []
    for number, piece in enumerate((os.urandom(5 * 1024 * 1024), b"end"), 1):
        done = s3.upload_part(
            Bucket="reports", Key="big", UploadId=up["UploadId"], PartNumber=number, Body=piece
        )
        parts.append({"PartNumber": number, "ETag": done["ETag"]})
    s3.complete_multipart_upload(
        Bucket="reports", Key="big", UploadId=up["UploadId"], MultipartUpload={"Parts": parts}
    )
    assert s3.head_object(Bucket="reports", Key="big")["ContentLength"] == 5 * 1024 * 1024 + 3
    presigned_walk(client("s3", s3={"addressing_style": "path"}, signature_version="s3v4"))
    virtual_hosted(body)
    gone = s3.delete_objects(
        Bucket="reports", Delete={"Objects": [{"Key": "copy"}, {"Key": "empty"}]}
    )
    assert len(gone["Deleted"]) == 2, gone
    s3.delete_object(Bucket="reports", Key="big")
    refused(lambda: s3.get_object(Bucket="reports", Key="big"), "NoSuchKey")


def presigned_walk(s3):
    target = {"Bucket": "reports", "Key": "presigned"}
    put = s3.generate_presigned_url("put_object", target, ExpiresIn=60)
    plain = {"Content-Type": "text/plain"}  # moto takes urllib's own for a form.
    urllib.request.urlopen(urllib.request.Request(put, b"hello", plain, method="PUT"))
    get = s3.generate_presigned_url("get_object", target, ExpiresIn=60)
    assert urllib.request.urlopen(get).read() == b"hello"
    try:
        urllib.request.urlopen(get.replace("/presigned?", "/empty?"))
        raise AssertionError("another key was read")
    except urllib.error.HTTPError as error:
        assert error.code == 403 and b"SignatureDoesNotMatch" in error.read()


def virtual_hosted(body):
    port = gate.rsplit(":", 1)[1]
    s3 = boto3.client(
        "s3",
        endpoint_url="http://localhost:" + port,
        config=Config(s3={"addressing_style": "virtual"}),
    )
    try:
        assert s3.get_object(Bucket="reports", Key="2026/may é.bin")["Body"].read() == body
    except Exception as error:  # Where *.localhost does not resolve, there is nothing to try.
        assert "Could not connect" in str(error), error


def others_walk():
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    assert url.startswith(gate + "/"), url
    assert sqs.get_queue_url(QueueName="orders")["QueueUrl"] == url
    sqs.send_message(QueueUrl=url, MessageBody="one & two")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "one & two"
    sns = client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    assert sns.publish(TopicArn=topic, Message="hello")["MessageId"]
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="Books",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"id": {"S": "1"}, "n": {"N": "12345678901234567890.5"}, "b": {"B": b"\x00\xff"}}
    dynamodb.put_item(TableName="Books", Item=item)
    assert dynamodb.get_item(TableName="Books", Key={"id": {"S": "1"}})["Item"] == item
    found = dynamodb.query(
        TableName="Books",
        KeyConditionExpression="id = :id",
        ExpressionAttributeValues={":id": {"S": "1"}},
    )
    assert found["Count"] == 1


def strangers_walk():
    iam = client("iam")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    ann = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"])
    s3 = client("s3", ann, s3={"addressing_style": "path"})
    said = refused(lambda: s3.put_object(Bucket="reports", Key="x", Body=b"x"), "AccessDenied")
    assert 's3:PutObject on resource: "arn:aws:s3:::reports/x" because no identity' in said, said
    refused(lambda: s3.get_object(Bucket="reports", Key="presigned"), "AccessDenied")
    refused(lambda: s3.list_buckets(), "AccessDenied")
    refused(lambda: client("sqs", ann).list_queues(), "AccessDenied", "AccessDeniedException")
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::reports/presigned",
        },
    }
    iam.put_user_policy(UserName="ann", PolicyName="read", PolicyDocument=json.dumps(policy))
    assert s3.get_object(Bucket="reports", Key="presigned")["Body"].read() == b"hello"
    refused(lambda: s3.get_object(Bucket="reports", Key="2026/may é.bin"), "AccessDenied")
    try:
        urllib.request.urlopen(gate + "/reports/presigned")
        raise AssertionError("a stranger was let in")
    except urllib.error.HTTPError as error:
        assert error.code == 403 and b"<Code>AccessDenied</Code>" in error.read()


def other_account():
    made = client("organizations")
    try:
        made.create_organization(FeatureSet="ALL")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AlreadyInOrganizationException", error
    status = made.create_account(Email="b@example.com", AccountName="b")["CreateAccountStatus"]
    account = status["AccountId"]
    role = "arn:aws:iam::%s:role/OrganizationAccountAccessRole" % account
    held = client("sts").assume_role(RoleArn=role, RoleSessionName="walk")["Credentials"]
    session = boto3.Session(
        held["AccessKeyId"], held["SecretAccessKey"], held["SessionToken"]
    )
    return account, client("s3", session, s3={"addressing_style": "path"})


def accounts_walk():
    """Two accounts and strangers: each side of a grant, names, lists, the way behind the gate."""
    s3 = client("s3", s3={"addressing_style": "path"})
    account, theirs = other_account()
    shared = {"Bucket": "reports", "Key": "presigned"}
    refused(lambda: theirs.create_bucket(Bucket="reports"), "BucketAlreadyExists")
    refused(lambda: s3.create_bucket(Bucket="reports"), "BucketAlreadyOwnedByYou")
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["reports"]
    assert theirs.list_buckets()["Buckets"] == []
    assert refused(lambda: theirs.get_object(**shared), "AccessDenied") == "Access Denied"
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": account},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::reports/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket="reports", Policy=json.dumps(policy))
    assert theirs.get_object(**shared)["Body"].read() == b"hello"
    statement["Principal"] = "*"
    public = {"Bucket": "reports", "Policy": json.dumps(policy)}
    assert "BlockPublicPolicy" in refused(lambda: s3.put_bucket_policy(**public), "AccessDenied")
    s3.delete_public_access_block(Bucket="reports")
    s3.put_bucket_policy(**public)
    assert s3.get_bucket_policy_status(Bucket="reports")["PolicyStatus"]["IsPublic"] is True
    assert urllib.request.urlopen(gate + "/reports/presigned").read() == b"hello"
    s3.delete_bucket_policy(Bucket="reports")
    refused(lambda: theirs.get_object(**shared), "AccessDenied")


s3_walk()
strangers_walk()
accounts_walk()
try:
    others_walk()
except ClientError as error:  # Until its resources are resolved, a service is refused as a whole.
    if "is not resolved here" not in str(error):
        raise
    print("NOT WALKED: " + str(error))
print("forwarded: all as expected")
