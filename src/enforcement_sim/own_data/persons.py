"""What no file may hold: records of persons, and places smaller than a county.

Columns are judged by what they are called before anything else of a file is read; a recognised table is judged by what its
cells look like, too. Counts by group (race, sex, charge) are not records of persons: what is split is added up.
"""

from __future__ import annotations

import re

import pandas as pd

from enforcement_sim.own_data.files import Sheet
from enforcement_sim.own_data.layouts import spelling
from enforcement_sim.world.geography import load_geography

__all__ = ["HEADING_WITHIN", "refuse_person_cells", "refuse_person_columns", "refuse_small_places", "refuse_uncounted"]

HEADING_WITHIN = 25
"""Rows at the top of a sheet among which the heading is looked for."""

PERSONS = re.compile(
    r"(first|last|middle|full|given|inmate|defendant|arrestee|person|offender|subject)_?name|surname|name_(first|last|full)"
    r"|inmate|defendant|arrestee|person|alias|d_?o_?b|date_of_birth|birth_?(date|day|year)|year_of_birth|ssn"
    r"|social_security(_(number|no))?|(a|alien|alien_registration)_(number|no|num)|anumber|alien_id"
    r"|(booking|inmate|person|subject|individual|offender|fbi|case|jacket|sid)_(id|no|num|number)|bookingid|personid"
    r"|(anonymi[sz]ed|unique|fingerprint|mugshot)_id|mugshot|age(_at_(booking|arrest))?|(booking|arrest|release|admit)_(date|time)"
    r"(time)?|date(time)?_(booked|arrested|released)|phone(_number)?|e?mail|(home|street)_address|address"
)
"""Columns of a record of one person."""
WITHOUT_COUNTS = re.compile(
    r"name|sex|gender|race|ethnicity|nationality|citizenship|country_of_(citizenship|birth)|birth_country|charges?"
    r"|charge_description|statute|(bond|bail)_amount|date"
)
"""Columns that say the same where nothing is counted."""
BELOW_A_COUNTY = re.compile(
    r"(census_)?tract|tractce|block_group|blkgrp|block|zip(_?code)?|zcta5?|postal_code|city|town|township|municipality|place"
    r"|placefp|precinct|beat|ward|district|neighbou?rhood|street|latitude|longitude|lat|lon|lng"
    r"|(facility|jail|agency)(_name)?|arresting_agency|ori"
)
RECORDS = "records of persons; only counts are taken (for bookings: county, month, bookings)"
LOOKS_LIKE = {
    "an alien registration number": r"A[- ]?\d{3}[- ]?\d{3}[- ]?\d{2,3}",
    "a social security number": r"\d{3}-\d{2}-\d{4}",
    "a street address": r"\d+ [NSEW]?\.? ?[A-Za-z .]+ (st|street|ave|avenue|rd|road|blvd|ln|lane|dr|drive|ct|court|way)\b.*",
    "a person's name": r"[A-Z][A-Za-z'-]+, [A-Z][A-Za-z'-]+( [A-Z]\.?)?",
    "a day of birth": r"(18|19)\d\d-\d\d-\d\d( .*)?|\d{1,2}/\d{1,2}/19\d\d",
    "a time of day": r".*\d[ T]((?!12:00|00:00)\d{1,2}:\d\d|(12|00):00:(?!00)\d\d|12:(?!00)\d\d|00:(?!00)\d\d).*",
}
"""What the cells of a record of a person look like."""
TWO_WORDS = r"[A-Z][A-Za-z'-]+,? ([A-Z]\.? )?[A-Z][A-Za-z'-]+"
A_PLACE = re.compile(r"\b(?:county|parish|borough|area|city|municipality|columbia)\b", re.IGNORECASE)
ROWS_LOOKED_AT = 1_000
FEWEST_CELLS = 2
"""So many different cells of that look, and half of a column, make it a column of persons."""


def refuse_person_columns(sheet: Sheet, rows: int) -> None:
    """Raise if one of the first rows has a column of a record of one person."""
    for row, cells in zip(sheet.cells.index[:rows], sheet.cells.head(rows).itertuples(index=False), strict=True):
        for at, cell in enumerate(cells):
            # Ages in bands ("18-24") are groups; an age in years is a person's.
            if PERSONS.fullmatch(spelling(cell)) and not (
                spelling(cell) == "age" and _in_bands(sheet.cells.loc[row:, at])
            ):
                raise sheet.error(f"a column of {RECORDS}", int(row), cell)


def _in_bands(column: pd.Series[str]) -> bool:
    """Say whether no cell below a heading is a whole number."""
    return len(column) > 1 and not column.iloc[1:].str.fullmatch(r"\d{1,3}(\.0)?|").any()


def refuse_small_places(sheet: Sheet, row: int, heading: list[str], body: pd.DataFrame) -> None:
    """Raise if a column that is not empty is of places smaller than a county."""
    for at, name in enumerate(heading):
        if BELOW_A_COUNTY.fullmatch(spelling(name)) and (body[at] != "").any():
            message = "a column of places smaller than a county; add up to counties and leave it out"
            raise sheet.error(message, row, name)


def refuse_uncounted(sheet: Sheet) -> None:
    """Raise if a sheet that is no known table has columns of persons or of small places and counts nothing."""
    head = sheet.cells.head(HEADING_WITHIN)
    for position, (row, cells) in enumerate(zip(head.index, head.itertuples(index=False), strict=True)):
        body = sheet.cells.iloc[position + 1 :]
        refuse_small_places(sheet, int(row), list(cells), body)
        for at, cell in enumerate(cells):
            if WITHOUT_COUNTS.fullmatch(spelling(cell)) and not _is_counted(cell, body[at], body.drop(columns=at)):
                raise sheet.error(f"a column of {RECORDS}", int(row), cell)


def _is_counted(heading: str, column: pd.Series[str], others: pd.DataFrame) -> bool:
    """Say whether a column names places, or stands beside one whose cells are all counts and not all one."""
    if spelling(heading) == "name":
        names = column[~column.str.contains(A_PLACE)]
        return not column.empty and not names.str.fullmatch(TWO_WORDS).any()
    counts = [other for _, other in others.items() if len(other) and other.str.fullmatch(r"[\d,]+(\.\d+)?").all()]
    return any((other != "1").any() for other in counts)


def refuse_person_cells(sheet: Sheet, unread: pd.DataFrame) -> None:
    """Raise if a column that is not read looks like one of a record of persons."""
    for at, name in enumerate(unread.columns):
        column = unread.iloc[:, at].head(ROWS_LOOKED_AT)
        for look in LOOKS_LIKE:
            if _of_look(look, column):
                cells = column[column.str.fullmatch(LOOKS_LIKE[look], case=look != "a street address")]
                message = f"a cell looks like {look}: {RECORDS}"
                raise sheet.error(message, int(cells.index[0]), name)


def _of_look(look: str, column: pd.Series[str]) -> bool:
    """Say whether half of a column's cells look so; places and words that return are no names of persons."""
    filled = column[column != ""]
    alike = filled[filled.str.fullmatch(LOOKS_LIKE[look], case=look != "a street address")]
    if look == "a person's name":
        alike = alike[~alike.str.split(", ").str[-1].str.lower().isin(_states()) & ~alike.str.contains(A_PLACE)]
    return alike.nunique() >= FEWEST_CELLS and len(alike) * 2 >= len(filled)


def _states() -> set[str]:
    """Return names and postal codes of states in small letters."""
    return {text.lower() for state in load_geography().states for text in (state.name, state.postal)}
