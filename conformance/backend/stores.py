"""Tables, functions, keys and secrets of two accounts at one emulator: both sides of each grant."""

import json
import traceback

import boto3
from emulator import code, emulate_lambda
from two_accounts import (
    allow,
    done,
    expect,
    failed,
    first,
    iam,
    make_role,
    may,
    owner,
    policy,
    refused,
    second,
    session,
)

denied = ("AccessDenied", "AccessDeniedException")
reader = make_role("reader")
as_reader = session(reader)


def grants(action, resource="*", **more):
    """What a policy of a resource says of the reader."""
    return policy(allow(action, resource, Principal={"AWS": reader}, **more))


def both_sides(what, call, action, grant, take_back):
    """Refused with neither side and with each alone; what the call answers with both."""
    refused(f"{what}: neither side", call, *denied)
    may("reader", allow(action))
    refused(f"{what}: the role's side alone", call, *denied)
    grant()
    answer = call()
    may("reader")
    refused(f"{what}: the other side alone", call, *denied)
    may("reader", allow(action))
    take_back()
    refused(f"{what}: taken back", call, *denied)
    may("reader")
    return answer


def make_table(client, name, **more):
    return client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "owner", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )["TableDescription"]["TableArn"]


def tables():
    mine, theirs = boto3.client("dynamodb"), owner.client("dynamodb")
    arn = make_table(theirs, "orders", Tags=[{"Key": "env", "Value": "prod"}])
    own = make_table(mine, "orders")
    make_table(mine, "plain")
    expect(f"owners of {arn}, {own}", second in arn and first in own)
    theirs.put_item(TableName="orders", Item={"owner": {"S": "second"}})
    mine.put_item(TableName="orders", Item={"owner": {"S": "first"}})
    names = mine.list_tables()["TableNames"], theirs.list_tables()["TableNames"]
    expect(f"tables: {names}", names == (["orders", "plain"], ["orders"]))
    client = as_reader.client("dynamodb")
    scanned = both_sides(
        "scan",
        lambda: client.scan(TableName=arn),
        "dynamodb:Scan",
        lambda: theirs.put_resource_policy(ResourceArn=arn, Policy=grants("dynamodb:Scan", arn)),
        lambda: theirs.delete_resource_policy(ResourceArn=arn),
    )["Items"]
    expect(f"scanned: {scanned}", scanned == [{"owner": {"S": "second"}}])
    theirs.put_resource_policy(ResourceArn=arn, Policy=grants("dynamodb:GetItem", arn))
    may("reader", allow("dynamodb:GetItem"))
    piece = {"Get": {"TableName": arn, "Key": {"owner": {"S": "second"}}}}
    got = client.transact_get_items(TransactItems=[piece])["Responses"]
    expect(f"a transaction: {got}", got == [{"Item": {"owner": {"S": "second"}}}])
    refused("a table's name again", lambda: make_table(mine, "orders"), "ResourceInUseException")
    expect("tags", theirs.list_tags_of_resource(ResourceArn=arn)["Tags"][0]["Value"] == "prod")

    tagged = {"StringEquals": {"aws:ResourceTag/env": "prod"}}
    may("reader", allow("dynamodb:GetItem", Condition=tagged))
    get = {"TableName": "orders", "Key": {"owner": {"S": "first"}}}
    refused("without the tag", lambda: client.get_item(**get), *denied)
    mine.tag_resource(ResourceArn=own, Tags=[{"Key": "env", "Value": "prod"}])
    expect("with the tag", client.get_item(**get)["Item"] == {"owner": {"S": "first"}})
    mine.untag_resource(ResourceArn=own, TagKeys=["env"])
    refused("untagged", lambda: client.get_item(**get), *denied)
    keys = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["first"]}}
    may("reader", allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], Condition=keys))
    expect("its leading key", "Item" in client.get_item(**get))
    get["Key"] = {"owner": {"S": "other"}}
    refused("another leading key", lambda: client.get_item(**get), *denied)
    query = {"TableName": "orders", "KeyConditionExpression": "#o = :o"}
    query["ExpressionAttributeNames"] = {"#o": "owner"}
    query["ExpressionAttributeValues"] = {":o": {"S": "first"}}
    expect("query of its key", client.query(**query)["Count"] == 1)
    query["ExpressionAttributeValues"] = {":o": {"S": "other"}}
    refused("query of another key", lambda: client.query(**query), *denied)
    may("reader")
    theirs.delete_table(TableName="orders")
    refused("gone", lambda: theirs.scan(TableName="orders"), "ResourceNotFoundException")
    expect("the other is there", mine.scan(TableName="orders")["Count"] == 1)


