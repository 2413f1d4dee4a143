#!/usr/bin/env python3
"""Lists the versions of a stack's functions, points their alias `live` to earlier versions, or restarts functions.

    python3 scripts/versions.py --stack rollcall list
    python3 scripts/versions.py --stack rollcall roll-back --to 2026-11-28T10:00:00Z           # only lists the changes
    python3 scripts/versions.py --stack rollcall roll-back --to 2026-11-28T10:00:00Z --write
    python3 scripts/versions.py --stack rollcall restart [Auth ...]

`roll-back` chooses for each function the version that ran at an instant: the newest that was published by then. It takes effect
within seconds. CloudFormation doesn't learn of it, so deploy the earlier release afterwards. `restart` publishes a version that
differs in its description only, so that the function starts again and reads its secrets. docs/operations.md says when to use
which. Needs boto3 and an operator's credentials.
"""

import argparse
import datetime

import boto3

ALIAS = "live"
# What `restart` adds to a function's description.
MARK = " (restarted "


def version_at(versions, instant):
    """Returns the number of the newest version that was published by an instant, or None. `versions` are (number, instant)."""
    published = [(at, number) for number, at in versions if at <= instant]
    return max(published)[1] if published else None


def restarted(description, now):
    """Returns a function's description with the time of its restart."""
    return f"{description.split(MARK)[0]}{MARK}{now:%Y-%m-%dT%H:%M:%SZ})"[-256:]


def parsed(text):
    """Returns the instant that an argument names. Needs a time zone."""
    instant = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no time zone: write 2026-11-28T10:00:00Z")
    return instant


class Functions:
    """The functions of a stack."""

    def __init__(self, stack):
        self.client = boto3.client("lambda")
        pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
        resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
        self.names = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in resources if resource["ResourceType"] == "AWS::Lambda::Function"
        }

    def versions(self, function):
        """Returns the published versions of a function with their instants, oldest first."""
        pages = self.client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
        published = [version for page in pages for version in page["Versions"] if version["Version"] != "$LATEST"]
        return [
            (int(version["Version"]), datetime.datetime.fromisoformat(version["LastModified"].replace("+0000", "+00:00")))
            for version in published
        ]

    def current(self, function):
        return int(self.client.get_alias(FunctionName=function, Name=ALIAS)["FunctionVersion"])

    def point(self, function, version):
        """Points the alias to one version alone, also in the middle of a gradual deployment."""
        self.client.update_alias(
            FunctionName=function, Name=ALIAS, FunctionVersion=str(version), RoutingConfig={"AdditionalVersionWeights": {}}
        )

    def restart(self, function, now):
        """Publishes a version like the present one and points the alias to it. Returns its number. Ends the script if the alias
        runs other code than the last deployment, as after a roll-back: the new version would have the code of the deployment."""
        deployed = self.client.get_function_configuration(FunctionName=function)["CodeSha256"]
        live = self.client.get_function_configuration(FunctionName=function, Qualifier=ALIAS)["CodeSha256"]
        if deployed != live:
            raise SystemExit(f"{function} runs other code than the last deployment. Deploy the release that runs, then restart.")
        description = self.client.get_function_configuration(FunctionName=function).get("Description", "")
        self.client.update_function_configuration(FunctionName=function, Description=restarted(description, now))
        self.client.get_waiter("function_updated_v2").wait(FunctionName=function)
        version = int(self.client.publish_version(FunctionName=function)["Version"])
        self.point(function, version)
        return version


def show(functions):
    for logical, function in sorted(functions.names.items()):
        current = functions.current(function)
        for number, at in functions.versions(function):
            print(f"{logical:14} {number:5}  {at:%Y-%m-%dT%H:%M:%SZ}{'  live' if number == current else ''}")


def roll_back(functions, instant, is_written):
    """Points each function to the version of an instant. Returns how many change."""
    changes = {}
    for logical, function in sorted(functions.names.items()):
        wanted = version_at(functions.versions(function), instant)
        if wanted is None:
            raise SystemExit(f"{logical} had no version at {instant:%Y-%m-%dT%H:%M:%SZ}, so nothing is changed")
        current = functions.current(function)
        if wanted != current:
            changes[function] = wanted
            print(f"  {logical}: version {current} becomes {wanted}")
    if is_written:
        for function, version in changes.items():
            functions.point(function, version)
    print(f"{len(changes)} functions {'rolled back' if is_written else 'to roll back'}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--stack", default="rollcall", help="the name of the stack")
    commands = arguments.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list the versions of all functions")
    back = commands.add_parser("roll-back", help="point the alias of each function to the version of an instant")
    back.add_argument("--to", type=parsed, required=True, help="the instant, for example 2026-11-28T10:00:00Z")
    back.add_argument("--write", action="store_true", help="make the changes; without it the script only lists them")
    again = commands.add_parser("restart", help="start functions again, so that they read their secrets")
    again.add_argument("functions", nargs="*", metavar="Auth", help="names in the template; without any, all functions")
    arguments = arguments.parse_args()
    functions = Functions(arguments.stack)
    match arguments.command:
        case "list":
            show(functions)
        case "roll-back":
            roll_back(functions, arguments.to, arguments.write)
        case "restart":
            now = datetime.datetime.now(datetime.timezone.utc)
            for logical in arguments.functions or sorted(functions.names):
                if logical not in functions.names:
                    raise SystemExit(f"{logical} isn't a function of the stack. Functions: {' '.join(sorted(functions.names))}")
                print(f"{logical}: version {functions.restart(functions.names[logical], now)} is live")


if __name__ == "__main__":
    main()
