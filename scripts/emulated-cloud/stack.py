"""The deployed stack: packages uploaded, the template given to the emulator's CloudFormation, and what came of it."""

import json
import time

import adaptations
import binaries

NAME = "rollcall"
CODE = "rollcall-code"


class Stack:
    def __init__(self, emulator):
        self.emulator = emulator
        self.cloudformation = emulator.client("cloudformation")

    def deploy(self, folder):
        """Uploads the binaries of that folder and makes the stack."""
        s3 = self.emulator.client("s3")
        s3.create_bucket(Bucket=CODE, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
        for binary in binaries.of_functions().values():
            s3.put_object(Bucket=CODE, Key=f"{binary}.zip", Body=binaries.package(folder / binary))
        template, done = adaptations.adapted(adaptations.transformed(binaries.template(), CODE), self.emulator)
        # Too large for the call itself, as it would be in AWS.
        s3.put_object(Bucket=CODE, Key="template.json", Body=json.dumps(template).encode())
        self.cloudformation.create_stack(
            StackName=NAME, TemplateURL=f"{self.emulator.url}/{CODE}/template.json", Capabilities=["CAPABILITY_IAM"]
        )
        self.wait()
        return done

    def wait(self):
        deadline = time.monotonic() + 120
        while True:
            (stack,) = self.cloudformation.describe_stacks(StackName=NAME)["Stacks"]
            if not stack["StackStatus"].endswith("IN_PROGRESS"):
                break
            if time.monotonic() > deadline:
                break
            time.sleep(0.2)
        if stack["StackStatus"] != "CREATE_COMPLETE":
            events = self.cloudformation.describe_stack_events(StackName=NAME)["StackEvents"]
            failed = [e for e in events if e["ResourceStatus"].endswith("FAILED")]
            reasons = [f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}" for e in failed]
            raise SystemExit(f"the stack is {stack['StackStatus']}: {stack.get('StackStatusReason')}\n" + "\n".join(reasons))
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def physical(self, logical):
        detail = self.cloudformation.describe_stack_resource(StackName=NAME, LogicalResourceId=logical)
        return detail["StackResourceDetail"]["PhysicalResourceId"]