def functions():
    emulate_lambda()
    mine, theirs = boto3.client("lambda"), owner.client("lambda")
    runner = make_role("runner", owner.client("iam"), Service="lambda.amazonaws.com")
    own_runner = make_role("runner", Service="lambda.amazonaws.com")
    wanted = {"FunctionName": "jobs", "Runtime": "python3.12", "Handler": "app.handler"}
    missing = {**wanted, "Role": f"{runner}-missing", "Code": code()}
    unassumable = "InvalidParameterValueException"
    refused("no such role", lambda: theirs.create_function(**missing), unassumable)
    made = theirs.create_function(**wanted, Role=runner, Code=code(), Tags={"env": "prod"})
    arn = made["FunctionArn"]
    mine.create_function(**wanted, Role=own_runner, Code=code())
    mine.create_function(**{**wanted, "FunctionName": "plain"}, Role=own_runner, Code=code())
    again = {**wanted, "Role": runner, "Code": code()}
    refused("again", lambda: theirs.create_function(**again), "ResourceConflictException")
    for client, names in ((mine, ["jobs", "plain"]), (theirs, ["jobs"])):
        found = sorted(each["FunctionName"] for each in client.list_functions()["Functions"])
        expect(f"functions: {found}", found == names)
    expect("tags", theirs.list_tags(Resource=arn)["Tags"] == {"env": "prod"})
    shown = theirs.get_function(FunctionName="jobs")
    expect(f"the function: {shown}", shown["Tags"] == {"env": "prod"})

    def granted():
        permission = {"StatementId": "one", "Action": "lambda:InvokeFunction", "Principal": reader}
        theirs.add_permission(FunctionName="jobs", **permission)
        refused(
            "one statement twice",
            lambda: theirs.add_permission(FunctionName="jobs", **permission),
            "ResourceConflictException",
        )
        kept = json.loads(theirs.get_policy(FunctionName="jobs")["Policy"])["Statement"][0]
        told = [kept["Sid"], kept["Principal"], kept["Resource"]]
        expect(f"the policy: {told}", told == ["one", {"AWS": reader}, arn])

    client = as_reader.client("lambda")
    answer = both_sides(
        "invoke",
        lambda: client.invoke(FunctionName=arn, Payload=b"{}"),
        "lambda:InvokeFunction",
        granted,
        lambda: theirs.remove_permission(FunctionName="jobs", StatementId="one"),
    )
    expect(f"invoked: {answer}", answer["StatusCode"] == 200)
    get_policy = lambda: theirs.get_policy(FunctionName="jobs")
    refused("no policy any more", get_policy, "ResourceNotFoundException")
    may("reader", allow("lambda:GetFunction", arn.replace(second, first)))
    by_name = client.get_function(FunctionName="jobs")["Configuration"]["FunctionArn"]
    expect(f"by name, its own: {by_name}", first in by_name)
    refused("by ARN, the other's", lambda: client.get_function(FunctionName=arn), *denied)
    may("reader")
    theirs.delete_function(FunctionName="jobs")
    refused(
        "a function that is gone",
        lambda: theirs.get_function(FunctionName="jobs"),
        "ResourceNotFoundException",
    )
    expect("the other's is there", "Configuration" in mine.get_function(FunctionName="jobs"))


def keys():
    mine, theirs = boto3.client("kms"), owner.client("kms")
    made = theirs.create_key(Tags=[{"TagKey": "env", "TagValue": "prod"}])["KeyMetadata"]
    arn, name = made["Arn"], made["KeyId"]
    own = mine.create_key()["KeyMetadata"]["Arn"]
    theirs.create_alias(AliasName="alias/app", TargetKeyId=name)
    mine.create_alias(AliasName="alias/app", TargetKeyId=own)
    for client, named in ((theirs, arn), (mine, own)):
        described = client.describe_key(KeyId="alias/app")["KeyMetadata"]["Arn"]
        expect(f"each its alias: {described}", described == named)
    no_alias = lambda: theirs.describe_key(KeyId="alias/none")
    refused("an alias of no key", no_alias, "NotFoundException")
    found = [each["KeyArn"] for each in theirs.list_keys()["Keys"]]
    expect(f"keys: {found}", found == [arn])
    aliases = [each["AliasName"] for each in theirs.list_aliases()["Aliases"]]
    expect(f"aliases: {aliases}", aliases == ["alias/app"])
    tags = theirs.list_resource_tags(KeyId=name)["Tags"]
    expect(f"tags: {tags}", tags == [{"TagKey": "env", "TagValue": "prod"}])
    sealed = theirs.encrypt(KeyId="alias/app", Plaintext=b"secret")["CiphertextBlob"]
    expect("decrypted", theirs.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"secret")
    refused(
        "with a key it was not sealed with",
        lambda: theirs.decrypt(CiphertextBlob=sealed, KeyId=own),
        *denied,
        "IncorrectKeyException",
    )
    mine_only = lambda: mine.encrypt(KeyId=name, Plaintext=b"x")
    refused("another account's key by its id", mine_only, "NotFoundException", *denied)

    root = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{second}:root"}, Sid="owner")
    default = theirs.get_key_policy(KeyId=name, PolicyName="default")["Policy"]
    client = as_reader.client("kms")
    use = ["kms:Encrypt", "kms:Decrypt"]
    shared = policy(root, allow(use, Principal={"AWS": reader}))

    def uses():
        blob = client.encrypt(KeyId=arn, Plaintext=b"shared")["CiphertextBlob"]
        return client.decrypt(KeyId=arn, CiphertextBlob=blob)["Plaintext"]

    set_policy = lambda text: theirs.put_key_policy(KeyId=name, Policy=text)
    opened = both_sides(
        "a key", uses, use, lambda: set_policy(shared), lambda: set_policy(default)
    )
    expect(f"decrypted: {opened}", opened == b"shared")
    no_encrypt = {**root, "Effect": "Deny", "Sid": "no", "Action": "kms:Encrypt"}
    set_policy(policy(root, {**no_encrypt, "Principal": "*"}))
    for key in (name, "alias/app", arn):
        seals = lambda: theirs.encrypt(KeyId=key, Plaintext=b"x")
        refused(f"denied by the key's policy: {key}", seals, *denied)
    expect("still read", theirs.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"secret")
    lock_out = lambda: set_policy(policy(allow(use, Principal={"AWS": reader})))
    refused("locked out", lock_out, "MalformedPolicyDocumentException")
    set_policy(default)

    ids = []

    def granted():
        made = theirs.create_grant(KeyId=name, GranteePrincipal=reader, Operations=["Decrypt"])
        ids.append(made["GrantId"])
        listed = [each["GrantId"] for each in theirs.list_grants(KeyId=name)["Grants"]]
        expect(f"grants: {listed}", listed == ids)

    opened = both_sides(
        "a grant",
        lambda: client.decrypt(KeyId=arn, CiphertextBlob=sealed)["Plaintext"],
        "kms:Decrypt",
        granted,
        lambda: theirs.revoke_grant(KeyId=name, GrantId=ids[0]),
    )
    expect(f"decrypted: {opened}", opened == b"secret")
    expect("revoked", theirs.list_grants(KeyId=name)["Grants"] == [])


