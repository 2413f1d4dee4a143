"""The local stack as a process of its own, with its clock, its counters of AWS calls and its CPU time."""

import http.client
import json
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.parse

# The stack answers POST /_local/settle with 503 after a few seconds if events are still on their way.
SETTLE_SECONDS = 600
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Stack:
    """A running stack without the demo company, in a `with` block. Its clock stands at `now`, or runs without it.

    Without `schedules`, scheduled jobs run only when `control` says so, and not between the requests that are counted."""

    def __init__(self, binary, now, data=None, schedules=True):
        self.binary, self.now, self.data, self.schedules = binary, now, data, schedules

    def __enter__(self):
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log", delete=False)
        where = ["--data-dir", str(self.data)] if self.data else ["--ephemeral"]
        clock = ["--clock", self.now] if self.now else []
        schedules = [] if self.schedules else ["--no-schedules"]
        options = [*where, "--no-demo", "--port", "0", "--setup-token", "token", *clock, *schedules]
        environment = {"RUST_LOG": "warn", "PATH": os.environ.get("PATH", "")}
        self.process = subprocess.Popen([self.binary, *options], stdout=self.log, stderr=subprocess.STDOUT, env=environment)
        deadline = time.monotonic() + 120
        while "Rollcall is running" not in (text := pathlib.Path(self.log.name).read_text()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the stack doesn't start: {text}")
            time.sleep(0.05)
        lines = [line.split() for line in text.splitlines()]
        self.url = next(words[1] for words in lines if words[:1] == ["API"])
        self.aws_url = next(words[2] for words in lines if words[:2] == ["AWS", "endpoint"])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.unlink(self.log.name)

    def control(self, method, path, body=None, allowed=()):
        """Calls one of the stack's own endpoints."""
        address = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=900)
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, f"/_local/{path}", data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 300 and answer.status not in allowed:
            raise SystemExit(f"{method} /_local/{path} answered {answer.status}: {text.decode()[:500]}")
        return answer.status, json.loads(text) if text else None

    def at(self, now):
        """Sets the stack's clock."""
        self.control("PUT", "clock", {"now": now})

    def settle(self):
        """Waits until all events are processed."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while self.control("POST", "settle", allowed=(503,))[0] != 200:
            if time.monotonic() > deadline:
                raise SystemExit("events are still on their way")

    def calls(self):
        """Returns the AWS calls since the last reset, by route or function, and resets the counters."""
        routes = self.control("GET", "calls")[1]["routes"]
        self.control("DELETE", "calls")
        return {route["route"]: route for route in routes}

    def cpu_seconds(self):
        """Returns the CPU time of the process, user and system."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def forget_peak(self):
        """Lets the maximum of the resident memory begin again."""
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def memory(self):
        """Returns the resident memory and its maximum so far, in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        values = {line.split(":")[0]: line.split()[1] for line in status if line.startswith(("VmRSS", "VmHWM"))}
        return int(values["VmRSS"]) / 1024, int(values["VmHWM"]) / 1024
