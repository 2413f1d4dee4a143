#!/usr/bin/env python3
"""Measures each function: the size of its binary, the time from process start to the first `next` call, memory, and time for an event.

Runs the binaries of `sam build` against a stub of the Lambda runtime API on loopback. So it measures Rollcall's own part: loading,
dynamic linking, configuration and clients, and for an event the runtime and the router. The table is a stub too, which refuses the
connection, so the figures contain no network. In the cloud, the first TLS handshake is added to the initialization. `hello` is a bare
lambda_http function with the same profile: the lower limit.

    sam build
    cargo lambda build --release --locked --disable-optimizations --package runtime --features http --example hello
    python3 scripts/measure-start.py [--runs 20] [--events 200]
    python3 scripts/measure-start.py --instructions     # also counts the instructions of a start, which no other work changes

Needs only Python 3, and Valgrind for --instructions. Prints a table for docs/performance.md.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts" / "emulated-cloud"))

from bootstrap import Bootstrap, CountedBootstrap  # noqa: E402

FUNCTIONS = sorted(folder.name for folder in (ROOT / "functions").iterdir() if (folder / "Cargo.toml").exists())


def instructions(binary):
    """Returns how many instructions, in millions, the process executes to its first `next`."""
    with CountedBootstrap(binary) as bootstrap:
        return bootstrap.instructions() / 1e6


def measure(name, binary, event, runs, events, is_counted):
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
    counted = f" {instructions(binary):.1f} million |" if is_counted else ""
    print(
        f"| `{name}` | {size:.1f} MB | {statistics.median(starts):.0f} ms ({min(starts):.0f}–{max(starts):.0f}) "
        f"| {max(peaks):.0f} MB | {statistics.median(warm):.2f} ms |{counted}",
        flush=True,
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=20)
    arguments.add_argument("--events", type=int, default=200)
    arguments.add_argument("--built", type=pathlib.Path, default=ROOT / ".aws-sam" / "build", help="the folder of `sam build`")
    arguments.add_argument("--instructions", action="store_true", help="also count the instructions of a start, with Valgrind")
    arguments.add_argument("functions", nargs="*", default=FUNCTIONS, help="the functions to measure (default: all)")
    arguments = arguments.parse_args()
    target = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
    counted = arguments.instructions
    print(
        "| function | binary | process start to first `next`, median (min–max) | peak memory | warm, an event, median |"
        + " instructions of a start |" * counted
    )
    print("|---|---|---|---|---|" + "---|" * counted)
    hello = json.loads((ROOT / "events" / "docs" / "not-found.json").read_text())
    measure("hello", target / "lambda" / "hello" / "bootstrap", hello, arguments.runs, arguments.events, counted)
    for name in arguments.functions:
        # The first sample event. Without a table the function refuses it or fails, after the whole code path.
        event = json.loads(min((ROOT / "events" / name).glob("*.json")).read_text())
        measure(name, arguments.built / name.capitalize() / "bootstrap", event, arguments.runs, arguments.events, counted)


if __name__ == "__main__":
    main()
