#!/usr/bin/env bash
# Runs the tour of README.md: starts a local stack with a data folder of its own, runs every block that README.md marks with
# `<!-- tour -->`, and checks the output for the values that the README promises. Then restarts the stack and checks that it
# kept its data. Needs curl and jq; installs jq with apt-get where it is missing and apt-get is available.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/start-stack.sh

if ! command -v jq >/dev/null; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "The tour needs jq: install it, for example with apt-get install jq or brew install jq." >&2
        exit 1
    fi
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y jq
fi

port=${TOUR_PORT:-3310}
build_stack
start() {
    start_stack --port "$port" --data-dir "$work/data"
}
# Greps a string instead of a pipe: `grep -q` closes a pipe early, which fails the pipe under `pipefail`.
expect() {
    grep -qF -- "$1" <<<"$2" || { printf 'The output of the tour has no %s:\n%s\n' "$1" "$2"; exit 1; }
}

start
# The README's jq prints for people; the expected values below are written without spaces.
echo 'jq() { command jq --compact-output "$@"; }' >"$work/tour.sh"
awk '/^<!-- tour -->/ {marked=1} /^```sh/ && marked {inside=1; next} /^```/ {if (inside) marked=0; inside=0} inside' README.md |
    sed "s|http://127.0.0.1:3000|http://127.0.0.1:$port|" >>"$work/tour.sh"
shown=$(bash -eu "$work/tour.sh" 2>&1)
for expected in '"can_clock_in":' '"late_seconds":1200' '"flags":["late"]' '"worked_seconds":30000' \
    '"scheduled_seconds":28800' '"overtime_seconds":1200' '"kind":"clock_out"' '"name":"Night shift"' \
    '"reason":"I was there at nine"' '"status":"approved"' '"days_late":0' '"action":"break_start"' '"presence":"on_break"' \
    '"path":"time_zone"' '"username":"lena"' '"code":"forbidden"' \
    '"full_name":"Piotr Zieliński"' '"note":"My sister gets married"' '"answer_note":"Dance for me"' 'BEGIN:VCALENDAR' \
    '"kind":"late_deduction"' '"kind":"reversal"' '"used_days":1' '"kind":"leave_decided"' '"kind":"correction_decided"' \
    '"unread_count":0' '"ticket":"lt1.' '"url":"ws://' '"done":true' '"status":"on_leave"' '"status":"absent"' \
    '"days_absent":' '<svg'; do
    expect "$expected" "$shown"
done

start
token=$(curl -s "http://127.0.0.1:$port/auth/login" -H 'content-type: application/json' \
    -d '{"username":"ada","password":"rollcall-demo-2026"}' | jq --raw-output .access_token)
expect '"name":"Night shift"' "$(curl -s "http://127.0.0.1:$port/departments" -H "authorization: Bearer $token")"
echo "The tour of README.md works, and a restart keeps the data."
