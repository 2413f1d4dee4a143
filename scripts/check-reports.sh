#!/usr/bin/env bash
# Reads a file of each report, payroll files, PDF timesheets, and calendar feeds with difficult names, with programs that share no
# code with Rollcall: openpyxl, Python's csv in strict mode, pypdf, and the icalendar package. Tests create the files and also read
# them with calamine, the csv crate and calcard. Where LibreOffice is installed, it opens payroll sheets too.
#
# ROLLCALL_KEEP_FILES is the folder for the files (default: a temporary folder, which is removed at the end). The tests are those
# that `cargo test --workspace` builds. scripts/tools.sh installs openpyxl and icalendar. With a Python of your own that lacks one
# of them, the script says which check it skipped.
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
ROLLCALL_KEEP_FILES=$folder cargo test --quiet --workspace --lib another_library_reads_feeds >/dev/null
"$python" scripts/check_feeds.py "$folder/feeds"
mkdir -p "$folder/payroll"
ROLLCALL_KEEP_FILES=$folder/payroll cargo test --quiet --workspace --lib -- tests::files:: tests::timesheet:: >/dev/null
"$python" scripts/check_payroll.py "$folder/payroll"
