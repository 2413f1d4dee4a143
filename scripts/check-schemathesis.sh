#!/usr/bin/env bash
# Calls every operation of openapi.json with Schemathesis: the documented examples, values at the bounds of the schemas, and
# random values of a fixed seed, valid and invalid. Each answer must be a documented one, and none a 5xx.
#
# The calls go to a demo company of their own, signed in as its administrator. Findings that aren't faults are listed with
# their reasons in scripts/schemathesis/schemathesis.toml. Schemathesis comes from PyPI, pinned.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/start-stack.sh

python=$(scripts/tools.sh schemathesis)
build_stack
# The clock stands at the moment of the examples, so that they apply and the access token doesn't expire.
start_stack --ephemeral --clock 2026-11-04T11:00:00+01:00
export ROLLCALL_TOKEN
ROLLCALL_TOKEN=$("$python/python" scripts/schemathesis/prepare.py "$ROLLCALL_URL" "$work/openapi.json")

# Schemathesis writes files into the folder in which it runs.
config=$PWD/scripts/schemathesis/schemathesis.toml
cd "$work"
timeout 600 "$python/schemathesis" --config-file "$config" run openapi.json --url "$ROLLCALL_URL"
