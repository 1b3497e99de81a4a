#!/usr/bin/env bash
# A bucket that is reached over TLS alone: its policy denies whatever comes without. Needs the AWS CLI
# and openssl, and no running Bailiwick: it starts one of its own, first without TLS and then with.
#
#   bash examples/gate/tls-only.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bailiwick=${BAILIWICK:-npx bailiwick}
. "$here/../walk.sh"

folder=$(mktemp -d)
server=
stop() {
  if [[ $server ]]; then kill "$server" && wait "$server" || true; fi
  server=
}
trap 'stop; rm -r "$folder"' EXIT

# start FLAG…: on a free port, and the clients of this script call there.
start() {
  stop
  $bailiwick start --data "$folder/data" --port 0 "$@" >"$folder/log" 2>&1 &
  server=$!
  until grep -q 'Bailiwick listens on' "$folder/log"; do
    kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2 && exit 1; }
    sleep 0.2
  done
  eval "$($bailiwick env --data "$folder/data")"
  echo "$AWS_ENDPOINT_URL"
}

say 'Without TLS, a bucket with an object'
start
aws s3 mb s3://over-tls-alone
echo 'Nobody else reads this' | aws s3 cp - s3://over-tls-alone/letter.txt

say 'Its policy denies what is not encrypted on the way: the administrator, too'
aws s3api put-bucket-policy --bucket over-tls-alone --policy '{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::over-tls-alone", "arn:aws:s3:::over-tls-alone/*"],
    "Condition": { "Bool": { "aws:SecureTransport": "false" } }
  }
}'
read_letter() { aws s3api get-object --bucket over-tls-alone --key letter.txt "$folder/letter.txt"; }
refused 'with an explicit deny in a resource-based policy' read_letter

say 'With a certificate, and nothing else changed'
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost \
  -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
  -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
start --tls-cert "$folder/cert.pem" --tls-key "$folder/key.pem"
export AWS_CA_BUNDLE="$folder/cert.pem"
read_letter
matches "$(cat "$folder/letter.txt")" 'Nobody else reads this'

printf '\nDone: the policy wants TLS, and got it.\n'
