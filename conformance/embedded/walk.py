"""The embedded S3, SQS, SNS and DynamoDB, as an unmodified client meets them.

`walk.py make` uses each; `walk.py again` finds what was kept, after a restart. Prints what does not
hold, and `embedded: all as expected` where everything does.
"""

import json
import os
import subprocess
import sys
import time

import boto3
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

config = Config(retries={"max_attempts": 1})
s3, sqs, sns, ddb = (boto3.client(name, config=config) for name in ("s3", "sqs", "sns", "dynamodb"))
failed = []
bucket = "embedded-reports"
odd_key = "a/b c+é'(1).txt"
mib = 1024 * 1024


def expect(what, found, wanted):
    if found != wanted:
        failed.append(f"{what}: {found!r} is not {wanted!r}")


def refused(what, code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        expect(what, error.response["Error"]["Code"], code)
    else:
        failed.append(f"{what}: not refused")


def body(**arguments):
    return s3.get_object(Bucket=bucket, **arguments)["Body"].read()


def objects():
    s3.create_bucket(Bucket=bucket)
    refused("a bucket twice", "BucketAlreadyOwnedByYou", s3.create_bucket, Bucket=bucket)
    put = {"Metadata": {"who": "ann"}, "ContentType": "text/plain", "Tagging": "team=blue&x=1"}
    s3.put_object(Bucket=bucket, Key=odd_key, Body=b"hello", **put)
    got = s3.get_object(Bucket=bucket, Key=odd_key)
    expect("an object", got["Body"].read(), b"hello")
    kept = [got["Metadata"], got["ContentType"], got["TagCount"]]
    expect("what is kept with it", kept, [{"who": "ann"}, "text/plain", 2])
    expect("a range", body(Key=odd_key, Range="bytes=1-3"), b"ell")
    refused("past its end", "InvalidRange", body, Key=odd_key, Range="bytes=5-")
    refused("no such key", "NoSuchKey", body, Key="none")
    refused("no such bucket", "NoSuchBucket", s3.list_objects_v2, Bucket="embedded-none")
    once = {"Bucket": bucket, "Key": odd_key, "Body": b"", "IfNoneMatch": "*"}
    refused("over what is there", "PreconditionFailed", s3.put_object, **once)
    refused("unchanged", "304", body, Key=odd_key, IfNoneMatch=got["ETag"])
    tags = [{"Key": "k", "Value": "v"}]
    s3.put_object_tagging(Bucket=bucket, Key=odd_key, Tagging={"TagSet": tags})
    expect("tags", s3.get_object_tagging(Bucket=bucket, Key=odd_key)["TagSet"], tags)
    source = {"Bucket": bucket, "Key": odd_key}
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source)
    expect("a copy's tags", s3.get_object_tagging(Bucket=bucket, Key="copy")["TagSet"], tags)
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    refused("a key of one's own", "NotImplemented", s3.put_object, Bucket=bucket, Key="s", **key)


def listed():
    for name in ("l/1", "l/2", "l/d/1", "l/d/2", "l/e/1", "l/z"):
        s3.put_object(Bucket=bucket, Key=name, Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix="l/", Delimiter="/", PaginationConfig={"PageSize": 2}
    )
    found = [
        name
        for page in pages
        for name in sorted(
            [each["Key"] for each in page.get("Contents", [])]
            + [each["Prefix"] for each in page.get("CommonPrefixes", [])]
        )
    ]
    expect("a list in pages", found, ["l/1", "l/2", "l/d/", "l/e/", "l/z"])


