"""The same names in two accounts at one emulator that knows one account: both, and neither's to the other."""

import json

import boto3
from emulator import at_emulator, code, emulate_lambda
from two_accounts import allow, done, expect, first, make_role, owner, policy, refused, second

accounts = ((boto3, first), (owner, second))
key = {"AttributeName": "id", "KeyType": "HASH"}
emulate_lambda()


def is_own(what, arn, account):
    expect(f"{what} of {account}: {arn}", f":{account}:" in arn and "--" not in arn)


def make(session, account):
    """One of each by the name `same`, and what its answers say of it."""
    sqs, sns, events = (session.client(name) for name in ("sqs", "sns", "events"))
    queue = sqs.create_queue(QueueName="same")["QueueUrl"]
    expect(f"url {queue}", queue.endswith(f"/{account}/same"))
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    ordered = sqs.create_queue(QueueName="same.fifo", Attributes=fifo)["QueueUrl"]
    expect(f"url {ordered}", ordered.endswith(f"/{account}/same.fifo"))
    sqs.create_queue(QueueName="dead")
    redrive = {
        "deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{account}:dead",
        "maxReceiveCount": "3",
    }
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(redrive)})
    topic = sns.create_topic(Name="same")["TopicArn"]
    is_own("topic", topic, account)
    bus = events.create_event_bus(Name="same")["EventBusArn"]
    is_own("bus", bus, account)
    dynamodb = session.client("dynamodb")
    table = dynamodb.create_table(
        TableName="same",
        KeySchema=[key],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]
    expect(f"table {table}", table["TableName"] == "same")
    is_own("table", table["TableArn"], account)
    role = make_role("runner", session.client("iam"), Service="lambda.amazonaws.com")
    made = session.client("lambda").create_function(
        FunctionName="same",
        Runtime="python3.12",
        Handler="app.handler",
        Role=role,
        Code=code(),
        Environment={"Variables": {"TABLE": table["TableArn"]}},
    )
    expect(f"function {made}", made["FunctionName"] == "same" and made["Role"] == role)
    expect("environment", made["Environment"]["Variables"] == {"TABLE": table["TableArn"]})
    is_own("function", made["FunctionArn"], account)
    secrets = session.client("secretsmanager")
    secret = secrets.create_secret(Name="team/same", SecretString=account)
    expect(f"secret {secret}", secret["Name"] == "team/same")
    is_own("secret", secret["ARN"], account)
    kms = session.client("kms")
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/same", TargetKeyId=key_id)


