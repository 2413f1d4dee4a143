#!/usr/bin/env python3
"""Makes the table equal to a restored copy: writes items that differ, and deletes items that the copy doesn't have.

    python3 scripts/restore-table.py --from rollcall-restored --to <the output TableName>            # only lists the differences
    python3 scripts/restore-table.py --from rollcall-restored --to <the output TableName> --write

Three kinds of items keep their present state. Temporary items (events, connections, tickets, uploads, saved answers) stay, because an
event that is written again would be delivered again. Credentials stay: passwords, PINs and published keys. Everybody must sign in
again. Audit entries are never removed. docs/operations.md says when and how to use this script. Needs boto3 and an operator's
credentials. You can run it again after an interruption.
"""

import argparse
import time

import boto3

SAMPLE = 10
# Partitions of temporary items: shared/store/src/keys/passing.rs.
PASSING = ("OUTBOX#", "CONN#", "TOPIC#", "TICKET#", "LOCK#", "IDEM#", "UPLOAD#")
AUDIT = "AUDIT#"
SESSION = "SESSION#"
# Credentials, which a person may have changed because others knew them.
SECRETS = ("CREDENTIAL", "PIN")


def items(table):
    """Returns every item by its key. The items of thousands of people fit into memory."""
    found, start = {}, {}
    while True:
        page = table.scan(ConsistentRead=True, **start)
        found.update({(item["pk"], item["sk"]): item for item in page["Items"]})
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def stays(key):
    """Returns whether an item keeps its present state."""
    pk, sk = key
    return pk.startswith(PASSING) or (pk, sk) == ("ORG", "KEYS") or (pk.startswith("USER#") and sk == "CONNECTIONS")


def is_session(key):
    return key[0].startswith("USER#") and key[1].startswith(SESSION)


def difference(wanted, present, now):
    """Returns the items to write and the keys to delete."""
    put, delete = [], []
    for key, item in wanted.items():
        is_kept = stays(key) or is_session(key) or (key[1] in SECRETS and key in present)
        is_over = item.get("expires_at", now + 1) <= now
        if not is_kept and not is_over and present.get(key) != item:
            put.append(item)
    for key in present:
        if is_session(key) or not (key in wanted or stays(key) or key[0].startswith(AUDIT)):
            delete.append(key)
    return put, delete


def undone(wanted, present):
    """Lists later decisions about access that the copy takes back. The operator must decide them again."""
    for key, item in wanted.items():
        if key[1] == "PROFILE" and key in present:
            for field in ("status", "authority"):
                before, now = item.get(field), present[key].get(field)
                if before != now:
                    yield f"{key[0]}: {field} {now} becomes {before}"
        if key[1].startswith("KIOSK#") and key not in present:
            yield f"{key[1]}: was revoked, and is valid again"
        if key[1] == "FEED" and key not in present:
            yield f"{key[0]}: a calendar feed was revoked, and is valid again"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--from", required=True, dest="source", help="the restored copy")
    arguments.add_argument("--to", required=True, dest="target", help="the name of the stack's table")
    arguments.add_argument("--write", action="store_true", help="write the differences; without it the script only lists them")
    arguments = arguments.parse_args()
    tables = boto3.resource("dynamodb")
    target = tables.Table(arguments.target)
    wanted, present = items(tables.Table(arguments.source)), items(target)
    put, delete = difference(wanted, present, time.time())
    print(f"{len(put)} items to put, {len(delete)} to delete, {sum(map(is_session, delete))} of them sign-ins")
    for key in [(item["pk"], item["sk"]) for item in put][:SAMPLE]:
        print("  put    %s / %s" % key)
    for key in [key for key in delete if not is_session(key)][:SAMPLE]:
        print("  delete %s / %s" % key)
    for line in undone(wanted, present):
        print(f"  look at {line}")
    if arguments.write:
        with target.batch_writer() as batch:
            for item in put:
                batch.put_item(Item=item)
            for pk, sk in delete:
                batch.delete_item(Key={"pk": pk, "sk": sk})
        print("done")


if __name__ == "__main__":
    main()
