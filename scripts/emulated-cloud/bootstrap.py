"""One binary run as Lambda runs it, against a runtime API of our own on loopback that measures what it sees.

Its AWS refuses every connection, unless the caller gives the address of another one: what is seen is our own part. Needs Python and
nothing else.
"""

import http.server
import json
import os
import pathlib
import queue
import re
import shutil
import subprocess
import tempfile
import threading
import time

HOST = "127.0.0.1"
REGION = "eu-central-1"
TIMEOUT_SECONDS = 30
# Whatever the template may tell a function.
VARIABLES = {
    "EVENT_BUS": "rollcall",
    "COMPANY_KEYS_SECRET": "company-keys",
    "EXPORT_BUCKET": "exports",
    "LIVE_ORIGIN": f"ws://{HOST}:9",
    "LIVE_URL": f"ws://{HOST}:9/live",
    "PHOTO_BUCKET": "photos",
    "PHOTO_HOST": f"photos.{HOST}:9",
    "SETUP_TOKEN_SECRET": "setup-token",
    "SIGNING_KEYS_SECRET": "signing-keys",
    "PUBLIC_URL": "http://127.0.0.1:9",
    "TABLE_NAME": "rollcall",
    "TOKEN_ISSUER": "rollcall:local",
}


def environment(function, runtime_api):
    """What Lambda and the template tell a function of that name."""
    return VARIABLES | {
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": function,
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


class Runtime(http.server.BaseHTTPRequestHandler):
    """The runtime API: `next` waits for an event, the answer goes where it is waited for."""

    protocol_version = "HTTP/1.1"
    # An answer is one segment, and none waits for another.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self):
        self.server.asked.set()
        event = self.server.events.get()
        if event is None:
            self.close_connection = True
            return
        self.server.sent_at = time.perf_counter()
        self.answer(200, event, {
            "Lambda-Runtime-Aws-Request-Id": "00000000-0000-4000-8000-000000000000",
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 20_000),
            "Lambda-Runtime-Invoked-Function-Arn": f"arn:aws:lambda:{REGION}:000000000000:function:rollcall",
            "Content-Type": "application/json",
        })

    def do_POST(self):
        length = self.headers.get("content-length")
        body = self.chunks() if length is None else self.rfile.read(int(length))
        took = time.perf_counter() - self.server.sent_at
        self.server.answers.put((self.path.rsplit("/", 1)[1], body, took))
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
        self.wfile.flush()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A binary that is killed leaves connections behind; one that fails is noticed by its answer."""


class Bootstrap:
    """A running binary, in a `with` block. `variables` replaces variables of its environment."""

    def __init__(self, binary, variables=None, function=None):
        self.server = Server((HOST, 0), Runtime)
        self.server.events, self.server.answers = queue.Queue(), queue.Queue()
        self.server.asked = threading.Event()
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        variables = environment(function or binary.name, f"{HOST}:{self.server.server_port}") | (variables or {})
        self.binary = binary
        self.began = time.perf_counter()
        self.process = subprocess.Popen(self.command(), env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def command(self):
        return [self.binary]

    def __enter__(self):
        if not self.server.asked.wait(TIMEOUT_SECONDS):
            raise SystemExit(f"{self.binary.name} never asked for work (exit code {self.process.poll()})")
        self.start_seconds = time.perf_counter() - self.began
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.server.events.put(None)
        self.server.shutdown()
        self.server.server_close()

    def invoke(self, event):
        """Whether it was `response` or `error`, what, and after how many seconds."""
        self.server.events.put(json.dumps(event).encode())
        kind, body, took = self.server.answers.get(timeout=TIMEOUT_SECONDS)
        return kind, json.loads(body), took

    def cpu_seconds(self):
        """The CPU time of the binary so far, user and system."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_megabytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


class CountedBootstrap(Bootstrap):
    """A running binary whose instructions Valgrind counts. No other work on the machine changes their number."""

    def command(self):
        if not shutil.which("valgrind"):
            raise SystemExit("Instructions are counted with Valgrind (apt-get install valgrind).")
        self.folder = tempfile.TemporaryDirectory()
        self.log = pathlib.Path(self.folder.name, "log")
        return ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={self.log}", self.binary]

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        self.folder.cleanup()

    def instructions(self):
        """Ends the process. Returns how many instructions it has executed."""
        # Valgrind writes what it has counted when the process is told to end, not when it is killed.
        self.process.terminate()
        self.process.wait(timeout=60)
        return int(re.search(r"Collected : (\d+)", self.log.read_text()).group(1))
