"""What happens behind the gate to buckets, queues, topics and tables that it keeps.

`registry.py make` loses, makes anew and adopts; `registry.py behind`, while no gate runs, makes some anew;
`registry.py swept` finds that their records went when the gate came back. Needs EMULATOR_URL, a moto
that takes account hints, and BAILIWICK, the command.
"""

import json
import os
import subprocess
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

account = "111122223333"
failed = []
once = Config(retries={"max_attempts": 0})


def expect(what, found, wanted):
    if found != wanted:
        failed.append(f"{what}: {found!r:.300} is not {wanted!r:.300}")


def code_of(call):
    """`done`, or the code of the error."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "done"


def through(service):
    return boto3.client(service, config=once)


def behind(service):
    """The emulator itself, as the account's own."""
    client = boto3.client(service, endpoint_url=os.environ["EMULATOR_URL"], config=once)
    hint = {"x-moto-account-id": account}
    client.meta.events.register("before-call", lambda params, **_: params["headers"].update(hint))
    return client


def open_to_all(action, arn):
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": arn}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Buckets:
    service, gone, taken = "s3", ("NoSuchBucket",), ("BucketAlreadyExists",)

    def make(self, client, name):
        client.create_bucket(Bucket=name)

    def open(self, client, name):
        client.delete_public_access_block(Bucket=name)
        policy = open_to_all("s3:ListBucket", f"arn:aws:s3:::{name}")
        client.put_bucket_policy(Bucket=name, Policy=policy)

    def use(self, client, name):
        client.list_objects_v2(Bucket=name)

    def is_open(self, client, name):
        return code_of(lambda: client.get_bucket_policy(Bucket=name)) == "done"

    def delete(self, client, name):
        client.delete_bucket(Bucket=name)

    def time(self, client, name):
        listed = client.list_buckets()["Buckets"]
        return next(each["CreationDate"] for each in listed if each["Name"] == name)


class Queues:
    service = "sqs"
    gone = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
    taken = ("QueueAlreadyExists",)

    def url(self, client, name):
        return f"{client.meta.endpoint_url}/{account}/{name}"

    def make(self, client, name):
        client.create_queue(QueueName=name)

    def open(self, client, name):
        policy = open_to_all("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{account}:{name}")
        attributes = {"Policy": policy}
        client.set_queue_attributes(QueueUrl=self.url(client, name), Attributes=attributes)

    def use(self, client, name):
        client.send_message(QueueUrl=self.url(client, name), MessageBody="m")

    def attributes(self, client, name, attribute):
        url = self.url(client, name)
        answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=[attribute])
        return answer.get("Attributes", {}).get(attribute)

    def is_open(self, client, name):
        return self.attributes(client, name, "Policy") is not None

    def delete(self, client, name):
        client.delete_queue(QueueUrl=self.url(client, name))

    def time(self, client, name):
        return self.attributes(client, name, "CreatedTimestamp")


class Topics:
    """moto tells no time of theirs: one made anew is not told from the old one."""

    service, gone, taken = "sns", ("NotFound", "NotFoundException"), ("InvalidParameter",)

    def arn(self, name):
        return f"arn:aws:sns:us-east-1:{account}:{name}"

    def make(self, client, name):
        client.create_topic(Name=name)

    def open(self, client, name):
        policy = open_to_all("sns:Publish", self.arn(name))
        client.set_topic_attributes(
            TopicArn=self.arn(name), AttributeName="Policy", AttributeValue=policy
        )

    def use(self, client, name):
        client.publish(TopicArn=self.arn(name), Message="m")

    def is_open(self, client, name):
        attributes = client.get_topic_attributes(TopicArn=self.arn(name))["Attributes"]
        policy = json.loads(attributes.get("Policy") or "{}")
        return any("Condition" not in each for each in policy.get("Statement", []))

    def delete(self, client, name):
        client.delete_topic(TopicArn=self.arn(name))


class Tables:
    service, gone = "dynamodb", ("ResourceNotFoundException",)
    taken = ("ResourceInUseException",)

    def arn(self, name):
        return f"arn:aws:dynamodb:us-east-1:{account}:table/{name}"

    def make(self, client, name):
        client.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def open(self, client, name):
        grant = {
            "Effect": "Allow",
            "Principal": {"AWS": account},
            "Action": "dynamodb:Scan",
            "Resource": self.arn(name),
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
        client.put_resource_policy(ResourceArn=self.arn(name), Policy=policy)

    def use(self, client, name):
        client.scan(TableName=name)

    def is_open(self, client, name):
        found = code_of(lambda: client.get_resource_policy(ResourceArn=self.arn(name)))
        return found == "done"

    def delete(self, client, name):
        client.delete_table(TableName=name)

    def time(self, client, name):
        return client.describe_table(TableName=name)["Table"]["CreationDateTime"]


kinds = (Buckets(), Queues(), Topics(), Tables())


def lost(kind):
    """Gone for who uses it next, and a new one for who makes it again."""
    front, back = through(kind.service), behind(kind.service)
    for name in ("lost-noticed", "lost-made-again"):
        kind.make(front, name)
        kind.open(front, name)
        expect(f"{kind.service}: {name} is open", kind.is_open(front, name), True)
        kind.delete(back, name)
    used = code_of(lambda: kind.use(front, "lost-noticed"))
    expect(f"{kind.service}: lost, then used: {used}", used in kind.gone, True)
    kind.make(back, "lost-noticed")
    used = code_of(lambda: kind.use(front, "lost-noticed"))
    expect(f"{kind.service}: made behind the gate: {used}", used in kind.gone, True)
    taken = code_of(lambda: kind.make(front, "lost-noticed"))
    expect(f"{kind.service}: then nobody's: {taken}", taken in kind.taken, True)
    kind.make(front, "lost-made-again")
    kind.use(front, "lost-made-again")
    expect(f"{kind.service}: inherits", kind.is_open(front, "lost-made-again"), False)


def adopted(kind):
    """What there was before the gate is there for its owner once it is adopted."""
    front, back = through(kind.service), behind(kind.service)
    kind.make(back, "old-one")
    used = code_of(lambda: kind.use(front, "old-one"))
    expect(f"{kind.service}: nobody's: {used}", used in kind.gone, True)
    for wanted in ("old-one adopted", "1 owned"):
        said = adopt(kind.service)
        expect(f"{kind.service}: {wanted}: {said}", wanted in said, True)
        kind.use(front, "old-one")
    expect(f"{kind.service}: adopted with a policy", kind.is_open(front, "old-one"), False)


def adopt(service):
    options = ["--backend", service, "--account", account, "--name", "old-one"]
    command = [*os.environ["BAILIWICK"].split(" "), "resources", "adopt", *options]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.stdout + ended.stderr


def make():
    for kind in kinds:
        lost(kind)
        adopted(kind)
        kind.make(through(kind.service), "anew")
        kind.open(through(kind.service), "anew")


def make_anew():
    for kind in kinds:
        if not hasattr(kind, "time"):
            continue
        client = behind(kind.service)
        before = kind.time(client, "anew")
        while kind.time(client, "anew") == before:
            kind.delete(client, "anew")
            time.sleep(0.3)
            kind.make(client, "anew")


def swept():
    for kind in kinds:
        if not hasattr(kind, "time"):
            continue
        client = through(kind.service)
        used = code_of(lambda: kind.use(client, "anew"))
        expect(f"{kind.service}: made anew while no gate ran: {used}", used in kind.gone, True)
        kind.use(client, "old-one")


{"make": make, "behind": make_anew, "swept": swept}[sys.argv[1]]()
print("\n".join(failed) if failed else "registry: all as expected")
