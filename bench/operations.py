"""The operations that are measured, and what is measured of each."""

import dataclasses
import datetime
import statistics
import sys

from client import Request, send_all
from company import moment, sign_in_all

# Boards, grids and reports are larger than other answers, and need fewer requests for a stable median.
LARGE_SHARE, REPORTS = 4, 20


@dataclasses.dataclass
class Measured:
    """The result of an operation."""

    name: str
    concurrency: int
    requests: int
    failures: dict
    rate: float
    latencies: list
    size: float
    # Only of a local stack:
    cpu_ms: float | None = None
    calls: dict | None = None
    read_units: float | None = None
    write_units: float | None = None
    all_read_units: float | None = None
    all_write_units: float | None = None

    def percentile(self, share):
        """Returns a percentile of the latencies in milliseconds."""
        if len(self.latencies) == 1:
            return self.latencies[0] * 1000
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[share - 1] * 1000


class Operations:
    """Runs the operations of one day of some people."""

    def __init__(self, company, stack=None, requests=200, report=print, settles_each=False, punches_only=False):
        self.company, self.stack, self.requests, self.report = company, stack, requests, report
        # Whether the events of each request are processed before the next one, so that no call depends on time.
        self.settles_each = settles_each
        self.punches_only = punches_only
        self.measured = []

    def measure(self, name, route, requests, concurrency, send=None):
        """Sends the requests of an operation and measures them, with the work that their events cause."""
        stack = self.stack
        if stack:
            stack.settle()
            stack.calls()
            before = stack.cpu_seconds()
        if send is None and self.settles_each:
            answers, seconds = self.send_settled(requests)
        elif send is None:
            answers, seconds = send_all(self.company.url, requests, concurrency, keep_body=True)
        else:
            answers, seconds = send()
        refused = [answer for answer in answers if not 200 <= answer.status < 300]
        failures = {}
        for answer in refused:
            failures[answer.status] = failures.get(answer.status, 0) + 1
        done = [answer for answer in answers if 200 <= answer.status < 300]
        if not done:
            # The other operations are measured all the same. With --check, one that isn't measured is a fault.
            print(f"{name}: no request succeeded; the first answer is {answers[0].status} {answers[0].body}", file=sys.stderr)
            return answers
        measured = Measured(
            name, concurrency, len(answers), failures, len(done) / seconds, sorted(answer.seconds for answer in done),
            statistics.mean(answer.size for answer in done),
        )
        if stack:
            stack.settle()
            measured.cpu_ms = (stack.cpu_seconds() - before) * 1000 / len(answers)
            self.count(measured, route, stack.calls())
        self.measured.append(measured)
        self.report(measured)
        return answers

    def send_settled(self, requests):
        answers = []
        for request in requests:
            answers += send_all(self.company.url, [request], 1, keep_body=True)[0]
            self.stack.settle()
        return answers, sum(answer.seconds for answer in answers)

    @staticmethod
    def count(measured, route, routes):
        """Divides the calls and units of the requests among them."""
        def units(of, kind):
            return sum(operation[kind] for operation in of["operations"]) / measured.requests

        own = routes[route]
        measured.calls = {of["operation"]: of["count"] / measured.requests for of in own["operations"]}
        measured.read_units, measured.write_units = units(own, "read_units"), units(own, "write_units")
        measured.all_read_units = sum(units(of, "read_units") for of in routes.values())
        measured.all_write_units = sum(units(of, "write_units") for of in routes.values())

    def day(self, people, concurrency, start):
        """Runs a day of these people, from a minute after midnight on."""
        company, today = self.company, self.company.today
        month_end = today.replace(day=1) - datetime.timedelta(days=1)
        month = f"from={month_end.replace(day=1)}&to={month_end}"

        def at(minutes):
            # Tokens are valid for 15 minutes.
            if self.stack:
                self.stack.at(moment(f"{(start + minutes) // 60:02}:{(start + minutes) % 60:02}"))

        def each(method, path, body=None):
            there = [person for person in people if person.token]
            return [Request(method, path.format(id=person.id), person.token, body) for person in there]

        def admins(path, count):
            return [Request("GET", path, company.admin.token)] * max(1, min(count, self.requests))

        def run(name, route, requests):
            return self.measure(name, route, requests, concurrency)

        at(0)
        company.sign_in_admin()
        self.measure("sign in", "POST /auth/login", None, concurrency, lambda: sign_in_all(company, people, concurrency))
        at(2)
        run("clock in", "POST /clock/in", each("POST", "/clock/in", {}))
        at(5)
        run("start a break", "POST /breaks/start", each("POST", "/breaks/start", {}))
        at(8)
        run("end a break", "POST /breaks/end", each("POST", "/breaks/end", {}))
        at(10)
        run("clock out", "POST /clock/out", each("POST", "/clock/out", {}))
        if self.punches_only:
            return
        at(11)
        run("clock", "GET /clock", each("GET", "/clock"))
        run("own month", "GET /attendance/{user_id}", each("GET", f"/attendance/me?{month}&limit=31"))
        run("own summary of a year", "GET /attendance/{user_id}/summary", each("GET", "/attendance/me/summary?period=year"))
        run("inbox", "GET /notifications", each("GET", "/notifications"))

        next_week = today + datetime.timedelta(days=7 - today.weekday())
        leave = {"start_date": str(next_week), "end_date": str(next_week + datetime.timedelta(days=1))}
        asked = run("request leave", "POST /leave/requests", each("POST", "/leave/requests", leave))
        decisions = [
            Request("POST", f"/leave/requests/{answer.body['id']}/decision", company.admin.token, {"status": "approved"})
            for answer in asked if answer.status == 201
        ]
        run("decide on leave", "POST /leave/requests/{id}/decision", decisions)

        large = max(1, self.requests // LARGE_SHARE)
        crew, reported = f"department_id={company.crew}", f"department_id={company.reported}"
        run("board of 200", "GET /attendance/board", admins(f"/attendance/board?date={today}&{crew}&limit=200", large))
        grid = f"/roster?from={today}&to={today + datetime.timedelta(days=30)}&{crew}&limit=200"
        run("roster grid of 200, 31 days", "GET /roster", admins(grid, large))
        of_month = f"year={month_end.year}&month={month_end.month}"
        run("monthly report of 1,000", "GET /reports/monthly-work", admins(f"/reports/monthly-work?{of_month}&{reported}", REPORTS))
        run("worked hours by department", "GET /reports/worked-hours", admins(f"/reports/worked-hours?{month}&group_by=department", REPORTS))
        week = f"from={month_end - datetime.timedelta(days=6)}&to={month_end}"
        # Every fourth person is late on each date, and an answer has at most 1,000 rows.
        dates = f"from={month_end - datetime.timedelta(days=4)}&to={month_end - datetime.timedelta(days=2)}"
        run("lateness of 1,000 on three dates", "GET /reports/lateness", admins(f"/reports/lateness?{dates}&{reported}", REPORTS))
        run("trends of a week", "GET /reports/trends", admins(f"/reports/trends?{week}", REPORTS))
