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
    called_over_http = any(event["Type"] == "HttpApi" for event in properties.get("Events", {}).values())
    if called_over_http or "Events" not in properties:
        if kind != "response" or not 200 <= answer.get("statusCode", 0) < 600:
            return f"{kind} {json.dumps(answer)[:300]}"
        body = answer.get("body") or ""
        # Our own 503 says that the table doesn't answer; a 500 would be a defect.
        if answer["statusCode"] == 500 or "internal" in body:
            return f"{answer['statusCode']} {body[:300]}"
        return None
    # A stream's batch, an event of the bus, a schedule: done, or failed for want of a table, but read.
    text = json.dumps(answer)
    return text[:300] if "another event" in text or kind not in ("response", "error") else None
