#!/usr/bin/env bash
# Checks Cargo.lock against deny.toml: licences, banned and duplicate crates, where crates come from; and known
# vulnerabilities where the advisory database can be fetched from GitHub.
#
# ROLLCALL_ADVISORIES=required makes an unreachable database a failure; otherwise it is said and passed over.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$(scripts/tools.sh cargo-deny):$PATH"

cargo fetch --locked
cargo deny --offline --log-level error check --hide-inclusion-graph licenses bans sources
if GIT_TERMINAL_PROMPT=0 timeout 120 cargo deny --log-level error fetch db; then
    cargo deny --log-level error check --disable-fetch advisories
elif [ "${ROLLCALL_ADVISORIES:-}" = required ]; then
    echo "advisories: the database can't be fetched" >&2 && exit 1
else
    echo "advisories: NOT CHECKED, the database at github.com/RustSec/advisory-db can't be reached from here"
fi
