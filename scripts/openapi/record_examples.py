#!/usr/bin/env python3
"""Records the examples of answers that openapi.json has: the answers of the demo company at the moment of the examples.

    cargo build -p local && python3 scripts/openapi/record_examples.py target/debug/rollcall

Writes local/src/openapi/examples/*.json. `login.200.json` is the answer 200 of the operation `login`, `NotFound.json` is the answer
`NotFound`, which operations share. Long lists are shortened. Ids become those of `x-examples`, or numbered ones, and secrets become
words. Afterwards list new files in local/src/openapi/examples.rs, and write openapi.json again. Needs Python alone.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "local" / "src" / "openapi" / "examples"
NOW = "2026-11-04T11:00:00+01:00"
PASSWORD = "rollcall-demo-2026"
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
# The ids that examples of requests use (shared/web/src/openapi/examples.rs). Omar is the person of all examples.
OMAR, DEPARTMENT, SITE = "01JBN2V7Q4W0M3T9K5ZXH8R6CD", "01JBN2V7Q4W0M3T9K5ZXH8R6DP", "01JBN2V7Q4W0M3T9K5ZXH8R6ST"
CORRECTION, LEAVE_REQUEST, NOTIFICATION, SWAP = (f"01JBPB7N3C5V7X9Z1B3D5F7H{it}" for it in ("CR", "RV", "NT", "SW"))
SERVICE_TOKEN, WEBHOOK = "01JBN2V7Q4W0M3T9K5ZXH8R6SV", "01JBN2V7Q4W0M3T9K5ZXH8R6WH"
# What stands for values that are secret, or that differ in each run.
SECRETS = {
    "access_token": "an access token", "refresh_token": "a refresh token", "known_device": "kd1.…", "token": "st1.…",
    "secret": "whsec_…", "temporary_password": "a temporary password", "next_cursor": "a cursor", "next_after": "a position",
    "figures_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


def shortened(value, path, length):
    """Shortens the list at a path, such as `rows[].days`, to a length."""
    name, _, rest = path.partition(".")
    of_each = name.endswith("[]")
    inner = value[name.removesuffix("[]")]
    if not rest:
        del inner[length:]
    for item in (inner if of_each else [inner]) if rest else []:
        shortened(item, rest, length)


class Recorder:
    """The demo company of a local stack, and the answers that were recorded."""

    def __init__(self, binary):
        self.document = json.loads((ROOT / "openapi.json").read_text())
        self.recorded = {}
        self.ids = {}
        self.tokens = {}
        self.process = subprocess.Popen(
            [binary, "--ephemeral", "--port", "0", "--clock", NOW], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "RUST_LOG": "error"}, text=True)
        lines = (re.match(r"  API +(\S+)", line) for line in self.process.stdout)
        self.url = next(line[1] for line in lines if line)

    def operation(self, operation_id):
        """Returns the method, path and description of an operation."""
        return next((method, path, it) for path, item in self.document["paths"].items() for method, it in item.items()
                    if it["operationId"] == operation_id)

    def send(self, method, path, body=None, by=None, token=None, headers=None):
        """Returns the status and the JSON of an answer. `by` is a username of the demo company."""
        headers = {"content-type": "application/json", **(headers or {})}
        if by and by not in self.tokens:
            answer = self.send("POST", "/auth/login", {"username": by, "password": PASSWORD})[1]
            self.tokens[by] = answer["access_token"]
        if by or token:
            headers["authorization"] = f"Bearer {token or self.tokens[by]}"
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method.upper())
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def record(self, operation_id, status, by=None, body=None, query=None, parameters=None, cut=None, **options):
        """Records the answer of an operation, which must have the given status. Returns it unchanged."""
        method, path, operation = self.operation(operation_id)
        path = path.format(**(parameters or {})) + ("?" + urllib.parse.urlencode(query) if query else "")
        found, answer = self.send(method, path, body, by, **options)
        if found != status:
            sys.exit(f"{operation_id}: {found} {answer}")
        shared = operation["responses"][str(status)].get("$ref")
        name = shared.rsplit("/", 1)[1] if shared else f"{operation_id}.{status}"
        example = json.loads(json.dumps(answer))
        for list_path, length in (cut or {}).items():
            shortened(example, list_path, length)
        self.recorded[name] = example
        return answer

    def clock(self, now):
        """Stops the clock at an instant. Access tokens of before may have expired."""
        self.send("PUT", "/_local/clock", {"now": now})
        self.tokens.clear()

    def replaced(self, value, key=""):
        """Returns a value with ids of examples, and without secrets."""
        if isinstance(value, dict):
            return {name: self.replaced(it, name) for name, it in value.items()}
        if isinstance(value, list):
            return [self.replaced(it, key) for it in value]
        if key in SECRETS and value:
            return SECRETS[key]
        # In events and notifications, `request_id` is the id of a leave request.
        if key == "request_id" and value and not ULID.match(value):
            return "JKJaXmPLvHcESHA="
        if isinstance(value, str):
            return ULID.sub(lambda match: self.ids.setdefault(match[0], f"01JBN2V7Q4W0M3T9K5ZXH8{len(self.ids):04}"), value)
        return value

    def write(self):
        """Writes the recorded answers in place of those in the folder."""
        FOLDER.mkdir(exist_ok=True)
        for file in FOLDER.glob("*.json"):
            file.unlink()
        for name, example in self.recorded.items():
            text = json.dumps(self.replaced(example), indent=2, ensure_ascii=False)
            (FOLDER / f"{name}.json").write_text(text + "\n")


def record(it):
    """Records all examples, in an order in which the demo company takes them."""
    login = it.record("login", 200, body={"username": "omar", "password": PASSWORD})
    it.record("refreshTokens", 200, body={"refresh_token": login["refresh_token"]})
    omar, department, site = (login["user"][name] for name in ("id", "department_id", "site_id"))
    it.ids |= {omar: OMAR, department: DEPARTMENT, site: SITE}
    person = {"user_id": omar}

    it.record("getBootstrap", 200, "omar", cut={"leave_types": 1, "departments": 1, "sites": 1, "next_shifts": 1})
    it.record("getCurrentUser", 200, "omar")
    it.record("getClockStatus", 200, "omar")
    it.record("getDay", 200, "omar", parameters={**person, "date": "2026-11-03"})
    it.record("listDays", 200, "omar", query={"from": "2026-10-26", "to": "2026-10-30", "limit": 1}, parameters=person)
    it.record("getSummary", 200, "omar", query={"period": "week", "date": "2026-10-28"}, parameters=person, cut={"buckets": 2})
    it.record("getBoard", 200, "jonas", query={"department_id": department, "limit": 2})
    it.record("listShifts", 200, "omar", query={"from": "2026-11-04", "to": "2026-11-05"}, parameters=person)
    it.record("getRoster", 200, "piotr", parameters={"user_id": "me"})
    it.record("getRosterGrid", 200, "ada", query={"from": "2026-11-05", "to": "2026-11-06", "department_id": department, "limit": 1})

    wedding = {"type": "annual", "start_date": "2026-11-23", "end_date": "2026-11-25", "end_half": "morning", "reason": "A wedding"}
    it.record("getLeaveBalances", 200, "omar", parameters=person, cut={"items": 1})
    it.record("previewLeaveRequest", 200, "omar", wedding)
    leave = it.record("requestLeave", 201, "omar", wedding)["id"]
    it.ids[leave[:26]] = LEAVE_REQUEST
    it.record("requestLeave", 409, "omar", wedding)
    correction = it.record("requestCorrection", 201, "omar", {
        "sessions": [{"clock_in": "2026-11-02T09:00:00+01:00", "clock_out": "2026-11-02T18:00:00+01:00",
                      "breaks": [{"started_at": "2026-11-02T12:00:00+01:00", "ended_at": "2026-11-02T12:30:00+01:00"}]}],
        "reason": "I forgot to clock out",
    }, parameters={**person, "date": "2026-11-02"})["id"]
    it.ids[correction[:26]] = CORRECTION
    swap = it.record("requestSwap", 201, "piotr", {"my_date": "2026-11-20", "with_user_id": omar, "note": "My sister gets married"})["id"]
    it.ids[swap[:26]] = SWAP
    it.record("listLeaveRequests", 200, "ada", query={"status": "pending", "limit": 1})
    it.record("listApprovals", 200, "jonas", query={"limit": 2})
    it.record("decideLeaveRequest", 200, "jonas", {"status": "approved", "note": "Enjoy the wedding"}, parameters={"id": leave})
    it.record("decideLeaveRequest", 409, "jonas", {"status": "rejected", "note": "Too late"}, parameters={"id": leave})
    it.record("decideApprovals", 200, "jonas", {"decisions": [
        {"kind": "correction", "id": correction, "status": "approved"},
        {"kind": "leave_request", "id": leave, "status": "approved"},
    ]})
    it.record("decideSwap", 200, "omar", {"status": "accepted", "note": "Happy to help"}, parameters={"id": swap})
    it.send("post", "/_local/settle")
    notifications = it.record("listNotifications", 200, "omar", query={"limit": 2})["items"]
    it.ids[notifications[0]["id"][:26]] = NOTIFICATION

    it.record("getUser", 200, "ada", parameters={"id": omar})
    it.record("listUsers", 200, "ada", query={"department_id": department, "limit": 1})
    it.record("createUser", 201, "ada", {
        "username": "jo.meyer", "full_name": "Jo Meyer", "email": "jo.meyer@harbour.example", "department_id": department,
        "site_id": site, "hired_on": "2026-11-02"})
    it.record("createUser", 409, "ada", {"username": "omar", "full_name": "Omar Haddad"})
    it.record("getSettings", 200, "ada")
    it.record("getDepartment", 200, "ada", parameters={"id": department})
    it.record("getSite", 200, "ada", parameters={"id": site})
    it.record("listDepartments", 200, "ada", query={"limit": 1})

    october = {"from": "2026-10-01", "to": "2026-10-31"}
    it.record("reportMonthlyWork", 200, "ada", query={"year": 2026, "month": 10, "user_id": omar})
    it.record("reportWorkedHours", 200, "ada", query={**october, "group_by": "user"}, cut={"rows": 2})
    it.record("reportLateness", 200, "ada", query=october, cut={"rows": 2})

    lena = it.send("get", "/users/directory?q=lena", by="ada")[1]["items"][0]["id"]
    it.record("getTimesheet", 200, "lena", parameters={"id": "2026-10-01..2026-10-31", "user_id": "me"}, cut={"days": 1})
    it.record("listPaySegments", 200, "lena", query={"from": "2026-11-02", "to": "2026-11-02"}, parameters={"user_id": lena})
    run = it.record("startPayRun", 202, "ada", {"period_id": "2026-11-01..2026-11-30", "template": "csv", "preview": True})["id"]
    it.send("post", "/_local/settle")
    it.record("getPayRun", 200, "ada", parameters={"id": run})

    webhook = it.record("createWebhook", 201, "ada", {
        "url": "https://payroll.example.com/rollcall", "kinds": ["clocked_out", "day_edited", "leave_decided"],
        "description": "Payroll"})
    it.ids[webhook["id"]] = WEBHOOK
    token = it.record("createServiceToken", 201, "ada", {
        "name": "Payroll", "scopes": ["attendance:read", "reports:read"], "expires_at": "2027-11-04T00:00:00Z"})
    it.ids[token["id"]] = SERVICE_TOKEN
    it.record("listAuditEntries", 200, "ada", query={"subject": f"site:{site}", "limit": 1})

    # Problems. Those that operations share are examples of all these operations.
    it.record("createUser", 422, "ada", {"full_name": "", "role": "boss", "hired_on": "2026-02-30"})
    it.record("updateSite", 422, "ada", {"latitude": 91, "radius_m": 0}, parameters={"id": site})
    it.record("updateSite", 412, "ada", {"radius_m": 300}, parameters={"id": site}, headers={"if-match": '"0"'})
    it.record("updateSite", 404, "ada", {"radius_m": 300}, parameters={"id": omar})
    it.record("updateSite", 403, "omar", {"radius_m": 300}, parameters={"id": site})
    it.record("updateSite", 400, "ada", b"{", parameters={"id": site})
    it.record("updateSite", 401, body={"radius_m": 300}, parameters={"id": site})
    it.record("updateSite", 415, "ada", b"radius_m=300", parameters={"id": site}, headers={"content-type": "text/plain"})
    it.record("listDays", 400, "omar", query={"cursor": "unknown"}, parameters=person)
    it.record("getSite", 403, token=token["token"], parameters={"id": site})
    for _ in range(300):
        status, _ = it.send("get", f"/attendance/{omar}/2026-11-03", token=token["token"])
        if status == 429:
            break
    it.record("getDay", 429, token=token["token"], parameters={**person, "date": "2026-11-03"})
    wrong = {"username": "tom", "password": "not my password"}
    it.record("login", 401, body=wrong)
    for _ in range(5):
        it.send("post", "/auth/login", wrong)
    it.record("login", 429, body=wrong)

    # A day of Lena, who hasn't come yet.
    it.record("clockIn", 201, "lena", {"remark": "Traffic on the bridge"})
    it.record("clockIn", 409, "lena")
    it.clock("2026-11-04T12:31:00+01:00")
    it.record("listEvents", 200, "ada", query={"after": "2026-11-04T09:00:00Z", "kinds": "leave_decided", "limit": 1})
    it.record("startBreak", 201, "lena", {"remark": "Lunch"})
    it.clock("2026-11-04T13:02:00+01:00")
    it.record("endBreak", 200, "lena")
    it.clock("2026-11-04T18:04:00+01:00")
    it.record("clockOut", 200, "lena")


def main():
    """Starts a stack, records all examples and writes them."""
    recorder = Recorder(sys.argv[1])
    try:
        record(recorder)
    finally:
        recorder.process.terminate()
        recorder.process.wait()
    recorder.write()


if __name__ == "__main__":
    main()
