#!/usr/bin/env bash
# Receives webhooks of a local stack with a program that shares no code with Rollcall: the library of Standard Webhooks
# (standardwebhooks from PyPI) verifies the signatures. The receiver is down for an hour of the stack's clock, and then gets
# everything. Without PyPI, the check is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/start-stack.sh

if [ -z "${PYTHON:-}" ]; then
    if ! tools=$(scripts/tools.sh webhooks); then
        echo "Skipped: standardwebhooks can't be installed from PyPI." >&2
        exit 0
    fi
    PYTHON=$tools/python
fi
build_stack
start_stack --ephemeral --no-demo --setup-token webhooks
"$PYTHON" scripts/check_webhooks.py "$ROLLCALL_URL" webhooks
