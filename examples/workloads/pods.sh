#!/usr/bin/env bash
# Pods: programs that run as a role because of the service account they belong to, by both ways that
# EKS has. Pod Identity hands over credentials with session tags; with IAM roles for service accounts
# the program trades a token of its own. Needs a running Bailiwick and its administrator in the
# environment:
#
#   eval "$(npx bailiwick env)" && bash examples/workloads/pods.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bailiwick=${BAILIWICK:-npx bailiwick}
. "$here/../walk.sh"

# both COMMAND…: with the AWS SDK for JavaScript, and with boto3 where it is there; the same must come
# of both.
both() {
  local found
  found=$("$@" node "$here/who.ts")
  if python3 -c 'import boto3' 2>/dev/null; then
    [[ $("$@" python3 "$here/who.py" | sed 's|/eks-.*||') == "$(sed 's|/eks-.*||' <<<"$found")" ]]
  fi
  echo "$found"
}

account=$(text sts get-caller-identity --query Account)

say 'Pod Identity: a role for the pods of one namespace; whom a pod belongs to decides what it may'
aws iam create-role --role-name pods --query Role.Arn --assume-role-policy-document '{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": { "Service": "pods.eks.amazonaws.com" },
    "Action": ["sts:AssumeRole", "sts:TagSession"],
    "Condition": { "StringEquals": { "aws:RequestTag/kubernetes-namespace": "shop" } }
  }
}'
aws iam put-role-policy --role-name pods --policy-name list --policy-document '{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:ListUsers",
    "Resource": "*",
    "Condition": { "StringEquals": { "aws:PrincipalTag/kubernetes-service-account": "clerk" } }
  }
}'
in_pod() { # NAMESPACE SERVICE-ACCOUNT COMMAND…
  local namespace=$1 service_account=$2
  shift 2
  $bailiwick exec --service pods.eks.amazonaws.com --role "arn:aws:iam::$account:role/pods" \
    --tag "eks-cluster-arn=arn:aws:eks:us-east-1:$account:cluster/dev" --tag eks-cluster-name=dev \
    --tag "kubernetes-namespace=$namespace" --tag "kubernetes-service-account=$service_account" \
    --tag kubernetes-pod-name=shop-5f7b9 --tag kubernetes-pod-uid=0f8fad5b -- "$@"
}
matches "$(both in_pod shop clerk)" "*:assumed-role/pods/eks-dev-shop-5f7b9-*"
in_pod shop clerk aws iam list-users --query 'length(Users)' --output text
refused 'not authorized to perform: iam:ListUsers' in_pod shop guest aws iam list-users
refused 'is not authorized to assume' in_pod bank clerk true

say 'The token is in a file that nobody else reads'
token_file='$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'
matches "$(in_pod shop clerk bash -c "find $token_file -printf '%m %f\n'")" '600 token'

say 'A role for service accounts: the account becomes an issuer, and knows it as a provider'
issuer=$(text iam enable-outbound-web-identity-federation --query IssuerIdentifier)
provider=$(text iam create-open-id-connect-provider --url "$issuer" \
  --client-id-list sts.amazonaws.com --query OpenIDConnectProviderArn)
echo "$provider"
host=${issuer#https://}
aws iam create-role --role-name worker-of-shop --query Role.Arn --assume-role-policy-document "{
  \"Version\": \"2012-10-17\",
  \"Statement\": {
    \"Effect\": \"Allow\",
    \"Principal\": { \"Federated\": \"$provider\" },
    \"Action\": \"sts:AssumeRoleWithWebIdentity\",
    \"Condition\": { \"StringEquals\": {
      \"$host:aud\": \"sts.amazonaws.com\",
      \"$host:sub\": \"system:serviceaccount:shop:worker\"
    } }
  }
}"
as_account() { # NAMESPACE/NAME COMMAND…
  local name=$1
  shift
  $bailiwick exec --web-identity "$name" --role "arn:aws:iam::$account:role/worker-of-shop" \
    --session-name pod -- "$@"
}
expected="arn:aws:sts::$account:assumed-role/worker-of-shop/pod"
matches "$(both as_account shop/worker)" "$expected"
refused 'Not authorized to perform sts:AssumeRoleWithWebIdentity' \
  as_account shop/other node "$here/who.ts"

say 'Or a token of your own: what the role trusts is your ARN'
me=$(text sts get-caller-identity --query Arn)
aws iam update-assume-role-policy --role-name worker-of-shop --policy-document "{
  \"Version\": \"2012-10-17\",
  \"Statement\": {
    \"Effect\": \"Allow\",
    \"Principal\": { \"Federated\": \"$provider\" },
    \"Action\": \"sts:AssumeRoleWithWebIdentity\",
    \"Condition\": { \"StringEquals\": { \"$host:sub\": \"$me\" } }
  }
}"
$bailiwick exec --web-identity --role "arn:aws:iam::$account:role/worker-of-shop" \
  --session-name me -- node "$here/who.ts"

printf '\nDone: pods are who their service account says.\n'
