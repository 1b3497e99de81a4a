"""Production and staging are kept apart by tags: one policy for all, and whoever is tagged for one
reaches the buckets and tables that are. Needs a running Bailiwick and its administrator in the
environment:

    eval "$(npx bailiwick env)" && python3 examples/gate/tags.py
"""

from walk import check, client, make_user, refused, say

stages = ("production", "staging")
s3, tables = client("s3"), client("dynamodb")


def tagged(stage):
    return [{"Key": "stage", "Value": stage}]


say("A bucket and a table for each stage, tagged; a bucket's tags decide once its ABAC is on")
for stage in stages:
    s3.create_bucket(Bucket=f"shop-{stage}")
    s3.put_bucket_tagging(Bucket=f"shop-{stage}", Tagging={"TagSet": tagged(stage)})
    tables.create_table(
        TableName=f"shop-{stage}",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=tagged(stage),
    )
    tables.get_waiter("table_exists").wait(TableName=f"shop-{stage}", WaiterConfig={"Delay": 1})

say("Petra is of production, Sven of staging; they have the same policy")
same_stage = {
    "Effect": "Allow",
    "Action": ["s3:PutObject", "s3:GetObject", "dynamodb:PutItem", "dynamodb:GetItem"],
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:ResourceTag/stage": "${aws:PrincipalTag/stage}"}},
}
_, petras_key = make_user("petra", same_stage, Tags=tagged("production"))
_, svens_key = make_user("sven", same_stage, Tags=tagged("staging"))
no_policy = "because no identity-based policy allows the"


def put_object(key, stage):
    return client("s3", key).put_object(Bucket=f"shop-{stage}", Key="stock.txt", Body=b"12 chairs")


def put_item(key, stage):
    item = {"id": {"S": "chair"}, "count": {"N": "12"}}
    return client("dynamodb", key).put_item(TableName=f"shop-{stage}", Item=item)


refused(f"{no_policy} s3:PutObject action", put_object, key=petras_key, stage="production")
for stage in stages:
    s3.put_bucket_abac(Bucket=f"shop-{stage}", AbacStatus={"Status": "Enabled"})

for stage, key, other in (
    ("production", petras_key, "staging"),
    ("staging", svens_key, "production"),
):
    say(f"Of {stage}, one reaches {stage}, and not {other}")
    put_object(key, stage)
    put_item(key, stage)
    stock = client("s3", key).get_object(Bucket=f"shop-{stage}", Key="stock.txt")
    check(stock["Body"].read(), b"12 chairs")
    item = client("dynamodb", key).get_item(TableName=f"shop-{stage}", Key={"id": {"S": "chair"}})
    check(item["Item"]["count"]["N"], "12")
    refused(f"{no_policy} s3:PutObject action", put_object, key=key, stage=other)
    refused(f"{no_policy} dynamodb:PutItem action", put_item, key=key, stage=other)

say("A table that is tagged anew changes sides")
arn = tables.describe_table(TableName="shop-staging")["Table"]["TableArn"]
tables.tag_resource(ResourceArn=arn, Tags=tagged("production"))
put_item(petras_key, "staging")
refused(f"{no_policy} dynamodb:PutItem action", put_item, key=svens_key, stage="staging")

say("So does a user")
client("iam").tag_user(UserName="sven", Tags=tagged("production"))
put_object(svens_key, "production")
refused(f"{no_policy} s3:PutObject action", put_object, key=svens_key, stage="staging")

print("\nDone: one policy, and the tags decided.")
