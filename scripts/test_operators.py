"""Checks the operators' scripts and files without an account: versions.py, restore-table.py, check-audit.py, adopt-data.py,
deploy.sh, deployer-policy.json.

scripts/check-template.sh runs these tests. scripts/emulated-cloud.sh runs the scripts against an emulated account.
"""

import contextlib
import datetime
import importlib.util
import io
import json
import os
import pathlib
import re
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


class Secrets(unittest.TestCase):
    document = (SCRIPTS.parent / "docs" / "operations.md").read_text()

    def readers(self, variable):
        """Returns the functions that the template gives a secret."""
        resources = template()["Resources"].items()
        functions = {name: body["Properties"] for name, body in resources if body["Type"] == "AWS::Serverless::Function"}
        return {name for name, body in functions.items() if variable in body.get("Environment", {}).get("Variables", {})}

    def test_a_rotation_restarts_every_function_that_reads_the_secret(self):
        for heading, variable in (("### Signing keys", "SIGNING_KEYS_SECRET"), ("### Company keys", "COMPANY_KEYS_SECRET")):
            section = self.document.split(f"\n{heading}\n")[1].split("\n### ")[0]
            restarted = re.findall(r"versions\.py --stack rollcall restart((?: [A-Z]\w+)+)", section)
            self.assertEqual([set(names.split()) for names in restarted], [self.readers(variable)], heading)
            # The first paragraph names them too.
            told = re.search(r"((?:`\w+`,\s)*(?:`\w+` and )?`\w+`) reads? it", section).group(1)
            self.assertEqual({name.capitalize() for name in re.findall(r"`(\w+)`", told)}, self.readers(variable), heading)

    def test_no_step_changes_a_function_behind_its_alias(self):
        """A change of the configuration changes $LATEST, which nothing invokes (ADR 0027)."""
        for command in ("update-function-configuration", "update-function-code"):
            self.assertFalse(command in self.document, command)


class StoreKeys:
    """The keys that shared/store/src/keys builds, with `1` for each value in them."""

    FOLDER = SCRIPTS.parent / "shared" / "store" / "src" / "keys"

    def __init__(self):
        # The rows of indexes are parts of items.
        files = [path.read_text() for path in sorted(self.FOLDER.glob("*.rs")) if path.name != "indexes.rs"]
        # Doc comments have examples in Rust.
        text = re.sub(r"^\s*//.*$", "", "\n".join(files), flags=re.M)
        self.constants = dict(re.findall(r'const (\w+): &str = "([^"]*)";', text))
        found = re.findall(r"fn (\w+)\([^{]*?\) -> (Key|String) \{\n(.*?)\n\}", text, flags=re.S)
        self.bodies = {name: body for name, _, body in found}
        self.names = {name for name, kind, _ in found if kind == "Key"}

    def texts(self, expression):
        """Returns the texts that an expression can be: several, if it is a `match`."""
        expression = expression.strip().removesuffix(";")
        if "match " in expression:
            return [text for arm in re.findall(r"=> (.+?),\n", expression) for text in self.texts(arm)]
        if literal := re.search(r'(?:format!\()?"([^"]*)"', expression):
            return [re.sub(r"\{([^}]*)\}", lambda of: self.constants.get(of.group(1), "1"), literal.group(1))]
        name = re.match(r"\w*", expression).group()
        if name in self.bodies:
            return self.texts(self.bodies[name])
        return [self.constants.get(name, "1")]

    @staticmethod
    def arguments(text):
        """Returns the arguments of a call, which commas outside of parentheses separate."""
        depth, parts = 0, [""]
        for letter in text.strip().removesuffix(","):
            depth += {"(": 1, ")": -1}.get(letter, 0)
            parts = [*parts, ""] if letter == "," and depth == 0 else [*parts[:-1], parts[-1] + letter]
        return parts

    def of(self, name):
        """Returns the keys that a function builds, as pairs of partition key and sort key."""
        body = self.bodies[name]
        if made := re.search(r"Key::new\((.*)\)$", body.strip(), flags=re.S):
            parts = self.arguments(made.group(1))
            assert len(parts) == 2, (name, parts)
            # A local variable stands for its value.
            values = dict(re.findall(r"let (\w+) = (.+?);\n", body, flags=re.S))
            pks, sks = ([text for text in self.texts(values.get(part.strip(), part))] for part in parts)
            return [(pk, sk) for pk in pks for sk in sks]
        return self.of(re.match(r"\w+", body.strip()).group())


