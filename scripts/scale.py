#!/usr/bin/env python3
"""Computes docs/scale.md from the measured units of an arrival (docs/scale-units.json).

    python3 scripts/scale.py            writes docs/scale.md
    python3 scripts/scale.py --check    fails if docs/scale.md isn't what it would write

The units are measured by `cargo test -p rollcall-tests --test journeys arrivals -- --ignored --nocapture`.
"""

import json
import math
import pathlib
import sys

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
PEOPLE = [1_000, 10_000, 100_000, 1_000_000]
SECONDS = 15 * 60
DEPARTMENT = 1_000
# Of the people who have arrived, how many have a live connection open.
CONNECTED = 0.2

# Assumed durations in seconds of an arrival's requests: sign-in, first screen, clock-in. The local stack can't measure
# them; replace them with those of your own CloudWatch metrics.
DURATIONS = {"sign-in": 0.35, "first screen": 0.12, "clock-in": 0.08}

# Quotas of AWS as of 2026, before any increase. Those that differ by region are the lower ones.
PARTITION_READ, PARTITION_WRITE = 3_000, 1_000
TABLE_READ, TABLE_WRITE = 40_000, 40_000
NEW_TABLE_READ, NEW_TABLE_WRITE = 12_000, 4_000
API_REQUESTS = 10_000
NEW_CONNECTIONS = 500
LAMBDA_CONCURRENCY = 1_000
EVENTS = 2_400
# Seconds of a window in which the changes of a department make one message (shared/store/src/presence_windows.rs).
WINDOW = 4

# Over how many keys a company of so many people is spread.
KEYS = {
    "COMPANY#": lambda people: 16,
    "FEED#": lambda people: 4,
    "MANAGERS#": lambda people: 16,
    "gsi2 DUE#SESSION#": lambda people: 8,
    "gsi2 DUE#SHIFT#": lambda people: 8,
    "ORG": lambda people: 1,
}
NAMES = {
    "COMPANY#": "a copy of the company context",
    "FEED#": "a shard of the feed's events of a date",
    "MANAGERS#": "a shard of the managers of departments",
    "ORG": "`ORG`: departments, sites, counts of admins",
    "TOPIC#": "the live connections of a department",
    "gsi1 BOARD#": "the board of a department and date",
    "gsi1 MONTHS#": "the month totals of a department",
    "gsi1 SWAPS#": "the swaps of a department",
    "gsi2 DUE#SESSION#": "a shard of open sessions",
    "gsi2 DUE#SHIFT#": "a shard of shifts that begin",
    "gsi2 REVIEWS#": "the days of a department that wait for a review",
}


