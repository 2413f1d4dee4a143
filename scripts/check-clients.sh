#!/usr/bin/env bash
# Checks that clients can be generated from openapi.json, and runs each through a company's first day, against a local stack:
#
#   clients/typescript   openapi-typescript and openapi-fetch, compiled by tsc in strict mode, library types too
#   a Python client      openapi-python-client with --fail-on-warning, driven by clients/python_day.py
#
# scripts/tools.sh installs the tools in pinned versions.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/start-stack.sh

# The same Node.js installs and runs the packages, so that both find their binaries.
export PATH="$(scripts/tools.sh node):$PATH" npm_config_update_notifier=false
echo "node $(node --version)"
python=$(scripts/tools.sh clients)
export ROLLCALL_SETUP_TOKEN=the-token-of-this-check
build_stack

echo "-- TypeScript"
cp -r clients/typescript "$work/typescript"
modules=$(dirname "$(scripts/tools.sh npm clients/typescript)")
rm -rf "$work/typescript/node_modules" "$work/typescript/dist"
ln -s "$modules" "$work/typescript/node_modules"
cp openapi.json "$work/openapi.json"
(
    cd "$work/typescript"
    node_modules/.bin/openapi-typescript "$work/openapi.json" --default-non-nullable false --output "$work/schema.d.ts"
    if ! cmp --silent "$work/schema.d.ts" src/schema.d.ts; then
        echo "clients/typescript/src/schema.d.ts is out of date. Run: cd clients/typescript && npm ci && npm run generate" >&2
        exit 1
    fi
    node_modules/.bin/tsc
)
start_stack --ephemeral --no-demo
node --test "$work"/typescript/dist/test/*.test.js

echo "-- Python"
PATH="$python:$PATH" "$python/openapi-python-client" generate --path openapi.json --config clients/python.yaml \
    --output-path "$work/python" --fail-on-warning
start_stack --ephemeral --no-demo
PYTHONPATH="$work/python" "$python/python" clients/python_day.py
echo "clients: ok"
