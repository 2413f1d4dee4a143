#!/usr/bin/env python3
"""Makes the table equal to a restored copy: writes items that differ, and deletes items that the copy doesn't have.

    python3 scripts/restore-table.py --from rollcall-restored --to <the output TableName>            # only lists the differences
    python3 scripts/restore-table.py --from rollcall-restored --to <the output TableName> --write

Three kinds of items keep their present state. What is in transit stays: events, deliveries to webhooks, e-mails and other messages,
commands for terminals, links of e-mails, connections, tickets, uploads, counts of attempts, saved answers. An event or a message that is
written again would be sent again, and a link that was used would work again. Credentials stay: passwords, PINs, second factors, published
keys, the device tokens of kiosks, and the secrets of terminals and webhooks. Everybody must sign in again. Audit entries are never removed.
The script reads both tables page by page, so its memory doesn't grow with them.
docs/operations.md says when and how to use this script. Needs boto3 and an operator's
credentials. You can run it again after an interruption.
"""

import argparse
import time

import boto3

SAMPLE = 10
# The most keys of one BatchGetItem (an AWS limit).
BATCH = 100
# The most decisions that are listed for the operator.
MAX_LISTED = 200
# Partitions of what is in transit and of counts, by the beginnings of their keys (shared/store/src/keys). Each has whole partitions: of a
# terminal, its state and commands; of a webhook, its health and deliveries; of a chat, its messages and markers.
# scripts/test_operators.py says of every key of the store what happens to it.
PASSING = (
    "OUTBOX#", "FEED#", "WEBHOOK#", "CHAT#", "TERMINAL#", "CONN#", "TOPIC#", "TICKET#", "PRESENCEWINDOW#",
    "LOCK#", "LINKS#", "REGISTER#", "SERVICETOKEN#", "IDEM#", "UPLOAD#", "KIOSKCODE#",
)
# The same in the partition of a person, by the beginnings of the sort keys: messages that wait, markers of events that were delivered,
# links of e-mails, open connections.
PASSING_OF_PERSON = ("OUT#", "TOLD#", "LINK#", "CONNECTIONS")
# The hashes and digests of the audit, which are never written twice: shared/store/src/audit_digests.rs.
DIGESTS = ("AUDITHASH#", "AUDITHOURS", "AUDITDIGEST")
AUDIT = "AUDIT#"
# Sign-ins, and the subscriptions to push messages that belong to them.
SESSION, PUSH = "SESSION#", "PUSH#"
# Credentials, which a person may have changed because others knew them.
SECRETS = ("CREDENTIAL", "PIN", "MFA")
# Credentials of devices and receivers, which are attributes of an item that is restored otherwise. A kiosk renews its token every month.
SECRET_ATTRIBUTES = {
    ("ORG", "KIOSK#"): ("token_hash", "token_expires_at", "previous_token", "last_seen_at"),
    ("TERMINALS", ""): ("secret_hash", "previous_secret"),
    ("WEBHOOKS", ""): ("secrets",),
}
KEYS_ONLY = {"ProjectionExpression": "pk, sk"}


def key_of(item):
    return item["pk"], item["sk"]


def batches(table, **projection):
    """Yields the items of a table, at most BATCH at a time."""
    start = {}
    while True:
        page = table.scan(ConsistentRead=True, **projection, **start)
        for first in range(0, len(page["Items"]), BATCH):
            yield page["Items"][first:first + BATCH]
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def of_keys(tables, table, keys, **projection):
    """Returns the items of at most BATCH keys, by key."""
    found = {}
    wanted = [{"pk": pk, "sk": sk} for pk, sk in keys]
    while wanted:
        page = tables.batch_get_item(RequestItems={table.name: {"Keys": wanted, "ConsistentRead": True, **projection}})
        found.update({key_of(item): item for item in page["Responses"].get(table.name, [])})
        wanted = page.get("UnprocessedKeys", {}).get(table.name, {}).get("Keys", [])
    return found


def stays(key):
    """Returns whether an item keeps its present state."""
    pk, sk = key
    return (
        pk.startswith((*PASSING, *DIGESTS)) or pk == "KEYS" or (pk, sk) == ("ORG", "KEYS")
        or (pk.startswith("USER#") and sk.startswith(PASSING_OF_PERSON))
    )


def is_session(key):
    """Returns whether an item is a sign-in or belongs to one. These are deleted and never restored."""
    return key[0].startswith("USER#") and key[1].startswith((SESSION, PUSH))


