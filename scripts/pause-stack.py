#!/usr/bin/env python3
"""Lets nothing of a stack write to its table for a while, and lets everything go on again.

    python3 scripts/pause-stack.py --stack rollcall pause
    python3 scripts/pause-stack.py --stack rollcall resume

First what calls functions by itself is stopped (schedules, rules of the bus, readers of the stream), then functions get no room to run:
the other way round every schedule would end in the dead letters, for what finds no room at all isn't tried again. The stream keeps its
records for 24 hours, and readers give up what is older than 12: resume before. Needs boto3 and the credentials of an operator; may be
run again after it was cut off.
"""

import argparse
import time

import boto3

# What update_schedule wants told again.
OF_A_SCHEDULE = (
    "Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target", "Description", "KmsKeyArn",
    "StartDate", "EndDate", "ActionAfterCompletion",
)


class Stack:
    def __init__(self, name):
        pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
        self.resources = [resource for page in pages for resource in page["StackResourceSummaries"]]

    def of_type(self, kind):
        return [resource["PhysicalResourceId"] for resource in self.resources if resource["ResourceType"] == kind]


def schedules(stack, is_on):
    scheduler = boto3.client("scheduler")
    for name in stack.of_type("AWS::Scheduler::Schedule"):
        schedule = scheduler.get_schedule(Name=name)
        told = {key: schedule[key] for key in OF_A_SCHEDULE if schedule.get(key) is not None}
        scheduler.update_schedule(**told, State="ENABLED" if is_on else "DISABLED")
        yield name


def rules(stack, is_on):
    events = boto3.client("events")
    for name in stack.of_type("AWS::Events::Rule"):
        # The physical id of a rule on a bus of its own is `bus|rule`.
        *bus, rule = name.split("|")
        bus = {"EventBusName": bus[0]} if bus else {}
        events.enable_rule(Name=rule, **bus) if is_on else events.disable_rule(Name=rule, **bus)
        yield name


def readers(stack, is_on):
    functions = boto3.client("lambda")
    for name in stack.of_type("AWS::Lambda::EventSourceMapping"):
        functions.update_event_source_mapping(UUID=name, Enabled=is_on)
        wanted = "Enabled" if is_on else "Disabled"
        while functions.get_event_source_mapping(UUID=name)["State"] != wanted:
            time.sleep(2)
        yield name


def functions(stack, is_on):
    functions = boto3.client("lambda")
    for name in stack.of_type("AWS::Lambda::Function"):
        if is_on:
            functions.delete_function_concurrency(FunctionName=name)
        else:
            functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        yield name


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--stack", default="rollcall", help="the name of the stack")
    arguments.add_argument("what", choices=["pause", "resume"])
    arguments = arguments.parse_args()
    stack, is_on = Stack(arguments.stack), arguments.what == "resume"
    order = (schedules, rules, readers, functions)
    for kind in reversed(order) if is_on else order:
        count = sum(1 for _ in kind(stack, is_on))
        print(f"{count} {kind.__name__} {'go on' if is_on else 'paused'}")


if __name__ == "__main__":
    main()