def secrets():
    mine, theirs = boto3.client("secretsmanager"), owner.client("secretsmanager")
    tags = [{"Key": "env", "Value": "prod"}]
    arn = theirs.create_secret(Name="app/db", SecretString="theirs", Tags=tags)["ARN"]
    own = mine.create_secret(Name="app/db", SecretString="mine")["ARN"]
    for named in ("app/db", arn, arn[:-7]):
        got = theirs.get_secret_value(SecretId=named)
        expect(f"by {named}: {got}", [got["SecretString"], got["ARN"]] == ["theirs", arn])
    expect("its own", mine.get_secret_value(SecretId="app/db")["ARN"] == own)
    listed = [each["ARN"] for each in theirs.list_secrets()["SecretList"]]
    expect(f"secrets: {listed}", listed == [arn])
    expect("tags", theirs.describe_secret(SecretId="app/db")["Tags"] == tags)
    refused(
        "the name again",
        lambda: theirs.create_secret(Name="app/db", SecretString="x"),
        "ResourceExistsException",
    )
    client = as_reader.client("secretsmanager")
    action = "secretsmanager:GetSecretValue"
    put = lambda text, **more: theirs.put_resource_policy(
        SecretId="app/db", ResourcePolicy=text, **more
    )
    for named in (arn, arn[:-7]):
        value = both_sides(
            f"a secret by {named}",
            lambda: client.get_secret_value(SecretId=named)["SecretString"],
            action,
            lambda: put(grants(action)),
            lambda: theirs.delete_resource_policy(SecretId="app/db"),
        )
        expect(f"read: {value}", value == "theirs")
    public = policy(allow(action, Principal="*"))
    blocked = lambda: put(public, BlockPublicPolicy=True)
    refused("a public policy", blocked, "PublicPolicyException")
    expect("none kept", "ResourcePolicy" not in theirs.get_resource_policy(SecretId="app/db"))
    put(public)
    kept = json.loads(theirs.get_resource_policy(SecretId="app/db")["ResourcePolicy"])
    expect(f"the policy: {kept}", kept == json.loads(public))
    theirs.put_secret_value(SecretId=arn, SecretString="second")
    expect("its new value", theirs.get_secret_value(SecretId="app/db")["SecretString"] == "second")
    tagged = {"StringEquals": {"aws:ResourceTag/env": "prod"}}
    may("reader", allow(action, Condition=tagged))
    get = lambda: client.get_secret_value(SecretId="app/db")["SecretString"]
    refused("without the tag", get, *denied)
    mine.tag_resource(SecretId="app/db", Tags=tags)
    expect("with the tag", get() == "mine")
    may("reader")
    theirs.delete_secret(SecretId="app/db", ForceDeleteWithoutRecovery=True)
    gone = lambda: theirs.get_secret_value(SecretId="app/db")
    refused("a secret that is gone", gone, "ResourceNotFoundException")


for walk in (tables, functions, keys, secrets):
    try:
        walk()
    except Exception:  # the other services are walked all the same
        failed.append(f"{walk.__name__}: {traceback.format_exc()}")
        try:
            may("reader")
        except iam.exceptions.NoSuchEntityException:
            pass
done("stores")
