"""Markdown tables of what was measured."""


def milliseconds(value):
    return f"{value:,.1f} ms" if value < 100 else f"{value:,.0f} ms"


def number(value):
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def times(measured):
    """Returns a table of latencies, and of CPU times if the stack is local."""
    has_cpu = any(one.cpu_ms is not None for one in measured)
    head = ["operation", "at once", "requests", "a second", "median", "95 %", "99 %", "longest", *(["CPU"] if has_cpu else [])]
    rows = []
    for one in measured:
        failed = ", ".join(f"{count} × {status}" for status, count in sorted(one.failures.items()))
        requests = f"{one.requests:,}" + (f" (**{failed}**)" if failed else "")
        row = [one.name, one.concurrency, requests, f"{one.rate:,.0f}"]
        row += [milliseconds(one.percentile(share)) for share in (50, 95, 99)] + [milliseconds(one.latencies[-1] * 1000)]
        rows.append(row + ([milliseconds(one.cpu_ms)] if has_cpu else []))
    return table(head, rows)


def costs(measured):
    """Returns a table of calls and units, of each operation once."""
    head = ["operation", "calls", "read units", "write units", "with its events: read units", "write units", "answer"]
    first = {}
    for one in measured:
        first.setdefault(one.name, one)
    rows = [
        [
            one.name, ", ".join(f"{number(count)} {name}" for name, count in sorted(one.calls.items())), number(one.read_units),
            number(one.write_units), number(one.all_read_units), number(one.all_write_units), f"{one.size / 1000:,.1f} kB",
        ]
        for one in first.values()
    ]
    return table(head, rows)


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"
