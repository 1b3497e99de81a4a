"""Whoever calls from elsewhere than the office is denied, by a policy of the user's, or for all by one
of the bucket's. Needs a running Bailiwick and its administrator in the environment:

    eval "$(npx bailiwick env)" && python3 examples/gate/source-ip.py
"""

from walk import check, client, make_user, policy, refused, say, user_may

here = ["127.0.0.0/8", "::1/128"]
elsewhere = ["192.0.2.0/24", "203.0.113.0/24"]
bucket = "plans-of-the-office"
objects = f"arn:aws:s3:::{bucket}/*"


def outside(office):
    """As AWS's own example: what a service does on somebody's behalf comes from nowhere."""
    return {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {
            "NotIpAddress": {"aws:SourceIp": office},
            "Bool": {"aws:ViaAWSService": "false"},
        },
    }


say("Ines may read the plans, and nothing from elsewhere than the office, which is here")
s3 = client("s3")
s3.create_bucket(Bucket=bucket)
s3.put_object(Bucket=bucket, Key="plan.txt", Body=b"Paint it white.")
reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": objects}
_, key = make_user("ines", reads, outside(here))
ines = client("s3", key)


def read():
    return ines.get_object(Bucket=bucket, Key="plan.txt")["Body"].read().decode()


check(read(), "Paint it white.")

say("The office is elsewhere now: everything is denied, whatever else allows it")
user_may("ines", reads, outside(elsewhere))
refused("with an explicit deny in an identity-based policy", read)

say("An Allow for those in the office comes to the same for her, as long as nothing else allows")
inside = lambda office: {**reads, "Condition": {"IpAddress": {"aws:SourceIp": office}}}
user_may("ines", inside(elsewhere))
refused("because no identity-based policy allows the s3:GetObject action", read)
user_may("ines", inside(here))
check(read(), "Paint it white.")

say("The bucket's own policy denies it to all who are not at the office")
user_may("ines", reads)
deny = {**outside(elsewhere), "Principal": "*", "Action": "s3:GetObject", "Resource": objects}
s3.put_bucket_policy(Bucket=bucket, Policy=policy(deny))
refused("with an explicit deny in a resource-based policy", read)
refused("with an explicit deny", s3.get_object, Bucket=bucket, Key="plan.txt")
deny["Condition"]["NotIpAddress"]["aws:SourceIp"] = here
s3.put_bucket_policy(Bucket=bucket, Policy=policy(deny))
check(read(), "Paint it white.")

print("\nDone: where a call came from decided.")
