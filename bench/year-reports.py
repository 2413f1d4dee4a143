#!/usr/bin/env python3
"""Measures reports from a year's data: calls, units, time, CPU and peak memory of each.

    python3 bench/year-reports.py                                        # 10,000 people with 250 days each: takes half an hour to write
    python3 bench/year-reports.py --people 1000 --rollcall target/release/rollcall
    python3 bench/year-reports.py --data /var/tmp/year --keep            # keeps the written table for the next run

Everything is an export, because a year is too large for an answer. Memory is that of the whole local stack: the table's cache, all
functions and the export. The row *before* has its size without a report. Needs only Python 3.10.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

import company as companies
import tables
from client import Connection, Request, send_one
from run import release_build
from stack import Stack

DEPARTMENT, AT_ONCE = 1000, 100


def make(stack, people, days):
    """Creates departments of a thousand people, and their days."""
    admin = companies.set_up(stack.url, {"time_zone": companies.ZONE})
    workforces = []
    for first in range(0, people, DEPARTMENT):
        name = {"name": f"Department {first // DEPARTMENT}"}
        department = send_one(stack.url, Request("POST", "/departments", admin.token, name))["id"]
        workforces += [
            companies.workforce(department, start, min(AT_ONCE, people - start), days)
            for start in range(first, min(first + DEPARTMENT, people), AT_ONCE)
        ]
    for made in companies.written(stack, workforces):
        print(f"\r{made['first'] + made['people']:,} people", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    stack.settle()


def export(stack, admin, order):
    """Orders an export, waits for it, and returns a row of the table."""
    stack.calls()
    stack.forget_peak()
    before, cpu, started = stack.memory()[0], stack.cpu_seconds(), time.monotonic()
    connection = Connection(stack.url)
    ordered = connection.send(Request("POST", "/reports/exports", admin.token, order), True)
    name = f"`{order['report']}`, " + ", ".join(str(order[key]) for key in ("group_by", "format") if key in order)
    if ordered.status != 202:
        return [name, f"{ordered.status} `{json.loads(ordered.body)['code']}`", "", "", f"{ordered.seconds:.1f} s", "", "", ""]
    while True:
        job = connection.send(Request("GET", f"/reports/exports/{ordered.body['id']}", admin.token), True).body
        if job["status"] not in ("queued", "running"):
            break
        time.sleep(0.2)
    seconds, cpu = time.monotonic() - started, stack.cpu_seconds() - cpu
    operations = stack.calls().get("jobs", {"operations": []})["operations"]
    calls = ", ".join(f"{of['count']:,} {of['operation']}" for of in operations)
    units = sum(of["read_units"] for of in operations)
    result = job["status"] if job["status"] != "failed" else f"failed: {job.get('error')}"
    return [name, result, calls, f"{units:,.0f}", f"{seconds:.1f} s", f"{cpu:.1f} s", f"{before:.0f} MB", f"{stack.memory()[1]:.0f} MB"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rollcall", type=pathlib.Path, help="the local stack's binary (default: a release build)")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=250)
    parser.add_argument("--data", type=pathlib.Path, help="the folder of the table (default: a temporary one)")
    parser.add_argument("--keep", action="store_true", help="use the table that --data has already")
    given = parser.parse_args()
    temporary = tempfile.TemporaryDirectory(prefix="rollcall-year-")
    data = given.data or pathlib.Path(temporary.name)
    binary = given.rollcall or release_build()
    with Stack(binary.resolve(), companies.moment("08:00"), data) as stack:
        started = time.monotonic()
        if not (given.keep and given.data and (data / "made").exists()):
            make(stack, given.people, given.days)
            (data / "made").touch()
        admin = companies.sign_in(stack.url, "ada")
        print(f"written in {time.monotonic() - started:.0f} s, {stack.memory()[0]:.0f} MB", file=sys.stderr)
        last = companies.TODAY.replace(day=1)
        last = last.replace(year=last.year - 1, month=12) if last.month == 1 else last.replace(month=last.month - 1)
        period = {"from": str(companies.first_date(given.days)), "to": str(companies.TODAY)}
        orders = [
            {"report": "monthly-work", "format": "csv", "year": last.year, "month": last.month},
            {"report": "monthly-work", "format": "xlsx", "year": last.year, "month": last.month},
            {"report": "worked-hours", "format": "csv", "group_by": "week", **period},
            {"report": "worked-hours", "format": "xlsx", "group_by": "user", **period},
            {"report": "trends", "format": "csv", **period},
            {"report": "lateness", "format": "csv", **period},
            {"report": "attendance", "format": "csv", **period},
            {"report": "attendance", "format": "xlsx", **period},
        ]
        rows = []
        for order in orders:
            rows.append(export(stack, admin, order))
            print(rows[-1], file=sys.stderr, flush=True)
    head = ["export", "result", "calls of `jobs`", "read units", "time", "CPU", "memory before", "at most"]
    print(tables.table(head, rows))
    temporary.cleanup()


if __name__ == "__main__":
    main()