# What a restore does with the item of each key, by the function of shared/store/src/keys that builds the key.
RESTORED = {
    # The company, and what the changes of its data consist of.
    "settings", "branding", "holiday_subscription", "company_context", "admins", "registration_queue", "managers", "managers_of",
    "ledger_started", "leave_types", "pay_codes", "pay_rules", "cost_center", "pay_period_work", "pay_period", "chat", "chats",
    "pay_run", "pay_runs_of", "pay_run_part", "pay_template", "department", "former_department", "site", "former_site", "kiosk",
    "terminal", "unknown_number", "service_token", "former_service_token", "site_book", "zones", "holidays", "webhook",
    "unique_username", "unique_email", "unique_badge", "unique_personnel_number", "unique_personnel_text", "unique_serial",
    "unique_terminal_number",
    # People. A badge and a feed that were revoked are listed.
    "profile", "badge", "terminal_numbers", "schedule", "schedule_year", "feed", "presence", "opened", "day", "review", "month", "moved",
    "pay_profiles", "pay_approval", "timesheet", "timesheet_figures", "timesheet_segments", "changed_dates", "late_month", "balance",
    "ledger_entry", "booked_for", "account", "account_entry", "correction", "swap", "swap_held_by", "leave_request", "open_leave", "note",
    "inbox",
    # Positions of work agree with the data that the work has changed. A device sends an offline punch again if its answer is gone.
    "check_progress", "weekly_reviews", "timesheet_reminder", "progress", "job", "job_step", "digest", "offline_punch",
}
STAYING = {
    # What would be sent, delivered or carried out again.
    "outbox", "event_feed", "delivery", "webhook_health", "outgoing", "chat_notified", "notified", "account_link", "terminal_command",
    "terminal_state",
    # Connections, uploads, counts of attempts, saved answers.
    "connection", "connections", "subscription", "live_ticket", "presence_part", "upload", "used_kiosk_code", "service_requests",
    "failed_sign_ins", "wrong_pins", "registrations_of_network", "account_links_of_day", "idempotency",
    # Keys, and what is written once.
    "published_keys", "published_keys_of_old", "audit_hour", "audit_hashes", "audit_digest",
}
SIGN_INS = {"session", "push_subscription"}
SECRETS = {"credential", "pin", "second_factor"}
AUDIT = {"audit"}


