"""Objects are deleted only by whoever showed a code of an MFA device, and lately: the bucket's policy
says so for everyone. Needs a running Bailiwick and its administrator in the environment:

    eval "$(npx bailiwick env)" && python3 examples/gate/mfa-delete.py
"""

import base64
import hashlib
import hmac
import time

from walk import client, make_user, policy, refused, say

say("A bucket of contracts, and Mia, who may do everything with it")
s3 = client("s3")
bucket = "contracts-with-mfa"
objects = f"arn:aws:s3:::{bucket}/*"
s3.create_bucket(Bucket=bucket)
for name in ("old.txt", "new.txt"):
    s3.put_object(Bucket=bucket, Key=name, Body=b"signed")
everything = {"Effect": "Allow", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{bucket}", objects]}
devices = {
    "Effect": "Allow",
    "Action": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice"],
    "Resource": ["arn:aws:iam::*:mfa/${aws:username}", "arn:aws:iam::*:user/${aws:username}"],
}
_, key = make_user("mia", everything, devices)
mia = client("s3", key)


def deny_deletion_unless_younger_than(seconds):
    """Two statements: one for who never showed a code, one for who did too long ago."""
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        "Resource": objects,
    }
    never = {**deny, "Condition": {"Null": {"aws:MultiFactorAuthAge": "true"}}}
    age = {"NumericGreaterThan": {"aws:MultiFactorAuthAge": str(seconds)}}
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(never, {**deny, "Condition": age}))


denied = "with an explicit deny in a resource-based policy"
deny_deletion_unless_younger_than(3600)
refused(denied, mia.delete_object, Bucket=bucket, Key="old.txt")
refused(denied, s3.delete_object, Bucket=bucket, Key="old.txt")

say("Her device, enabled with two of its codes in a row, made here as an authenticator app does")
iam = client("iam", key)
device = iam.create_virtual_mfa_device(VirtualMFADeviceName="mia")["VirtualMFADevice"]
seed = base64.b32decode(device["Base32StringSeed"])


def code(step):
    """Of a step of thirty seconds. Source: RFC 6238 and RFC 4226."""
    mac = hmac.new(seed, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = mac[-1] & 0xF
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 1_000_000:06}"


now = int(time.time()) // 30
serial = device["SerialNumber"]
iam.enable_mfa_device(
    UserName="mia",
    SerialNumber=serial,
    AuthenticationCode1=code(now - 1),
    AuthenticationCode2=code(now),
)

say("A session without a code deletes nothing")
sts = client("sts", key)
without = client("s3", sts.get_session_token()["Credentials"])
refused(denied, without.delete_object, Bucket=bucket, Key="old.txt")

say("A session with one does; what needs no code, the key alone still may")
session = sts.get_session_token(SerialNumber=serial, TokenCode=code(now + 1))["Credentials"]
proven = client("s3", session)
proven.delete_object(Bucket=bucket, Key="old.txt")
left = mia.list_objects_v2(Bucket=bucket)["Contents"]
print([each["Key"] for each in left])
if len(left) != 1:
    raise SystemExit("one object should be left")

say("A code that is too long ago counts no more")
deny_deletion_unless_younger_than(1)
time.sleep(2.5)
refused(denied, proven.delete_object, Bucket=bucket, Key="new.txt")

print("\nDone: nothing was deleted without a code.")
