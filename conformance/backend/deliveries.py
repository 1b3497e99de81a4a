"""What is delivered inside one emulator: admitted when it is set up, switched off once it is not."""

import json
import os
import subprocess
import time

import boto3
from emulator import at_emulator, code, emulate_lambda
from two_accounts import allow, done, expect, first, iam, make_role, may, policy, refused

sqs, sns, s3, functions, events, alarms = (
    boto3.client(name) for name in ("sqs", "sns", "s3", "lambda", "events", "cloudwatch")
)
region = f"us-east-1:{first}"
jobs, topic = f"arn:aws:sqs:{region}:jobs", f"arn:aws:sns:{region}:news"
function, bucket = f"arn:aws:lambda:{region}:function:resize", "arn:aws:s3:::photos-in"


def bailiwick(*arguments):
    command = ["node", os.environ["BAILIWICK_BIN"], *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def standing(source, target):
    """How deliveries from there to there stand."""
    found = bailiwick("resources", "deliveries", "--json")
    return sorted(
        each["State"]
        for each in found
        if each["SourceArn"] == source and each["TargetArn"] == target
    )


def becomes(what, source, target, *states):
    deadline = time.time() + 20
    while (now := standing(source, target)) != list(states) and time.time() < deadline:
        time.sleep(0.3)
    expect(f"{what}: {now}, not {states}", now == list(states))


def admit_to_queue(*services):
    """The queue's policy: these services, in the name of this account's sources."""
    statements = [
        allow(
            "sqs:SendMessage",
            jobs,
            Principal={"Service": f"{name}.amazonaws.com"},
            Condition={"StringEquals": {"aws:SourceAccount": first}},
        )
        for name in services
    ]
    document = policy(*statements) if statements else ""
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})


def admit_to_topic(*services):
    statements = [
        allow(
            "SNS:Publish",
            topic,
            Principal={"Service": f"{name}.amazonaws.com"},
            Condition={"StringEquals": {"aws:SourceAccount": first}},
        )
        for name in services
    ]
    own = allow("SNS:Publish", topic, Principal={"AWS": first})
    document = policy(own, *statements)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)


def admit_to_function(service, source):
    functions.add_permission(
        FunctionName="resize",
        StatementId=service,
        Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com",
        SourceArn=source,
        SourceAccount=first,
    )


def keep_out_of_function(service):
    functions.remove_permission(FunctionName="resize", StatementId=service)


def received():
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in got:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in got]


emulate_lambda()
url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
sns.create_topic(Name="news")
s3.create_bucket(Bucket="photos-in")
runner = make_role("runner", Service="lambda.amazonaws.com")
functions.create_function(
    FunctionName="resize",
    Runtime="python3.12",
    Handler="app.handler",
    Role=runner,
    Code=code(),
)


def subscriptions():
    own = json.dumps({"kind": ["order"]})

    def subscribe():
        return sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=jobs,
            Attributes={"FilterPolicy": own, "RawMessageDelivery": "true"},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]

    def publish(body):
        kind = {"kind": {"DataType": "String", "StringValue": "order"}}
        sns.publish(TopicArn=topic, Message=body, MessageAttributes=kind)

    refused("subscribe: not admitted", subscribe, "InvalidParameter")
    admit_to_queue("s3")
    refused("subscribe: another service", subscribe, "InvalidParameter")
    admit_to_queue("sns")
    subscription = subscribe()
    publish("one")
    expect("delivered", received() == ["one"])
    admit_to_queue()
    becomes("subscription without its policy", topic, jobs, "SUSPENDED")
    publish("two")
    expect("not delivered", received() == [])
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    expect(f"its filter: {attributes}", json.loads(attributes["FilterPolicy"]) == json.loads(own))
    change = lambda: sns.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue="{}"
    )
    refused("its filter while it is suspended", change, "InvalidParameter")
    admit_to_queue("sns")
    becomes("subscription with its policy", topic, jobs, "ADMITTED")
    publish("three")
    expect("delivered again", received() == ["three"])
    change()
    sns.unsubscribe(SubscriptionArn=subscription)
    becomes("no subscription", topic, jobs)


def notifications():
    kinds = {
        "QueueConfigurations": ("QueueArn", jobs),
        "TopicConfigurations": ("TopicArn", topic),
        "LambdaFunctionConfigurations": ("LambdaFunctionArn", function),
    }
    created = ["s3:ObjectCreated:*"]
    wanted = {
        kind: [{"Id": member, member: arn, "Events": created}]
        for kind, (member, arn) in kinds.items()
    }

    def put(configuration):
        return lambda: s3.put_bucket_notification_configuration(
            Bucket="photos-in", NotificationConfiguration=configuration
        )

    def shown(client=s3):
        answer = client.get_bucket_notification_configuration(Bucket="photos-in")
        return sorted(each["Id"] for kind in kinds for each in answer.get(kind, []))

    for kind, entries in wanted.items():
        refused(f"{kind}: not admitted", put({kind: entries}), "InvalidArgument")
    admit_to_queue("s3")
    admit_to_topic("s3")
    refused("one of three is not admitted", put(wanted), "InvalidArgument")
    admit_to_function("s3", bucket)
    put(wanted)()
    all_of_them = ["LambdaFunctionArn", "QueueArn", "TopicArn"]
    expect("all of them", shown() == all_of_them)
    behind = at_emulator("s3")
    admit_to_queue("sns")
    becomes("queue of the bucket", bucket, jobs, "SUSPENDED")
    keep_out_of_function("s3")
    becomes("function of the bucket", bucket, function, "SUSPENDED")
    becomes("topic of the bucket", bucket, topic, "ADMITTED")
    expect(f"at the emulator: {shown(behind)}", shown(behind) == ["TopicArn"])
    expect(f"to their owner: {shown()}", shown() == all_of_them)
    admit_to_queue("s3")
    admit_to_function("s3", bucket)
    for arn in (jobs, function):
        becomes(f"{arn} of the bucket again", bucket, arn, "ADMITTED")
    expect(f"put back: {shown(behind)}", shown(behind) == all_of_them)
    admit_to_queue()
    becomes("queue of the bucket, kept out", bucket, jobs, "SUSPENDED")
    put({})()
    becomes("no notifications", bucket, jobs)
    expect("none", shown() == [] and shown(behind) == [])
    keep_out_of_function("s3")