def departments(people):
    return max(1, people // DEPARTMENT)


def keys(class_name, people):
    return KEYS.get(class_name, departments)(people)


def peak(per_second):
    """The busiest second of a quarter of an hour, if people arrive independently: mean and three standard deviations."""
    return per_second + 3 * math.sqrt(per_second)


def number(value):
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"


def share(value, limit):
    percent = 100 * value / limit
    text = f"{number(value)} ({percent:.0f} %)" if percent >= 1 else f"{number(value)} (<1 %)"
    return f"**{text}**" if percent > 100 else text


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(first, rows):
    head = [row(first, *[f"{people:,} people" for people in PEOPLE]), row(*["---"] * (len(PEOPLE) + 1))]
    return "\n".join(head + rows)


def arrivals(people):
    return peak(people / SECONDS)


def of_partition(measured, class_name, people):
    """Read and write units of the busiest key of a class in the busiest second."""
    units = measured["partitions"][class_name]
    taken = peak(people / SECONDS / keys(class_name, people))
    # What the first screen reads of ORG grows with the departments, of which it lists at most 200.
    growth = 1.0
    if class_name == "ORG":
        growth = max(0.3, min(departments(people), 200) / measured["departments"])
    return taken * units["read"] * growth, taken * units["write"]


def partitions(measured):
    rows = []
    for class_name in sorted(measured["partitions"], key=lambda name: -of_partition(measured, name, PEOPLE[-1])[0]):
        for what, limit, place in [("read", PARTITION_READ, 0), ("write", PARTITION_WRITE, 1)]:
            values = [of_partition(measured, class_name, people)[place] for people in PEOPLE]
            if values[-1] >= 0.5:
                rows.append(row(f"{NAMES[class_name]}: {what}", *[share(value, limit) for value in values]))
    return table("partition key", rows)


def services(measured):
    arrival = measured["arrival"]
    concurrency = sum(DURATIONS.values())
    shards = [max(1, math.ceil(arrivals(people) * arrival["write"] / PARTITION_WRITE)) for people in PEOPLE]

    def posts(people):
        # Each department's message goes to its connections, at most once in a window of 4 seconds.
        connected = CONNECTED * people
        changes = arrivals(people) / departments(people)
        return connected * min(changes, 1 / WINDOW)

    lines = [
        ("arrivals a second, busiest second", [number(arrivals(people)) for people in PEOPLE]),
        ("table: read units", [share(arrivals(people) * arrival["read"], TABLE_READ) for people in PEOPLE]),
        ("table: write units", [share(arrivals(people) * arrival["write"], TABLE_WRITE) for people in PEOPLE]),
        ("API Gateway: requests", [share(3 * arrivals(people), API_REQUESTS) for people in PEOPLE]),
        ("Lambda: concurrent executions", [share(concurrency * arrivals(people), LAMBDA_CONCURRENCY) for people in PEOPLE]),
        ("EventBridge: PutEvents entries", [share(arrivals(people), EVENTS) for people in PEOPLE]),
        ("WebSocket: new connections", [share(CONNECTED * arrivals(people), NEW_CONNECTIONS) for people in PEOPLE]),
        ("WebSocket: messages", [share(posts(people), API_REQUESTS) for people in PEOPLE]),
        ("shards of the stream, at least", [str(count) for count in shards]),
    ]
    return table("quota", [row(name, *values) for name, values in lines])


def walkers():
    rows = []
    for name, units in [("`open-day`", 7.18), ("`leave-year`, everyone's first grant", 8.03)]:
        values = []
        for people in PEOPLE:
            seconds = units * people / 1_200
            values.append(f"{seconds / 60:,.1f} min, {max(1, math.ceil(seconds / 290))} invocations")
        rows.append(row(name, *values))
    return table("job", rows)


TEXT = """# Scale

<!-- Computed by scripts/scale.py from docs/scale-units.json. Don't edit this page: edit the script. -->

How much of each limit a company takes when all of its people arrive within 15 minutes. Each arrival is a sign-in, the first
screen and a clock-in. The figures are those of the busiest second, with the share of the limit. A figure in bold is above the
limit.

- **Measured:** the capacity units of sign-ins, first screens and clock-ins of {people} people in {departments} departments, in total and by
  partition key. The ignored test `arrivals` replays an hour's arrivals against the embedded table, and prints the contents of
  `docs/scale-units.json`. A smaller test in the suite fails if an arrival consumes more.
- **Computed:** everything else, by `scripts/scale.py`. The busiest second is the mean plus three standard deviations of
  independent arrivals.
- **Assumed:** departments of {department:,} people; {connected:.0%} of the people have a live connection open; durations of
  {durations}; the default quotas of AWS. Replace them in the script with your own.
- **Not tried:** none of this has run in AWS.

## Partitions

DynamoDB serves {partition_read:,} read units and {partition_write:,} write units a second of one partition key. A person's own
keys aren't listed: an arrival takes at most a few dozen units of them.

{partitions}

The test requires that in the busiest second of 100,000 people no key takes more than 30 % of its limit.

- The company context has 16 copies with a partition key of their own each ([ADR 0030](adr/0030-company-context-in-copies.md)).
  A punch reads one of them, and of `ORG` nothing but the sites that are named.
- `ORG` is read by the first screen, which lists departments and sites. Clients that keep the first screen open don't read it
  again.

## Quotas

{services}

An arrival reads {read:.1f} and writes {write:.1f} capacity units, indexes included.

- The table's limit is the default quota of an on-demand table in most regions. A new table begins with {new_read:,} read and
  {new_write:,} write units a second. Set the template's warm throughput before a large company's first morning
  ([operations](operations.md)).
- Concurrent executions are the sum over all functions. The reserved concurrency of the template's parameters counts against
  the account's.
- Presence messages are gathered ([how](live.md)): a connection gets at most one in four seconds for its department, whatever
  the arrivals and the shards of the stream. Above the limit, messages are dropped and followed by `resync`.

## What to raise first

| people | before they arrive |
|---|---|
| 1,000 | Nothing. |
| 10,000 | Nothing, with the default quotas. New AWS accounts have lower quotas for concurrent executions: look at yours. |
| 100,000 | Warm throughput of the table; the throttles of the template by the table of sizes in [operations](operations.md). |
| 1,000,000 | Concurrent executions of Lambda; the account's throttle of API Gateway; read and write units of the table; entries of PutEvents. Then the first screen's reads of `ORG`. |

## Walks over everyone

`open-day` and `leave-year` spend at most 1,200 write units a second ([ADR 0031](adr/0031-paced-walks.md)), so they never take
the table from punches. An invocation works for 290 seconds and hands the rest over to the next one.

{walkers}

`open-day` begins two hours before a date. A test simulates 100,000 people: three invocations and less than ten minutes.
"""


def page():
    measured = json.loads((DOCS / "scale-units.json").read_text())
    return TEXT.format(
        people=measured["people"],
        departments=measured["departments"],
        department=DEPARTMENT,
        connected=CONNECTED,
        durations=", ".join(f"{1000 * seconds:.0f} ms for the {name}" for name, seconds in DURATIONS.items()),
        partition_read=PARTITION_READ,
        partition_write=PARTITION_WRITE,
        new_read=NEW_TABLE_READ,
        new_write=NEW_TABLE_WRITE,
        read=measured["arrival"]["read"],
        write=measured["arrival"]["write"],
        partitions=partitions(measured),
        services=services(measured),
        walkers=walkers(),
    )


def main():
    target = DOCS / "scale.md"
    if "--check" in sys.argv[1:]:
        if target.read_text() != page():
            sys.exit("docs/scale.md isn't what scripts/scale.py computes. Run: python3 scripts/scale.py")
    else:
        target.write_text(page())


if __name__ == "__main__":
    main()
