"""Objects as boto3 and the AWS CLI put them, with each checksum: whole there, and whole again here.

The endpoint is TLS, since only over TLS they send a checksum behind the body. Prints what does not hold,
`NOT WALKED` for what this machine's boto3 cannot do, and `uploads: all as expected`.
"""

import filecmp
import io
import os
import subprocess
import sys
import tempfile

import boto3
import urllib3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

urllib3.disable_warnings()
bucket = "uploads-" + sys.argv[1]
algorithms = ["CRC32", "SHA1", "SHA256"]
try:
    import awscrt  # noqa: F401

    algorithms += ["CRC32C", "CRC64NVME"]
except ImportError:
    print("NOT WALKED: CRC32C and CRC64NVME (needs python3 with awscrt)")
failed = []
content = os.urandom(200_001)
mib = 1024 * 1024


def expect(what, holds):
    if not holds:
        failed.append(what)


def client(when):
    config = Config(
        retries={"max_attempts": 1},
        request_checksum_calculation=when,
        response_checksum_validation=when,
        s3={"addressing_style": "path"},
    )
    return boto3.client("s3", config=config, verify=False)


def put_and_got(s3, what, body, **more):
    s3.put_object(Bucket=bucket, Key="a", Body=body, **more)
    got = s3.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    expect(what, got["Body"].read() == content)


def with_boto3(when, big):
    s3 = client(when)
    put_and_got(s3, f"bytes, {when}", content)
    put_and_got(s3, f"a file, {when}", io.BytesIO(content))
    for algorithm in algorithms:
        asked = {"ChecksumAlgorithm": algorithm}
        put_and_got(s3, f"bytes, {when}, {algorithm}", content, **asked)
        put_and_got(s3, f"a file, {when}, {algorithm}", io.BytesIO(content), **asked)
    in_parts = TransferConfig(multipart_threshold=8 * mib)
    s3.upload_file(big, bucket, "big", Config=in_parts)
    s3.download_file(bucket, "big", big + ".back")
    expect(f"parts, {when}", filecmp.cmp(big, big + ".back", shallow=False))
    for name in ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"):
        try:
            s3.put_object(Bucket=bucket, Key="b", Body=b"x", **{f"Checksum{name}": "AAAAAAAAAAA="})
            failed.append(f"a wrong {name} is taken")
        except ClientError as error:
            expect(f"a wrong {name}: {error}", error.response["Error"]["Code"] == "BadDigest")


def with_cli(when, big):
    env = {
        **os.environ,
        "AWS_REQUEST_CHECKSUM_CALCULATION": when,
        "AWS_RESPONSE_CHECKSUM_VALIDATION": when,
        "PYTHONWARNINGS": "ignore",
    }

    def copy(*arguments):
        command = ["aws", "--no-verify-ssl", "s3", "cp", "--quiet", *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        expect(f"{arguments}, {when}: {done.stderr}", done.returncode == 0)

    asked = [] if when == "when_supported" else ["--checksum-algorithm", "SHA256"]
    copy(big, f"s3://{bucket}/cli", *asked)
    copy(f"s3://{bucket}/cli", big + ".back")
    expect(f"aws s3 cp {asked}, {when}", filecmp.cmp(big, big + ".back", shallow=False))


client("when_supported").create_bucket(Bucket=bucket)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "big")
    with open(path, "wb") as file:
        file.write(os.urandom(20 * mib))
    for each in ("when_required", "when_supported"):
        with_boto3(each, path)
        if "cli" in sys.argv:
            with_cli(each, path)
print("\n".join(failed) if failed else "uploads: all as expected")
sys.exit(1 if failed else 0)