def with_present_secrets(item, before):
    """Returns an item of the copy with the credentials that the device or receiver has at present."""
    pk, sk = key_of(item)
    for (partition, beginning), names in SECRET_ATTRIBUTES.items():
        if before is not None and pk == partition and sk.startswith(beginning):
            kept = {name: value for name, value in item.items() if name not in names}
            return kept | {name: before[name] for name in names if name in before}
    return item


def to_put(tables, source, target, now):
    """Yields each item of the copy that has to be written, and the present item that it replaces, if any."""
    for batch in batches(source):
        wanted = [item for item in batch if not stays(key_of(item)) and not is_session(key_of(item))]
        wanted = [item for item in wanted if item.get("expires_at", now + 1) > now]
        present = of_keys(tables, target, [key_of(item) for item in wanted])
        for item in wanted:
            before = present.get(key_of(item))
            item = with_present_secrets(item, before)
            is_kept_secret = item["sk"] in SECRETS and before is not None
            if not is_kept_secret and before != item:
                yield item, before


def to_delete(tables, source, target):
    """Yields the key of each present item that the copy doesn't have."""
    for batch in batches(target, **KEYS_ONLY):
        keys = [key_of(item) for item in batch if not (stays(key_of(item)) or item["pk"].startswith(AUDIT))]
        in_copy = of_keys(tables, source, [key for key in keys if not is_session(key)], **KEYS_ONLY)
        gone = [key for key in keys if key not in in_copy]
        # A PIN or a second factor that a person chose since then stays, if the copy has the person.
        owners = {(pk, "PROFILE") for pk, sk in gone if sk in SECRETS}
        people = {pk for pk, _ in of_keys(tables, source, sorted(owners), **KEYS_ONLY)} if owners else set()
        yield from (key for key in gone if not (key[1] in SECRETS and key[0] in people))


def undone(item, before):
    """Lists later decisions about access that the copy takes back. The operator must decide them again."""
    pk, sk = key_of(item)
    if sk == "PROFILE" and before is not None:
        for field in ("status", "authority"):
            if item.get(field) != before.get(field):
                yield f"{pk}: {field} {before.get(field)} becomes {item.get(field)}"
    if sk.startswith(("KIOSK#", "SERVICETOKEN#")) and before is None:
        yield f"{sk}: was revoked, and is valid again"
    if pk == "TERMINALS" and before is None:
        yield f"terminal {sk}: was revoked, and its punches are recorded again"
    if pk == "WEBHOOKS" and before is None:
        yield f"webhook {sk}: was deleted, and gets events again"
    if pk == "WEBHOOKS" and before is not None:
        for field in ("url", "active"):
            if item.get(field) != before.get(field):
                yield f"webhook {sk}: {field} {before.get(field)} becomes {item.get(field)}"
    if pk == "ORG" and sk.startswith("CHAT#") and before is None:
        yield f"{sk}: the chat of a department was removed, and gets notifications again"
    if sk == "MFA" and before is None:
        yield f"{pk}: a second factor was removed, and is required again"
    if sk == "BADGE" and before is None:
        yield f"{pk}: a badge was revoked, and is valid again"
    if sk == "FEED" and before is None:
        yield f"{pk}: a calendar feed was revoked, and is valid again"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--from", required=True, dest="source", help="the restored copy")
    arguments.add_argument("--to", required=True, dest="target", help="the name of the stack's table")
    arguments.add_argument("--write", action="store_true", help="write the differences; without it the script only lists them")
    arguments = arguments.parse_args()
    tables = boto3.resource("dynamodb")
    source, target = tables.Table(arguments.source), tables.Table(arguments.target)
    put = delete = sessions = listed = 0
    with target.batch_writer() as batch:
        for item, before in to_put(tables, source, target, time.time()):
            put += 1
            if put <= SAMPLE:
                print("  put    %s / %s" % key_of(item))
            for line in undone(item, before):
                listed += 1
                if listed <= MAX_LISTED:
                    print(f"  look at {line}")
            if arguments.write:
                batch.put_item(Item=item)
        for key in to_delete(tables, source, target):
            delete += 1
            sessions += is_session(key)
            if delete - sessions <= SAMPLE and not is_session(key):
                print("  delete %s / %s" % key)
            if arguments.write:
                batch.delete_item(Key={"pk": key[0], "sk": key[1]})
    if listed > MAX_LISTED:
        print(f"  {listed - MAX_LISTED} more to look at are not listed")
    print(f"{put} items to put, {delete} to delete, {sessions} of them sign-ins or their push subscriptions")
    if arguments.write:
        print("done")


if __name__ == "__main__":
    main()
