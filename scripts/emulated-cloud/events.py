"""Sends every sample event to its function with `cargo lambda invoke --data-file`, as in CONTRIBUTING.md.

No key has signed the tokens in the events, and there is no table. So this test shows that each binary starts without its table, reads the
event and answers in the right form: a problem if the call needs a caller, and never a defect.
"""

import json
import os
import socket
import subprocess
import tempfile
import time

import build
from bootstrap import HOST, TIMEOUT_SECONDS, environment
from emulator import free_port

EVENTS = build.ROOT / "events"


class LambdaWatch:
    """`cargo lambda watch` without a build: the Lambda API for `cargo lambda invoke`, and the runtime API for the binaries."""

    def __enter__(self):
        self.port = free_port()
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            ["cargo", "lambda", "watch", "--only-lambda-apis", *self.address()],
            cwd=build.ROOT, stdout=self.log, stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.log.seek(0)
                raise SystemExit(f"cargo lambda watch doesn't answer:\n{self.log.read()}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def address(self):
        return ["--invoke-address", HOST, "--invoke-port", str(self.port)]

    def answers(self):
        """Returns whether it accepts connections. A request would wait for a function."""
        with socket.socket() as connection:
            return connection.connect_ex((HOST, self.port)) == 0

    def start(self, binary, bootstrap):
        """Starts the function's process, which asks for events under its name."""
        runtime = environment(binary, f"http://{HOST}:{self.port}/.rt/{binary}")
        return subprocess.Popen([bootstrap], env=runtime, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def invoke(self, binary, path):
        """Returns whether the function answered or failed, and the text."""
        command = ["cargo", "lambda", "invoke", binary, *self.address(), "--data-file", str(path)]
        told = subprocess.run(
            command, cwd=build.ROOT, env=os.environ | {"NO_COLOR": "1"}, capture_output=True, text=True, timeout=TIMEOUT_SECONDS
        )
        return ("error", told.stdout + told.stderr) if told.returncode else ("response", told.stdout)


def every_event_file_is_read_by_the_binary_it_is_for(folder):
    functions = {binary: name for name, binary in build.of_functions().items()}
    resources = build.template()["Resources"]
    sources = sorted(path for path in EVENTS.iterdir() if path.is_dir())
    wrong, count = [], 0
    assert {source.name for source in sources} == set(functions), "a folder of events for each function"
    bootstraps = build.bootstraps(folder)
    with LambdaWatch() as watch:
        for source in sources:
            properties = resources[functions[source.name]]["Properties"]
            process = watch.start(source.name, bootstraps[source.name])
            try:
                for path in sorted(source.glob("*.json")):
                    count += 1
                    if problem := what_is_wrong(properties, *watch.invoke(source.name, path)):
                        wrong.append(f"{path.relative_to(EVENTS)}: {problem}")
            finally:
                process.kill()
                process.wait()
    print(f"          {count} events of {len(sources)} functions")
    assert not wrong, "\n".join(wrong)


def what_is_wrong(properties, kind, text):
    """Returns the problem, or None."""
    triggers = {event["Type"] for event in properties.get("Events", {}).values()}
    if not triggers or triggers == {"HttpApi"}:
        answer = json.loads(text) if kind == "response" else {}
        status = answer.get("statusCode", 0)
        # Rollcall's 503 means that the table doesn't answer. A 500 of an HTTP function is a defect. A WebSocket function answers 500
        # for any failure, because no client reads the status.
        fine = 200 <= status < 600 and (status != 500 or not triggers)
        return None if fine else f"{kind} {text[:500]}"
    # A stream's batch, an event of the bus or a schedule: processed, or failed because there is no table, but read.
    return text[:500] if "another event" in text else None
