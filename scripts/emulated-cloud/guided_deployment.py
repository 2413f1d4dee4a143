"""Runs `sam deploy --guided` and accepts the default answer to every question."""

import json
import os
import shutil

import pexpect

import build

QUESTION = r"([^\r\n]*) \[[^\]\r\n]*\]: "
# The only question without a default: whether to apply the listed changes.
CHANGES = r"Deploy this changeset\? \[y/N\]: "
# For packing all functions and for a change set, on a machine that does other work too.
TIMEOUT_SECONDS = 600


def project(folder, built, template):
    """Creates a folder as `sam build` leaves it, with this template. SAM writes the answers into its samconfig.toml."""
    build_folder = folder / ".aws-sam" / "build"
    build_folder.mkdir(parents=True)
    shutil.copy(build.ROOT / "samconfig.toml", folder)
    for name in build.of_functions():
        (build_folder / name).symlink_to(built / name)
    (build_folder / "template.yaml").write_text(json.dumps(template))
    return folder


def guided_deployment(emulator, folder, answer):
    """Answers the question about the changes with `answer`. Returns the earlier questions."""
    asked = []
    with sam(emulator, folder, ["deploy", "--guided"]) as told:
        while told.expect([CHANGES, QUESTION, pexpect.EOF]) == 1:
            asked.append(told.match[1].strip())
            told.sendline("")
        if told.after is pexpect.EOF:
            raise SystemExit(f"sam deploy --guided ended before it had shown what it would do:\n{said(told)}")
        told.sendline(answer)
        ends(told)
    return asked


def update(emulator, folder):
    """Runs `sam deploy` with the stored answers. Returns whether it found no changes."""
    with sam(emulator, folder, ["deploy", "--no-confirm-changeset"]) as told:
        ends(told)
        return "No changes to deploy" in said(told)


def ends(told):
    told.expect(pexpect.EOF)
    told.close()
    if told.exitstatus:
        raise SystemExit(f"{told.args} ended with {told.exitstatus}:\n{said(told)}")


def sam(emulator, folder, arguments):
    environment = os.environ | emulator.operator() | {"SAM_CLI_TELEMETRY": "0", "NO_COLOR": "1", "TERM": "dumb"}
    told = pexpect.spawn(
        "sam", arguments, cwd=str(folder), env=environment, timeout=TIMEOUT_SECONDS, encoding="utf-8", dimensions=(50, 250),
        # A question is at the end of the output. Searching the list of changes before it again and again takes half a minute.
        searchwindowsize=1000,
    )
    told.logfile_read = (folder / "sam.log").open("a")
    return told


def said(told):
    told.logfile_read.flush()
    return open(told.logfile_read.name).read()[-6000:]
