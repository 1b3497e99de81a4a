"""Every list of IAM through the AWS CLI: its paginators, its output formats, its waiters.

The CLI's own driver runs the commands, in this process: a new process for each takes half a second.
Arguments: the committed model, the operations that are not implemented and the certificates, a file
of JSON each, then the output formats. Prints `aws cli: all as expected`.
"""
import base64
import contextlib
import hashlib
import hmac
import io
import json
import struct
import sys
import time

import botocore.session
import botocore.waiter
from awscli.clidriver import create_clidriver
from botocore import xform_name

model_file, not_implemented_file, fixtures_file, *formats = sys.argv[1:]
with open(model_file) as file:
    model = json.load(file)
with open(not_implemented_file) as file:
    not_implemented = set(json.load(file)["iam"])
with open(fixtures_file) as file:
    fixtures = json.load(file)

iam = botocore.session.get_session().create_client("iam")
driver = create_clidriver()
everything = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
trust = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
)
three = ["a", "b", "c"]
tags = [{"Key": key, "Value": key.upper()} for key in three]


def cli(*arguments):
    """What `aws iam …` prints; fails unless it succeeds."""
    printed = io.StringIO()
    errors = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
        code = driver.main(["iam", *arguments])
    assert code == 0, (arguments, code, errors.getvalue(), printed.getvalue())
    return printed.getvalue()


def totp_codes(seed):
    """The codes of the step before and of this one. Source: RFC 6238."""

    def code(step):
        digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", step), hashlib.sha1).digest()
        at = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"

    step = int(time.time()) // 30
    return code(step - 1), code(step)


def make_users_groups_and_roles():
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust, Tags=tags)
    for key in three:
        iam.create_user(UserName=f"user-{key}", Tags=tags)
        iam.create_group(GroupName=f"group-{key}")
        iam.create_role(RoleName=f"role-{key}", AssumeRolePolicyDocument=trust)
        iam.create_instance_profile(InstanceProfileName=f"profile-{key}", Tags=tags)
        iam.add_role_to_instance_profile(InstanceProfileName=f"profile-{key}", RoleName="r")
    for key in three:
        iam.add_user_to_group(UserName="user-a", GroupName=f"group-{key}")
        for number in three:
            if (key, number) != ("a", "a"):
                iam.add_user_to_group(UserName=f"user-{key}", GroupName=f"group-{number}")


def make_policies():
    arns = []
    for key in three:
        made = iam.create_policy(PolicyName=f"policy-{key}", PolicyDocument=everything, Tags=tags)
        arns.append(made["Policy"]["Arn"])
    for _ in range(2):
        iam.create_policy_version(PolicyArn=arns[0], PolicyDocument=everything)
    for arn in arns:
        iam.attach_user_policy(UserName="user-a", PolicyArn=arn)
        iam.attach_group_policy(GroupName="group-a", PolicyArn=arn)
        iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    for key in three:
        name = {"PolicyName": f"inline-{key}", "PolicyDocument": everything}
        iam.put_user_policy(UserName="user-a", **name)
        iam.put_group_policy(GroupName="group-a", **name)
        iam.put_role_policy(RoleName="r", **name)
    return arns[0]


def make_credentials():
    user = {"UserName": "user-a"}
    for _ in range(2):
        iam.create_access_key(**user)
    iam.create_account_alias(AccountAlias="aws-cli-lists")
    if "UploadSSHPublicKey" not in not_implemented:
        for key in fixtures["sshPublicKeys"]:
            iam.upload_ssh_public_key(SSHPublicKeyBody=key, **user)
    certificates = fixtures["certificates"]
    if "UploadSigningCertificate" not in not_implemented:
        for certificate in certificates[:2]:
            iam.upload_signing_certificate(CertificateBody=certificate["body"], **user)
    if "UploadServerCertificate" not in not_implemented:
        for key, certificate in zip(three, certificates):
            iam.upload_server_certificate(
                ServerCertificateName=f"certificate-{key}",
                CertificateBody=certificate["body"],
                PrivateKey=certificate["privateKey"],
                Tags=tags,
            )


def make_devices():
    if "CreateVirtualMFADevice" in not_implemented:
        return None
    for key in three:
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName=f"device-{key}", Tags=tags)
        device = made["VirtualMFADevice"]
        seed = device["Base32StringSeed"].decode()
        first, second = totp_codes(seed)
        iam.enable_mfa_device(
            UserName="user-a",
            SerialNumber=device["SerialNumber"],
            AuthenticationCode1=first,
            AuthenticationCode2=second,
        )
    return device["SerialNumber"]


def make_providers():
    oidc = iam.create_open_id_connect_provider(
        Url="https://oidc.example.com", ThumbprintList=["a" * 40], Tags=tags
    )
    saml = iam.create_saml_provider(
        Name="saml", SAMLMetadataDocument=fixtures["samlMetadata"], Tags=tags
    )
    return oidc["OpenIDConnectProviderArn"], saml["SAMLProviderArn"]


