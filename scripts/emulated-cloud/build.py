"""Builds the functions, and lays them out as `sam build` does: a folder with a `bootstrap` for each function, and the template to deploy.

`sam build` compiles every function by itself. The functions use libraries with different features, so most libraries are compiled
several times. Here, one `cargo build` compiles all functions, from what `cargo test --workspace` has compiled. `sam build` itself is
tried with one function.
"""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import zipfile

from samtranslator.yaml_helper import yaml_parse

from bootstrap import REGION

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TEMPLATE = ROOT / "template.yaml"
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
# Selects the same features as `cargo test --workspace`, so that only the functions' own binaries are new.
BUILD = ["cargo", "build", "--quiet", "--locked", "--workspace", "--tests", "--bins"]
# The function with the fewest dependencies.
ONE = "Relay"
# Few optimizations: compiles in a fraction of the time and tests the same.
QUICK = {
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1",
}
# The C library of Amazon Linux 2023 (`provided.al2023`). A binary that needs a newer one doesn't start there.
GLIBC = (2, 34)


def template():
    return yaml_parse(TEMPLATE.read_text())


@functools.cache
def of_functions():
    """Returns the binary of each function, by the function's name in the template."""
    return {
        name: resource["Metadata"]["BuildProperties"]["Binary"]
        for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def count_of_events(kind):
    """Returns how many triggers of a type all functions have together."""
    resources = template()["Resources"]
    functions = [resources[name]["Properties"] for name in of_functions()]
    return sum(event["Type"] == kind for function in functions for event in function.get("Events", {}).values())


def all_functions_with_cargo():
    """Compiles all functions for this machine. Returns the folder of the binaries."""
    run(BUILD, {})
    return TARGET / "debug"


def laid_out_as_by_sam(binaries):
    """Copies binaries into a folder as `sam build` leaves it. Returns the folder."""
    folder = TARGET / "emulated-cloud"
    shutil.rmtree(folder, ignore_errors=True)
    deployed = template()
    for name, binary in of_functions().items():
        (folder / name).mkdir(parents=True)
        # Debugging information is nine tenths of a binary, and each deployment packs and uploads all binaries.
        run(["strip", "-o", str(folder / name / "bootstrap"), str(binaries / binary)], {})
        deployed["Resources"][name]["Properties"]["CodeUri"] = name
    (folder / "template.yaml").write_text(json.dumps(deployed))
    return folder


def one_function_with_sam(folder):
    """Runs `sam build` like an operator, with few optimizations and for one function. Puts the binary into the folder."""
    built = TARGET / "emulated-cloud-sam"
    run(["sam", "build", ONE, "--build-dir", str(built)], QUICK | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION})
    shutil.copy(built / ONE / "bootstrap", folder / ONE / "bootstrap")
    starts_on_amazon_linux(ONE, folder)


def run(command, variables):
    done = subprocess.run(command, cwd=ROOT, env=os.environ | variables, text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")


def packed(folder, archives):
    """Packs each function of a folder into an archive, once for all deployments. Returns the archives by function."""
    archives.mkdir()
    for name in of_functions():
        with zipfile.ZipFile(archives / f"{name}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(folder / name / "bootstrap", "bootstrap")
    return {name: archives / f"{name}.zip" for name in of_functions()}


def bootstraps(folder):
    """Returns the `bootstrap` of each binary in a folder of `sam build`."""
    return {binary: folder / name / "bootstrap" for name, binary in of_functions().items()}


def binaries_start_on_amazon_linux(folder):
    for name in of_functions():
        starts_on_amazon_linux(name, folder)


def starts_on_amazon_linux(name, folder):
    """Checks that a function's binary needs no newer C library than Lambda has."""
    bootstrap = (folder / name / "bootstrap").read_bytes()
    wanted = {tuple(map(int, version)) for version in re.findall(rb"GLIBC_(\d+)\.(\d+)", bootstrap)}
    assert wanted, f"{name} is linked against another C library"
    assert max(wanted) <= GLIBC, f"{name} needs the C library {max(wanted)}, Lambda has {GLIBC}"
