#!/usr/bin/env bash
# A presigned URL may do what its signer may at the moment it is used: once the signer may no longer,
# neither does the URL. Needs curl, a running Bailiwick and its administrator in the environment:
#
#   eval "$(npx bailiwick env)" && bash examples/gate/presigned-url.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../walk.sh"

# The first version of the AWS CLI presigns with a Signature Version 2 that S3 takes no longer.
AWS_CONFIG_FILE=$(mktemp)
export AWS_CONFIG_FILE
trap 'rm "$AWS_CONFIG_FILE"' EXIT
printf '[default]\ns3 =\n  signature_version = s3v4\n' >"$AWS_CONFIG_FILE"

say 'Tom may read the tickets, and hands out a link to one'
aws s3 mb s3://tickets-of-tom
echo 'Row 1, seat 2' | aws s3 cp - s3://tickets-of-tom/0001.txt
aws iam create-user --user-name tom --query User.Arn
allow() {
  aws iam put-user-policy --user-name tom --policy-name read --policy-document '{
    "Version": "2012-10-17",
    "Statement": {
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::tickets-of-tom/*"
    }
  }'
}
allow
read -r id secret < <(
  text iam create-access-key --user-name tom --query 'AccessKey.[AccessKeyId,SecretAccessKey]'
)
as_tom() { AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret "$@"; }
url=$(as_tom aws s3 presign s3://tickets-of-tom/0001.txt --expires-in 3600)
echo "$url"

say 'Whoever has the link reads the ticket, and no other'
get() { curl --silent --show-error --write-out ' %{http_code}' "$@"; }
matches "$(get "$url")" '*Row 1, seat 2* 200'
matches "$(get "${url/0001/0002}")" '*SignatureDoesNotMatch* 403'
matches "$(get --request DELETE "$url")" '*SignatureDoesNotMatch* 403'

say 'Tom may no longer: the link is good for an hour yet, and refused at once'
aws iam delete-user-policy --user-name tom --policy-name read
matches "$(get "$url")" '*no identity-based policy allows the s3:GetObject action* 403'

say 'He may again, and so may the link; without his key it is nothing'
allow
matches "$(get "$url")" '*Row 1, seat 2* 200'
aws iam update-access-key --user-name tom --access-key-id "$id" --status Inactive
matches "$(get "$url")" '*InvalidAccessKeyId* 403'

printf '\nDone: the link was never more than its signer.\n'
