#!/usr/bin/env bash
# Checks Cargo.lock with deny.toml: licences, banned and duplicate crates, and the sources of crates. Also checks for known
# vulnerabilities, if the advisory database can be fetched from GitHub.
#
# If the database can't be reached, the script says so and continues. ROLLCALL_ADVISORIES=required makes that a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$(scripts/tools.sh cargo-deny):$PATH"

cargo fetch --locked
cargo deny --offline --log-level error check --hide-inclusion-graph licenses bans sources
if GIT_TERMINAL_PROMPT=0 timeout 120 cargo deny --log-level error fetch db; then
    cargo deny --log-level error check --disable-fetch advisories
elif [ "${ROLLCALL_ADVISORIES:-}" = required ]; then
    echo "advisories: the database can't be reached" >&2 && exit 1
else
    echo "advisories: NOT CHECKED, because the database at github.com/RustSec/advisory-db can't be reached"
fi
