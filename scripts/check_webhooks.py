"""Receives webhooks of a local stack and verifies them with the library of Standard Webhooks.

scripts/check-webhooks.sh runs this script. To run it yourself, start a stack that isn't set up:
`python3 scripts/check_webhooks.py <url> <set-up token>`.
"""

import datetime
import http.server
import json
import sys
import threading
import time
import urllib.request

import standardwebhooks
from standardwebhooks import webhooks as library

PASSWORD = "a fine long password"


class Clock(datetime.datetime):
    """The clock of the stack, which the library compares timestamps with."""

    moved_by = datetime.timedelta(0)

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) + cls.moved_by


library.datetime = Clock


class Api:
    """Calls of the administrator."""

    def __init__(self, url):
        self.url, self.token = url, None

    def call(self, method, path, body=None):
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as response:
            text = response.read()
        return json.loads(text) if text else None

    def sign_in(self):
        self.token = None
        self.token = self.call("POST", "/auth/login", {"username": "ada", "password": PASSWORD})["access_token"]


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps the requests that it accepts."""

    is_down = False
    requests = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if not Receiver.is_down:
            Receiver.requests.append((dict(self.headers.items()), body))
        self.send_response(503 if Receiver.is_down else 204)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def received(count):
    """Waits for requests, and takes them."""
    for _ in range(600):
        if len(Receiver.requests) >= count:
            break
        time.sleep(0.1)
    taken, Receiver.requests = Receiver.requests, []
    assert len(taken) == count, f"{len(taken)} requests instead of {count}"
    return taken


def is_refused(secret, body, headers):
    try:
        standardwebhooks.Webhook(secret).verify(body, headers)
    except standardwebhooks.WebhookVerificationError:
        return True
    return False


def main(url, setup_token):
    api = Api(url)
    api.call("POST", "/auth/setup", {"setup_token": setup_token, "username": "ada", "full_name": "Ada Admin", "password": PASSWORD})
    api.sign_in()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    kinds = ["department_created", "department_changed"]
    webhook = api.call("POST", "/webhooks", {"url": address, "kinds": kinds, "description": "Check"})
    secret = webhook["secret"]

    department = api.call("POST", "/departments", {"name": "Harbour"})["id"]
    ((headers, body),) = received(1)
    event = standardwebhooks.Webhook(secret).verify(body, headers)
    assert event["type"] == "department_created" and event["data"]["id"] == headers["webhook-id"], event
    assert is_refused(secret, body.replace(b"department", b"departmenT"), headers), "a changed body"
    assert is_refused(secret, body, headers | {"webhook-id": "other"}), "another id"
    other = api.call("POST", "/webhooks", {"url": address, "kinds": ["absent"], "description": "Other"})
    assert is_refused(other["secret"], body, headers), "another secret"

    Receiver.is_down = True
    for name in ("First", "Second", "Third"):
        api.call("PATCH", f"/departments/{department}", {"name": name})
    api.call("POST", "/_local/settle")
    Clock.moved_by = datetime.timedelta(hours=1)
    api.call("PUT", "/_local/clock", {"now": Clock.now(datetime.timezone.utc).isoformat()})
    Receiver.is_down = False
    api.call("POST", "/_local/schedules/webhooks")
    events = [standardwebhooks.Webhook(secret).verify(body, headers) for headers, body in received(3)]
    assert [event["type"] for event in events] == ["department_changed"] * 3, events
    ids = [event["data"]["id"] for event in events]
    assert ids == sorted(ids), ids

    api.sign_in()
    rotated = api.call("POST", f"/webhooks/{webhook['id']}/secret", {})["secret"]
    test = api.call("POST", f"/webhooks/{webhook['id']}/test")
    ((headers, body),) = received(1)
    assert headers["webhook-id"] == test["delivery_id"]
    for valid in (secret, rotated):
        assert standardwebhooks.Webhook(valid).verify(body, headers)["type"] == "webhook_test"
    server.shutdown()
    print("5 deliveries verified with standardwebhooks, 3 of them after an hour without the receiver")


if __name__ == "__main__":
    main(*sys.argv[1:])
