#!/usr/bin/env bash
# Has a file of each report, and calendar feeds with every nasty name, read by programs that share no code with the ones that
# made them: openpyxl, Python's csv in strict mode, and the icalendar package. The files are made by tests, which read them
# with calamine, the csv crate and calcard themselves.
#
# ROLLCALL_KEEP_FILES says where the files stay (default: a temporary folder, removed at the end). The tests are those that
# `cargo test --workspace` built; where openpyxl or icalendar isn't installed (scripts/tools.sh does so), the script says that
# it skipped it.
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
ROLLCALL_KEEP_FILES=$folder cargo test --quiet --workspace --lib a_feed_with_every_nasty_name >/dev/null
"$python" scripts/check_feeds.py "$folder/feeds"