def use(session, account):
    """Each holds what its account put there, and says so in its account's words."""
    sqs, sns, dynamodb = (session.client(name) for name in ("sqs", "sns", "dynamodb"))
    queue = sqs.get_queue_url(QueueName="same")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{account}:same"
    told = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    expect(f"queue {told}", told["QueueArn"] == arn)
    dead = json.loads(told["RedrivePolicy"])["deadLetterTargetArn"]
    expect(f"dead letters {dead}", dead == f"arn:aws:sqs:us-east-1:{account}:dead")
    dead_url = sqs.get_queue_url(QueueName="dead")["QueueUrl"]
    sources = sqs.list_dead_letter_source_queues(QueueUrl=dead_url)["queueUrls"]
    expect(f"sources {sources}", sources == [queue])
    topic = f"arn:aws:sns:us-east-1:{account}:same"
    sends = {"Service": "sns.amazonaws.com"}
    condition = {"ArnEquals": {"aws:SourceArn": topic}}
    admits = policy(allow("sqs:SendMessage", arn, Principal=sends, Condition=condition))
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": admits})
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    is_own("subscription", subscription, account)
    sns.publish(TopicArn=topic, Message=f"to {account}, not {second}--same")
    bodies = [json.loads(each["Body"]) for each in sqs.receive_message(QueueUrl=queue)["Messages"]]
    heard = [body["Message"] for body in bodies]
    expect(f"messages {heard}", heard == [f"to {account}, not {second}--same"])
    found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    expect(f"subscriptions {found}", [each["Endpoint"] for each in found] == [arn])

    dynamodb.put_item(TableName="same", Item={"id": {"S": "one"}, "of": {"S": f"{second}--same"}})
    keys = {"same": {"Keys": [{"id": {"S": "one"}}]}}
    read = dynamodb.batch_get_item(RequestItems=keys, ReturnConsumedCapacity="TOTAL")
    expect(f"batch {read}", read["Responses"]["same"][0]["of"] == {"S": f"{second}--same"})
    write = {"same": [{"PutRequest": {"Item": {"id": {"S": account}}}}]}
    expect("a batch of writes", dynamodb.batch_write_item(RequestItems=write)["UnprocessedItems"] == {})
    statement = "SELECT * FROM same WHERE id = ?"
    items = dynamodb.execute_statement(Statement=statement, Parameters=[{"S": account}])["Items"]
    expect(f"PartiQL {items}", items == [{"id": {"S": account}}])
    table = dynamodb.describe_table(TableName="same")["Table"]
    expect(f"table {table}", table["TableName"] == "same" and table["ItemCount"] == 2)

    functions = session.client("lambda")
    expect("invoked", functions.invoke(FunctionName="same", Payload="{}")["StatusCode"] == 200)
    version = functions.publish_version(FunctionName="same")
    is_own("version", version["FunctionArn"], account)
    functions.create_alias(FunctionName="same", Name="live", FunctionVersion=version["Version"])
    alias = functions.get_alias(FunctionName=f"{account}:function:same", Name="live")
    is_own("alias of a function", alias["AliasArn"], account)

    secrets = session.client("secretsmanager")
    value = secrets.get_secret_value(SecretId="team/same")
    expect(f"secret {value}", value["SecretString"] == account and value["Name"] == "team/same")
    by_arn = secrets.get_secret_value(SecretId=value["ARN"])["SecretString"]
    expect("by its ARN", by_arn == account)
    listed = secrets.list_secrets(Filters=[{"Key": "name", "Values": ["team/"]}])["SecretList"]
    expect(f"secrets {listed}", [each["Name"] for each in listed] == ["team/same"])
    batch = secrets.batch_get_secret_value(SecretIdList=["team/same"])["SecretValues"]
    expect(f"secrets {batch}", [each["SecretString"] for each in batch] == [account])

    kms = session.client("kms")
    sealed = kms.encrypt(KeyId="alias/same", Plaintext=account.encode())
    is_own("key", sealed["KeyId"], account)
    opened = kms.decrypt(KeyId="alias/same", CiphertextBlob=sealed["CiphertextBlob"])
    expect("opened", opened["Plaintext"] == account.encode())

    events = session.client("events")
    for bus in ("same", "default"):
        pattern = json.dumps({"source": [account]})
        rule = events.put_rule(Name="same", EventBusName=bus, EventPattern=pattern)["RuleArn"]
        is_own("rule", rule, account)
        statement = {
            "Principal": {"Service": "events.amazonaws.com"},
            "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        }
        admits = policy(allow("sqs:SendMessage", arn, **statement))
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": admits})
        events.put_targets(Rule="same", EventBusName=bus, Targets=[{"Id": "1", "Arn": arn}])
        targets = events.list_targets_by_rule(Rule="same", EventBusName=bus)["Targets"]
        expect(f"targets {targets}", [each["Arn"] for each in targets] == [arn])
        entry = {"Source": account, "DetailType": bus, "Detail": "{}", "EventBusName": bus}
        if bus == "default":
            del entry["EventBusName"]
        events.put_events(Entries=[entry])
        got = sqs.receive_message(QueueUrl=queue).get("Messages", [])
        expect(f"{account}, {bus}: {got}", [json.loads(m["Body"])["detail-type"] for m in got] == [bus])
        rules = events.list_rules(EventBusName=bus)["Rules"]
        names = [(each["Name"], each["EventBusName"], each["Arn"]) for each in rules]
        expect(f"rules {names}", names == [("same", bus, rule)])


def lists(session, account):
    """What each account sees: its own, by its own names."""
    client = session.client
    tables = client("dynamodb").list_tables()["TableNames"]
    topics = [each["TopicArn"] for each in client("sns").list_topics()["Topics"]]
    urls = client("sqs").list_queues(QueueNamePrefix="same")["QueueUrls"]
    functions = [each["FunctionName"] for each in client("lambda").list_functions()["Functions"]]
    secrets = [each["Name"] for each in client("secretsmanager").list_secrets()["SecretList"]]
    aliases = [each["AliasName"] for each in client("kms").list_aliases()["Aliases"]]
    buses = [each["Name"] for each in client("events").list_event_buses()["EventBuses"]]
    expect(f"{account}: {tables}", tables == ["same"])
    expect(f"{account}: {topics}", topics == [f"arn:aws:sns:us-east-1:{account}:same"])
    names = sorted(each.split("/")[-1] for each in urls)
    expect(f"{account}: {urls}", names == ["same", "same.fifo"])
    expect(f"{account}: {functions}", functions == ["same"])
    expect(f"{account}: {secrets}", secrets == ["team/same"])
    expect(f"{account}: {aliases}", aliases == ["alias/same"])
    expect(f"{account}: {buses}", sorted(buses) == ["default", "same"])


def behind_the_gate(*names):
    """The emulator's own lists."""
    tables = at_emulator("dynamodb").list_tables()["TableNames"]
    queues = at_emulator("sqs").list_queues()["QueueUrls"]
    topics = at_emulator("sns").list_topics()["Topics"]
    functions = at_emulator("lambda").list_functions()["Functions"]
    secrets = at_emulator("secretsmanager").list_secrets()["SecretList"]
    aliases = at_emulator("kms").list_aliases()["Aliases"]
    found = [
        *tables,
        *(each.split("/")[-1] for each in queues),
        *(each["TopicArn"].split(":")[-1] for each in topics),
        *(each["FunctionName"] for each in functions),
        *(each["Name"] for each in secrets),
        *(each["AliasName"] for each in aliases if "alias/aws/" not in each["AliasName"]),
    ]
    expect(f"behind the gate: {found}", all(found.count(name) == 4 for name in names))
    named = [name.replace("same", "team/same") for name in names]
    expect(f"secrets: {found}", all(name in found for name in named))
    expect(f"aliases: {found}", all(f"alias/{name}" in found for name in names))


for session, account in accounts:
    make(session, account)
for session, account in accounts:
    use(session, account)
    lists(session, account)
behind_the_gate("same", f"{second}--same")

# Across accounts, by ARN, in one call with one's own.
mine, theirs = boto3.client("dynamodb"), owner.client("dynamodb")
arn = theirs.describe_table(TableName="same")["Table"]["TableArn"]
reader = {"AWS": f"arn:aws:iam::{first}:root"}
theirs.put_resource_policy(
    ResourceArn=arn, Policy=policy(allow("dynamodb:*", arn, Principal=reader))
)
keys = {"same": {"Keys": [{"id": {"S": first}}]}, arn: {"Keys": [{"id": {"S": second}}]}}
read = mine.batch_get_item(RequestItems=keys)["Responses"]
expect(f"both tables: {read}", read == {
    "same": [{"id": {"S": first}}],
    arn: [{"id": {"S": second}}],
})

# Whoever names the other's as the emulator has it does not reach it.
stolen = f"{second}--same"
client = boto3.client
bad = ("InvalidParameterValue", "InvalidParameter", "ValidationException")
bad = (*bad, "InvalidParameterValueException", "InvalidParameterException")
missing = ("AWS.SimpleQueueService.NonExistentQueue", "NotFound", "ResourceNotFoundException")
missing = (*missing, "NotFoundException")
refused("make their queue", lambda: client("sqs").create_queue(QueueName=stolen), *bad)
refused("find it", lambda: client("sqs").get_queue_url(QueueName=stolen), *missing)
their_url = client("sqs").get_queue_url(QueueName="same")["QueueUrl"][: -len("same")] + stolen
refused("read it", lambda: client("sqs").receive_message(QueueUrl=their_url), *missing)
refused("make their topic", lambda: client("sns").create_topic(Name=stolen), *bad)
their_topic = f"arn:aws:sns:us-east-1:{first}:{stolen}"
refused("publish there", lambda: client("sns").publish(TopicArn=their_topic, Message="m"), *missing)
refused("scan their table", lambda: mine.scan(TableName=stolen), *missing)
get = {stolen: {"Keys": [{"id": {"S": second}}]}}
refused("get of it", lambda: mine.batch_get_item(RequestItems=get), *missing)
select = f'SELECT * FROM "{stolen}"'
denied = "AccessDeniedException"
refused("select of it", lambda: mine.execute_statement(Statement=select), denied, *missing)
run = client("lambda")
refused("run their function", lambda: run.invoke(FunctionName=stolen), *missing)
partial = f"{first}:function:{stolen}"
refused("by a partial ARN", lambda: run.get_function(FunctionName=partial), *missing)
read_secret = client("secretsmanager").get_secret_value
refused("read their secret", lambda: read_secret(SecretId=f"{second}--team/same"), *missing)
make_secret = client("secretsmanager").create_secret
refused(
    "make it", lambda: make_secret(Name=f"{second}--team/same", SecretString="s"), *bad
)
kms = client("kms")
alias = f"alias/{stolen}"
refused("use their alias", lambda: kms.encrypt(KeyId=alias, Plaintext=b"p"), *missing)
key_id = kms.describe_key(KeyId="alias/same")["KeyMetadata"]["KeyId"]
refused("make it", lambda: kms.create_alias(AliasName=alias, TargetKeyId=key_id), *bad)
refused("make their bus", lambda: client("events").create_event_bus(Name=stolen), *bad)
refused("make their default bus", lambda: client("events").create_event_bus(Name=f"{second}--default"), *bad)

# Too long for the emulator with what keeps it apart.
long = "n" * 70
client("sqs").create_queue(QueueName=long)
refused("too long", lambda: owner.client("sqs").create_queue(QueueName=long), *bad)
client("sqs").delete_queue(QueueUrl=client("sqs").get_queue_url(QueueName=long)["QueueUrl"])

# What one deletes is the other's still.
owner.client("sqs").delete_queue(QueueUrl=owner.client("sqs").get_queue_url(QueueName="same")["QueueUrl"])
owner.client("sns").delete_topic(TopicArn=f"arn:aws:sns:us-east-1:{second}:same")
theirs.delete_table(TableName="same")
owner.client("lambda").delete_function(FunctionName="same")
owner.client("secretsmanager").delete_secret(SecretId="team/same", ForceDeleteWithoutRecovery=True)
owner.client("kms").delete_alias(AliasName="alias/same")
lists(boto3, first)
expect("gone", owner.client("dynamodb").list_tables()["TableNames"] == [])
refused("gone", lambda: theirs.scan(TableName="same"), *missing)
expect("mine", mine.scan(TableName="same")["Count"] == 2)
done("names")
