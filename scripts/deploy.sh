#!/usr/bin/env bash
# Deploys what `sam build` made. Arguments are those of `sam deploy`. Before that, refuses a stack name that CloudFormation would
# refuse only after it has created half of the stack.
#
#   scripts/deploy.sh --guided
set -euo pipefail
cd "$(dirname "$0")/.."

# EventBridge Scheduler allows 64 characters, and the longest schedule is `<stack name>-housekeeping`.
max_length=51

name=
environment=default
is_guided=
previous=
for argument in "$@"; do
    case "$argument" in
    --stack-name=*) name=${argument#*=} ;;
    --config-env=*) environment=${argument#*=} ;;
    --guided | -g) is_guided=yes ;;
    esac
    case "$previous" in
    --stack-name) name=$argument ;;
    --config-env) environment=$argument ;;
    esac
    previous=$argument
done
if [ -z "$name" ]; then
    name=$(sed -n "/^\[$environment\.deploy\./,/^\[/"'s/^stack_name *= *"\(.*\)".*/\1/p' samconfig.toml)
    if [ -n "$is_guided" ] && [ -t 0 ]; then
        read -r -p "Stack name [$name]: " answer
        name=${answer:-$name}
    fi
    set -- "$@" --stack-name "$name"
fi
if [ "${#name}" -gt "$max_length" ]; then
    echo "The stack name $name has ${#name} characters. Choose one of at most $max_length: schedules are named after the stack, and their names are limited to 64 characters." >&2
    exit 2
fi
exec sam deploy "$@"
