"""The emulated AWS account: a ministack process on loopback that enforces IAM, and boto3 clients for it."""

import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
from botocore.config import Config

from bootstrap import HOST, REGION

# No long pauses between retries: they would hide that a service doesn't answer.
CLIENT = Config(retries={"max_attempts": 1}, read_timeout=120)


class Emulator:
    """Runs as long as the `with` block."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        # The credentials of the account's root user. The functions get credentials of their roles.
        self.root = {"aws_access_key_id": "root", "aws_secret_access_key": secrets.token_hex(16)}
        self.log = self.folder / "ministack.log"

    def __enter__(self):
        program = shutil.which("ministack", path=str(pathlib.Path(sys.executable).parent))
        # No variables of this shell: functions inherit them and must not reach an AWS account that the shell has credentials for.
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "AUTH": "true",
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "PYTHONUNBUFFERED": "1",
        } | self.operator()
        self.process = subprocess.Popen(
            [program], env=environment, cwd=self.folder, stdout=self.log.open("w"), stderr=subprocess.STDOUT
        )
        deadline = time.monotonic() + 60
        while True:
            if self.process.poll() is not None:
                raise SystemExit(f"ministack ended by itself:\n{self.log.read_text()}")
            try:
                urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2).read()
                return self
            except OSError:
                if time.monotonic() > deadline:
                    raise SystemExit(f"ministack doesn't answer:\n{self.log.read_text()}") from None
                time.sleep(0.1)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def operator(self):
        """Returns the environment variables of an operator's shell for this account."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": self.root["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.root["aws_secret_access_key"],
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service):
        return boto3.client(service, region_name=REGION, endpoint_url=self.url, config=CLIENT, **self.root)


def free_port():
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]
