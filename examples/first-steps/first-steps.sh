#!/usr/bin/env bash
# First steps with the AWS CLI: from an empty account to a second account entered through a role.
# Needs a running Bailiwick and its administrator in the environment:
#
#   eval "$(npx bailiwick env)" && bash examples/first-steps/first-steps.sh
#
# Every step says what it does; every refusal is checked for the words AWS uses.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../walk.sh"

# as KEY SECRET [TOKEN] COMMAND…: runs the command with other credentials.
as_ann() { AWS_ACCESS_KEY_ID=$ann_id AWS_SECRET_ACCESS_KEY=$ann_secret "$@"; }
as_session() { AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 AWS_SESSION_TOKEN=$3 "${@:4}"; }

say 'Who am I?'
text sts get-caller-identity
account=$(text sts get-caller-identity --query Account)

say 'A user with an access key'
aws iam create-user --user-name ann --path /staff/
read -r ann_id ann_secret < <(
  text iam create-access-key --user-name ann --query 'AccessKey.[AccessKeyId,SecretAccessKey]'
)

say 'A new user may do nothing'
as_ann aws sts get-caller-identity
refused "User: arn:aws:iam::$account:user/staff/ann is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::$account:user/ because no identity-based policy allows the iam:ListUsers action" \
  as_ann aws iam list-users

say 'ReadOnlyAccess, through a group: reading is allowed, writing is not'
aws iam create-group --group-name readers
aws iam attach-group-policy --group-name readers \
  --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess
aws iam add-user-to-group --group-name readers --user-name ann
as_ann aws iam list-users --query 'Users[].Arn'
refused 'because no identity-based policy allows the iam:CreateUser action' \
  as_ann aws iam create-user --user-name bob

say 'A second account, made the way AWS makes one'
aws organizations create-organization --feature-set ALL --query Organization.Id
request=$(text organizations create-account --account-name second --email second@example.com \
  --query CreateAccountStatus.Id)
for _ in 1 2 3 4 5 6 7 8 9 10; do
  read -r state second < <(
    text organizations describe-create-account-status --create-account-request-id "$request" \
      --query 'CreateAccountStatus.[State,AccountId]'
  )
  [[ $state == IN_PROGRESS ]] || break
  sleep 1
done
echo "$state $second"
[[ $state == SUCCEEDED ]]

say 'Enter it through OrganizationAccountAccessRole'
read -r admin2_id admin2_secret admin2_token < <(
  text sts assume-role --role-session-name setup \
    --role-arn "arn:aws:iam::$second:role/OrganizationAccountAccessRole" \
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]'
)
in_second() { as_session "$admin2_id" "$admin2_secret" "$admin2_token" "$@"; }
in_second aws sts get-caller-identity

say 'There, a role that trusts ann when she knows the external id'
in_second aws iam create-role --role-name partner --assume-role-policy-document "{
  \"Version\": \"2012-10-17\",
  \"Statement\": [{
    \"Effect\": \"Allow\",
    \"Principal\": { \"AWS\": \"arn:aws:iam::$account:user/staff/ann\" },
    \"Action\": \"sts:AssumeRole\",
    \"Condition\": { \"StringEquals\": { \"sts:ExternalId\": \"blue-whale\" } }
  }]
}" --query Role.Arn
in_second aws iam attach-role-policy --role-name partner \
  --policy-arn arn:aws:iam::aws:policy/IAMReadOnlyAccess
partner=arn:aws:iam::$second:role/partner

say 'Across accounts both sides must agree: ann may not call it yet'
refused "User: arn:aws:iam::$account:user/staff/ann is not authorized to perform: sts:AssumeRole on resource: $partner" \
  as_ann aws sts assume-role --role-arn "$partner" --role-session-name try --external-id blue-whale
aws iam put-user-policy --user-name ann --policy-name enter-partner --policy-document "{
  \"Version\": \"2012-10-17\",
  \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"$partner\" }]
}"

say 'Without the external id: refused. With it: in'
refused "is not authorized to perform: sts:AssumeRole on resource: $partner" \
  as_ann aws sts assume-role --role-arn "$partner" --role-session-name try
read -r partner_id partner_secret partner_token < <(
  as_ann aws --output text sts assume-role --role-arn "$partner" --role-session-name work \
    --external-id blue-whale --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]'
)
in_partner() { as_session "$partner_id" "$partner_secret" "$partner_token" "$@"; }
in_partner aws sts get-caller-identity
in_partner aws iam list-roles --query 'Roles[].RoleName'
refused "User: arn:aws:sts::$second:assumed-role/partner/work is not authorized to perform: iam:DeleteRole on resource: role partner because no identity-based policy allows the iam:DeleteRole action" \
  in_partner aws iam delete-role --role-name partner

say 'Done: nothing was allowed until a policy allowed it.'
