"""Checks the operators' scripts and files without an account: versions.py, restore-table.py, deploy.sh, deployer-policy.json.

scripts/check-template.sh runs these tests. scripts/emulated-cloud.sh runs the scripts against an emulated account.
"""

import datetime
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(SCRIPTS / "emulated-cloud"))

from adaptations import transformed  # noqa: E402
from build import template  # noqa: E402


def script(name):
    """Imports a script, whose name may have a hyphen."""
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def at(hour):
    return datetime.datetime(2026, 11, 28, hour, tzinfo=datetime.timezone.utc)


class Versions(unittest.TestCase):
    versions = script("versions")

    def test_a_function_goes_back_to_the_version_that_ran_at_an_instant(self):
        published = [(1, at(8)), (2, at(10)), (10, at(12))]
        self.assertEqual(self.versions.version_at(published, at(11)), 2)
        self.assertEqual(self.versions.version_at(published, at(10)), 2)
        # A function that the latest deployment didn't change keeps its version.
        self.assertEqual(self.versions.version_at(published, at(13)), 10)
        self.assertIsNone(self.versions.version_at(published, at(7)))

    def test_an_instant_without_a_time_zone_is_refused(self):
        self.assertEqual(self.versions.parsed("2026-11-28T10:00:00Z"), at(10))
        with self.assertRaises(Exception):
            self.versions.parsed("2026-11-28T10:00:00")

    def test_a_second_restart_replaces_the_mark_of_the_first(self):
        once = self.versions.restarted("Set-up, login", at(10))
        self.assertEqual(once, "Set-up, login (restarted 2026-11-28T10:00:00Z)")
        self.assertEqual(self.versions.restarted(once, at(11)), "Set-up, login (restarted 2026-11-28T11:00:00Z)")


class Restore(unittest.TestCase):
    restore = script("restore-table")

    def test_keys_events_and_connections_stay_in_both_places_of_the_keys(self):
        for key in (("KEYS", "PUBLISHED"), ("ORG", "KEYS"), ("OUTBOX#settings", "1"), ("USER#1", "CONNECTIONS")):
            self.assertTrue(self.restore.stays(key), key)
        for key in (("ORG", "SETTINGS"), ("USER#1", "PROFILE"), ("AUDIT#settings", "1")):
            self.assertFalse(self.restore.stays(key), key)

    def test_the_audit_its_hashes_and_its_digests_are_never_removed(self):
        for pk in ("AUDIT#settings", "AUDITHASH#2026-11-28T10", "AUDITDIGEST"):
            self.assertTrue(pk.startswith(self.restore.AUDIT), pk)

    def test_a_large_table_is_read_a_page_at_a_time(self):
        class Table:
            pages = 0

            def scan(self, ExclusiveStartKey=None, **_):
                self.pages += 1
                last = (ExclusiveStartKey or 0) + 1
                items = [{"pk": "USER#1", "sk": str(number)} for number in range(250)]
                return {"Items": items} | ({"LastEvaluatedKey": last} if last < 1000 else {})

        table = Table()
        batches = self.restore.batches(table)
        self.assertEqual([len(next(batches)) for _ in range(4)], [100, 100, 50, 100])
        # The second page is read once the first is used up, and no other.
        self.assertEqual(table.pages, 2)


class Deploy(unittest.TestCase):
    def deploy(self, *arguments):
        """Runs deploy.sh with a `sam` that prints its arguments."""
        with tempfile.TemporaryDirectory() as folder:
            sam = pathlib.Path(folder) / "sam"
            sam.write_text('#!/bin/sh\necho "$@"\n')
            sam.chmod(0o755)
            environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
            command = [SCRIPTS / "deploy.sh", *arguments]
            return subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def test_a_stack_name_of_more_than_51_characters_is_refused_with_the_reason(self):
        for arguments in (["--stack-name", "r" * 52], [f"--stack-name={'r' * 52}", "--guided"]):
            told = self.deploy(*arguments)
            self.assertEqual(told.returncode, 2)
            self.assertIn("has 52 characters. Choose one of at most 51", told.stderr)
            self.assertEqual(told.stdout, "")
        longest = max(len(event["Properties"]["Name"].removeprefix("${AWS::StackName}")) for event in schedules())
        self.assertEqual(51 + longest, 64)

    def test_everything_else_is_passed_on(self):
        self.assertEqual(self.deploy("--stack-name", "r" * 51).stdout, f"deploy --stack-name {'r' * 51}\n")
        self.assertEqual(self.deploy("--guided").stdout, "deploy --guided --stack-name rollcall\n")
        for arguments in (["--config-env", "staging"], ["--config-env=staging"]):
            self.assertEqual(self.deploy(*arguments).stdout, f"deploy {' '.join(arguments)} --stack-name rollcall-staging\n")


def schedules():
    """Returns the schedules of the template, with their names as text."""
    events = template()["Resources"]["Checks"]["Properties"]["Events"].values()
    found = [event for event in events if event["Type"] == "ScheduleV2"]
    for event in found:
        event["Properties"]["Name"] = event["Properties"]["Name"]["Fn::Sub"]
    return found


class Deployer(unittest.TestCase):
    policy = json.loads((SCRIPTS / "deployer-policy.json").read_text())
    # The prefixes of actions that differ from the service's name in CloudFormation.
    PREFIXES = {"ApiGatewayV2": "apigateway"}

    def actions(self):
        for statement in self.policy["Statement"]:
            actions = statement["Action"]
            yield from actions if isinstance(actions, list) else [actions]

    def test_the_policy_has_actions_for_every_service_of_the_template(self):
        source = template()
        source["Parameters"]["GradualDeployments"]["Default"] = "true"
        services = {body["Type"].split("::")[1] for body in transformed(source)["Resources"].values()}
        allowed = {action.split(":")[0] for action in self.actions()}
        self.assertEqual({self.PREFIXES.get(service, service.lower()) for service in services} - allowed, set())

    def test_the_policy_fits_into_a_managed_policy(self):
        self.assertLessEqual(len(json.dumps(self.policy, separators=(",", ":"))), 6144)

    def test_a_deployer_reads_no_items_no_photos_and_no_secrets(self):
        for action in self.actions():
            self.assertNotIn(action, ("dynamodb:*", "dynamodb:GetItem", "secretsmanager:*", "secretsmanager:GetSecretValue"))
        for statement in self.policy["Statement"]:
            resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            if any("s3:::rollcall-" in resource for resource in resources):
                self.assertNotIn("s3:GetObject", statement["Action"])
                self.assertFalse([resource for resource in resources if resource.endswith("/*")])


if __name__ == "__main__":
    unittest.main()
