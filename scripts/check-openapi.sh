#!/usr/bin/env bash
# Checks that openapi.json and asyncapi.json match the code, and that Spectral and Redocly report no error and no warning.
# To update both, run: cargo run -- --write-openapi openapi.json --write-asyncapi asyncapi.json
#
# The linters come from the npm registry, in the versions of scripts/openapi/package-lock.json. ROLLCALL_LINTERS=off skips them.
set -euo pipefail
cd "$(dirname "$0")/.."

written=$(mktemp -d)
trap 'rm -rf "$written"' EXIT
# Selects the same packages as `cargo test --workspace`, so that nothing is built twice.
cargo test --quiet --workspace --test stack --no-run
"${CARGO_TARGET_DIR:-target}/debug/rollcall" --write-openapi "$written/openapi.json" --write-asyncapi "$written/asyncapi.json"
for document in openapi.json asyncapi.json; do
    if ! diff -u "$document" "$written/$document"; then
        echo "$document doesn't match the code. Run: cargo run -- --write-${document%.json} $document" >&2
        exit 1
    fi
    echo "$document: ok"
done

if [ "${ROLLCALL_LINTERS:-on}" = off ]; then
    echo "skipped: Spectral and Redocly (ROLLCALL_LINTERS=off)"
    exit
fi
export PATH="$(scripts/tools.sh node):$PATH" REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
echo "node $(node --version)"
linters=$(scripts/tools.sh npm scripts/openapi)
"$linters/spectral" lint openapi.json --ruleset scripts/openapi/spectral.yaml --fail-severity warn
"$linters/spectral" lint asyncapi.json --ruleset scripts/openapi/spectral-asyncapi.yaml --fail-severity warn
"$linters/redocly" lint openapi.json --config scripts/openapi/redocly.yaml
