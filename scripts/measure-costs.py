#!/usr/bin/env python3
"""Computes the monthly cost of 1,000 employees from the calls and the capacity of one workday in the local stack.

    cargo build -p local && "$(scripts/tools.sh emulated-cloud)/python" scripts/measure-costs.py

Starts the local stack in memory, creates a department of PEOPLE and a manager, and runs one workday with the stack's clock: sign-ins,
reads, punches with photos, breaks, live connections, boards, leave, and each schedule as often as the template runs it. The stack counts
calls and capacity (`GET /_local/calls`), including events, schedules, index rows and the double price of transactions. The constants
below are assumptions: how often people use Rollcall, and how long a call takes. Prints the tables of docs/operations.md.
"""

import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from samtranslator.yaml_helper import yaml_parse
from websockets.sync.client import connect

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts" / "emulated-cloud"))

from picture import picture  # noqa: E402

PEOPLE = 20
DATE = datetime.date(2026, 11, 3)
PASSWORD = "correct horse battery staple"
EMPLOYEES, WORKDAYS, DAYS = 1000, 22, 30

# How often a person opens the app on a workday, without the punches. An access token is valid for a quarter of an hour, so each visit
# starts with a new one. It then reads the clock, the last days and the inbox.
VISITS = 6
# A connection lasts at most two hours, and a client pings every five minutes (docs/live.md).
CONNECTIONS, PINGS_OF_EACH = 5, 22
# Visits of a manager of 20 people: each reads the board and the inbox, and some the roster or a person's month.
MANAGER_VISITS = 20
# Of 20 people, one is late, one asks for leave and one is absent. That is more than in most companies.

# $ in us-east-1, on demand, without free tiers: AWS's price pages as of 2026.
PRICES = {
    "DynamoDB, a million write units": 0.625,
    "DynamoDB, a million read units": 0.125,
    "HTTP API, a million requests": 1.00,
    "WebSocket API, a million messages": 1.00,
    "WebSocket API, a million minutes": 0.25,
    "Lambda, a million invocations": 0.20,
    "Lambda, a GB-second": 0.0000166667,
    "EventBridge, a million events": 1.00,
    "CloudWatch logs, a GB": 0.50,
    "S3, 1,000 writes": 0.005,
    "S3, a GB-month": 0.023,
    "X-Ray, a million traces": 5.00,
}
# Fixed cost: alarms, metrics, the dashboard and three secrets.
# The metrics of shared/runtime/src/metrics.rs. Those of metric filters are billed only while something is wrong.
OWN_METRICS = 7
FIXED = {"metric of an alarm": 0.10, "metric": 0.30, "dashboard": 3.00, "secret": 0.40}
# A call to the table takes about 5 ms, and a function's own code less than 1 ms (docs/performance.md). One invocation in fifty is a
# cold start of 500 ms.
CALL_SECONDS, OWN_SECONDS, COLD_SECONDS = 0.005, 0.002, 0.5 / 50
PHOTO_BYTES = 100_000
LOG_LINE_BYTES = 1500


class Api:
    def __init__(self, url):
        self.url = url

    def send(self, method, path, body=None, token=None, headers=None):
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = body
        if body is not None and not isinstance(body, bytes):
            headers["Content-Type"], data = "application/json", json.dumps(body).encode()
        target = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(target, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path} answered {error.code}: {error.read().decode()[:1000]}") from None
        return json.loads(text) if text[:1] in (b"{", b"[") else text


class Person:
    def __init__(self, api, name):
        self.api, self.name = api, name

    def sign_in(self):
        session = self.api.send("POST", "/auth/login", {"username": self.name, "password": PASSWORD})
        self.id, self.token, self.refresh_token = session["user"]["id"], session["access_token"], session["refresh_token"]

    def again(self):
        """Gets a new access token."""
        session = self.api.send("POST", "/auth/refresh", {"refresh_token": self.refresh_token})
        self.token, self.refresh_token = session["access_token"], session["refresh_token"]
        return self

    def get(self, path):
        return self.api.send("GET", path, token=self.token)

    def post(self, path, body=None):
        return self.api.send("POST", path, body or {}, self.token)

    def photo(self):
        photo = picture()
        upload = self.post("/clock/photos", {"content_type": "image/png", "content_length": len(photo)})
        self.api.send(upload["method"], upload["url"], photo, headers=upload["headers"])
        return {"photo": {"upload_id": upload["upload_id"]}}


