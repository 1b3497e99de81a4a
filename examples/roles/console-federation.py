"""A link to the console for a role, with boto3: as scripts written for AWS have it, but for the
address of the endpoint. Prints what the sign-in answers.

    eval "$(npx bailiwick env)" && python3 examples/roles/console-federation.py ROLE_ARN
"""
import json
import os
import sys
from urllib.parse import urlencode
from urllib.request import urlopen

import boto3

federation = os.environ["AWS_ENDPOINT_URL"] + "/_bailiwick/federation"

assumed = boto3.client("sts").assume_role(RoleArn=sys.argv[1], RoleSessionName="hana")
credentials = assumed["Credentials"]
session = {
    "sessionId": credentials["AccessKeyId"],
    "sessionKey": credentials["SecretAccessKey"],
    "sessionToken": credentials["SessionToken"],
}
ask = {"Action": "getSigninToken", "SessionDuration": "3600", "Session": json.dumps(session)}
token = json.load(urlopen(federation, data=urlencode(ask).encode()))["SigninToken"]
link = {
    "Action": "login",
    "Issuer": "https://broker.example.com",
    "Destination": "https://console.aws.amazon.com/",
    "SigninToken": token,
}
print(json.load(urlopen(f"{federation}?{urlencode(link)}"))["arn"])
