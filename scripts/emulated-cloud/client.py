"""A client of the API: HTTP with a person's token, and a live connection that stores its messages."""

import json
import urllib.error
import urllib.request

from websockets.sync.client import connect


class Reply(dict):
    """A JSON answer, with its status and headers."""


class Http:
    """The HTTP API, with the host name that API Gateway would give it."""

    def __init__(self, emulator, api_id):
        self.url = emulator.url
        self.host = f"{api_id}.execute-api.localhost:{emulator.port}"

    def send(self, method, path, body=None, token=None, expect=None):
        headers = {"Host": self.host}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        is_sheet = isinstance(body, bytes)
        if body is not None:
            headers["Content-Type"] = "text/csv" if is_sheet else "application/json"
        data = body if body is None or is_sheet else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                status, headers, text = response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            status, headers, text = error.code, error.headers, error.read()
        if expect is not None and status != expect:
            raise AssertionError(f"{method} {path} answered {status} instead of {expect}: {text.decode()[:2000]}")
        is_json = "json" in headers.get("content-type", "")
        parsed = json.loads(text) if text and is_json else {}
        reply = Reply(parsed if isinstance(parsed, dict) else {"items": parsed})
        reply.status, reply.headers, reply.text = status, headers, text
        return reply


class Person:
    """A person who is signed in."""

    def __init__(self, http, username, password):
        self.http = http
        session = http.send("POST", "/auth/login", {"username": username, "password": password}, expect=200)
        self.token = session["access_token"]
        self.id = session["user"]["id"]

    def get(self, path, expect=200):
        return self.http.send("GET", path, token=self.token, expect=expect)

    def post(self, path, body=None, expect=200):
        return self.http.send("POST", path, body or {}, self.token, expect)

    def put(self, path, body, expect=200):
        return self.http.send("PUT", path, body, self.token, expect)

    def patch(self, path, body, expect=200):
        return self.http.send("PATCH", path, body, self.token, expect)


class Live:
    """A live connection, opened with a ticket."""

    def __init__(self, person):
        # Without pings of its own, which a busy machine answers too late.
        self.socket = connect(person.post("/live/tickets")["url"], open_timeout=30, ping_interval=None)
        self.heard = []

    def until(self, wanted, seconds=60):
        """Waits for a message that `wanted` accepts, and skips messages before it."""
        for message in self.heard:
            if wanted(message):
                return message
        while True:
            try:
                message = json.loads(self.socket.recv(timeout=seconds))
            except TimeoutError:
                raise AssertionError(f"not heard within {seconds} s, but: {json.dumps(self.heard)[:4000]}") from None
            self.heard.append(message)
            if wanted(message):
                return message

    def say(self, message):
        self.socket.send(json.dumps(message))

    def close(self):
        self.socket.close()
