"""The deployed stack: deploys what `sam build` made with `sam deploy --guided`, and has the stack's outputs."""

import pathlib
import re
import shutil

from samtranslator.yaml_helper import yaml_parse

import adaptations
import build
from guided_deployment import guided_deployment, project, update

NAME = "rollcall"


class Stack:
    def __init__(self, emulator, folder, name=NAME):
        self.emulator = emulator
        self.folder = folder
        self.name = name
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
        # `sam deploy` packs folders at each deployment, and uploads archives as they are.
        for name, archive in build.packed(self.folder, self.scratch / "packed").items():
            template["Resources"][name]["Properties"]["Code"] = str(archive)
        folder = project(self.scratch / "deployed", self.folder, template)
        guided_deployment(self.emulator, folder, "y")
        assert self.read_outputs() == "CREATE_COMPLETE"
        assert update(self.emulator, folder), "deploying the same again does nothing"

    def deployed_as(self, name, **parameters):
        """Deploys the same project under another name, with other values of some parameters. Returns that stack."""
        folder = self.scratch / name
        shutil.copytree(self.scratch / "deployed", folder, symlinks=True)
        answers = folder / "samconfig.toml"
        text = answers.read_text().replace(f'stack_name = "{NAME}"', f'stack_name = "{name}"')
        for parameter, value in parameters.items():
            text, count = re.subn(rf'{parameter}=\\"[^"\\]*\\"', rf'{parameter}=\\"{value}\\"', text)
            assert count == 1, f"{parameter} isn't among the answers"
        answers.write_text(text)
        update(self.emulator, folder)
        other = Stack(self.emulator, self.folder, name)
        status = other.read_outputs()
        assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), status
        return other

    def read_outputs(self):
        """Reads the stack's outputs. Returns its status."""
        (stack,) = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        return stack["StackStatus"]

    def is_deleted(self):
        """Deletes the stack. What holds data stays."""
        self.cloudformation.delete_stack(StackName=self.name)
        self.cloudformation.get_waiter("stack_delete_complete").wait(StackName=self.name)

    def physical(self, logical):
        detail = self.cloudformation.describe_stack_resource(StackName=self.name, LogicalResourceId=logical)
        return detail["StackResourceDetail"]["PhysicalResourceId"]
