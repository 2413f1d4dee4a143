"""Every event below events/ is given to the binary that it is for, as `cargo lambda invoke --data-file` would.

The tokens in them are signed by no key and no table answers, so what is shown is that each binary starts without its table, reads
the event for what it is and answers in its form: a problem of ours for what asks for a caller, never a defect.
"""

import json

import binaries
from bootstrap import Bootstrap

EVENTS = binaries.ROOT / "events"


def every_event_file_is_read_by_the_binary_it_is_for(folder):
    functions = {binary: name for name, binary in binaries.of_functions().items()}
    resources = binaries.template()["Resources"]
    sources = sorted(path for path in EVENTS.iterdir() if path.is_dir())
    wrong, count = [], 0
    assert {source.name for source in sources} == set(functions), "a folder of events for each function"
    for source in sources:
        properties = resources[functions[source.name]]["Properties"]
        with Bootstrap(folder / source.name) as bootstrap:
            for path in sorted(source.glob("*.json")):
                count += 1
                kind, answer, _ = bootstrap.invoke(json.loads(path.read_text()))
                if problem := what_is_wrong(properties, kind, answer):
                    wrong.append(f"{path.relative_to(EVENTS)}: {problem}")
    print(f"          {count} events of {len(sources)} functions")
    assert not wrong, "\n".join(wrong)


def what_is_wrong(properties, kind, answer):
    """Nothing is None."""
    text = json.dumps(answer)[:500]
    triggers = {event["Type"] for event in properties.get("Events", {}).values()}
    if triggers == {"HttpApi"}:
        # Our own 503 says that the table doesn't answer; a 500 would be a defect.
        status = answer.get("statusCode", 0)
        return None if kind == "response" and 200 <= status < 600 and status != 500 else f"{kind} {text}"
    if not triggers:
        # The WebSocket API's. What isn't done there has no better status: nobody reads it.
        return None if kind == "response" and "statusCode" in answer else f"{kind} {text}"
    # A stream's batch, an event of the bus, a schedule: done, or failed for want of a table, but read.
    return text if "another event" in text or kind not in ("response", "error") else None