make_users_groups_and_roles()
policy = make_policies()
make_credentials()
serial_number = make_devices()
oidc_arn, saml_arn = make_providers()
user_arn = iam.get_user(UserName="user-a")["User"]["Arn"]

named = {
    "GroupName": ["--group-name", "group-a"],
    "InstanceProfileName": ["--instance-profile-name", "profile-a"],
    "OpenIDConnectProviderArn": ["--open-id-connect-provider-arn", oidc_arn],
    "PolicyArn": ["--policy-arn", policy],
    "PolicySourceArn": ["--policy-source-arn", user_arn],
    "PolicyInputList": ["--policy-input-list", everything],
    "ActionNames": ["--action-names", "s3:GetObject", "s3:PutObject", "iam:GetUser"],
    "RoleName": ["--role-name", "r"],
    "SAMLProviderArn": ["--saml-provider-arn", saml_arn],
    "SerialNumber": ["--serial-number", serial_number],
    "ServerCertificateName": ["--server-certificate-name", "certificate-a"],
    "UserName": ["--user-name", "user-a"],
}
# What is not required, and narrows the list to what was made here.
besides = {
    "GetAccountAuthorizationDetails": ["--filter", "User", "Group", "LocalManagedPolicy"],
    "ListAccessKeys": named["UserName"],
    "ListMFADevices": named["UserName"],
    "ListPolicies": ["--scope", "Local"],
    "ListSSHPublicKeys": named["UserName"],
    "ListSigningCertificates": named["UserName"],
}


def arguments_of(name, operation):
    required = model["shapes"][operation["input"]].get("required", [])
    chosen = [word for member in required for word in named[member]]
    return [xform_name(name, "-"), *chosen, *besides.get(name, [])]


def items_of(results, answer):
    return [item for key in results for item in answer.get(key, [])]


def texts_in(value):
    """Every string in an answer, at whatever depth."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value
    return [text for each in inside for text in texts_in(each)] if isinstance(value, (dict, list)) else []


def check_pages(results, command, whole):
    assert json.loads(cli(*command, "--page-size", "1")) == whole, command
    # What is cut off goes on where it was, in the first of the lists that are paged as one.
    first = results[0]
    page = json.loads(cli(*command, "--max-items", "2"))
    assert len(page[first]) == min(2, len(whole[first])), (command, page)
    rest = {first: []}
    if len(whole[first]) > 2:
        rest = json.loads(cli(*command, "--starting-token", page["NextToken"]))
    assert page[first] + rest[first] == whole[first], (command, page, rest)


def check_formats(results, command, whole):
    for output in formats:
        printed = cli(*command, "--output", output)
        if output == "yaml":
            import yaml

            assert yaml.safe_load(printed) == whole, (command, printed)
        for text in texts_in(items_of(results, whole)):
            shown = text.split("\n")[0]
            assert output == "table" or shown in printed, (command, output, shown, printed)
        assert len(printed.splitlines()) >= len(items_of(results, whole)), (command, printed)


def check_lists():
    count = 0
    for name, operation in model["operations"].items():
        if "pagination" not in operation or name in not_implemented:
            continue
        if "MFADevices" in name and serial_number is None:
            continue  # As long as none can be made.
        results = operation["pagination"]["results"]
        command = arguments_of(name, operation)
        whole = json.loads(cli(*command))
        assert items_of(results, whole), f"{name} lists nothing: make something above"
        check_pages(results, command, whole)
        check_formats(results, command, whole)
        count += 1
    print(f"{count} lists in {', '.join(formats)}")


def check_waiters():
    """Each waiter finds what is there, and what comes while it waits; no time is spent waiting."""
    waiters = {
        "user-exists": (["--user-name", "late"], lambda: iam.create_user(UserName="late")),
        "role-exists": (
            ["--role-name", "late"],
            lambda: iam.create_role(RoleName="late", AssumeRolePolicyDocument=trust),
        ),
        "instance-profile-exists": (
            ["--instance-profile-name", "late"],
            lambda: iam.create_instance_profile(InstanceProfileName="late"),
        ),
        "policy-exists": (
            ["--policy-arn", policy.replace("policy-a", "late")],
            lambda: iam.create_policy(PolicyName="late", PolicyDocument=everything),
        ),
    }
    sleep = botocore.waiter.time.sleep
    for name, (arguments, make) in waiters.items():
        polls = []

        def made_at_the_second_poll(_seconds):
            polls.append(name)
            if len(polls) == 2:
                make()

        botocore.waiter.time.sleep = made_at_the_second_poll
        try:
            cli("wait", name, *arguments)
            assert len(polls) == 2, (name, polls)
            cli("wait", name, *arguments)
            assert len(polls) == 2, (name, polls)
        finally:
            botocore.waiter.time.sleep = sleep
    print(f"{len(waiters)} waiters")


check_lists()
check_waiters()
print("aws cli: all as expected")
