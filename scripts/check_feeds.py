"""Calendar feeds, read by a program that shares no code with the one that made them: the icalendar package.

A folder has `names.json`, which says what the calendar of each `<number>.ics` is called. Every feed must be read without
an error, its calendar and its only event must have that name, and neither may have a property that Rollcall doesn't
write. Run by scripts/check-reports.sh; by hand: `python3 scripts/check_feeds.py <folder>`.
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
        print("SKIPPED: there is no icalendar here, so the feeds were read by calcard alone, in the tests")
        return
    for property in ("name", "x-wr-calname"):
        # The package knows the types of RFC 5545 alone. The first is TEXT by RFC 7986, the second as what isn't known.
        icalendar.Calendar.types_factory.types_map[property] = "text"
    for file, name in names.items():
        check(folder / file, name, icalendar)
    print(f"{len(names)} feeds with nasty names are read as they were meant")


if __name__ == "__main__":
    main()
