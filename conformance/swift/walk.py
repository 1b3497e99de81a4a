"""How unmodified clients of S3 send bodies: in signed chunks, with trailing checksums, presigned.

`walk.py BUCKET` works in a bucket that is there. Prints what does not hold, and
`clients of S3: all as expected` where everything does.
"""

import io
import os
import subprocess
import sys
import tempfile

import boto3
import requests
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

bucket = sys.argv[1]
mib = 1024 * 1024
failed = []


def expect(what, found, wanted):
    if found != wanted:
        failed.append(f"{what}: {found!r:.200} is not {wanted!r:.200}")


def body(key):
    return boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def uploads():
    """Each way that boto3 knows to sign a body, and to check it."""
    for algorithm in ("CRC32", "SHA256"):
        for signed in (True, False):
            config = Config(s3={"payload_signing_enabled": signed})
            client = boto3.client("s3", config=config)
            key = f"boto3-{algorithm}-{signed}"
            content = os.urandom(200_000)
            client.put_object(
                Bucket=bucket, Key=key, Body=io.BytesIO(content), ChecksumAlgorithm=algorithm
            )
            expect(key, body(key) == content, True)
    content = os.urandom(6 * mib)
    parts = TransferConfig(multipart_threshold=5 * mib, multipart_chunksize=5 * mib)
    boto3.client("s3").upload_fileobj(io.BytesIO(content), bucket, "in-parts", Config=parts)
    expect("in parts", body("in-parts") == content, True)


def presigned():
    client = boto3.client("s3", config=Config(signature_version="s3v4"))
    place = {"Bucket": bucket, "Key": "presigned"}
    url = client.generate_presigned_url("put_object", Params=place)
    expect("a presigned PUT", requests.put(url, data=b"by url", timeout=30).status_code, 200)
    url = client.generate_presigned_url("get_object", Params=place)
    expect("a presigned GET", requests.get(url, timeout=30).content, b"by url")
    changed = url.replace("presigned?", "boto3-CRC32-True?")
    expect("of another key", requests.get(changed, timeout=30).status_code, 403)


def command_line():
    with tempfile.TemporaryDirectory() as folder:
        for name in ("one", "two words", "é"):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(name.encode() * 1000)
        aws("s3", "sync", folder, f"s3://{bucket}/synced")
        expect("synced", body("synced/two words"), b"two words" * 1000)
        listed = aws("s3", "ls", f"s3://{bucket}/synced/")
        expect("listed", len(listed.splitlines()), 3)
        aws("s3", "mv", f"s3://{bucket}/synced/one", f"s3://{bucket}/moved")
        expect("moved", body("moved"), b"one" * 1000)
        aws("s3", "cp", f"s3://{bucket}/synced/é", os.path.join(folder, "back"))
        with open(os.path.join(folder, "back"), "rb") as file:
            expect("back", file.read(), "é".encode() * 1000)
        aws("s3", "rm", f"s3://{bucket}", "--recursive")
        expect("removed", aws("s3", "ls", f"s3://{bucket}", "--recursive"), "")


def aws(*arguments):
    ended = subprocess.run(["aws", *arguments], capture_output=True, text=True, check=False)
    expect(f"{' '.join(arguments)}: {ended.stderr}", ended.returncode in (0, 1), True)
    return ended.stdout


uploads()
presigned()
command_line()
print("\n".join(failed) if failed else "clients of S3: all as expected")
