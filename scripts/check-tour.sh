#!/usr/bin/env bash
# The README's tour, pasted: starts the local stack in a folder of its own, runs every block that README.md marks with
# `<!-- tour -->`, and looks for what the README says comes out. Then a restart: the data must still be there.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${TOUR_PORT:-3310}
folder=$(mktemp -d)
cargo build --quiet -p local
rollcall=${CARGO_TARGET_DIR:-target}/debug/rollcall
trap 'kill "$stack" 2>/dev/null || true; wait "$stack" 2>/dev/null || true; rm -rf "$folder"' EXIT

start() {
    "$rollcall" --port "$port" --data-dir "$folder/data" >"$folder/log" 2>&1 &
    stack=$!
    for _ in $(seq 3000); do
        grep -q "Rollcall is running" "$folder/log" && return
        kill -0 "$stack" 2>/dev/null || { cat "$folder/log"; exit 1; }
        sleep 0.1
    done
    echo "the stack doesn't start" && cat "$folder/log" && exit 1
}
# Greps a whole text, not a pipe: under `pipefail`, `grep -q` would end the pipe early and fail it.
expect() {
    grep -qF -- "$1" <<<"$2" || { printf 'the tour does not show %s:\n%s\n' "$1" "$2"; exit 1; }
}

start
awk '/^<!-- tour -->/ {marked=1} /^```sh/ && marked {inside=1; next} /^```/ {if (inside) marked=0; inside=0} inside' README.md |
    sed "s|http://127.0.0.1:3000|http://127.0.0.1:$port|" >"$folder/tour.sh"
shown=$(bash -eu "$folder/tour.sh" 2>&1)
for expected in '"can_clock_in":' '"late_seconds":1200' '"flags":["late"]' '"worked_seconds":31800' \
    '"scheduled_seconds":28800' '"overtime_seconds":3000' '"kind":"clock_out"' '"name":"Night shift"' \
    '"reason":"I was there at nine"' '"status":"approved"' '"days_late":0' '"action":"break_start"' '"presence":"on_break"' \
    '"path":"time_zone"' '"username":"lena"' '"code":"forbidden"' \
    '"full_name":"Piotr Zieliński"' '"note":"My sister gets married"' '"answer_note":"Dance for me"' 'BEGIN:VCALENDAR' \
    '"kind":"late_deduction"' '"kind":"reversal"' '"used_days":1.0' '"kind":"leave_decided"' '"kind":"correction_decided"' \
    '"unread_count":0' '"ticket":"lt1.' '"url":"ws://' '"done":true' '"status":"on_leave"' '"status":"absent"'; do
    expect "$expected" "$shown"
done

kill "$stack" && wait "$stack"
start
token=$(curl -s "http://127.0.0.1:$port/auth/login" -H 'content-type: application/json' \
    -d '{"username":"ada","password":"rollcall-demo-2026"}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
expect '"name":"Night shift"' "$(curl -s "http://127.0.0.1:$port/departments" -H "authorization: Bearer $token")"
echo "the README's tour works, and a restart keeps its data"
