"""Builds the functions with `sam build`: a folder with a `bootstrap` for each function, and the template to deploy."""

import os
import pathlib
import re
import subprocess

from samtranslator.yaml_helper import yaml_parse

from bootstrap import REGION

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TEMPLATE = ROOT / "template.yaml"
# Few optimizations: compiles in seconds instead of minutes and tests the same.
QUICK = {
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1",
}
# The C library of Amazon Linux 2023 (`provided.al2023`). A binary that needs a newer one doesn't start there.
GLIBC = (2, 34)


def template():
    return yaml_parse(TEMPLATE.read_text())


def of_functions():
    """Returns the binary of each function, by the function's name in the template."""
    return {
        name: resource["Metadata"]["BuildProperties"]["Binary"]
        for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def sam_build():
    """Runs `sam build` like an operator, with few optimizations and a build folder of its own. Returns the folder."""
    target = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
    folder = target / "emulated-cloud"
    command = ["sam", "build", "--build-dir", str(folder)]
    environment = QUICK | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION}
    built = subprocess.run(command, cwd=ROOT, env=os.environ | environment, text=True, capture_output=True)
    if built.returncode:
        raise SystemExit(f"sam build failed:\n{built.stdout}\n{built.stderr}")
    return folder


def bootstraps(folder):
    """Returns the `bootstrap` of each binary in a folder of `sam build`."""
    return {binary: folder / name / "bootstrap" for name, binary in of_functions().items()}


def binaries_start_on_amazon_linux(folder):
    """Checks that no binary needs a newer C library than Lambda has."""
    for binary, bootstrap in bootstraps(folder).items():
        wanted = {tuple(map(int, version)) for version in re.findall(rb"GLIBC_(\d+)\.(\d+)", bootstrap.read_bytes())}
        assert wanted, f"{binary} is linked against another C library"
        assert max(wanted) <= GLIBC, f"{binary} needs the C library {max(wanted)}, Lambda has {GLIBC}"
