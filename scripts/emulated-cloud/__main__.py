"""Deploys Rollcall to an emulated AWS account and runs a company's first day there.

    scripts/emulated-cloud.sh

Builds all functions with one `cargo build` and one of them with `sam build`, deploys with `sam deploy --guided`, enforces IAM, and
calls HTTP and WebSocket from outside. adaptations.py changes what the emulator can't read, with reasons. scripts/test_transform.py
checks what the emulator can't do.
"""

import argparse
import pathlib
import sys
import tempfile
import time

import build
from client import Http
from emulator import Emulator
from events import every_event_file_is_read_by_the_binary_it_is_for
from journey import Journey
from stack import Stack


class Steps:
    """Runs steps, prints the duration of each, and stops at the first that fails."""

    def __init__(self):
        self.began = time.monotonic()

    def run(self, step, *arguments):
        began = time.monotonic()
        result = step(*arguments)
        print(f"{time.monotonic() - began:6.1f} s  {step.__name__.replace('_', ' ')}", flush=True)
        return result


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    instead = arguments.add_mutually_exclusive_group()
    instead.add_argument("--built", type=pathlib.Path, help="use this folder of `sam build` (.aws-sam/build) instead of building")
    instead.add_argument("--binaries", type=pathlib.Path, help="use this folder of `cargo build` (target/release) instead of building")
    arguments = arguments.parse_args()
    steps = Steps()
    folder = functions(steps, arguments)
    steps.run(every_event_file_is_read_by_the_binary_it_is_for, folder)
    with tempfile.TemporaryDirectory(prefix="rollcall-cloud-") as scratch:
        with Emulator(scratch) as emulator:
            try:
                live_through(steps, emulator, folder)
            except BaseException:
                tell_what_was_logged(emulator)
                raise
    print(f"emulated cloud: ok, {time.monotonic() - steps.began:.0f} s")


def functions(steps, arguments):
    """Returns a folder of `sam build`, or one that is laid out like it."""
    if arguments.built:
        folder = arguments.built.absolute()
        steps.run(build.binaries_start_on_amazon_linux, folder)
    elif arguments.binaries:
        folder = steps.run(build.laid_out_as_by_sam, arguments.binaries.absolute())
    else:
        folder = steps.run(build.laid_out_as_by_sam, steps.run(build.all_functions_with_cargo))
        steps.run(build.one_function_with_sam, folder)
    return folder


def live_through(steps, emulator, folder):
    stack = Stack(emulator, folder)
    steps.run(stack.every_question_of_a_guided_deployment_has_a_default)
    steps.run(stack.is_deployed_and_deployed_again)
    http = Http(emulator, stack.physical("Api"))
    for step in Journey(emulator, stack, http).steps():
        steps.run(step)


def tell_what_was_logged(emulator):
    """Prints the last log lines of ministack and of every function."""
    print(f"== ministack\n{emulator.log.read_text()[-4000:]}", file=sys.stderr)
    logs = emulator.client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            events = logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
            lines = "\n".join(event["message"].rstrip() for event in events[-12:])
            if lines:
                print(f"== {group['logGroupName']}\n{lines}", file=sys.stderr)


if __name__ == "__main__":
    main()
