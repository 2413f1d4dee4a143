"""Reads calendar feeds with the icalendar package, which shares no code with Rollcall.

The folder has feeds (`<number>.ics`) and `names.json`, which has the name of each feed's calendar. Each feed must be readable
without an error. Its calendar and its only event must have the expected name, and no properties that Rollcall doesn't write.
scripts/check-reports.sh runs this script. To run it yourself: `python3 scripts/check_feeds.py <folder>`.
"""

import json
import pathlib
import sys

CALENDAR = {"VERSION", "PRODID", "CALSCALE", "METHOD", "X-PUBLISHED-TTL", "NAME", "X-WR-CALNAME"}
EVENT = {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION"}


def fail(where, found, expected):
    raise SystemExit(f"{where}: {found!r} instead of {expected!r}")


def check(path, name, icalendar):
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    if [part.name for part in calendar.walk()] != ["VCALENDAR", "VEVENT"]:
        fail(f"{path.name}, components", [part.name for part in calendar.walk()], "a calendar with one event")
    event = calendar.walk("VEVENT")[0]
    for part, properties in ((calendar, CALENDAR), (event, EVENT)):
        if part.errors:
            fail(f"{path.name}, errors of {part.name}", part.errors, "none")
        if set(part.keys()) != properties:
            fail(f"{path.name}, properties of {part.name}", sorted(part.keys()), sorted(properties))
    for property in ("NAME", "X-WR-CALNAME"):
        if calendar[property] != name:
            fail(f"{path.name}, {property}", str(calendar[property]), name)
    if event["SUMMARY"] != name:
        fail(f"{path.name}, SUMMARY", str(event["SUMMARY"]), name)


def main():
    folder = pathlib.Path(sys.argv[1])
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    try:
        import icalendar
    except ImportError:
        print("SKIPPED: icalendar isn't installed. The tests read the feeds with calcard.")
        return
    for property in ("name", "x-wr-calname"):
        # The package knows the types of RFC 5545 only. NAME is TEXT (RFC 7986), and so is any unknown property.
        icalendar.Calendar.types_factory.types_map[property] = "text"
    for file, name in names.items():
        check(folder / file, name, icalendar)
    print(f"{len(names)} feeds with difficult names: ok")


if __name__ == "__main__":
    main()
