#!/usr/bin/env python3
"""How large each function is, and how long it takes from process start to its first `next` call.

Runs the release binaries against a stub of the Lambda runtime API on loopback, so what is measured is our own start: loading,
dynamic linking, configuration, clients. The table is a stub too (it refuses the connection), so no network is in the figures; in
the cloud the first TLS handshake comes on top, before the first request rather than in it.

    cargo build --release --bins && python3 scripts/measure-start.py [--runs 20]

Needs Python 3 and nothing else. Prints a table for docs/performance.md.
"""

import argparse
import http.server
import os
import pathlib
import statistics
import subprocess
import threading
import time

FUNCTIONS = ["auth", "people", "clock", "breaks", "attendance", "roster", "leave", "reports", "notifications", "docs"]
# Those that no request calls.
FUNCTIONS += ["live", "notify", "relay", "jobs", "checks"]
ROOT = pathlib.Path(__file__).resolve().parent.parent


class Runtime(http.server.BaseHTTPRequestHandler):
    """Answers nothing: the first `next` is all that is waited for."""

    asked = threading.Event()

    def do_GET(self):
        Runtime.asked.set()
        time.sleep(3600)

    def log_message(self, *_):
        pass


def start(binary, port):
    environment = {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_LAMBDA_FUNCTION_NAME": binary.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_LOG_GROUP_NAME": "g",
        "AWS_LAMBDA_LOG_STREAM_NAME": "s",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "1",
        "TABLE_NAME": "rollcall",
        "TOKEN_ISSUER": "rollcall:measure",
        "SIGNING_KEYS_SECRET": "signing-keys",
        "SETUP_TOKEN_SECRET": "setup-token",
        "PHOTO_BUCKET": "photos",
        "LIVE_URL": "wss://127.0.0.1:9/live",
        "EVENT_BUS": "rollcall",
        "STAGE": "measure",
        "SERVICE_NAME": binary.name,
        "RUST_LOG": "off",
    }
    Runtime.asked.clear()
    begin = time.perf_counter()
    process = subprocess.Popen([binary], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not Runtime.asked.wait(timeout=20):
            raise SystemExit(f"{binary.name} never asked for work (exit code {process.poll()})")
        elapsed = time.perf_counter() - begin
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        return elapsed * 1000, peak / 1024
    finally:
        process.kill()
        process.wait()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=20)
    arguments.add_argument("--target", default=os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target")))
    arguments = arguments.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Runtime)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("| function | binary | process start to first `next`, median (min–max) | peak memory |")
    print("|---|---|---|---|")
    for name in FUNCTIONS:
        binary = pathlib.Path(arguments.target) / "release" / name
        figures = [start(binary, server.server_port) for _ in range(arguments.runs)]
        times = [elapsed for elapsed, _ in figures]
        size = binary.stat().st_size / 1e6
        print(
            f"| `{name}` | {size:.1f} MB | {statistics.median(times):.0f} ms ({min(times):.0f}–{max(times):.0f}) "
            f"| {max(peak for _, peak in figures):.0f} MB |"
        )


if __name__ == "__main__":
    main()
