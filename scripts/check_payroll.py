"""Reads payroll files and PDF timesheets with programs that share no code with Rollcall.

The tests of `shared/payroll` create the files. This script opens the workbook with openpyxl, the text files with Python's csv in strict
mode and the PDF files with pypdf. The lines must equal those of the JSON file. If LibreOffice is installed, it opens the CSV file and the
workbook too. scripts/check-reports.sh runs this script. To run it yourself: `python3 scripts/check_payroll.py <folder>`.
"""

import csv
import datetime
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

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


def rows_of(path, separator, encoding):
    """Returns the rows of a text file. Each line ends with CR and LF, and a byte that the encoding lacks is an error."""
    text = path.read_bytes().decode(encoding)
    if not text.endswith("\r\n") or "\n" in text.replace("\r\n", ""):
        fail(f"{path.name}, line ends", text, "CR and LF")
    return list(csv.reader(text.splitlines(), delimiter=separator, strict=True))


def comma(amount):
    return f"{amount:.2f}".replace(".", ",")


def check_own_template(path, lines):
    """A sheet of an own template: semicolons, decimal commas, German dates, and names in Windows-1252."""
    if path.read_bytes().isascii():
        fail(path.name, "ASCII", "letters of Windows-1252")
    head, *rows = rows_of(path, ";", "cp1252")
    if head != ["Mandant", "Name", "Std.", "Von", "Monat"]:
        fail(f"{path.name}, head", head, "the headings of the template")
    day = lambda date: ".".join(reversed(date.split("-")))
    expected = [["62069", line["full_name"], comma(line["hours"]), day(line["from"]), "30.11.2026"] for line in lines]
    if rows != expected:
        fail(path.name, rows, expected)


def sections_of(path, encoding):
    """Returns the lines of each section of a LODAS file."""
    sections, name = {}, None
    for row in rows_of(path, ";", encoding):
        if not row:
            continue
        if row[0].startswith("[") and len(row) == 1:
            name = row[0]
            if name in sections:
                fail(path.name, name, "each section once")
            sections[name] = []
        else:
            sections[name].append(row)
    return sections


def check_lodas(path, lines):
    sections = sections_of(path, "cp1252")
    if list(sections) != ["[Allgemein]", "[Satzbeschreibung]", "[Bewegungsdaten]"]:
        fail(f"{path.name}, sections", list(sections), "[Allgemein], [Satzbeschreibung], [Bewegungsdaten]")
    general = dict(row[0].split("=", 1) if len(row) == 1 else (row[0].rstrip("="), ";") for row in sections["[Allgemein]"])
    for name, value in {"Ziel": "LODAS", "Feldtrennzeichen": ";", "Zahlenkomma": ",", "Datumsformat": "TT.MM.JJJJ"}.items():
        if general.get(name) != value:
            fail(f"{path.name}, {name}", general.get(name), value)
    # A description has the number of the record, its table, and its fields. Each line ends with a separator.
    described = {}
    for number, table, *fields, end in sections["[Satzbeschreibung]"]:
        if end or not all(field.endswith("#bwd") for field in fields):
            fail(f"{path.name}, description", fields, "fields of the movement data")
        described[number] = (table, fields)
    found = []
    for number, *values, end in sections["[Bewegungsdaten]"]:
        table, fields = described[number]
        if table != "u_lod_bwd_buchung_standard" or end or len(values) != len(fields):
            fail(f"{path.name}, record", values, fields)
        record = dict(zip(fields, values, strict=True))
        found.append([
            record["abrechnung_zeitraum#bwd"], record["pnr#bwd"], record["la_eigene#bwd"], record["bs_nr#bwd"],
            record["bs_wert_butab#bwd"], record["kostenstelle#bwd"],
        ])
    expected = [
        ["01.11.2026", line["personnel_number"], line["export_code"], "1", comma(line["hours"]), line["cost_center"] or ""]
        for line in lines if line["hours"]
    ]
    if found != expected:
        fail(path.name, found, expected)


