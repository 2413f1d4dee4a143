#!/usr/bin/env bash
# Has a file of each report read by programs that share no code with the one that made it: openpyxl, and Python's csv in
# strict mode. The files are made by the journeys, which read them with calamine and the csv crate themselves.
#
# ROLLCALL_KEEP_FILES says where the files stay (default: a temporary folder, removed at the end). The journeys are those that
# `cargo test --workspace` built; where openpyxl isn't installed (scripts/tools.sh does so), the script says that it skipped it.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-$(scripts/tools.sh)/python}
folder=${ROLLCALL_KEEP_FILES:-}
if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
ROLLCALL_KEEP_FILES=$folder cargo test --quiet --workspace --test journeys reports::forms >/dev/null
"$python" scripts/check_reports.py "$folder"