class Restore(unittest.TestCase):
    restore = script("restore-table")
    keys = StoreKeys()

    def test_every_key_of_the_store_is_restored_or_stays_on_purpose(self):
        decided = RESTORED | STAYING | SIGN_INS | SECRETS | AUDIT
        self.assertEqual(self.keys.names - decided, set(), "say what a restore does with these items")
        self.assertEqual(decided - self.keys.names, set(), "the store doesn't have these keys")
        self.assertEqual(sum(map(len, (RESTORED, STAYING, SIGN_INS, SECRETS, AUDIT))), len(decided))

    def test_the_script_does_with_each_key_what_is_decided(self):
        for name in sorted(self.keys.names):
            for key in self.keys.of(name):
                what = (
                    STAYING if self.restore.stays(key) else SIGN_INS if self.restore.is_session(key)
                    else SECRETS if key[1] in self.restore.SECRETS
                    else AUDIT if key[0].startswith(self.restore.AUDIT) else RESTORED
                )
                self.assertIn(name, what, key)

    def test_keys_of_the_store_are_read_from_its_source(self):
        for name, expected in (
            ("settings", [("ORG", "SETTINGS")]),
            ("day", [("USER#1", "DAY#1")]),
            ("delivery", [("WEBHOOK#1", "DELIVERY#1")]),
            ("outgoing", [("USER#1", "OUT#1#1"), ("CHAT#1", "OUT#1#1")]),
            ("swap", [("USER#1", "SWAP#1")]),
            ("presence_part", [("PRESENCEWINDOW#1", "11")]),
            ("unique_personnel_number", [("UNIQUE#personnel#1", "UNIQUE")]),
        ):
            self.assertEqual(self.keys.of(name), expected, name)

    def put(self, item, before):
        """Returns the item that is written over a present one, or None."""
        class Tables:
            def batch_get_item(self, RequestItems):
                ((name, _),) = RequestItems.items()
                return {"Responses": {name: [before] if before else []}}

        class Table:
            name = "table"

            def scan(self, **_):
                return {"Items": [item]}

        written = [new for new, _ in self.restore.to_put(Tables(), Table(), Table(), 0)]
        return written[0] if written else None

    def test_a_message_and_a_used_link_do_not_come_back(self):
        for pk, sk in (("USER#1", "OUT#mail#1"), ("CHAT#1", "OUT#chat#1"), ("WEBHOOK#1", "DELIVERY#1"), ("USER#1", "LINK#invitation")):
            self.assertIsNone(self.put({"pk": pk, "sk": sk}, None), (pk, sk))

    def test_a_device_keeps_the_secret_that_it_has_since(self):
        kiosk = {"pk": "ORG", "sk": "KIOSK#1", "name": "Gate", "token_hash": "old", "previous_token": {"token_hash": "older"}}
        present = {"pk": "ORG", "sk": "KIOSK#1", "name": "Door", "token_hash": "new", "token_expires_at": "2027"}
        self.assertEqual(self.put(kiosk, present), present | {"name": "Gate"})
        self.assertIsNone(self.put(kiosk, present | {"name": "Gate"}))
        # A kiosk that was revoked since comes back with its token, and is listed.
        self.assertEqual(self.put(kiosk, None), kiosk)
        for pk, name in (("TERMINALS", "secret_hash"), ("WEBHOOKS", "secrets")):
            item, present = {"pk": pk, "sk": "1", name: "old"}, {"pk": pk, "sk": "1", name: "new", "site_id": "1"}
            self.assertEqual(self.put(item, present), {"pk": pk, "sk": "1", name: "new"})

    def test_what_comes_back_is_listed(self):
        def listed(item, before=None):
            return list(self.restore.undone(item, before))

        for pk, sk in (
            ("ORG", "KIOSK#1"), ("ORG", "SERVICETOKEN#1"), ("ORG", "CHAT#1"), ("TERMINALS", "1"), ("WEBHOOKS", "1"),
            ("USER#1", "BADGE"), ("USER#1", "FEED"), ("USER#1", "MFA"),
        ):
            self.assertEqual(len(listed({"pk": pk, "sk": sk})), 1, (pk, sk))
            self.assertEqual(listed({"pk": pk, "sk": sk}, {"pk": pk, "sk": sk}), [], (pk, sk))
        webhook = {"pk": "WEBHOOKS", "sk": "1", "url": "https://a.example", "active": True}
        self.assertEqual(
            listed(webhook, webhook | {"active": False}), ["webhook 1: active False becomes True"]
        )

    def test_keys_events_and_connections_stay_in_both_places_of_the_keys(self):
        for key in (("KEYS", "PUBLISHED"), ("ORG", "KEYS"), ("OUTBOX#settings", "1"), ("USER#1", "CONNECTIONS")):
            self.assertTrue(self.restore.stays(key), key)
        for key in (("ORG", "SETTINGS"), ("USER#1", "PROFILE"), ("AUDIT#settings", "1")):
            self.assertFalse(self.restore.stays(key), key)

    def test_hashes_and_digests_of_the_audit_stay(self):
        for key in (("AUDITHASH#2026-11-28T10", "1"), ("AUDITHOURS", "2026-11-28T10"), ("AUDITDIGEST", "2026-11-28T10")):
            self.assertTrue(self.restore.stays(key), key)

    def deleted(self, present, in_copy):
        """Returns the keys that are deleted from a table with some keys, restored from a copy with others."""
        class Tables:
            def batch_get_item(self, RequestItems):
                ((name, request),) = RequestItems.items()
                keys = [(key["pk"], key["sk"]) for key in request["Keys"]]
                return {"Responses": {name: [{"pk": pk, "sk": sk} for pk, sk in keys if (pk, sk) in in_copy]}}

        class Table:
            name = "table"

            def scan(self, **_):
                return {"Items": [{"pk": pk, "sk": sk} for pk, sk in present]}

        return set(self.restore.to_delete(Tables(), Table(), Table()))

    def test_a_second_factor_that_was_set_since_stays_but_not_that_of_a_person_whom_the_copy_lacks(self):
        old, new = "USER#1", "USER#2"
        present = {(old, "PROFILE"), (old, "MFA"), (old, "FEED"), (new, "PROFILE"), (new, "CREDENTIAL"), (new, "MFA"), ("AUDIT#user:2", "1")}
        deleted = self.deleted(present, {(old, "PROFILE")})
        self.assertEqual(deleted, {(old, "FEED"), (new, "PROFILE"), (new, "CREDENTIAL"), (new, "MFA")})

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


