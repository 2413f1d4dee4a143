#!/usr/bin/env bash
# Checks Cargo.lock with deny.toml: licences, banned and duplicate crates, and the sources of crates. Also checks for known
# vulnerabilities in the advisory database, which it fetches from GitHub.
#
# If the database can't be reached, the script says so, checks against the last one that was fetched, and says how old that is.
# ROLLCALL_ADVISORIES=required makes an unreachable database a failure, as the workflow on GitHub does.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$(scripts/tools.sh cargo-deny):$PATH"

cargo fetch --locked
cargo deny --offline --log-level error check --hide-inclusion-graph licenses bans sources
if GIT_TERMINAL_PROMPT=0 timeout 120 cargo deny --log-level error fetch db; then
    cargo deny --log-level error check --disable-fetch advisories
    echo "advisories: checked against the present database"
    exit
fi
echo "advisories: the database at github.com/RustSec/advisory-db can't be reached"
if [ "${ROLLCALL_ADVISORIES:-}" = required ]; then
    exit 1
fi
# cargo-deny clones each database into a folder of its own.
last=$(ls -td "${CARGO_HOME:-$HOME/.cargo}"/advisory-dbs/*/.git 2>/dev/null | head -1 || true)
if [ -n "$last" ]; then
    echo "advisories: checking against the last known database, of $(git --git-dir "$last" log -1 --format='%cs, %cr')"
    cargo deny --offline --log-level error check --disable-fetch advisories
else
    echo "advisories: NOT CHECKED, because no database was ever fetched on this machine"
fi
