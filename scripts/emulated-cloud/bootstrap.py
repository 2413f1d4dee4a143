"""One binary run as Lambda runs it, against a runtime API of our own on loopback, as `cargo lambda invoke` has one."""

import http.server
import json
import queue
import subprocess
import threading

from emulator import HOST, REGION

TIMEOUT_SECONDS = 30


class Runtime(http.server.BaseHTTPRequestHandler):
    """The runtime API: `next` waits for an event, the answer goes where it is waited for."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        event = self.server.events.get()
        if event is None:
            return
        self.answer(200, event, {
            "Lambda-Runtime-Aws-Request-Id": "00000000-0000-4000-8000-000000000000",
            "Lambda-Runtime-Deadline-Ms": "4102444800000",
            "Lambda-Runtime-Invoked-Function-Arn": f"arn:aws:lambda:{REGION}:000000000000:function:rollcall",
            "Content-Type": "application/json",
        })

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0)) if "content-length" in self.headers else self.chunks()
        self.server.answers.put((self.path.rsplit("/", 1)[1], body))
        self.answer(202, b"", {})

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Bootstrap:
    """A running binary. Its AWS refuses every connection: what is shown is that it reads the event and answers."""

    def __init__(self, binary, variables):
        self.server = http.server.ThreadingHTTPServer((HOST, 0), Runtime)
        self.server.daemon_threads = True
        self.server.events, self.server.answers = queue.Queue(), queue.Queue()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        environment = {
            "AWS_LAMBDA_RUNTIME_API": f"{HOST}:{self.server.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": binary.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_LOG_GROUP_NAME": "g",
            "AWS_LAMBDA_LOG_STREAM_NAME": "s",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "example",
            "AWS_ENDPOINT_URL": f"http://{HOST}:9",
            "AWS_MAX_ATTEMPTS": "1",
            "RUST_LOG": "off",
        }
        self.process = subprocess.Popen([binary], env=environment | variables, stdout=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.server.events.put(None)
        self.server.shutdown()
        self.server.server_close()

    def invoke(self, event):
        """Whether it was `response` or `error`, and what."""
        self.server.events.put(json.dumps(event).encode())
        kind, body = self.server.answers.get(timeout=TIMEOUT_SECONDS)
        return kind, json.loads(body)
