#!/usr/bin/env python3
"""Moves the table, the buckets and the secrets of a stack into a new stack.

    python=$(scripts/tools.sh)/python
    "$python" scripts/adopt-data.py note --stack rollcall                     # before the stack is deleted: writes rollcall-data.json
    "$python" scripts/adopt-data.py import --data rollcall-data.json --to rollcall-new

`note` stores what these resources are called, and the stack's parameters. A deleted stack leaves the resources behind. `import`
creates the new stack with these resources alone, as they are in template.yaml. Afterwards `scripts/deploy.sh --stack-name
rollcall-new` adds everything else. CloudFormation imports only what no other stack owns. docs/operations.md has all steps. Needs an
operator's credentials.
"""

import argparse
import json
import pathlib

import boto3
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = pathlib.Path(__file__).resolve().parent.parent / "template.yaml"
# How CloudFormation identifies a resource that it imports, by type.
IDENTIFIERS = {"AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName", "AWS::SecretsManager::Secret": "Id"}


def kept(template):
    """Returns the resources that outlive a stack and can be imported, by name."""
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] in IDENTIFIERS and resource.get("DeletionPolicy", "").startswith("Retain")
    }


def import_template(template, names):
    """Returns a template of these resources alone, with the parameters and conditions that they use."""
    return {
        "AWSTemplateFormatVersion": template["AWSTemplateFormatVersion"],
        "Description": template["Description"],
        "Parameters": template["Parameters"],
        "Conditions": template["Conditions"],
        "Resources": {name: template["Resources"][name] for name in names},
    }


def note(cloudformation, stack, file):
    """Stores the identifiers of the stack's data, and its parameters."""
    (old,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    present = {one["LogicalResourceId"]: one["PhysicalResourceId"] for page in pages for one in page["StackResourceSummaries"]}
    resources = {name: present[name] for name in kept(yaml_parse(TEMPLATE.read_text())) if name in present}
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in old.get("Parameters", [])}
    file.write_text(json.dumps({"resources": resources, "parameters": parameters}, indent=2))
    for name, identifier in resources.items():
        print(f"  {name:14} {identifier}")
    print(f"{len(resources)} resources and {len(parameters)} parameters are in {file}. Keep it until the new stack is deployed.")


def adopt(cloudformation, file, stack, without):
    """Creates a stack of the resources that a file names, except some."""
    data = json.loads(file.read_text())
    for name in without:
        del data["resources"][name]
    template = yaml_parse(TEMPLATE.read_text())
    wanted = kept(template)
    resources = [
        {
            "ResourceType": wanted[name]["Type"],
            "LogicalResourceId": name,
            "ResourceIdentifier": {IDENTIFIERS[wanted[name]["Type"]]: identifier},
        }
        for name, identifier in data["resources"].items()
    ]
    change = {"StackName": stack, "ChangeSetName": "adopt-data"}
    cloudformation.create_change_set(
        **change,
        ChangeSetType="IMPORT",
        ResourcesToImport=resources,
        TemplateBody=json.dumps(import_template(template, data["resources"])),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in data["parameters"].items() if name in template["Parameters"]
        ],
    )
    cloudformation.get_waiter("change_set_create_complete").wait(**change)
    cloudformation.execute_change_set(**change)
    cloudformation.get_waiter("stack_import_complete").wait(StackName=stack)
    print(f"{len(resources)} resources imported into {stack}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = arguments.add_subparsers(dest="command", required=True)
    noting = commands.add_parser("note", help="store what the stack's data is called")
    noting.add_argument("--stack", default="rollcall", help="the name of the stack")
    noting.add_argument("--data", type=pathlib.Path, help="the file; default: <stack>-data.json")
    importing = commands.add_parser("import", help="create a stack of this data")
    importing.add_argument("--data", type=pathlib.Path, required=True, help="the file that `note` wrote")
    importing.add_argument("--to", required=True, help="the name of the new stack")
    importing.add_argument("--without", nargs="*", default=[], metavar="SigningKeys", help="resources that the new stack creates instead")
    arguments = arguments.parse_args()
    cloudformation = boto3.client("cloudformation")
    match arguments.command:
        case "note":
            note(cloudformation, arguments.stack, arguments.data or pathlib.Path(f"{arguments.stack}-data.json"))
        case "import":
            adopt(cloudformation, arguments.data, arguments.to, arguments.without)


if __name__ == "__main__":
    main()
