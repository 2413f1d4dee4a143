"""Compares the calls and units of each operation with a committed file."""

import json


def of(measured):
    """Returns calls and units of each operation, as the file has them."""
    return {
        one.name: {
            "calls": {name: round(count, 2) for name, count in sorted(one.calls.items())},
            "read_units": round(one.read_units, 2),
            "write_units": round(one.write_units, 2),
        }
        for one in measured
    }


def differences(expected, found):
    """Returns what has grown, which is a fault, and what else has changed."""
    grown, changed = [], []
    for name in sorted(expected.keys() | found.keys()):
        if name not in expected or name not in found:
            what = "is measured, but not in the file" if name in found else "is in the file, but not measured"
            grown.append(f"{name}: {what}")
            continue
        before, now = flat(expected[name]), flat(found[name])
        for what in sorted(before.keys() | now.keys()):
            old, new = before.get(what, 0), now.get(what, 0)
            if new != old:
                (grown if new > old else changed).append(f"{name}: {what} {old:g} -> {new:g}")
    return grown, changed


def flat(costs):
    return costs["calls"] | {"read units": costs["read_units"], "write units": costs["write_units"]}


def write(file, found):
    file.write_text(json.dumps(found, indent=2) + "\n")
