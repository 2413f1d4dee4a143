"""The `bootstrap` of every function: built by one cargo call, packaged as Lambda wants it."""

import io
import os
import pathlib
import subprocess
import zipfile

from samtranslator.yaml_helper import yaml_parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TEMPLATE = ROOT / "template.yaml"
# Release without LTO and hardly optimised: seconds to compile instead of minutes, and what is proved is the same.
PROFILE = "ci"


def template():
    return yaml_parse(TEMPLATE.read_text())


def of_functions():
    """The binary of each function, by its name in the template."""
    return {
        name: resource["Metadata"]["BuildProperties"]["Binary"]
        for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def build():
    """All of them together: what they share is compiled once. The folder they are in."""
    packages = [argument for binary in sorted(of_functions().values()) for argument in ("--package", binary)]
    subprocess.run(["cargo", "build", "--locked", "--profile", PROFILE, "--bins", *packages], cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return ROOT / target / PROFILE


def package(binary):
    """A deployment package: the binary under the name `bootstrap`, executable."""
    entry = zipfile.ZipInfo("bootstrap", date_time=(2020, 1, 1, 0, 0, 0))
    entry.external_attr = 0o755 << 16
    package = io.BytesIO()
    # Not compressed: nobody waits for an upload here.
    with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(entry, binary.read_bytes())
    return package.getvalue()
