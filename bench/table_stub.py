"""An AWS on loopback that first forwards calls to the local stack and records the answers, and then answers at once from memory."""

import http.client
import http.server
import json
import re
import threading
import urllib.parse

# The present instant, as text or as a number, differs with each invocation.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\b[12]\d{9}(\d{3})?\b")
# One of several copies of an item, which a function chooses by chance.
COPY = re.compile(r"(?<=\"COMPANY#)\d\d(?=\")")


def request_key(operation, body):
    """Returns what makes a request the same as another one. A write has new ids each time, so only its operation counts."""
    if operation.startswith(("Get", "BatchGet", "Query")):
        return operation, INSTANT.sub("*", json.dumps(in_order(json.loads(COPY.sub("*", body.decode())))))
    return operation, None


def in_order(value):
    """Returns a request with its keys in order. The SDK sends the members of maps in any order."""
    if isinstance(value, dict):
        inner = {name: in_order(member) for name, member in value.items()}
        return {name: sorted(member, key=json.dumps) if name == "Keys" else member for name, member in sorted(inner.items())}
    return [in_order(member) for member in value] if isinstance(value, list) else value


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, answer = self.server.stub.answer(self.path, dict(self.headers), body)
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.wfile.flush()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A function that is ended leaves connections behind."""


class TableStub:
    """The stub, in a `with` block. It records until `replay` is called."""

    def __init__(self, upstream):
        self.upstream = urllib.parse.urlsplit(upstream)
        self.lock = threading.Lock()
        self.recorded, self.replays = {}, False
        self.calls, self.unknown = {}, []

    def __enter__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.stub = self
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def replay(self):
        """Answers from memory from now on."""
        self.replays, self.calls = True, {}

    def answer(self, path, headers, body):
        operation = headers.get("X-Amz-Target", headers.get("x-amz-target", path)).rsplit(".", 1)[-1]
        key = request_key(operation, body)
        with self.lock:
            self.calls[operation] = self.calls.get(operation, 0) + 1
            if self.replays:
                if key not in self.recorded:
                    self.unknown.append(key)
                status, headers, text = self.recorded.get(key, (500, {}, b"{}"))
                copies = COPY.findall(body.decode())
                return status, headers, COPY.sub(copies[0], text.decode()).encode() if copies else text
        answer = self.forward(path, headers, body)
        with self.lock:
            self.recorded[key] = answer
        return answer

    def forward(self, path, headers, body):
        connection = http.client.HTTPConnection(self.upstream.hostname, self.upstream.port, timeout=60)
        kept = {name: value for name, value in headers.items() if name.lower() not in ("host", "content-length", "connection")}
        connection.request("POST", path, body, kept)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        copied = {name: value for name, value in answer.getheaders() if name.lower() == "content-type"}
        if answer.status >= 400:
            raise SystemExit(f"the local stack answered {answer.status}: {json.loads(text or b'{}')}")
        return answer.status, copied, text
