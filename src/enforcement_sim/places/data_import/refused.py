"""What no file may hold: records of persons, and places smaller than a county.

Columns are judged by what they are called before anything else of a file is read; a recognised table is judged by what its
cells look like, too. ``tables.yaml`` has the names and the looks. Counts by group (race, sex, charge) are not records of
persons: what is split is added up.
"""

from __future__ import annotations

import re

import pandas as pd

from enforcement_sim.places.data_import.files import Sheet
from enforcement_sim.places.data_import.tables import DECLARED, fits, spelling
from enforcement_sim.places.geography import load_geography

__all__ = ["HEADING_WITHIN", "refuse_person_cells", "refuse_person_columns", "refuse_small_places", "refuse_uncounted"]

REFUSED = DECLARED.refused
HEADING_WITHIN = 25
"""Rows at the top of a sheet among which the heading is looked for."""
RECORDS = "records of persons; only counts are taken (for bookings: county, month, bookings)"
NAME = "a person's name"
TWO_WORDS = r"[A-Z][A-Za-z'-]+,? ([A-Z]\.? )?[A-Z][A-Za-z'-]+"
A_PLACE = re.compile(r"\b(?:county|parish|borough|area|city|municipality|columbia)\b", re.IGNORECASE)
ROWS_LOOKED_AT = 1_000
FEWEST_CELLS = 2
"""So many different cells of that look, and half of a column, make it a column of persons."""


def refuse_person_columns(sheet: Sheet, rows: int) -> None:
    """Raise if one of the first rows has a column of a record of one person."""
    for row, cells in sheet.top(rows):
        for at, cell in enumerate(cells):
            if fits(REFUSED["persons"], spelling(cell)):
                ages = sheet.cells.loc[row:, at].iloc[1:]
                # Ages in bands are groups; an age in years is a person's.
                in_bands = len(ages) > 0 and not ages.str.fullmatch(r"\d{1,3}(\.0)?|").any()
                if spelling(cell) != "age" or not in_bands:
                    raise sheet.error(f"a column of {RECORDS}", row, cell)


def refuse_small_places(sheet: Sheet, row: int, heading: list[str], body: pd.DataFrame) -> None:
    """Raise if a column that is not empty is of places smaller than a county."""
    for at, name in enumerate(heading):
        if fits(REFUSED["small_places"], spelling(name)) and (body[at] != "").any():
            message = "a column of places smaller than a county; add up to counties and leave it out"
            raise sheet.error(message, row, name)


def refuse_uncounted(sheet: Sheet) -> None:
    """Raise if a sheet that is no known table has columns of persons or of small places and counts nothing."""
    for position, (row, cells) in enumerate(sheet.top(HEADING_WITHIN), 1):
        body = sheet.cells.iloc[position:]
        refuse_small_places(sheet, row, cells, body)
        for at, cell in enumerate(cells):
            if fits(REFUSED["persons_without_counts"], spelling(cell)) and not _is_counted(
                cell, body[at], body.drop(columns=at)
            ):
                raise sheet.error(f"a column of {RECORDS}", row, cell)


def _is_counted(heading: str, column: pd.Series[str], others: pd.DataFrame) -> bool:
    """Say whether a column names places, or stands beside one whose cells are all counts and not all one."""
    if spelling(heading) == "name":
        names = column[~column.str.contains(A_PLACE)]
        return not column.empty and not names.str.fullmatch(TWO_WORDS).any()
    counts = [other for _, other in others.items() if len(other) and other.str.fullmatch(r"[\d,]+(\.\d+)?").all()]
    return any((other != "1").any() for other in counts)


def refuse_person_cells(sheet: Sheet, unread: pd.DataFrame) -> None:
    """Raise if half of the cells of a column that is not read look like those of a record of persons."""
    states = {text.lower() for state in load_geography().states for text in (state.name, state.postal)}
    for at, name in enumerate(unread.columns):
        column = unread.iloc[:, at].head(ROWS_LOOKED_AT)
        filled = column[column != ""]
        for look, cells in DECLARED.looks.items():
            alike = filled[filled.str.fullmatch(cells)]
            if look == NAME:  # "Kent, Delaware" and "Kent County, DE" are none
                alike = alike[~alike.str.split(", ").str[-1].str.lower().isin(states) & ~alike.str.contains(A_PLACE)]
            if alike.nunique() >= FEWEST_CELLS and len(alike) * 2 >= len(filled):
                raise sheet.error(f"a cell looks like {look}: {RECORDS}", int(alike.index[0]), name)
