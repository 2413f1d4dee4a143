#!/usr/bin/env python3
"""Checks the audit against its hourly digests: whether an entry was changed, removed or added later, and whether a digest was.

    python3 scripts/check-audit.py --table <the output TableName> --from 2026-11-01 --to 2026-11-30
    python3 scripts/check-audit.py --table <…> --from 2026-11-01 --to 2026-11-30 --archive audit

`--archive` is a folder with a copy of the archive's files (`aws s3 sync s3://<AuditArchiveName>/audit audit`). Their digests then
count, and those of the table are compared with them. Without it, someone who can write to the table can have written the digests
too. The script reads an hour at a time. It ends with 1 if it found something. docs/operations.md says more, and
docs/adr/0028-digests-of-the-audit.md why. Needs boto3 and permission to read the table.
"""

import argparse
import datetime
import hashlib
import json
import pathlib
import sys

import boto3

DIGESTS = "AUDITDIGEST"
HASHES = "AUDITHASH#"
# The most keys of one BatchGetItem (an AWS limit).
BATCH = 100
# Consumers give up records of the stream that are older than 12 hours.
LATE = datetime.timedelta(hours=13)
# Crockford's alphabet, in which the first ten characters of an entry's id are its milliseconds.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of(item):
    """Returns the hash of an item in DynamoDB's JSON, as `notify` computes it (shared/store/src/audit_digests.rs)."""
    return sha256(json.dumps(item, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def digest_of(previous, hour, hashes):
    """Returns the digest of an hour. `hashes` are pairs of an entry and its hash."""
    lines = "".join(f"{entry} {value}\n" for entry, value in sorted(set(hashes)))
    return sha256(f"{previous}\n{hour}\n{lines}")


def created_at(entry):
    """Returns the instant in an entry's id, the last part of its key."""
    number = 0
    for character in entry.rsplit(" / ", 1)[1][:10]:
        number = number * 32 + ALPHABET.index(character)
    return datetime.datetime.fromtimestamp(number / 1000, datetime.timezone.utc)


def begins_at(hour):
    return datetime.datetime.fromisoformat(f"{hour}:00:00+00:00")


class Audit:
    """The audit's items in the table."""

    def __init__(self, client, table):
        self.client, self.table = client, table

    def partition(self, pk, first=None, last=None):
        """Yields the items of a partition, in order of their sort keys."""
        condition, values = "pk = :pk", {":pk": {"S": pk}}
        if first is not None:
            condition, values = condition + " AND sk BETWEEN :first AND :last", values | {":first": {"S": first}, ":last": {"S": last}}
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table, KeyConditionExpression=condition, ExpressionAttributeValues=values, ConsistentRead=True
        )
        for page in pages:
            yield from page["Items"]

    def digests(self, first, last):
        """Yields the digests of the table by hour: hour, previous digest, digest."""
        for item in self.partition(DIGESTS, first, last):
            yield item["hour"]["S"], item["previous"]["S"], item["digest"]["S"]

    def hashes(self, hour):
        """Returns the pairs of entries and hashes that were kept in an hour."""
        batches = (batch["hashes"]["L"] for batch in self.partition(HASHES + hour))
        return {(one["M"]["entry"]["S"], one["M"]["hash"]["S"]) for batch in batches for one in batch}

    def entries(self, keys):
        """Yields the items of some entries, by key. An entry that is gone isn't there."""
        keys = sorted(keys)
        for start in range(0, len(keys), BATCH):
            wanted = [dict(zip(("pk", "sk"), ({"S": part} for part in key.split(" / ", 1)))) for key in keys[start:start + BATCH]]
            while wanted:
                answer = self.client.batch_get_item(RequestItems={self.table: {"Keys": wanted, "ConsistentRead": True}})
                for item in answer["Responses"].get(self.table, []):
                    yield f"{item['pk']['S']} / {item['sk']['S']}", item
                wanted = answer.get("UnprocessedKeys", {}).get(self.table, {}).get("Keys", [])


def archived(folder, first, last):
    """Yields the digests of the archive's files by hour: hour, previous digest, digest, hashes."""
    for file in sorted(folder.glob("*.json")):
        if first <= file.stem <= last:
            digest = json.loads(file.read_text())
            hashes = {(one["entry"], one["hash"]) for one in digest["hashes"]}
            yield digest["hour"], digest["previous"], digest["digest"], hashes


def findings(audit, first, last, archive=None):
    """Yields what is wrong with the hours between two, as sentences."""
    in_table = {hour: (previous, digest) for hour, previous, digest in audit.digests(first, last)}
    if archive is None:
        hours = ((hour, *in_table[hour], audit.hashes(hour)) for hour in sorted(in_table))
    else:
        hours = archived(archive, first, last)
    before = None
    seen = set()
    for hour, previous, digest, hashes in hours:
        seen.add(hour)
        if before is not None and previous != before:
            yield f"{hour}: its digest doesn't contain the digest of the hour before it"
        if digest_of(previous, hour, hashes) != digest:
            yield f"{hour}: its hashes don't make its digest"
        if archive is not None and in_table.get(hour) != (previous, digest):
            yield f"{hour}: the digest of the table isn't that of the archive"
        before = digest
        present = {key: hash_of(item) for key, item in audit.entries({entry for entry, _ in hashes})}
        for entry, value in sorted(hashes):
            if entry not in present:
                yield f"{hour}: {entry} was removed"
            elif present[entry] != value:
                yield f"{hour}: {entry} was changed"
            if begins_at(hour) - created_at(entry) > LATE:
                yield f"{hour}: {entry} was added later than its id says"
    for hour in sorted(set(in_table) - seen):
        yield f"{hour}: the archive has no file of it"
    print(f"{len(seen)} hours checked", file=sys.stderr)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--table", required=True, help="the name of the table")
    arguments.add_argument("--from", required=True, dest="first", type=datetime.date.fromisoformat, help="the first date, in UTC")
    arguments.add_argument("--to", required=True, dest="last", type=datetime.date.fromisoformat, help="the last date, in UTC")
    arguments.add_argument("--archive", type=pathlib.Path, help="a folder with a copy of the archive's files")
    arguments = arguments.parse_args()
    audit = Audit(boto3.client("dynamodb"), arguments.table)
    found = 0
    for finding in findings(audit, f"{arguments.first}T00", f"{arguments.last}T23", arguments.archive):
        found += 1
        print(finding)
    print(f"{found} findings" if found else "the audit is as it was written")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
