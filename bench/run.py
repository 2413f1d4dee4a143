#!/usr/bin/env python3
"""Measures Rollcall: latency, CPU, AWS calls and units of each operation, in a company with a history.

    python3 bench/run.py                                      # 2,000 people with 22 days each, in memory
    python3 bench/run.py --people 10000 --on-disk --concurrency 1,8,32
    python3 bench/run.py --people 100000 --days 5 --punches --no-jobs   # whether punches depend on the size of the company
    python3 bench/run.py --rollcall /tmp/before/rollcall      # another binary
    python3 bench/run.py --url https://abc.execute-api.eu-central-1.amazonaws.com --users users.csv
    python3 bench/run.py --check                              # only compares calls and units with bench/expected-calls.json
    python3 bench/run.py --check --update                     # writes them there

Without --rollcall, builds and runs the release build. The server and this client share the machine: on two cores, the client takes a
third of a core at 300 requests a second. CPU is that of the whole server process: gateway, functions, table, and the work that the
events of an operation cause. A deployed API has no CPU and no calls in the tables. Its people come from a CSV file with the columns
`username` and `password`, first an admin; they clock in and out and ask for leave for real, so use a company for tests.

Needs only Python 3.10.
"""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import company as companies
import expected
import tables
from operations import Operations
from stack import Stack

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXPECTED = ROOT / "bench" / "expected-calls.json"
# The company whose calls are compared. Calls and units depend on it, so it never changes.
CHECKED_PEOPLE, CHECKED_DAYS, CHECKED_REQUESTS = 60, 5, 3
# The last operations of a day run a quarter of an hour after the first, and all before the shift begins at nine.
DAY_MINUTES, LAST_START = 20, 8 * 60 + 40


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="See the start of bench/run.py for examples.")
    parser.add_argument("--rollcall", type=pathlib.Path, help="the local stack's binary (default: a release build)")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--days", type=int, default=22, help="days of history of each person")
    parser.add_argument("--requests", type=int, default=200, help="requests of an operation; punches need as many people")
    parser.add_argument("--concurrency", default="1,8", help="requests at once, as a list such as 1,8,32")
    parser.add_argument("--punches", action="store_true", help="only sign-ins, punches and breaks")
    parser.add_argument("--no-jobs", action="store_true", help="without scheduled jobs, and without creating everyone's day")
    parser.add_argument("--on-disk", action="store_true", help="keep the table in a file of a temporary folder, not in memory")
    parser.add_argument("--url", help="the address of a deployed API, in place of a local stack")
    parser.add_argument("--users", type=pathlib.Path, help="the people of the deployed company")
    parser.add_argument("--out", type=pathlib.Path, help="also write the tables to this file")
    parser.add_argument("--check", action="store_true", help="compare calls and units with bench/expected-calls.json")
    parser.add_argument("--update", action="store_true", help="with --check: write bench/expected-calls.json")
    given = parser.parse_args()
    given.levels = [int(level) for level in given.concurrency.split(",")]
    if given.url and not given.users:
        parser.error("--url needs --users")
    if not given.url and len(given.levels) * given.requests > given.people // 2 and not given.check:
        parser.error("each request of a punch needs its own person: use more --people or fewer --requests")
    return given


def release_build():
    subprocess.run(["cargo", "build", "--release", "--locked", "--package", "local", "--bin", "rollcall"], cwd=ROOT, check=True)
    return ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "release" / "rollcall"


def progress(measured):
    print(f"  {measured.name}, {measured.concurrency} at once: {measured.percentile(50):.1f} ms {measured.failures or ''}", file=sys.stderr, flush=True)


def local(given):
    """Measures a local stack. Returns what was measured, and a text about the company."""
    binary = given.rollcall or release_build()
    with contextlib.ExitStack() as opened:
        data = opened.enter_context(tempfile.TemporaryDirectory(prefix="rollcall-bench-")) if given.on_disk else None
        stack = opened.enter_context(Stack(binary.resolve(), companies.moment("05:00"), data, schedules=not (given.check or given.no_jobs)))
        started, cpu = time.monotonic(), stack.cpu_seconds()
        company = companies.make(stack, given.people, given.days)
        made = time.monotonic() - started
        stack.settle()
        settled = time.monotonic() - started
        notes = [
            f"{given.people:,} people with {given.days} days each, {'on disk' if data else 'in memory'}: written in {made:.0f} s, all stream "
            f"records read after {settled:.0f} s, {stack.cpu_seconds() - cpu:.0f} s of CPU."
        ]
        print(notes[0], file=sys.stderr)
        if given.check:
            # The year's grants, which the first request for leave would book otherwise.
            stack.control("POST", "schedules/leave-year")
            stack.settle()
        if not given.no_jobs:
            started, cpu = time.monotonic(), stack.cpu_seconds()
            stack.control("POST", "schedules/open-day")
            stack.settle()
            notes.append(f"Creating everyone's day: {time.monotonic() - started:.1f} s, {stack.cpu_seconds() - cpu:.1f} s of CPU.")
        operations = Operations(company, stack, given.requests, progress, settles_each=given.check, punches_only=given.punches)
        for number, level in enumerate(given.levels):
            people = company.people[number * given.requests:(number + 1) * given.requests]
            operations.day(people, level, LAST_START - DAY_MINUTES * (len(given.levels) - 1 - number))
        now, peak = stack.memory()
        notes.append(f"Memory of the server: {now:.0f} MB at the end, {peak:.0f} MB at most.")
        if data:
            size = sum(file.stat().st_size for file in pathlib.Path(data).rglob("*") if file.is_file())
            notes.append(f"Size of the folder: {size / 1e6:,.0f} MB.")
        return operations.measured, notes


def deployed(given):
    company = companies.read(given.url, given.users)
    operations = Operations(company, None, given.requests, progress)
    for level in given.levels:
        operations.day(company.people[:given.requests], level, 0)
    return operations.measured, [f"A deployed API with {len(company.people)} people who clock in and out."]


def check(given):
    given.people, given.days, given.requests = CHECKED_PEOPLE, CHECKED_DAYS, CHECKED_REQUESTS
    given.levels, given.on_disk = [1], False
    found = expected.of(local(given)[0])
    if given.update:
        expected.write(EXPECTED, found)
        print(f"{EXPECTED.relative_to(ROOT)} has the calls and units of {len(found)} operations")
        return 0
    grown, changed = expected.differences(json.loads(EXPECTED.read_text()), found)
    for line in changed:
        print(f"less than expected: {line}")
    for line in grown:
        print(f"MORE THAN EXPECTED: {line}")
    if grown or changed:
        print("If this is intended, run `scripts/check-calls.sh --update` and commit bench/expected-calls.json.")
    else:
        print(f"{len(found)} operations make the expected calls")
    return 1 if grown else 0


def main():
    given = arguments()
    if given.check:
        return check(given)
    measured, notes = deployed(given) if given.url else local(given)
    text = "\n".join(f"- {note}" for note in notes) + "\n\n" + tables.times(measured)
    if not given.url:
        text += "\n" + tables.costs(measured)
    print(text)
    if given.out:
        given.out.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