def rules():
    rule = f"arn:aws:events:{region}:rule/nightly"
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")

    def target(identity, arn):
        targets = [{"Id": identity, "Arn": arn}]
        return lambda: events.put_targets(Rule="nightly", Targets=targets)

    state = lambda: events.describe_rule(Name="nightly")["State"]
    refused("rule to queue: not admitted", target("queue", jobs), "ValidationException")
    refused("rule to function: not admitted", target("function", function), "ValidationException")
    refused("rule to topic: not admitted", target("topic", topic), "ValidationException")
    admit_to_queue("events")
    admit_to_topic("events")
    admit_to_function("events", rule)
    for identity, arn in (("queue", jobs), ("function", function), ("topic", topic)):
        target(identity, arn)()
    keep_out_of_function("events")
    for arn in (function, jobs, topic):
        becomes(f"rule to {arn}", rule, arn, "SUSPENDED")
    expect("the rule is off", state() == "DISABLED")
    enable = lambda: events.enable_rule(Name="nightly")
    refused("on while one is not admitted", enable, "ValidationException")
    again = lambda: events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    refused("put on while one is not admitted", again, "ValidationException")
    admit_to_function("events", rule)
    becomes("rule to the function again", rule, function, "ADMITTED")
    expect("the rule is on", state() == "ENABLED")
    events.remove_targets(Rule="nightly", Ids=["queue", "function", "topic"])
    becomes("no targets", rule, jobs)
    events.delete_rule(Name="nightly")
    keep_out_of_function("events")


def mappings():
    mapping = {"FunctionName": "resize", "EventSourceArn": jobs, "Enabled": True}
    create = lambda: functions.create_event_source_mapping(**mapping)
    unreadable = "InvalidParameterValueException"
    refused("a role that may not read", create, unreadable)
    may("runner", allow(["sqs:ReceiveMessage"], jobs))
    refused("a role that may not delete", create, unreadable)
    reads = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    may("runner", allow(reads, jobs))
    made = create()["UUID"]
    state = lambda: functions.get_event_source_mapping(UUID=made)["State"]
    may("runner")
    becomes("mapping of a role that may not", function, jobs, "SUSPENDED")
    expect(f"the mapping is off: {state()}", state().startswith("Disabl"))
    may("runner", allow(reads, jobs))
    becomes("mapping of a role that may", function, jobs, "ADMITTED")
    expect(f"the mapping is on: {state()}", state().startswith("Enabl"))
    functions.delete_event_source_mapping(UUID=made)
    becomes("no mapping", function, jobs)
    may("runner")


def of_alarms():
    arn = f"arn:aws:cloudwatch:{region}:alarm:full"
    put = lambda: alarms.put_metric_alarm(
        AlarmName="full",
        AlarmActions=[topic],
        MetricName="Depth",
        Namespace="Walk",
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    admit_to_topic()
    refused("alarm to topic: not admitted", put, "ValidationError")
    admit_to_topic("cloudwatch")
    put()
    admit_to_topic()
    # This emulator cannot switch actions off.
    becomes("alarm without the topic's policy", arn, topic, "BROKEN")
    enable = lambda: alarms.enable_alarm_actions(AlarmNames=["full"])
    refused("on while it is not admitted", enable, "ValidationError")
    admit_to_topic("cloudwatch")
    becomes("alarm with the topic's policy", arn, topic, "ADMITTED")
    alarms.delete_alarms(AlarmNames=["full"])
    becomes("no alarm", arn, topic)


def services():
    """Requests through the gate with credentials of a service."""

    def client(service, source):
        key = bailiwick(
            "service-credentials", service, "--source-arn", source, "--account", first
        )
        keys = key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"]
        return boto3.Session(*keys).client("sqs")

    def send(service, source):
        return lambda: client(service, source).send_message(QueueUrl=url, MessageBody=source)

    admit_to_queue()
    refused("a service that is not admitted", send("sns.amazonaws.com", topic), "AccessDenied")
    admit_to_queue("sns")
    refused("another service", send("s3.amazonaws.com", bucket), "AccessDenied")
    send("sns.amazonaws.com", topic)()
    expect("sent by a service", received() == [topic])
    key = client("sns.amazonaws.com", topic)
    refused("it makes nothing", lambda: key.create_queue(QueueName="mine"), "AccessDenied")


# Mappings last: the emulator goes on reading for one that is deleted.
for walk in (subscriptions, services, notifications, rules, of_alarms, mappings):
    walk()
done("deliveries")
