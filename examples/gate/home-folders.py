"""Home folders in a bucket: one policy for a whole group, in which ${aws:username} is whoever calls.
They see which folders there are, as `aws s3 ls` does, work in their own and reach no other. Needs a
running Bailiwick and its administrator in the environment:

    eval "$(npx bailiwick env)" && python3 examples/gate/home-folders.py
"""

from walk import check, client, make_user, policy, refused, say

bucket = "company-of-homes"
s3, iam = client("s3"), client("iam")

say("A bucket, and a group whose members have a folder in it each")
s3.create_bucket(Bucket=bucket)
s3.put_object(Bucket=bucket, Key="press/release.txt", Body=b"Not before Monday")
statements = (
    {
        "Sid": "SeeTheBuckets",
        "Effect": "Allow",
        "Action": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"],
        "Resource": "*",
    },
    {
        "Sid": "SeeWhichFoldersThereAre",
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": f"arn:aws:s3:::{bucket}",
        "Condition": {"StringEquals": {"s3:prefix": ["", "home/"], "s3:delimiter": "/"}},
    },
    {
        "Sid": "LookIntoOnesOwn",
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": f"arn:aws:s3:::{bucket}",
        "Condition": {"StringLike": {"s3:prefix": "home/${aws:username}/*"}},
    },
    {
        "Sid": "WorkInOnesOwn",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        "Resource": f"arn:aws:s3:::{bucket}/home/${{aws:username}}/*",
    },
)
iam.create_group(GroupName="with-a-folder")
iam.put_group_policy(
    GroupName="with-a-folder", PolicyName="home", PolicyDocument=policy(*statements)
)


def member(name):
    _, key = make_user(name)
    iam.add_user_to_group(GroupName="with-a-folder", UserName=name)
    return client("s3", key)


ann, bea = member("ann-of-homes"), member("bea-of-homes")


def folders(of, prefix):
    found = of.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/")
    return [each["Prefix"] for each in found.get("CommonPrefixes", [])]


def keys(of, **arguments):
    return [each["Key"] for each in of.list_objects_v2(Bucket=bucket, **arguments)["Contents"]]


say("Each in her own folder does what she likes")
for of, name, text in ((ann, "ann", b"Milk"), (bea, "bea", b"Dear diary")):
    mine = {"Bucket": bucket, "Key": f"home/{name}-of-homes/notes.txt"}
    of.put_object(**mine, Body=text)
    check(of.get_object(**mine)["Body"].read(), text)
    check(keys(of, Prefix=f"home/{name}-of-homes/"), [mine["Key"]])

say("They see the bucket, the folders at its top, and whose homes there are")
check(bucket in [each["Name"] for each in ann.list_buckets()["Buckets"]], True)
check(folders(ann, ""), ["home/", "press/"])
check(folders(ann, "home/"), ["home/ann-of-homes/", "home/bea-of-homes/"])

say("What is in other folders they do not see, nor by a list of everything")
no_list = "because no identity-based policy allows the s3:ListBucket action"
refused(no_list, folders, of=ann, prefix="press/")
refused(no_list, folders, of=ann, prefix="home/bea-of-homes/")
refused(no_list, keys, of=ann, Prefix="home/")
refused(no_list, keys, of=ann)
refused(no_list, folders, of=bea, prefix="home/ann-of-homes/")

say("Nor do they read it, write over it or delete it")
hers = {"Bucket": bucket, "Key": "home/bea-of-homes/notes.txt"}
for action, call in (
    ("GetObject", ann.get_object),
    ("PutObject", ann.put_object),
    ("DeleteObject", ann.delete_object),
):
    refused(f"because no identity-based policy allows the s3:{action} action", call, **hers)
into_press = {"Bucket": bucket, "Key": "press/release.txt", "CopySource": hers}
refused("is not authorized to perform: s3:GetObject", ann.copy_object, **into_press)
check(bea.get_object(**hers)["Body"].read(), b"Dear diary")

print("\nDone: each has a folder, and there is one policy.")