class Stack:
    """The local stack, in a `with` block."""

    def __enter__(self):
        self.log = tempfile.NamedTemporaryFile("w+", delete=False)
        target = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
        options = ["--ephemeral", "--no-demo", "--port", "3320", "--setup-token", "token", "--clock", f"{DATE}T00:00:00Z"]
        self.process = subprocess.Popen([target / "debug" / "rollcall", *options], stdout=self.log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 60
        while "Rollcall is running" not in pathlib.Path(self.log.name).read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(pathlib.Path(self.log.name).read_text())
            time.sleep(0.1)
        self.api = Api("http://127.0.0.1:3320")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        os.unlink(self.log.name)

    def at(self, time_of_day):
        self.api.send("PUT", "/_local/clock", {"now": f"{DATE}T{time_of_day}:00Z"})

    def settle(self):
        self.api.send("POST", "/_local/settle", b"")

    def schedule(self, name):
        self.api.send("POST", f"/_local/schedules/{name}", b"")

    def calls(self):
        """What was called since it was last asked, by route or function."""
        self.settle()
        counted = self.api.send("GET", "/_local/calls")["routes"]
        self.api.send("DELETE", "/_local/calls")
        return {route["route"]: Spent.of(route) for route in counted}


class Spent:
    """What some requests or invocations took."""

    def __init__(self, requests=0, calls=0, reads=0.0, writes=0.0, objects=0, events=0, posts=0):
        self.requests, self.calls, self.reads, self.writes = requests, calls, reads, writes
        self.objects, self.events, self.posts = objects, events, posts

    @classmethod
    def of(cls, route):
        spent = cls(requests=route["requests"])
        for operation in route["operations"]:
            spent.calls += operation["count"]
            spent.reads += operation["read_units"]
            spent.writes += operation["write_units"]
            spent.objects += operation["count"] if operation["operation"] in ("PutObject", "CopyObject") else 0
            spent.events += operation["count"] if operation["operation"] == "PutEvents" else 0
            spent.posts += operation["count"] if operation["operation"] == "PostToConnection" else 0
        return spent

    def __add__(self, other):
        return Spent(*(mine + others for mine, others in zip(self.values(), other.values())))

    def __mul__(self, times):
        return Spent(*(value * times for value in self.values()))

    def values(self):
        return self.requests, self.calls, self.reads, self.writes, self.objects, self.events, self.posts


def company(stack):
    api = stack.api
    api.send("POST", "/auth/setup", {"setup_token": "token", "username": "ada", "full_name": "Ada", "password": PASSWORD})
    ada = Person(api, "ada")
    ada.sign_in()
    department = ada.post("/departments", {"name": "Workshop"})["id"]
    ada.post("/users", {
        "username": "maria", "full_name": "Maria", "role": "manager", "manages": [department], "department_id": department,
        "password": PASSWORD, "tracks_attendance": False,
    })
    people = [Person(api, f"person{number}") for number in range(PEOPLE)]
    for person in people:
        ada.post("/users", {
            "username": person.name, "full_name": person.name, "department_id": department, "password": PASSWORD,
            "annual_leave_days": 25, "hired_on": "2024-01-01",
        })
    stack.settle()
    for name in ("leave-year", "open-day"):
        stack.schedule(name)
    return Person(api, "maria"), people


def workday(stack, maria, people, connections):
    """A workday of a department, whose live connections end with it. The last of them doesn't come, the one before is late, the
    first asks for leave."""
    *there, _ = people
    *punctual, late = there
    stack.at("08:30")
    maria.sign_in()
    listen(maria, connections)
    stack.at("08:50")
    for person in punctual:
        comes(person, connections)
    stack.at("09:10")
    stack.schedule("lateness")
    stack.at("09:20")
    comes(late, connections)
    for visit in range(MANAGER_VISITS):
        stack.at(f"{9 + visit // 3:02}:{25 + visit % 3 * 11}")
        looks_after(maria, there, visit)
    next_week = DATE + datetime.timedelta(days=7)
    wish = {"start_date": str(next_week), "end_date": str(next_week)}
    request = there[0].again().post("/leave/requests", wish)
    maria.again().post(f"/leave/requests/{request['id']}/decision", {"status": "approved"})
    for time_of_day, path in (("12:00", "/breaks/start"), ("13:00", "/breaks/end"), ("18:00", "/clock/out")):
        stack.at(time_of_day)
        for person in there:
            person.again().post(path)
    for visit in range(VISITS):
        stack.at(f"{13 + visit // 2}:{20 + visit % 2 * 30}")
        for person in there:
            looks(person)
    stack.at("18:10")
    stack.schedule("lateness")
    stack.settle()
    connections.close()
    stack.at("23:50")
    for name in ("open-day", "close-day"):
        stack.schedule(name)


def comes(person, connections):
    person.sign_in()
    listen(person, connections)
    person.get("/clock")
    person.post("/clock/in", person.photo())


def listen(person, connections):
    """The last of a day's connections hears what happens; those before it are opened, pinged and closed."""
    for number in range(CONNECTIONS):
        last = number == CONNECTIONS - 1
        with contextlib.ExitStack() as before:
            connection = (connections if last else before).enter_context(connect(person.post("/live/tickets")["url"]))
            for _ in range(PINGS_OF_EACH):
                connection.send(json.dumps({"action": "ping"}))
                while json.loads(connection.recv(timeout=60))["type"] != "pong":
                    pass


def looks(person):
    person.again()
    person.get("/clock")
    person.get(f"/attendance/me?from={DATE - datetime.timedelta(days=6)}&to={DATE}")
    person.get("/notifications?unread=true")


def looks_after(maria, people, visit):
    maria.again()
    maria.get(f"/attendance/board?date={DATE}")
    maria.get("/notifications?unread=true")
    if visit % 10 == 0:
        maria.get(f"/roster?from={DATE}&to={DATE + datetime.timedelta(days=6)}")
    if visit % 4 == 0:
        maria.get(f"/attendance/{people[visit // 4].id}/summary?period=month&date={DATE}")


# How often the template runs each schedule on a day.
SCHEDULES = {"open-day": 96, "lateness": 288, "close-day": 96, "balances": 1, "leave-year": 1, "housekeeping": 1, "audit-digest": 24}
# The memory of functions in the template, in GB, where it isn't 256 MB.
MEMORY = {"auth": 1.0, "clock": 1.0, "reports": 0.5, "notify": 0.5, "jobs": 1.0, "checks": 0.5}


def main():
    with Stack() as stack:
        maria, people = company(stack)
        stack.calls()
        with contextlib.ExitStack() as connections:
            workday(stack, maria, people, connections)
        day = stack.calls()
        for name in SCHEDULES:
            stack.schedule(name)
        idle = {name: spent for name, spent in stack.calls().items() if name in SCHEDULES}
    report(day, idle)


def gigabytes(route):
    """Returns the memory of the function that serves a route, in GB."""
    first = route.split("/")[1].split("/")[0] if "/" in route else route
    return MEMORY.get("checks" if route in SCHEDULES else first, 0.25)


def seconds(spent):
    return spent.requests * (OWN_SECONDS + COLD_SECONDS) + spent.calls * CALL_SECONDS


def report(day, idle):
    print("| a workday | requests a person | read units a person | write units a person |\n|---|---|---|---|")
    total = sum(day.values(), Spent())
    for route, spent in sorted(day.items(), key=lambda entry: -entry[1].writes - entry[1].reads / 5):
        print(f"| `{route}` | {spent.requests / PEOPLE:.2f} | {spent.reads / PEOPLE:.1f} | {spent.writes / PEOPLE:.1f} |")
    print(f"| **together** | | **{total.reads / PEOPLE:.0f}** | **{total.writes / PEOPLE:.0f}** |\n")

    scale = EMPLOYEES * WORKDAYS / PEOPLE
    month = {route: spent * scale for route, spent in day.items()}
    for name, spent in idle.items():
        # Runs of the schedules without work, for the whole month.
        month[name] = month.get(name, Spent()) + spent * (SCHEDULES[name] * DAYS)
    total = sum(month.values(), Spent())
    http = sum(spent.requests for route, spent in month.items() if " /" in route)
    invocations = sum(spent.requests for spent in month.values())
    gb_seconds = sum(seconds(spent) * gigabytes(route) for route, spent in month.items())
    minutes = EMPLOYEES * WORKDAYS * 9 * 60
    # Pings, their answers, and live messages.
    messages = total.posts + 2 * EMPLOYEES * WORKDAYS * CONNECTIONS * PINGS_OF_EACH
    photo_gb = total.objects * PHOTO_BYTES / 1e9
    rows = [
        ("DynamoDB writes", f"{total.writes / 1e6:.1f} M units", total.writes / 1e6 * PRICES["DynamoDB, a million write units"]),
        ("DynamoDB reads", f"{total.reads / 1e6:.1f} M units", total.reads / 1e6 * PRICES["DynamoDB, a million read units"]),
        ("DynamoDB storage and its backup", "1 GB, estimated", 0.25 + 0.20),
        ("HTTP API", f"{http / 1e6:.2f} M requests", http / 1e6 * PRICES["HTTP API, a million requests"]),
        ("Lambda", f"{invocations / 1e6:.2f} M invocations, {gb_seconds:,.0f} GB-seconds",
         invocations / 1e6 * PRICES["Lambda, a million invocations"] + gb_seconds * PRICES["Lambda, a GB-second"]),
        ("WebSocket API", f"{messages / 1e6:.2f} M messages, {minutes / 1e6:.1f} M minutes",
         messages / 1e6 * PRICES["WebSocket API, a million messages"] + minutes / 1e6 * PRICES["WebSocket API, a million minutes"]),
        ("EventBridge", f"{total.events / 1e6:.2f} M calls, of two events each",
         total.events * 2 / 1e6 * PRICES["EventBridge, a million events"]),
        ("S3", f"{total.objects:,.0f} writes of {PHOTO_BYTES // 1000} kB, kept for 90 days",
         total.objects * 2 / 1000 * PRICES["S3, 1,000 writes"] + photo_gb * 3 * PRICES["S3, a GB-month"]),
        ("CloudWatch logs", f"{invocations * LOG_LINE_BYTES / 1e9:.1f} GB",
         invocations * LOG_LINE_BYTES / 1e9 * PRICES["CloudWatch logs, a GB"]),
        ("X-Ray", "1 request in 20, estimated", invocations / 20 / 1e6 * PRICES["X-Ray, a million traces"]),
    ]
    metrics = metrics_of_alarms()
    fixed = metrics * FIXED["metric of an alarm"] + OWN_METRICS * FIXED["metric"] + FIXED["dashboard"] + 3 * FIXED["secret"]
    grows = sum(price for _, _, price in rows)
    rows.append((f"alarms over {metrics} metrics, {OWN_METRICS} metrics of our own, a dashboard, 3 secrets", "fixed", fixed))
    print("| a month | | $ |\n|---|---|---|")
    for name, amount, price in rows:
        print(f"| {name} | {amount} | {price:.2f} |")
    print(f"| **together** | | **{grows + fixed:.0f}** |\n\nEach further {EMPLOYEES:,} employees: $ {grows:.0f}")


def metrics_of_alarms():
    """Counts the metrics of all alarms, which are billed by metric."""
    resources = yaml_parse((ROOT / "template.yaml").read_text())["Resources"].values()
    alarms = [resource["Properties"] for resource in resources if resource["Type"] == "AWS::CloudWatch::Alarm"]
    return sum(sum("MetricStat" in metric for metric in alarm["Metrics"]) if "Metrics" in alarm else 1 for alarm in alarms)


if __name__ == "__main__":
    main()
