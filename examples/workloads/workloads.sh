#!/usr/bin/env bash
# Workloads: instances that only their own team may start and stop, and programs that run as a role
# because they run on an instance, or as a function of Lambda would. Needs a running Bailiwick and
# its administrator in the environment:
#
#   eval "$(npx bailiwick env)" && bash examples/workloads/workloads.sh
#
# An instance is a record with an owner, tags, a profile and a state; no machine is started.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bailiwick=${BAILIWICK:-npx bailiwick}
. "$here/../walk.sh"

account=$(text sts get-caller-identity --query Account)

say 'A role that EC2 and Lambda may run, in an instance profile'
aws iam create-role --role-name worker --query Role.Arn --assume-role-policy-document '{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": { "Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"] },
    "Action": "sts:AssumeRole"
  }
}'
aws iam create-instance-profile --instance-profile-name worker --query InstanceProfile.Arn
aws iam add-role-to-instance-profile --instance-profile-name worker --role-name worker

say 'Two instances: one for staging, one for production'
launch() {
  text ec2 run-instances --image-id ami-12345678 --iam-instance-profile Name=worker \
    --tag-specifications "ResourceType=instance,Tags=[{Key=stage,Value=$1}]" \
    --query 'Instances[0].InstanceId'
}
staging=$(launch staging)
production=$(launch production)
aws ec2 wait instance-running --instance-ids "$staging" "$production"
text ec2 describe-instances \
  --query 'Reservations[].Instances[].[InstanceId, Tags[0].Value, State.Name]'

say 'Bob may start and stop what is tagged for staging, and nothing else'
aws iam create-user --user-name bob --query User.Arn
aws iam put-user-policy --user-name bob --policy-name staging --policy-document '{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": ["ec2:StartInstances", "ec2:StopInstances"],
    "Resource": "*",
    "Condition": { "StringEquals": { "aws:ResourceTag/stage": "staging" } }
  }
}'
read -r id secret < <(
  text iam create-access-key --user-name bob --query 'AccessKey.[AccessKeyId,SecretAccessKey]'
)
as_bob() { AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret "$@"; }
as_bob text ec2 stop-instances --instance-ids "$staging" \
  --query 'StoppingInstances[0].CurrentState.Name'
refused 'is not authorized to perform: ec2:StopInstances' \
  as_bob aws ec2 stop-instances --instance-ids "$production"
as_bob text ec2 start-instances --instance-ids "$staging" \
  --query 'StartingInstances[0].CurrentState.Name'

say 'What was refused, and why, for whoever may decode it'
encoded=$(as_bob aws ec2 stop-instances --instance-ids "$production" 2>&1 | sed 's/.*message: //' || true)
decoded=$(text sts decode-authorization-message --query DecodedMessage \
  --encoded-message "$(printf '%s' "$encoded" | tr -d '\n')")
echo "${decoded:0:120}"

say 'A program on the instance is the role, by the metadata service, with unmodified SDKs'
expected="arn:aws:sts::$account:assumed-role/worker/$staging"
on_instance() { $bailiwick exec --instance "$staging" -- "$@"; }
[[ $(on_instance node "$here/who.ts") == "$expected" ]]
if python3 -c 'import boto3' 2>/dev/null; then
  [[ $(on_instance python3 "$here/who.py") == "$expected" ]]
fi
echo "$expected"

say 'A program as a function of Lambda would run it'
lambda() {
  $bailiwick exec --service lambda.amazonaws.com --role "arn:aws:iam::$account:role/worker" \
    --session-name my-function -- "$@"
}
lambda node "$here/who.ts"

say 'Whoever hands a role to a service must be allowed to'
refused 'is not authorized to perform: bailiwick:AssumeRoleForService' as_bob lambda true

printf '\nDone: programs run as roles, and tags decide who may stop them.\n'