def multipart():
    target = {"Bucket": bucket, "Key": "big"}
    upload = {**target, "UploadId": s3.create_multipart_upload(**target)["UploadId"]}
    parts = []
    for number, piece in enumerate((b"x" * 5 * mib, b"y" * 10), 1):
        etag = s3.upload_part(**upload, PartNumber=number, Body=piece)["ETag"]
        parts.append({"PartNumber": number, "ETag": etag})
    sizes = [part["Size"] for part in s3.list_parts(**upload)["Parts"]]
    expect("the parts", sizes, [5 * mib, 10])
    open_ = [each["Key"] for each in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]]
    expect("the uploads", open_, ["big"])
    wrong = {"Parts": [{"PartNumber": 1, "ETag": '"0"'}]}
    complete = s3.complete_multipart_upload
    refused("a part of another", "InvalidPart", complete, **upload, MultipartUpload=wrong)
    etag = complete(**upload, MultipartUpload={"Parts": parts})["ETag"]
    expect("an ETag of two parts", etag.endswith('-2"'), True)
    expect("its second part", body(Key="big", PartNumber=2), b"y" * 10)
    refused("an upload that is done", "NoSuchUpload", s3.list_parts, **upload)
    gone = {**target, "UploadId": s3.create_multipart_upload(**target)["UploadId"]}
    s3.upload_part(**gone, PartNumber=1, Body=b"z")
    s3.abort_multipart_upload(**gone)
    refused("one that is aborted", "NoSuchUpload", s3.list_parts, **gone)


def versions():
    status = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=status)
    target = {"Bucket": bucket, "Key": "v"}
    first = s3.put_object(**target, Body=b"1")["VersionId"]
    s3.put_object(**target, Body=b"2")
    marker = s3.delete_object(**target)
    expect("a deletion is a marker", marker.get("DeleteMarker"), True)
    refused("what is deleted", "NoSuchKey", body, Key="v")
    all_ = s3.list_object_versions(Bucket=bucket, Prefix="v")
    expect("versions", [len(all_["Versions"]), len(all_["DeleteMarkers"])], [2, 1])
    expect("an old version", body(Key="v", VersionId=first), b"1")
    s3.delete_object(**target, VersionId=marker["VersionId"])
    expect("without the marker", body(Key="v"), b"2")
    refused("a bucket that holds something", "BucketNotEmpty", s3.delete_bucket, Bucket=bucket)


def becomes(state):
    """The one delivery inside the backends."""
    command = ["node", os.environ["BAILIWICK_BIN"], "resources", "deliveries", "--json"]
    found = None
    for _ in range(50):
        told = subprocess.run(command, check=True, capture_output=True).stdout
        found = [each["State"] for each in json.loads(told)]
        if found == [state]:
            return
        time.sleep(0.2)
    failed.append(f"the delivery: {found!r} is not {state}")


def queues():
    account = boto3.client("sts").get_caller_identity()["Account"]
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    expect("the queue's account", url.split("/")[-2], account)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    arn = f"arn:aws:sqs:us-east-1:{account}:jobs"
    expect("its ARN", attributes["QueueArn"], arn)
    text = "arn:aws:sqs:us-east-1:000000000000:as-it-is"
    sqs.send_message(QueueUrl=url, MessageBody=text)
    message = received(url)
    expect("a message", message["Body"], text)
    hide = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
    sqs.change_message_visibility(**hide, VisibilityTimeout=0)
    again = received(url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
    topic = sns.create_topic(Name="news")["TopicArn"]
    expect("a topic", topic, f"arn:aws:sns:us-east-1:{account}:news")
    refused(
        "a queue that does not let the topic in",
        "InvalidParameter",
        sns.subscribe,
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
    )
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    becomes("SUSPENDED")
    sns.publish(TopicArn=topic, Message="kept out")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    becomes("ADMITTED")
    sns.publish(TopicArn=topic, Message="extra")
    delivered = received(url)
    envelope = json.loads(delivered["Body"])
    expect("what it delivers", [envelope["TopicArn"], envelope["Message"]], [topic, "extra"])
    sqs.delete_message(QueueUrl=url, ReceiptHandle=delivered["ReceiptHandle"])
    sqs.send_message(QueueUrl=url, MessageBody="kept")


def forms():
    """A browser's upload, as boto3 signs it: allowed by its policy, or not."""
    v4 = boto3.client("s3", config=Config(signature_version="s3v4"))
    form = v4.generate_presigned_post(
        bucket,
        "forms/${filename}",
        Fields={"x-amz-meta-from": "form", "success_action_status": "201"},
        Conditions=[
            {"x-amz-meta-from": "form"},
            {"success_action_status": "201"},
            ["content-length-range", 1, 10],
        ],
    )

    def posted(content, **fields):
        file = {"file": ("me.txt", content, "text/plain")}
        sent = {**form["fields"], **fields, **file}
        return urllib3.PoolManager().request("POST", form["url"], fields=sent)

    made = posted(b"hello")
    expect("a form", made.status, 201)
    expect("a form's object", body(Key="forms/me.txt"), b"hello")
    head = s3.head_object(Bucket=bucket, Key="forms/me.txt")
    expect("a form's metadata", head["Metadata"], {"from": "form"})
    expect("a form too large", b"EntityTooLarge" in posted(b"a" * 11).data, True)
    large = v4.generate_presigned_post(bucket, "forms/large")
    content = b"some content, " * 900_000
    sent = {**large["fields"], "file": ("large", content, "text/plain")}
    answer = urllib3.PoolManager().request("POST", large["url"], fields=sent)
    expect("a form that is not taken in whole", answer.status, 204)
    expect("its object", body(Key="forms/large") == content, True)
    other = posted(b"hello", key="elsewhere")
    expect("a form for elsewhere", b"Policy Condition failed" in other.data, True)


def received(url):
    return sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]


