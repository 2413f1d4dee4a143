"""`sam deploy --guided`, answered as somebody answers who has nothing to change: every question by its default."""

import json
import os
import shutil

import pexpect

import build

QUESTION = r"([^\r\n]*) \[[^\]\r\n]*\]: "
# The one that has no default: whether what it lists may be done.
CHANGES = r"Deploy this changeset\? \[y/N\]: "
# Of a change set that waits for the emulator.
TIMEOUT_SECONDS = 180


def project(folder, built, template):
    """A folder in which `sam build` has just been run and made this template, for the answers are written into its
    samconfig.toml."""
    build_folder = folder / ".aws-sam" / "build"
    build_folder.mkdir(parents=True)
    shutil.copy(build.ROOT / "samconfig.toml", folder)
    for name in build.of_functions():
        (build_folder / name).symlink_to(built / name)
    (build_folder / "template.yaml").write_text(json.dumps(template))
    return folder


def guided_deployment(emulator, folder, answer):
    """`answer` is what is said when the changes are shown. The questions that were asked before."""
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
    """`sam deploy` with the answers that were kept; whether it knew that there was nothing to do."""
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
        "sam", arguments, cwd=str(folder), env=environment, timeout=TIMEOUT_SECONDS, encoding="utf-8", dimensions=(50, 250)
    )
    told.logfile_read = (folder / "sam.log").open("a")
    return told


def said(told):
    told.logfile_read.flush()
    return open(told.logfile_read.name).read()[-6000:]
