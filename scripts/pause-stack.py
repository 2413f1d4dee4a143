#!/usr/bin/env python3
"""Stops all writes of a stack to its table, and resumes them.

    python3 scripts/pause-stack.py --stack rollcall pause
    python3 scripts/pause-stack.py --stack rollcall resume

`pause` first stops what invokes functions without a request: schedules, rules of the bus and consumers of the stream. Then it sets the
reserved concurrency of all functions to 0. In the other order, every schedule would end in the dead letters, because throttled
schedules aren't tried again. The stream keeps records for 24 hours, but consumers give up records older than 12 hours, so resume
before that. `pause` stores in a file what was off before and which reserved concurrency functions had, and `resume` restores it. Needs
boto3 and an operator's credentials. You can run it again after an interruption.
"""

import argparse
import json
import pathlib
import time

import boto3

# update_schedule replaces the whole schedule, so these fields are sent again.
OF_A_SCHEDULE = (
    "Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target", "Description", "KmsKeyArn",
    "StartDate", "EndDate", "ActionAfterCompletion",
)


class Stack:
    """The resources of a stack, and the state that they had before the pause."""

    def __init__(self, name, state):
        pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
        self.resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
        self.file = state
        self.before = json.loads(state.read_text()) if state.exists() else {}

    def of_type(self, kind):
        return [resource["PhysicalResourceId"] for resource in self.resources if resource["ResourceType"] == kind]

    def remember(self, name, state):
        """Stores the state of a resource before the pause. A second `pause` finds it paused, so the first state counts."""
        if name not in self.before:
            self.before[name] = state
            self.file.write_text(json.dumps(self.before, indent=2))

    def was_on(self, name):
        return self.before.get(name, True)


def schedules(stack, is_on):
    scheduler = boto3.client("scheduler")
    for name in stack.of_type("AWS::Scheduler::Schedule"):
        schedule = scheduler.get_schedule(Name=name)
        if not is_on:
            stack.remember(name, schedule.get("State", "ENABLED") == "ENABLED")
        told = {key: schedule[key] for key in OF_A_SCHEDULE if schedule.get(key) is not None}
        scheduler.update_schedule(**told, State="ENABLED" if is_on and stack.was_on(name) else "DISABLED")
        yield name


def rules(stack, is_on):
    events = boto3.client("events")
    for name in stack.of_type("AWS::Events::Rule"):
        # The physical id of a rule on a custom bus is `bus|rule`.
        *bus, rule = name.split("|")
        bus = {"EventBusName": bus[0]} if bus else {}
        if is_on and stack.was_on(name):
            events.enable_rule(Name=rule, **bus)
        elif not is_on:
            stack.remember(name, is_enabled(events, rule, bus))
            events.disable_rule(Name=rule, **bus)
        yield name


def is_enabled(events, rule, bus):
    try:
        return events.describe_rule(Name=rule, **bus).get("State", "ENABLED") == "ENABLED"
    except events.exceptions.ResourceNotFoundException:
        # The emulator describes rules of the default bus alone. In AWS a rule of the stack exists.
        return True


def readers(stack, is_on):
    functions = boto3.client("lambda")
    for name in stack.of_type("AWS::Lambda::EventSourceMapping"):
        state = functions.get_event_source_mapping(UUID=name)["State"]
        if not is_on:
            stack.remember(name, state in ("Enabled", "Enabling", "Creating", "Updating"))
        wanted = "Enabled" if is_on and stack.was_on(name) else "Disabled"
        functions.update_event_source_mapping(UUID=name, Enabled=wanted == "Enabled")
        while functions.get_event_source_mapping(UUID=name)["State"] != wanted:
            time.sleep(2)
        yield name


def functions(stack, is_on):
    functions = boto3.client("lambda")
    for name in stack.of_type("AWS::Lambda::Function"):
        if not is_on:
            reserved = functions.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
            stack.remember(name, reserved)
            functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        elif stack.before.get(name) is not None:
            functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=stack.before[name])
        else:
            functions.delete_function_concurrency(FunctionName=name)
        yield name


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--stack", default="rollcall", help="the name of the stack")
    arguments.add_argument("--state", type=pathlib.Path, help="the file for the state before the pause; default: <stack>-paused.json")
    arguments.add_argument("what", choices=["pause", "resume"])
    arguments = arguments.parse_args()
    state = arguments.state or pathlib.Path(f"{arguments.stack}-paused.json")
    stack, is_on = Stack(arguments.stack, state), arguments.what == "resume"
    if is_on and not state.exists():
        print(f"{state} doesn't exist: everything is switched on, and no function gets a reserved concurrency")
    order = (schedules, rules, readers, functions)
    for kind in reversed(order) if is_on else order:
        count = sum(1 for _ in kind(stack, is_on))
        print(f"{count} {kind.__name__} {'resumed' if is_on else 'paused'}")
    if is_on:
        state.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
