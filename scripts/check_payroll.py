"""Reads payroll files and PDF timesheets with programs that share no code with Rollcall.

The tests of `shared/payroll` create the files. This script opens the workbook with openpyxl, the CSV file with Python's csv in strict
mode and the PDF files with pypdf. The lines must equal those of the JSON file. scripts/check-reports.sh runs this script. To run
it yourself: `python3 scripts/check_payroll.py <folder>`.
"""

import csv
import datetime
import hashlib
import json
import pathlib
import sys

COLUMNS = ["personnel_number", "full_name", "code", "export_code", "leave_type", "hours", "days", "cost_center", "from", "until"]
AMOUNTS = {"hours", "days"}


def fail(where, found, expected):
    raise SystemExit(f"{where}: {found!r} instead of {expected!r}")


def plain(cell):
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return cell


def check_csv(path, lines):
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = list(csv.reader(file, strict=True))
    if head != COLUMNS:
        fail(f"{path.name}, head", head, COLUMNS)
    expected = [
        [f"{line[column]:.2f}" if column in AMOUNTS else line[column] or "" for column in COLUMNS] for line in lines
    ]
    if rows != expected:
        fail(path.name, rows, expected)


def check_workbook(path, lines, openpyxl):
    sheet = openpyxl.load_workbook(path, data_only=True)["Payroll"]
    _, *rows, total = [[plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    expected = [[line[column] for column in COLUMNS] for line in lines]
    for row, line in zip(rows, expected, strict=True):
        # An amount of nothing may be an empty cell.
        if [cell or None for cell in row] != [cell or None for cell in line]:
            fail(path.name, row, line)
    hours = sum(line["hours"] for line in lines)
    if abs(float(total[5]) - hours) > 1e-9:
        fail(f"{path.name}, total", total[5], hours)
    formula = openpyxl.load_workbook(path)["Payroll"].cell(len(lines) + 2, 6).value
    if not str(formula).startswith("=SUM("):
        fail(f"{path.name}, total", formula, "a formula")


def check_pdf(path, pypdf):
    reader = pypdf.PdfReader(path, strict=True)
    pages = len(reader.pages)
    text = [page.extract_text() for page in reader.pages]
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    for part in ("pdfaid:part", "pdfaid:conformance"):
        if part not in metadata:
            fail(f"{path.name}, metadata", metadata, part)
    for number, page in enumerate(text, 1):
        if str(number) not in page or str(pages) not in page:
            fail(f"{path.name}, page {number}", page, "a page number")
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            name = font.get_object()["/BaseFont"]
            # Fonts with a part of their glyphs have six letters and a plus before their names.
            if name[7:8] != "+" or "Roboto" not in name:
                fail(f"{path.name}, font", name, "a part of Roboto")
    return pages, "\n".join(text)


def main():
    folder = pathlib.Path(sys.argv[1])
    result = json.loads((folder / "payroll-json.json").read_text())
    lines = result["lines"]
    check_csv(folder / "payroll-csv.csv", lines)
    print(f"payroll: {len(lines)} lines of the CSV file equal the JSON file")
    try:
        import openpyxl
    except ImportError:
        print("SKIPPED: openpyxl isn't installed. The tests read the workbook with calamine.")
    else:
        check_workbook(folder / "payroll-xlsx.xlsx", lines, openpyxl)
        print("payroll: the workbook equals the JSON file, and its totals are formulas")
    try:
        import pypdf
    except ImportError:
        print("SKIPPED: pypdf isn't installed.")
        return
    timesheets = sorted(folder.glob("timesheet-*.pdf"))
    if not timesheets:
        raise SystemExit(f"{folder} has no timesheets")
    for path in timesheets:
        pages, text = check_pdf(path, pypdf)
        for part in ("Maria", "Müller", "Παπαδοπούλου", "Иванова", "1001", "9f86d081"):
            if part not in text:
                fail(path.name, text, part)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        print(f"{path.name}: {pages} pages with text in three scripts, PDF/A, embedded parts of fonts ({digest})")


if __name__ == "__main__":
    main()
