#!/usr/bin/env python3
"""Measures the CPU time of functions alone, which Lambda bills: real binaries against an AWS that answers at once.

    sam build        # or: cargo build --release --package clock --package leave --package attendance --package reports
    python3 bench/function-cost.py                                # of .aws-sam/build, or of target/release
    python3 bench/function-cost.py --built target/release --rollcall target/release/rollcall
    python3 bench/function-cost.py --instructions                 # also counts instructions, which no other work changes
    python3 bench/function-cost.py --perf /tmp/profiles punch     # also records where the time goes, for flame graphs

Starts the local stack with a company in real time, and sends one event of each operation through the function's own binary. The stack's
answers are recorded, and then the same event is sent many times while a stub repeats the answers. So each invocation does all of its own
work: the event, the token, signing, HTTP, JSON, the rules, the answer, and its log line. What is missing is TLS, which adds the encryption
of each call. CPU is user and system time of the process: the median of five rounds. Instructions are those of the process without the
kernel's. Needs only Python 3.10, Valgrind for --instructions, and `perf` for --perf (docs/performance.md has the commands that draw a
flame graph of a recording; build with CARGO_PROFILE_RELEASE_STRIP=none).
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "scripts" / "emulated-cloud"))

import company as companies  # noqa: E402
import tables  # noqa: E402
from bootstrap import Bootstrap, CountedBootstrap  # noqa: E402
from client import Request, send_one  # noqa: E402
from stack import Stack  # noqa: E402
from table_stub import TableStub  # noqa: E402

CREW, REPORTED, DAYS = 200, 1000, 22
WARM_UP, ROUNDS = 50, 5
# The invocations before instructions are counted, and those of which they are counted.
UNCOUNTED, COUNTED = 5, 20


class Company:
    """A company in whose time zone the working day has just begun, so that a punch of now is one in the morning."""

    def __init__(self, stack):
        self.stack, self.url = stack, stack.url
        utc = datetime.datetime.now(datetime.timezone.utc)
        # Zones `Etc/GMT-5` are five hours ahead of UTC.
        ahead = (8 - utc.hour + 11) % 24 - 11
        self.zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
        self.today = (utc + datetime.timedelta(hours=ahead)).date()
        # Today is a workday, whichever weekday it is.
        weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        off = [weekdays[(self.today.weekday() + days) % 7] for days in (2, 3)]
        self.admin = companies.set_up(self.url, {"time_zone": self.zone, "default_weekly_offs": off})
        self.crew, self.reported = self.hire("Crew", 0, CREW), self.hire("Plant", CREW, REPORTED)
        stack.settle()
        stack.control("POST", "schedules/open-day")
        stack.settle()

    def hire(self, name, first, people):
        department = send_one(self.url, Request("POST", "/departments", self.admin.token, {"name": name}))["id"]
        self.stack.control("POST", "people", {
            "department_id": department, "first": first, "people": people, "days": DAYS, "password_of": self.admin.id,
            "from": str(self.today - datetime.timedelta(days=40)), "remark": "At the terminal by the gate",
        })
        return department

    def operations(self):
        """Returns each operation with its function and its request."""
        today, puncher, asker, other = self.today, *(companies.sign_in(self.url, f"person{number}") for number in range(3))
        leave = {"start_date": str(today + datetime.timedelta(days=14)), "end_date": str(today + datetime.timedelta(days=15))}
        asked = send_one(self.url, Request("POST", "/leave/requests", other.token, leave))["id"]
        month = f"from={today - datetime.timedelta(days=40)}&to={today - datetime.timedelta(days=1)}&limit=31"
        last = today.replace(day=1) - datetime.timedelta(days=1)
        of_month = f"year={last.year}&month={last.month}"
        admin = self.admin.token
        return [
            ("punch", "clock", Request("POST", "/clock/in", puncher.token, {})),
            ("leave request", "leave", Request("POST", "/leave/requests", asker.token, leave)),
            ("decision on leave", "leave", Request("POST", f"/leave/requests/{asked}/decision", admin, {"status": "approved"})),
            (f"own month of {DAYS} days", "attendance", Request("GET", f"/attendance/me?{month}", puncher.token)),
            (f"board of {CREW}", "attendance", Request("GET", f"/attendance/board?date={today}&department_id={self.crew}&limit=200", admin)),
            (f"report of {REPORTED:,}", "reports", Request("GET", f"/reports/monthly-work?{of_month}&department_id={self.reported}", admin)),
        ]


def event(request):
    """Returns the event that API Gateway sends for a request."""
    sample = json.loads((ROOT / "events" / "clock" / "clock-in.json").read_text())
    path, _, query = request.path.partition("?")
    segment = path.split("/")[1]
    sample["rawPath"] = sample["requestContext"]["http"]["path"] = path
    sample["routeKey"] = sample["requestContext"]["routeKey"] = f"ANY /{segment}/{{proxy+}}"
    sample["requestContext"]["http"]["method"] = request.method
    sample["pathParameters"] = {"proxy": path.removeprefix(f"/{segment}/")}
    sample["rawQueryString"] = query
    if query:
        sample["queryStringParameters"] = dict(pair.split("=", 1) for pair in query.split("&"))
    headers = sample["headers"]
    headers["authorization"] = f"Bearer {request.token}"
    # A repeated key would be answered from memory.
    for name in ("idempotency-key", "content-type", "content-length"):
        del headers[name]
    if request.body is None:
        del sample["body"]
    else:
        sample["body"] = json.dumps(request.body)
        headers |= {"content-type": "application/json", "content-length": str(len(sample["body"]))}
    return sample


@contextlib.contextmanager
def recording(process, file):
    """Records the stacks of a process while the body runs, if there is a file for them."""
    if file is None:
        yield
        return
    command = ["perf", "record", "-e", "cpu-clock", "-F", "4999", "--call-graph", "dwarf,16384", "-p", str(process.pid), "-o", str(file)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as perf:
        try:
            yield
        finally:
            perf.send_signal(signal.SIGINT)


def instructions(binary, variables, function, sent):
    """Returns the instructions of the first invocation after a start, and of a warm one."""
    def of(events):
        with CountedBootstrap(binary, variables, function) as bootstrap:
            for _ in range(events):
                bootstrap.invoke(sent)
            return bootstrap.instructions()

    return of(1) - of(0), (of(UNCOUNTED + COUNTED) - of(UNCOUNTED)) / COUNTED


def measure(binary, function, request, upstream, events, profile, is_counted):
    """Returns the CPU time of an invocation in ms, the calls that it makes, the size of its answer, the memory, and the instructions."""
    with TableStub(upstream) as stub:
        # Logs as in Lambda, and no second attempts.
        variables = {"AWS_ENDPOINT_URL": stub.url, "RUST_LOG": "info", "STACK": "rollcall"}
        with Bootstrap(binary, variables, function) as bootstrap:
            sent = event(request)
            kind, answer, _ = bootstrap.invoke(sent)
            if kind != "response" or answer["statusCode"] >= 300:
                raise SystemExit(f"{request.method} {request.path}: {kind} {json.dumps(answer)[:500]}")
            stub.replay()
            for _ in range(WARM_UP):
                _, repeated, _ = bootstrap.invoke(sent)
                if repeated["statusCode"] != answer["statusCode"]:
                    raise SystemExit(f"{request.path}: a repetition answers {json.dumps(repeated)[:500]}; unknown: {stub.unknown}")
            stub.calls = {}
            rounds = []
            with recording(bootstrap.process, profile):
                for _ in range(ROUNDS):
                    before = bootstrap.cpu_seconds()
                    for _ in range(events):
                        bootstrap.invoke(sent)
                    rounds.append((bootstrap.cpu_seconds() - before) * 1000 / events)
            invocations = ROUNDS * events
            calls = ", ".join(f"{tables.number(count / invocations)} {name}" for name, count in sorted(stub.calls.items()))
            peak = bootstrap.peak_megabytes()
        counted = instructions(binary, variables, function, sent) if is_counted else None
        return rounds, calls, len(json.dumps(answer["body"])), peak, counted


def find(built, function):
    """Returns the binary of a function: in a folder of `sam build`, or of `cargo build`."""
    for path in (built / function.capitalize() / "bootstrap", built / function):
        if path.is_file():
            return path
    raise SystemExit(f"{built} has no binary of {function}: run `sam build`, or name another folder with --built")


def main():
    target = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
    usual = ROOT / ".aws-sam" / "build"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--built", type=pathlib.Path, default=usual if usual.exists() else target / "release", help="the folder of the binaries")
    parser.add_argument("--rollcall", type=pathlib.Path, default=target / "release" / "rollcall", help="the local stack that answers the first time")
    parser.add_argument("--events", type=int, default=400, help="invocations of an operation in each of the five rounds")
    parser.add_argument("--instructions", action="store_true", help="also count the instructions of an invocation, with Valgrind")
    parser.add_argument("--perf", type=pathlib.Path, help="a folder for recordings of `perf`, which make the figures higher")
    parser.add_argument("operations", nargs="*", help="the beginnings of the operations to measure (default: all)")
    given = parser.parse_args()
    if given.perf:
        given.perf.mkdir(parents=True, exist_ok=True)
    rows = []
    # Without a stopped clock: the functions use the system's.
    with Stack(given.rollcall.resolve(), None) as stack:
        for name, function, request in Company(stack).operations():
            if given.operations and not name.startswith(tuple(given.operations)):
                continue
            binary = find(given.built, function)
            # Lists take milliseconds; a quarter of the invocations is enough for the clock ticks of /proc.
            events = given.events if request.method == "POST" else max(50, given.events // 4)
            profile = given.perf and given.perf / f"{name.replace(' ', '-').replace(',', '')}.data"
            rounds, calls, size, peak, counted = measure(binary, function, request, stack.aws_url, events, profile, given.instructions)
            cpu, spread = statistics.median(rounds), f"{min(rounds):.2f}–{max(rounds):.2f} ms"
            counts = [f"{count / 1e6:.2f} million" for count in counted or ()]
            rows.append([name, f"`{function}`", f"{cpu:.2f} ms", spread, *counts, calls, f"{size / 1000:,.1f} kB", f"{peak:.0f} MB"])
            print(f"{name}: {cpu:.2f} ms ({spread})", file=sys.stderr, flush=True)
    counts = ["instructions of the first invocation", "of a warm one"] if given.instructions else []
    heads = ["operation", "function", "CPU of an invocation", "least–most", *counts, "calls", "answer", "peak memory"]
    print(tables.table(heads, rows))


if __name__ == "__main__":
    main()
