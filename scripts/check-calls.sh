#!/usr/bin/env bash
# Fails if an operation makes more AWS calls or consumes more units than bench/expected-calls.json says. Time doesn't matter.
#
#   scripts/check-calls.sh
#   scripts/check-calls.sh --update    # writes the file; commit it with the change that needs the calls
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/start-stack.sh
. scripts/start-stack.sh
build_stack
python3 -m unittest discover --quiet bench
python3 bench/run.py --check --rollcall "$rollcall" "$@"
