#!/usr/bin/env python3
"""Makes the table what a restored copy of it is: puts what differs, deletes what the copy doesn't have.

    python3 scripts/restore-table.py --from rollcall-restored --to <the output TableName>            # only says what it would do
    python3 scripts/restore-table.py --from rollcall-restored --to <the output TableName> --write

docs/operations.md says when and how. Needs boto3 and the credentials of an operator; may be run again after it was cut off.
"""

import argparse

import boto3

SAMPLE = 10


def items(table):
    """Every item by its key. A company of thousands fits into memory."""
    found, start = {}, {}
    while True:
        page = table.scan(ConsistentRead=True, **start)
        found.update({(item["pk"], item["sk"]): item for item in page["Items"]})
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def difference(wanted, present):
    """What is to be put, and the keys that are to be deleted."""
    put = [item for key, item in wanted.items() if present.get(key) != item]
    return put, [key for key in present if key not in wanted]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--from", required=True, dest="source", help="the restored copy")
    arguments.add_argument("--to", required=True, dest="target", help="the table of the stack")
    arguments.add_argument("--write", action="store_true", help="do it; otherwise it is only told")
    arguments = arguments.parse_args()
    tables = boto3.resource("dynamodb")
    target = tables.Table(arguments.target)
    put, delete = difference(items(tables.Table(arguments.source)), items(target))
    print(f"{len(put)} items to put, {len(delete)} to delete")
    for key in [(item["pk"], item["sk"]) for item in put][:SAMPLE]:
        print("  put    %s / %s" % key)
    for key in delete[:SAMPLE]:
        print("  delete %s / %s" % key)
    if arguments.write:
        with target.batch_writer() as batch:
            for item in put:
                batch.put_item(Item=item)
            for pk, sk in delete:
                batch.delete_item(Key={"pk": pk, "sk": sk})
        print("done")


if __name__ == "__main__":
    main()