def tables():
    key = {"AttributeName": "k", "KeyType": "HASH"}
    ddb.create_table(
        TableName="items",
        KeySchema=[key],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ddb.get_waiter("table_exists").wait(TableName="items", WaiterConfig={"Delay": 1})
    arn = ddb.describe_table(TableName="items")["Table"]["TableArn"]
    account = boto3.client("sts").get_caller_identity()["Account"]
    expect("a table", arn, f"arn:aws:dynamodb:us-east-1:{account}:table/items")
    item = {"k": {"S": "one"}, "n": {"N": "1"}}
    ddb.put_item(TableName="items", Item=item)
    expect("a scan by ARN", ddb.scan(TableName=arn)["Items"], [item])
    value = {":k": {"S": "one"}}
    asked = {"KeyConditionExpression": "k = :k", "ExpressionAttributeValues": value}
    expect("a query", ddb.query(TableName="items", **asked)["Count"], 1)


def transactions():
    put = {"Put": {"TableName": "items", "Item": {"k": {"S": "two"}, "n": {"N": "2"}}}}
    absent = {"ConditionExpression": "attribute_not_exists(k)"}
    check = {"ConditionCheck": {"TableName": "items", "Key": {"k": {"S": "one"}}, **absent}}
    try:
        ddb.transact_write_items(TransactItems=[put, check])
    except ddb.exceptions.TransactionCanceledException as error:
        reasons = [each["Code"] for each in error.response["CancellationReasons"]]
        expect("why it is cancelled", reasons, ["None", "ConditionalCheckFailed"])
    else:
        failed.append("a transaction whose condition fails: not refused")
    gets = [{"Get": {"TableName": "items", "Key": {"k": {"S": each}}}} for each in ("one", "two")]
    got = ddb.transact_get_items(TransactItems=gets)["Responses"]
    expect("nothing of it is written", ["Item" in each for each in got], [True, False])
    ddb.transact_write_items(TransactItems=[put])
    expect("one that holds", ddb.scan(TableName="items")["Count"], 2)
    ttl = {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "n"}}
    missing = "UnknownOperationException"
    refused("a time to live", missing, ddb.update_time_to_live, TableName="items", **ttl)
    statement = {"Statement": 'SELECT * FROM "items"'}
    refused("PartiQL", missing, ddb.execute_statement, **statement)
    stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
    refused("a stream", "ValidationException", ddb.update_table, TableName="items", **stream)


def again():
    expect("the object is kept", body(Key=odd_key), b"hello")
    url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    expect("so is the message", received(url)["Body"], "kept")
    item = ddb.get_item(TableName="items", Key={"k": {"S": "one"}})["Item"]
    expect("so is the item", item["n"], {"N": "1"})


if sys.argv[1] == "make":
    for each in (objects, forms, listed, multipart, versions, queues, tables, transactions):
        each()
else:
    again()
print("\n".join(failed) if failed else "embedded: all as expected")
sys.exit(1 if failed else 0)
