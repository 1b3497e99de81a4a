"""In one account a role's own policy is enough to read a bucket, until the bucket's policy denies.
Needs a running Bailiwick and its administrator in the environment:

    eval "$(npx bailiwick env)" && python3 examples/gate/one-account.py
"""

from walk import check, client, enter, make_role, policy, refused, say

say("A bucket with minutes, and a role that may do nothing yet")
s3, iam = client("s3"), client("iam")
bucket = "minutes-of-one-account"
s3.create_bucket(Bucket=bucket)
s3.put_object(Bucket=bucket, Key="board/may.txt", Body=b"All agreed.")
s3.put_object(Bucket=bucket, Key="team/may.txt", Body=b"Some did not.")
clerk = make_role("clerk")
clerks = client("s3", enter(clerk))


def read(key):
    return clerks.get_object(Bucket=bucket, Key=key)["Body"].read().decode()


refused("because no identity-based policy allows the s3:GetObject action", read, key="team/may.txt")

say("With a policy of its own it reads: the bucket has none, and need not have one")
objects = f"arn:aws:s3:::{bucket}/*"
reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": objects}
of_clerk = {"RoleName": "clerk", "PolicyName": "read"}
iam.put_role_policy(**of_clerk, PolicyDocument=policy(reads))
check(read("team/may.txt"), "Some did not.")
check(read("board/may.txt"), "All agreed.")

say("The bucket's policy keeps the board's minutes from everyone but the administrator")
board = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": f"arn:aws:s3:::{bucket}/board/*",
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/admin"}},
}
s3.put_bucket_policy(Bucket=bucket, Policy=policy(board))
refused("with an explicit deny in a resource-based policy", read, key="board/may.txt")
check(read("team/may.txt"), "Some did not.")

say("The other way round, what the bucket allows to the role is enough as well")
iam.delete_role_policy(**of_clerk)
refused("because no identity-based policy allows the s3:GetObject action", read, key="team/may.txt")
s3.put_bucket_policy(Bucket=bucket, Policy=policy(board, {**reads, "Principal": {"AWS": clerk}}))
check(read("team/may.txt"), "Some did not.")
refused("with an explicit deny in a resource-based policy", read, key="board/may.txt")

print("\nDone: one side was enough, and a Deny on either side was too.")
