"""Reads report files with programs that share no code with Rollcall.

The folder has `<name>.json`, `<name>.xlsx` and `<name>.csv` of each report; the journeys create them. This script opens the workbook
with openpyxl and the CSV file with Python's csv in strict mode. Every figure must equal the figure in the JSON file.
scripts/check-reports.sh runs this script. To run it yourself: `python3 scripts/check_reports.py <folder>`.
"""

import csv
import datetime
import json
import math
import pathlib
import sys

DATES = {"date", "from", "to"}
INSTANTS = {"clock_in", "clock_out"}


def fail(where, found, expected):
    raise SystemExit(f"{where}: {found!r} instead of {expected!r}")


def check_csv(path, rows, columns):
    with path.open(newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file, strict=True))
    if lines[0] != columns:
        fail(f"{path.name}, head", lines[0], columns)
    if len(lines) != len(rows) + 1:
        fail(f"{path.name}, lines", len(lines), len(rows) + 1)
    for number, (line, row) in enumerate(zip(lines[1:], rows), 2):
        for column, cell in zip(columns, line, strict=True):
            value = row[column]
            if value is None:
                expected = ""
            elif isinstance(value, bool):
                expected = str(value).lower()
            elif isinstance(value, str):
                expected = f"'{value}" if value[:1] in "=+-@" and value else value
            else:
                expected = value
                cell = float(cell)
            if cell != expected:
                fail(f"{path.name}, line {number}, {column}", cell, expected)
    return len(rows)


def plain(cell, column, value):
    """Returns a cell's value and the expected value, in the form of the JSON file."""
    if isinstance(value, str) and column in INSTANTS:
        return cell.isoformat() if isinstance(cell, datetime.datetime) else cell, value[:19]
    if isinstance(value, str) and column in DATES:
        return cell.date().isoformat() if isinstance(cell, datetime.datetime) else cell, value
    if column.endswith("_seconds"):
        if cell == 0 or isinstance(cell, datetime.time):
            # openpyxl reads a duration of zero as midnight.
            cell = datetime.timedelta(0)
        return round(cell.total_seconds()) if isinstance(cell, datetime.timedelta) else cell, value
    return cell, value


def same(found, expected):
    if isinstance(found, (int, float)) and isinstance(expected, (int, float)) and not isinstance(expected, bool):
        return math.isclose(found, expected, abs_tol=1e-9)
    return found == expected


def check_workbook(path, report, columns, openpyxl):
    rows, totals = report["rows"], report["totals"]
    book = openpyxl.load_workbook(path, data_only=True)
    if book.sheetnames != ["Report", "Chart data", "Chart"]:
        fail(f"{path.name}, sheets", book.sheetnames, "Report, Chart data, Chart")
    sheet = book["Report"]
    if sheet.freeze_panes != "A2":
        fail(f"{path.name}, frozen at", sheet.freeze_panes, "A2")
    if sheet.auto_filter.ref is None:
        fail(f"{path.name}, filter", None, "one")
    lines = list(sheet.iter_rows(values_only=True))
    if len(lines) != len(rows) + 2:
        fail(f"{path.name}, lines", len(lines), len(rows) + 2)
    for number, (line, row) in enumerate(zip(lines[1:], rows), 2):
        for column, cell in zip(columns, line, strict=True):
            found, expected = plain(cell, column, row[column])
            if not same(found, expected):
                fail(f"{path.name}, line {number}, {column}", found, expected)
    for column, cell in zip(columns, lines[-1], strict=True):
        if column in totals:
            found, expected = plain(cell, column, totals[column])
            if not same(found, expected):
                fail(f"{path.name}, total of {column}", found, expected)
    formulas = openpyxl.load_workbook(path)["Report"]
    for column, cell in zip(columns, list(formulas.iter_rows())[-1], strict=True):
        if column in totals and not str(cell.value).startswith("=SUM("):
            fail(f"{path.name}, total of {column}", cell.value, "a formula")
        if column.endswith("_seconds") and cell.number_format != "[h]:mm":
            fail(f"{path.name}, format of {column}", cell.number_format, "[h]:mm")
    if not book["Chart"]._charts:
        fail(f"{path.name}, chart", None, "one")
    return len(rows)


def main():
    folder = pathlib.Path(sys.argv[1])
    try:
        import openpyxl
    except ImportError:
        openpyxl = None
    reports = sorted(folder.glob("*.json"))
    if not reports:
        raise SystemExit(f"{folder} has no reports")
    for path in reports:
        report = json.loads(path.read_text())
        columns = list(report["rows"][0])
        lines = check_csv(path.with_suffix(".csv"), report["rows"], columns)
        print(f"{path.stem}: {lines} rows of the CSV file equal the JSON file")
        if openpyxl is not None:
            check_workbook(path.with_suffix(".xlsx"), report, columns, openpyxl)
            print(f"{path.stem}: the workbook equals the JSON file, and has totals, formats and a chart")
    if openpyxl is None:
        print("SKIPPED: openpyxl isn't installed. The journeys read the workbooks with calamine.")


if __name__ == "__main__":
    main()
