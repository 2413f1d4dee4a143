#!/usr/bin/env bash
# Lives a day of a simulated reader of faces and fingers, whose requests the bridge (terminals/bridge.py) forwards to a local stack.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/start-stack.sh

build_stack
start_stack --ephemeral --no-demo --setup-token terminals
"${PYTHON:-python3}" scripts/check_terminals.py "$ROLLCALL_URL" terminals
