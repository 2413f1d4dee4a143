#!/usr/bin/env bash
# Calls every operation of openapi.json with Schemathesis: the documented examples, values at the bounds of the schemas, and
# random values of a fixed seed, valid and invalid. Each answer must be a documented one, and none a 5xx.
#
# The calls go to a demo company of their own, signed in as its administrator. Findings that aren't faults are listed with
# their reasons in scripts/schemathesis/schemathesis.toml. Schemathesis comes from PyPI, pinned.
set -euo pipefail
cd "$(dirname "$0")/.."

python=$(scripts/tools.sh schemathesis)
work=$(mktemp -d)
stack=
cleanup() {
    [ -z "$stack" ] || kill "$stack" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

# Selects the same packages as `cargo test --workspace`, so that nothing is built twice.
cargo test --quiet --workspace --test stack --no-run
# The clock stands at the moment of the examples, so that they apply and the access token doesn't expire.
"${CARGO_TARGET_DIR:-target}/debug/rollcall" --ephemeral --port 0 --clock 2026-11-04T11:00:00+01:00 \
    >"$work/stdout" 2>"$work/stderr" &
stack=$!
for _ in $(seq 600); do
    url=$(sed -n 's/^  API  *//p' "$work/stdout")
    [ -z "$url" ] || break
    kill -0 "$stack" || { cat "$work/stderr" >&2 && exit 1; }
    sleep 0.1
done
export ROLLCALL_TOKEN
ROLLCALL_TOKEN=$("$python/python" scripts/schemathesis/prepare.py "$url" "$work/openapi.json")

# Schemathesis writes files into the folder in which it runs.
config=$PWD/scripts/schemathesis/schemathesis.toml
cd "$work"
timeout 600 "$python/schemathesis" --config-file "$config" run openapi.json --url "$url"