class CheckAudit(unittest.TestCase):
    check = script("check-audit")
    ITEM = {
        "pk": {"S": "AUDIT#settings"}, "sk": {"S": "1"}, "n": {"N": "5"},
        "m": {"M": {"b": {"S": 'ü"\n'}, "a": {"NULL": True}}},
    }

    def test_hashes_and_digests_are_those_of_the_code(self):
        """The same values are in shared/store/src/audit_digests.rs."""
        self.assertEqual(
            self.check.hash_of(self.ITEM), "84148f1d4f26e4103d6139c98fc9314e87749ffb36b80531d1821190fac243de"
        )
        hashes = [(name, self.check.sha256(name)) for name in ("b", "a", "a")]
        self.assertEqual(
            self.check.digest_of("", "2026-11-28T10", hashes), "43c60ad304c3be754446724221461d2b6e84171e8e26033f5d2c8ef097621f99"
        )

    def found(self, change):
        """Returns what is found in two hours of an audit, after a change of it."""
        entry = "AUDIT#settings / 01KB5Y1T00W0M3T9K5ZXH8R6CD"
        pk, sk = entry.split(" / ")
        item = {"pk": {"S": pk}, "sk": {"S": sk}, "action": {"S": "settings_changed"}}
        hours = [self.check.created_at(entry).strftime("%Y-%m-%dT%H"), "2030-01-01T00"]
        state = {"items": {entry: item}, "hashes": {hours[0]: {(entry, self.check.hash_of(item))}, hours[1]: set()}, "digests": []}
        previous = ""
        for hour in hours:
            digest = self.check.digest_of(previous, hour, state["hashes"][hour])
            state["digests"].append((hour, previous, digest))
            previous = digest
        change(state, entry, hours)

        class Audit:
            def digests(self, first, last):
                return [one for one in state["digests"] if first <= one[0] <= last]

            def hashes(self, hour):
                return state["hashes"][hour]

            def entries(self, keys):
                return [(key, state["items"][key]) for key in keys if key in state["items"]]

        with contextlib.redirect_stderr(io.StringIO()):
            return [finding.split(": ", 1)[1] for finding in self.check.findings(Audit(), "2000-01-01T00", "2099-01-01T00")]

    def test_an_audit_as_it_was_written_has_no_findings(self):
        self.assertEqual(self.found(lambda *_: None), [])

    def test_a_changed_entry_a_removed_entry_and_changed_digests_are_found(self):
        def change_entry(state, entry, _):
            state["items"][entry]["action"] = {"S": "nothing"}

        def remove_entry(state, entry, _):
            del state["items"][entry]

        def remove_hash(state, entry, hours):
            del state["items"][entry]
            state["hashes"][hours[0]] = set()

        def rewrite_first_hour(state, entry, hours):
            remove_hash(state, entry, hours)
            state["digests"][0] = (hours[0], "", self.check.digest_of("", hours[0], set()))

        entry = "AUDIT#settings / 01KB5Y1T00W0M3T9K5ZXH8R6CD"
        self.assertEqual(self.found(change_entry), [f"{entry} was changed"])
        self.assertEqual(self.found(remove_entry), [f"{entry} was removed"])
        self.assertEqual(self.found(remove_hash), ["its hashes don't make its digest"])
        self.assertEqual(self.found(rewrite_first_hour), ["its digest doesn't contain the digest of the hour before it"])

    def test_an_entry_that_was_added_later_is_found(self):
        def move(state, entry, hours):
            state["hashes"] = {hours[0]: set(), hours[1]: state["hashes"][hours[0]]}
            first = self.check.digest_of("", hours[0], set())
            second = self.check.digest_of(first, hours[1], state["hashes"][hours[1]])
            state["digests"] = [(hours[0], "", first), (hours[1], first, second)]

        (finding,) = self.found(move)
        self.assertTrue(finding.endswith("was added later than its id says"))


class AdoptData(unittest.TestCase):
    adopt = script("adopt-data")

    def test_everything_that_outlives_a_stack_can_be_imported(self):
        resources = template()["Resources"]
        outliving = {name for name, body in resources.items() if body.get("DeletionPolicy", "").startswith("Retain")}
        # Copies of the table stay in their vault.
        self.assertEqual(set(self.adopt.kept(template())), outliving - {"BackupVault"})
        self.assertLessEqual({"Table", "Photos", "Exports", "AuditArchive", "SigningKeys", "CompanyKeys", "SetupToken"}, outliving)

    def test_the_template_of_an_import_has_these_resources_alone(self):
        part = self.adopt.import_template(template(), ["Table", "Photos"])
        self.assertEqual(set(part["Resources"]), {"Table", "Photos"})
        # Nothing in it refers to a resource that it lacks.
        text = json.dumps(part["Resources"])
        for name in set(template()["Resources"]) - {"Table", "Photos"}:
            self.assertNotIn(f'"{name}"', text)
            self.assertNotIn(f"${{{name}", text)


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
