#!/usr/bin/env python3
"""Measures the largest pieces of work: imports of people and of a year's history, and the close and pay run of a period.

    python3 bench/jobs.py                                            # 5,000 people, a year of 100, a period of 1,000
    python3 bench/jobs.py --people 500 --history 10 --closed 100 --rollcall target/release/rollcall

Each sheet is imported twice, and the second time must change nothing. Calls and units are those of the request and of all that it
causes. Memory is that of the whole local stack, with its table on disk. Needs only Python 3.10.
"""

import argparse
import collections
import datetime
import http.client
import json
import pathlib
import sys
import tempfile
import time
import urllib.parse

import company as companies
import tables
from client import Request, send_all, send_one
from run import release_build
from stack import Stack

PERIOD = f"{companies.TODAY - datetime.timedelta(days=7)}..{companies.TODAY - datetime.timedelta(days=1)}"
YEAR = (companies.TODAY - datetime.timedelta(days=364), companies.TODAY - datetime.timedelta(days=3))

# The requests by which this program follows a job.
FOLLOWING = {"POST /auth/login", "GET /users/import/{id}", "GET /attendance/import/{id}", "GET /pay/runs/{id}"}


class Work:
    """A company with an admin, and the rows of the table."""

    def __init__(self, stack):
        self.stack, self.rows = stack, []
        companies.set_up(stack.url, {"time_zone": companies.ZONE})

    def token(self):
        """Signs in again: a token is valid for 15 minutes."""
        return companies.sign_in(self.stack.url, "ada").token

    def change(self, method, path, body):
        return send_one(self.stack.url, Request(method, path, self.token(), body))

    def read(self, path):
        return send_one(self.stack.url, Request("GET", path, self.token()))

    def exchange(self, method, path, text=None):
        """Sends a request whose body or answer isn't JSON. Returns the location of the answer, and its bytes."""
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.stack.url).netloc, timeout=300)
        connection.request(method, path, text, {"Authorization": f"Bearer {self.token()}", "Content-Type": "text/csv"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path} answered {answer.status}: {body[:2000]}")
        return answer.getheader("Location"), body

    def measure(self, name, start):
        """Starts a piece of work, waits until nothing is left to do, and adds a row."""
        self.stack.settle()
        self.stack.calls()
        self.stack.forget_peak()
        cpu, started = self.stack.cpu_seconds(), time.monotonic()
        result = start()
        self.stack.settle()
        seconds, cpu = time.monotonic() - started, self.stack.cpu_seconds() - cpu
        calls, read, written = collections.Counter(), 0, 0
        for route in self.stack.calls().values():
            for operation in route["operations"]:
                if route["route"] in FOLLOWING:
                    continue
                calls[operation["operation"]] += operation["count"]
                read, written = read + operation["read_units"], written + operation["write_units"]
        told = ", ".join(f"{count:,} {operation}" for operation, count in sorted(calls.items()))
        row = [name, told, f"{read:,.0f}", f"{written:,.0f}", f"{seconds:,.1f} s", f"{cpu:,.1f} s", f"{self.stack.memory()[1]:,.0f} MB"]
        self.rows.append(row)
        print(row, file=sys.stderr, flush=True)
        return result

    def job(self, path):
        """Waits for a job, and returns it."""
        while (job := self.read(path))["status"] in ("queued", "running"):
            time.sleep(1)
        return job

    def sheet(self, path, text):
        """Sends a sheet, waits for its import, and returns its counts."""
        location, _ = self.exchange("POST", path, text)
        job = self.job(location)
        if job["status"] != "done":
            raise SystemExit(f"{path}: {json.dumps(job)[:2000]}")
        return job["counts"]


def imports(work, people, with_history):
    sheet = "username,full_name,email,hired_on\n" + "".join(
        f"person{number:05},Person {number:05},person{number:05}@harbour.example,{YEAR[0]}\n" for number in range(people)
    )
    work.measure(f"import of {people:,} people", lambda: work.sheet("/users/import", sheet))
    unchanged(work.measure("the same people again", lambda: work.sheet("/users/import", sheet)), people)
    dates = [YEAR[0] + datetime.timedelta(days=days) for days in range((YEAR[1] - YEAR[0]).days + 1)]
    rows = [
        f"person{number:05},{date},09:00,17:30,12:00,12:30\n"
        for number in range(with_history) for date in dates if date.weekday() < 5
    ]
    sheet = "username,date,clock_in,clock_out,break_start,break_end\n" + "".join(rows)
    work.measure(f"import of {len(rows):,} days of {with_history} people", lambda: work.sheet("/attendance/import", sheet))
    unchanged(work.measure("the same days again", lambda: work.sheet("/attendance/import", sheet)), len(rows))


def unchanged(counts, rows):
    if counts["unchanged"] != rows:
        raise SystemExit(f"the second import has changed something: {counts}")


def payroll(work, people):
    """Closes a week of people who worked on five days, and makes its pay run."""
    department = work.change("POST", "/departments", {"name": "Crew"})["id"]
    work.change("PATCH", "/settings", {"pay_period": {"kind": "week", "anchor": str(companies.TODAY)}})
    for first in range(0, people, 100):
        work.stack.control("POST", "people", {
            "department_id": department, "first": 100_000 + first, "people": min(100, people - first), "days": 5,
            "from": str(companies.first_date(5)),
        })
    work.stack.settle()
    path, ids = f"/users?department_id={department}&limit=100", []
    while path:
        page = work.read(path)
        ids += [user["id"] for user in page["items"]]
        cursor = page.get("next_cursor")
        path = cursor and f"/users?department_id={department}&limit=100&cursor={urllib.parse.quote(cursor)}"
    for start in range(0, len(ids), 200):
        token = work.token()
        profiles = [
            Request("PUT", f"/users/{id}/pay-profile", token,
                    {"personnel_number": str(start + number), "account": False, "effective_from": "2020-01-01"})
            for number, id in enumerate(ids[start:start + 200])
        ]
        succeed(send_all(work.stack.url, profiles, 4, keep_body=True)[0])
        work.stack.settle()
        token = work.token()
        approvals = [Request("POST", f"/pay/periods/{PERIOD}/timesheets/{id}/approve", token, {}) for id in ids[start:start + 200]]
        succeed(send_all(work.stack.url, approvals, 4, keep_body=True)[0])
    others = [user["id"] for user in work.read("/users?limit=100&q=ada")["items"]]
    close = {"leave_out": others}
    work.measure(f"close of a period of {people:,} people", lambda: work.change("POST", f"/pay/periods/{PERIOD}/close", close))

    def run():
        started = work.change("POST", "/pay/runs", {"period_id": PERIOD, "template": "csv"})
        return work.job(f"/pay/runs/{started['id']}")

    made = work.measure("its pay run", run)
    print({key: made.get(key) for key in ("status", "counts", "lines", "hash")}, file=sys.stderr)
    work.measure("a second pay run, without differences", run)
    work.measure("the run's file, CSV", lambda: work.exchange("GET", made["file"]))
    work.measure("all timesheets as PDF in an archive", lambda: work.change("POST", f"/pay/periods/{PERIOD}/timesheets/export", {}))
    work.measure("reopening of the period", lambda: work.change("POST", f"/pay/periods/{PERIOD}/reopen", {"reason": "A shift is missing"}))


def succeed(answers):
    for answer in answers:
        if answer.status >= 300:
            raise SystemExit(f"{answer.status}: {answer.body}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rollcall", type=pathlib.Path, help="the local stack's binary (default: a release build)")
    parser.add_argument("--people", type=int, default=5_000, help="people who are imported; 0 leaves imports out")
    parser.add_argument("--history", type=int, default=100, help="people of whom a year is imported")
    parser.add_argument("--closed", type=int, default=1_000, help="people of the pay period; 0 leaves it out")
    given = parser.parse_args()
    binary = (given.rollcall or release_build()).resolve()
    rows = []
    for measure, wanted in ((lambda work: imports(work, given.people, given.history), given.people), (lambda work: payroll(work, given.closed), given.closed)):
        if not wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="rollcall-jobs-") as data:
            with Stack(binary, companies.moment("08:00"), data, schedules=False) as stack:
                work = Work(stack)
                measure(work)
                rows += work.rows
    print(tables.table(["work", "calls", "read units", "write units", "time", "CPU", "memory, at most"], rows))


if __name__ == "__main__":
    main()
