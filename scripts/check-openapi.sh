#!/usr/bin/env bash
# Checks that openapi.json says what the code says. To write it anew: cargo run -- --write-openapi openapi.json
set -euo pipefail
cd "$(dirname "$0")/.."

written=$(mktemp)
trap 'rm -f "$written"' EXIT
cargo run --quiet --package local -- --write-openapi "$written"
if ! diff -u openapi.json "$written"; then
    echo "openapi.json is not what the code says; write it anew: cargo run -- --write-openapi openapi.json" >&2
    exit 1
fi
echo "openapi.json: ok"