def check_lohn_und_gehalt(path, lines):
    fields = ["Personalnummer", "Kalendertag", "Ausfallschlüssel", "Lohnartennummer", "Stundenanzahl", "Tagesanzahl", "Wert",
              "Abweichender Faktor", "Abweichende Lohnveränderung", "Kostenstellennummer", "Kostenträger"]
    amount = lambda amount: comma(amount) if amount else ""
    rows = rows_of(path, ";", "cp1252")
    for row, line in zip(rows, lines, strict=True):
        found = {name: value for name, value in zip(fields, row, strict=True) if value}
        expected = {
            "Personalnummer": line["personnel_number"], "Lohnartennummer": line["export_code"],
            "Stundenanzahl": amount(line["hours"]), "Tagesanzahl": amount(line["days"]),
            "Kostenstellennummer": line["cost_center"] or "",
        }
        expected = {name: value for name, value in expected.items() if value}
        if found != expected:
            fail(path.name, found, expected)


def check_adp(path, lines):
    head, *rows = rows_of(path, ",", "utf-8")
    found = []
    for row in rows:
        record = dict(zip(head, row, strict=True))
        if (record["Co Code"], record["Batch ID"]) != ("AB_", "NOV26") or len(record["File #"]) != 6:
            fail(path.name, record, "the company code, the batch and a file number of six digits")
        person = (int(record["File #"]), record["Employee Name"], record["Temp Dept"])
        amounts = {"regular": record["Reg Hours"], "overtime": record["O/T Hours"]}
        amounts[record["Hours 3 Code"]] = record["Hours 3 Amount"]
        found += [(*person, code, float(hours)) for code, hours in amounts.items() if hours]
    expected = []
    for line in lines:
        code = line["code"] if line["code"] in ("regular", "overtime") else line["export_code"]
        person = (int(line["personnel_number"]), line["full_name"], line["cost_center"] or "")
        expected.append((*person, code, line["hours"]))
    if sorted(found) != sorted(expected):
        fail(path.name, sorted(found), sorted(expected))


def check_gusto(path, lines):
    head, *rows = rows_of(path, ",", "utf-8")
    found = {}
    for row in rows:
        record = dict(zip(head, row, strict=True))
        name = f'{record["first_name"]} {record["last_name"]}'
        if name in found:
            fail(path.name, name, "one row for each person")
        found[name] = [float(record[column]) for column in ("regular_hours", "overtime_hours", "double_overtime_hours")]
    expected = {}
    for line in lines:
        hours = expected.setdefault(line["full_name"], [0.0, 0.0, 0.0])
        if line["code"] in ("regular", "overtime"):
            hours[("regular", "overtime").index(line["code"])] += line["hours"]
    if found != expected:
        fail(path.name, found, expected)


def check_libreoffice(paths, lines, soffice):
    """Converts sheets to CSV with LibreOffice, and compares names, codes and hours."""
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            # Comma, quotation mark, UTF-8, from the first row on.
            command = [soffice, "--headless", f"-env:UserInstallation=file://{folder}/profile"]
            if path.suffix == ".csv":
                command.append("--infilter=CSV:44,34,76,1")
            command += ["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", folder, str(path)]
            subprocess.run(command, check=True, timeout=300, stdout=subprocess.DEVNULL)
            with (pathlib.Path(folder) / f"{path.stem}.csv").open(newline="", encoding="utf-8") as file:
                head, *rows = list(csv.reader(file, strict=True))
            if path.suffix == ".csv" and head != COLUMNS:
                fail(f"{path.name} in LibreOffice, head", head, COLUMNS)
            for row, line in zip(rows, lines):
                found = [row[1], row[2], float(row[5])]
                expected = [line["full_name"], line["code"], line["hours"]]
                if found != expected:
                    fail(f"{path.name} in LibreOffice", found, expected)
            if len(rows) < len(lines):
                fail(f"{path.name} in LibreOffice", len(rows), len(lines))


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
    check_own_template(folder / "payroll-windows1252.csv", lines)
    check_lodas(folder / "payroll-datev_lodas.txt", lines)
    check_lohn_und_gehalt(folder / "payroll-datev_lohn_und_gehalt.txt", lines)
    check_adp(folder / "payroll-adp.csv", lines)
    check_gusto(folder / "payroll-gusto.csv", lines)
    print("payroll: the files for DATEV, ADP and Gusto and a sheet in Windows-1252 equal the JSON file")
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice:
        check_libreoffice([folder / "payroll-csv.csv", folder / "payroll-xlsx.xlsx"], lines, soffice)
        print("payroll: LibreOffice opens the CSV file and the workbook, with the lines of the JSON file")
    else:
        print("SKIPPED: LibreOffice isn't installed, so it didn't open the CSV file and the workbook.")
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
