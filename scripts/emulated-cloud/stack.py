"""The deployed stack: deploys what `sam build` made with `sam deploy --guided`, and has the stack's outputs."""

import pathlib

from samtranslator.yaml_helper import yaml_parse

import adaptations
import build
from guided_deployment import guided_deployment, project, update

NAME = "rollcall"


class Stack:
    def __init__(self, emulator, folder):
        self.emulator = emulator
        self.folder = folder
        self.scratch = pathlib.Path(emulator.folder)
        self.cloudformation = emulator.client("cloudformation")

    def every_question_of_a_guided_deployment_has_a_default(self):
        """Uses the template that `sam build` made, up to SAM's list of changes."""
        template = yaml_parse((self.folder / "template.yaml").read_text())
        adaptations.no_route_responses(template, self.emulator)
        asked = guided_deployment(self.emulator, project(self.scratch / "asked", self.folder, template), "n")
        parameters = template["Parameters"]
        missing = [name for name in parameters if not any(name in question for question in asked)]
        assert not missing, f"not asked for: {missing}"
        print(f"          {len(asked)} questions, {len(parameters)} of them parameters of the template")

    def is_deployed_and_deployed_again(self):
        """Deploys the template that the emulator can read."""
        transformed = adaptations.transformed(build.template())
        template, done = adaptations.adapted(transformed, self.emulator)
        for adaptation in done:
            print(f"          adapted: {adaptation}")
        folder = project(self.scratch / "deployed", self.folder, template)
        guided_deployment(self.emulator, folder, "y")
        (stack,) = self.cloudformation.describe_stacks(StackName=NAME)["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE", stack
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        assert update(self.emulator, folder), "deploying the same again does nothing"

    def physical(self, logical):
        detail = self.cloudformation.describe_stack_resource(StackName=NAME, LogicalResourceId=logical)
        return detail["StackResourceDetail"]["PhysicalResourceId"]
