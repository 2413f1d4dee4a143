#!/usr/bin/env python3
"""Sends the dead letters of `notify` or `relay` again: finds the events that they name and invokes the function with them.

    python3 scripts/redrive-stream.py --queue <the URL of NotifyDeadLetters> --function <the name of Notify> --table <the output TableName>

A dead letter names a range of the table's stream. The script reads the events from the stream, which keeps them for 24 hours, or else
from the table, which keeps them for a week. It deletes a dead letter when the function has processed its events. Consumers are idempotent
by event id, so sending too much does no harm. Needs boto3 and an operator's credentials. You can run it again after an interruption.
"""

import argparse
import datetime
import json

import boto3
from boto3.dynamodb.types import Binary
from botocore.exceptions import ClientError

# Events, and audit entries, which `notify` hashes.
OUTBOX, AUDIT = "OUTBOX#", "AUDIT#"
# Crockford's alphabet: an event's id begins with its time in milliseconds, in ten of these characters.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# The longest time between a change and its record in the stream.
SLACK = datetime.timedelta(minutes=5)
BATCH = 100


def letters(sqs, queue):
    """Yields the dead letters one at a time."""
    while True:
        # Long polling: a short poll of a queue with few messages often returns none.
        answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20, VisibilityTimeout=600)
        if not answer.get("Messages"):
            return
        yield from answer["Messages"]


def from_stream(streams, stretch):
    """Returns the events among the records of a range of the stream, or nothing if the stream no longer has the records."""
    last, records = int(stretch["endSequenceNumber"]), []
    try:
        iterator = streams.get_shard_iterator(
            StreamArn=stretch["streamArn"], ShardId=stretch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER", SequenceNumber=stretch["startSequenceNumber"],
        )["ShardIterator"]
        while iterator:
            page = streams.get_records(ShardIterator=iterator)
            for record in page["Records"]:
                if int(record["dynamodb"]["SequenceNumber"]) > last:
                    return records
                if record["eventName"] == "INSERT" and record["dynamodb"]["Keys"]["pk"]["S"].startswith((OUTBOX, AUDIT)):
                    records.append(record)
            if page["Records"] and int(page["Records"][-1]["dynamodb"]["SequenceNumber"]) >= last:
                return records
            iterator = page.get("NextShardIterator") if page["Records"] else None
        return records
    except ClientError as error:
        if error.response["Error"]["Code"] in ("TrimmedDataAccessException", "ResourceNotFoundException", "ValidationException"):
            return []
        raise


def from_table(dynamodb, table, stretch):
    """Returns the table's events of the time of a range, in the form of stream records. Reads the whole table."""
    first, last = (instant(stretch[name]) for name in ("approximateArrivalOfFirstRecord", "approximateArrivalOfLastRecord"))
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="(begins_with(pk, :outbox) OR begins_with(pk, :audit)) AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues={
            ":outbox": {"S": OUTBOX}, ":audit": {"S": AUDIT}, ":first": {"S": id_at(first - SLACK)}, ":last": {"S": id_at(last + SLACK)},
        },
    )
    items = sorted((item for page in pages for item in page["Items"]), key=lambda item: item["sk"]["S"])
    return [
        {"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": {
            "Keys": {"pk": item["pk"], "sk": item["sk"]}, "NewImage": item, "SequenceNumber": str(number), "StreamViewType": "NEW_IMAGE",
        }}
        for number, item in enumerate(items)
    ]


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def id_at(at):
    """Returns the smallest id of an event at an instant."""
    milliseconds, digits = int(at.timestamp() * 1000), ""
    for _ in range(10):
        milliseconds, digit = divmod(milliseconds, 32)
        digits = DIGITS[digit] + digits
    return digits


def plain(value):
    """Converts values that JSON lacks to the form of Lambda's events."""
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, (bytes, Binary)):
        raise SystemExit("no event holds bytes")
    raise TypeError(value)


def send(functions, name, records):
    """Invokes the function and returns whether it processed all records."""
    for start in range(0, len(records), BATCH):
        payload = json.dumps({"Records": records[start:start + BATCH]}, default=plain).encode()
        answer = functions.invoke(FunctionName=name, Payload=payload)
        said = answer["Payload"].read().decode()
        if "FunctionError" in answer or json.loads(said or "null").get("batchItemFailures"):
            print(f"  not processed: {said[:500]}")
            return False
    return True


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--queue", required=True, help="the URL of the dead-letter queue")
    arguments.add_argument("--function", required=True, help="the name of the function")
    arguments.add_argument("--table", required=True, help="the name of the stack's table")
    arguments = arguments.parse_args()
    sqs, functions, dynamodb = boto3.client("sqs"), boto3.client("lambda"), boto3.client("dynamodb")
    streams = boto3.client("dynamodbstreams")
    sent = kept = 0
    for letter in letters(sqs, arguments.queue):
        stretch = json.loads(letter["Body"])["DDBStreamBatchInfo"]
        records, source = from_stream(streams, stretch), "the stream"
        if not records:
            records, source = from_table(dynamodb, arguments.table, stretch), "the table"
        print(f"{len(records)} events from {source}")
        if records and send(functions, arguments.function, records):
            sqs.delete_message(QueueUrl=arguments.queue, ReceiptHandle=letter["ReceiptHandle"])
            sent += 1
        else:
            kept += 1
    print(f"{sent} dead letters sent again, {kept} left")


if __name__ == "__main__":
    main()
