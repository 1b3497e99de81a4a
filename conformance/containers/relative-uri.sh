#!/usr/bin/env bash
# What a task of ECS finds: credentials at 169.254.170.2, by a path that only it knows. Runs in a
# network of its own, as root there: `unshare -rn bash relative-uri.sh`.
# Environment: NODE, BAILIWICK_BIN, DATA (a folder), WHO (a program in JavaScript), WHO_PY (in Python).
set -euo pipefail
bailiwick() { "$NODE" "$BAILIWICK_BIN" "$@"; }

ip link set lo up
export AWS_ENDPOINT_URL=http://127.0.0.1:4600 AWS_REGION=us-east-1
bailiwick start --ephemeral --data "$DATA" >"$DATA/log" 2>&1 &
server=$!
trap 'kill $server' EXIT
for _ in $(seq 100); do bailiwick health >/dev/null 2>&1 && break || sleep 0.2; done

role="arn:aws:iam::$BAILIWICK_ACCOUNT_ID:role/task"
"$NODE" "$MAKE_ROLE"
in_task() {
  bailiwick exec --relative-uri --service ecs-tasks.amazonaws.com --role "$role" \
    --session-name task -- "$@"
}
if in_task true 2>"$DATA/said"; then echo 'it should have no such address' && exit 1; fi
cat "$DATA/said"
ip addr add 169.254.170.2/32 dev lo
in_task "$NODE" "$WHO"
[[ -z $WHO_PY ]] || in_task python3 "$WHO_PY"
in_task bash -c 'echo "$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" "${AWS_CONTAINER_AUTHORIZATION_TOKEN:-no token}"'
