"""The emulator itself, past the gate: what the walks prepare there, and what they look up."""

import io
import json
import os
import urllib.request
import zipfile

import boto3
from two_accounts import first, make_role, second


knows_accounts = "EMULATOR_KNOWS_ACCOUNTS" in os.environ


def at_emulator(service, account=first):
    """A client of the emulator itself, as that account."""
    client = boto3.client(service, endpoint_url=os.environ["EMULATOR_URL"])
    hint = {"x-moto-account-id": account} if knows_accounts else {}
    client.meta.events.register(
        f"before-send.{service}", lambda request, **_: request.headers.update(hint)
    )
    return client


def code():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event\n")
    return {"ZipFile": packed.getvalue()}


def emulate_lambda():
    """The emulator runs functions without containers, of roles that it has itself."""
    config = json.dumps({"lambda": {"use_docker": False}}).encode()
    url = os.environ["EMULATOR_URL"]
    urllib.request.urlopen(f"{url}/moto-api/config", config).close()
    for account in (first, second):
        name = "runner" if knows_accounts or account == first else f"{account}--runner"
        make_role(name, at_emulator("iam", account), Service="lambda.amazonaws.com")
