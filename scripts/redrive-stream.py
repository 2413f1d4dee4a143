#!/usr/bin/env python3
"""Sends again what `notify` or `relay` gave up: reads its dead letters, finds the events that they name, and invokes the function.

    python3 scripts/redrive-stream.py --queue <the URL of NotifyDeadLetters> --function <the name of Notify> --table <the output TableName>

A dead letter names a stretch of the table's stream. For 24 hours the stream has its records; later they are looked for among the events
that the table keeps for a week. A letter is deleted when the function has taken its events; consumers are idempotent by event id, so that
sending too much does no harm. Needs boto3 and the credentials of an operator; may be run again after it was cut off.
"""

import argparse
import datetime
import json

import boto3
from boto3.dynamodb.types import Binary
from botocore.exceptions import ClientError

OUTBOX = "OUTBOX#"
# Crockford's alphabet: an event's id begins with its milliseconds in ten of these.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Between a change and its record in the stream.
SLACK = datetime.timedelta(minutes=5)
BATCH = 100


def letters(sqs, queue):
    """The dead letters, one by one."""
    while True:
        # A short poll of a queue with few messages often finds none.
        answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20, VisibilityTimeout=600)
        if not answer.get("Messages"):
            return
        yield from answer["Messages"]


def from_stream(streams, stretch):
    """The records of a stretch of the stream that are events; none when the stream has forgotten them."""
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
                if record["eventName"] == "INSERT" and record["dynamodb"]["Keys"]["pk"]["S"].startswith(OUTBOX):
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
    """The events that the table has of the time of that stretch, as records of a stream. Reads the whole table."""
    first, last = (instant(stretch[name]) for name in ("approximateArrivalOfFirstRecord", "approximateArrivalOfLastRecord"))
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(pk, :outbox) AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues={
            ":outbox": {"S": OUTBOX}, ":first": {"S": id_at(first - SLACK)}, ":last": {"S": id_at(last + SLACK)},
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
    """The least id of an event of that instant."""
    milliseconds, digits = int(at.timestamp() * 1000), ""
    for _ in range(10):
        milliseconds, digit = divmod(milliseconds, 32)
        digits = DIGITS[digit] + digits
    return digits


def plain(value):
    """What JSON has no word for, as Lambda's events have it."""
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, (bytes, Binary)):
        raise SystemExit("no event holds bytes")
    raise TypeError(value)


def send(functions, name, records):
    """Whether the function took all of them."""
    for start in range(0, len(records), BATCH):
        payload = json.dumps({"Records": records[start:start + BATCH]}, default=plain).encode()
        answer = functions.invoke(FunctionName=name, Payload=payload)
        said = answer["Payload"].read().decode()
        if "FunctionError" in answer or json.loads(said or "null").get("batchItemFailures"):
            print(f"  not taken: {said[:500]}")
            return False
    return True


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--queue", required=True, help="the URL of the dead letters")
    arguments.add_argument("--function", required=True, help="the function whose they are")
    arguments.add_argument("--table", required=True, help="the table of the stack")
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
