#!/usr/bin/env python3
"""How large each function is, how long it takes from process start to its first `next` call, its memory, and its time for an event.

Runs what `sam build` made against a stub of the Lambda runtime API on loopback, so what is measured is our own part: loading,
dynamic linking, configuration, clients, and of an event the way through the runtime, the router and back. The table is a stub too
(it refuses the connection), so no network is in the figures; in the cloud the first TLS handshake comes on top, before the first
request rather than in it. `hello` is a bare lambda_http function built with the same profile: what nobody can go below.

    sam build
    cargo lambda build --release --locked --disable-optimizations --package runtime --example hello
    python3 scripts/measure-start.py [--runs 20] [--events 200]

Needs Python 3 and nothing else. Prints a table for docs/performance.md.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts" / "emulated-cloud"))

from bootstrap import Bootstrap  # noqa: E402

FUNCTIONS = sorted(folder.name for folder in (ROOT / "functions").iterdir() if (folder / "Cargo.toml").exists())


def measure(name, binary, event, runs, events):
    starts, peaks, warm = [], [], []
    for _ in range(runs):
        with Bootstrap(binary) as bootstrap:
            starts.append(bootstrap.start_seconds * 1000)
            peaks.append(bootstrap.peak_megabytes())
    with Bootstrap(binary) as bootstrap:
        bootstrap.invoke(event)
        warm = [bootstrap.invoke(event)[2] * 1000 for _ in range(events)]
        peaks.append(bootstrap.peak_megabytes())
    size = binary.stat().st_size / 1e6
    print(
        f"| `{name}` | {size:.1f} MB | {statistics.median(starts):.0f} ms ({min(starts):.0f}–{max(starts):.0f}) "
        f"| {max(peaks):.0f} MB | {statistics.median(warm):.2f} ms |",
        flush=True,
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=20)
    arguments.add_argument("--events", type=int, default=200)
    arguments.add_argument("--built", type=pathlib.Path, default=ROOT / ".aws-sam" / "build", help="the folder of `sam build`")
    arguments.add_argument("functions", nargs="*", default=FUNCTIONS, help="which; all unless told")
    arguments = arguments.parse_args()
    target = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
    print("| function | binary | process start to first `next`, median (min–max) | peak memory | warm, an event, median |")
    print("|---|---|---|---|---|")
    hello = json.loads((ROOT / "events" / "docs" / "not-found.json").read_text())
    measure("hello", target / "lambda" / "hello" / "bootstrap", hello, arguments.runs, arguments.events)
    for name in arguments.functions:
        # The first of its events; without a table it is refused or fails, after the whole way there and back.
        event = json.loads(min((ROOT / "events" / name).glob("*.json")).read_text())
        measure(name, arguments.built / name.capitalize() / "bootstrap", event, arguments.runs, arguments.events)


if __name__ == "__main__":
    main()
