#!/usr/bin/env bash
# Writes the public holidays of countries to shared/holiday_calendars/data, from the package holidays (PyPI) in the version that
# scripts/public-holidays/requirements.txt pins. A new version, or later years, is a change of that file or of
# scripts/public_holidays.py, and of the data in one commit.
#
#   scripts/public-holidays.sh            writes the data
#   scripts/public-holidays.sh --check    fails if the data differs from what the pinned version gives; skipped without PyPI
set -euo pipefail
cd "$(dirname "$0")/.."
data=shared/holiday_calendars/data/public-holidays.tsv

if ! tools=$(scripts/tools.sh public-holidays); then
    [ "${1:-}" = --check ] || exit 1
    echo "Skipped: the package holidays can't be installed from PyPI." >&2
    exit 0
fi
if [ "${1:-}" = --check ]; then
    made=$(mktemp)
    trap 'rm -f "$made"' EXIT
    "$tools/python" scripts/public_holidays.py "$made"
    cmp "$made" "$data"
else
    "$tools/python" scripts/public_holidays.py "$data"
fi
