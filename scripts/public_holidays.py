"""Writes the public holidays of all countries that the package `holidays` (PyPI, MIT licence) knows as a table.

scripts/public-holidays.sh runs this script with the pinned version. The result is the same for each run of a version.

The file has a section for each country, `[DE]` with the codes of its subdivisions, and a row for each holiday:

    where       empty: everywhere; `BW,BY`: only in these subdivisions; `-AK,CA`: everywhere but in these
    half        `h` for the afternoon of the date, otherwise empty
    name        in the language of the country
    dates       as YYMMDD
"""

import collections
import sys

import holidays
from holidays import HALF_DAY, PUBLIC

FIRST_YEAR, LAST_YEAR = 2025, 2035
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
# Names of holidays in Rollcall are at most this long.
MAX_NAME = 100


def holidays_of(country, subdivision):
    """Returns the dates and names of whole and half holidays: `{(date, name): "" or "h"}`."""
    kind = getattr(holidays, country)
    found = {}
    for category, half in [(PUBLIC, ""), (HALF_DAY, "h")]:
        if category not in kind.supported_categories:
            continue
        table = kind(subdiv=subdivision, years=YEARS, categories=(category,), language=kind.default_language)
        whole = {date for date, _ in found}
        for date, names in table.items():
            if date.year not in YEARS or date in whole:
                continue
            for name in names.split("; "):
                found[(date, " ".join(name.split())[:MAX_NAME])] = half
    return found


def rows_of(country, subdivisions):
    """Returns the rows of a country."""
    national = holidays_of(country, None)
    of_parts = {part: holidays_of(country, part) for part in subdivisions}
    where = {}
    for holiday in set(national).union(*of_parts.values()):
        having = [part for part in subdivisions if holiday in of_parts[part]]
        if holiday in national:
            lacking = [part for part in subdivisions if part not in having]
            place = "-" + ",".join(lacking) if lacking else ""
            half = national[holiday]
        else:
            place = ",".join(having)
            half = of_parts[having[0]][holiday]
        where[holiday] = (place, half)
    rows = collections.defaultdict(list)
    for (date, name), (place, half) in where.items():
        rows[(name, place, half)].append(date.strftime("%y%m%d"))
    for (name, place, half), dates in sorted(rows.items()):
        yield "\t".join([place, half, name, ",".join(sorted(dates))])


def main():
    path = sys.argv[1]
    countries = holidays.list_supported_countries(include_aliases=False)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(f"# Public holidays from {FIRST_YEAR} to {LAST_YEAR}, by scripts/public-holidays.sh from the package holidays {holidays.__version__}.\n")
        file.write("# Copyright (c) Vacanza Team and individual contributors, dr-prodigy and ryanss. MIT licence: LICENSE in this folder.\n")
        for country in sorted(countries):
            # Other entries are stock exchanges and former countries.
            if len(country) != 2:
                continue
            subdivisions = sorted(countries[country])
            file.write(f"[{country}]\t{','.join(subdivisions)}\n")
            file.writelines(f"{row}\n" for row in rows_of(country, subdivisions))


main()
