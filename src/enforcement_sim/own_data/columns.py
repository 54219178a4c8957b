"""What a file is, told by its columns; and what no file may have.

A table is one of three kinds: days of activation, people who are not citizens, bookings by month. Each is known by what
its columns are called, in the spellings that the agencies use and some plain ones. A file with columns that describe
persons, or places smaller than a county, is refused before anything else of it is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.own_data.table import Cell, Line, Sheet

__all__ = ["IN_WORDS", "Table", "recognise", "spelling"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADING_WITHIN = 25
"""Rows at the top of a sheet among which the heading is looked for."""

IN_WORDS = {
    "activation": "days on which Secure Communities became active, by county",
    "noncitizens": "people who are not citizens, by county",
    "bookings": "bookings by county and month",
}

FIPS = ("fips", "geoid", "geo_id", "county_fips", "fips_code", "county_fips_code", "countyfips", "geo_id2", "fips5")
STATE = ("state", "st", "state_abbr", "state_name", "state_abbreviation", "state_postal")
COUNTY = ("county", "county_name", "jurisdiction", "jurisdiction_name", "county_jurisdiction", "county_or_jurisdiction")
WHERE = {"fips": FIPS, "state": STATE, "county": COUNTY}

COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "noncitizens": WHERE
    | {
        "noncitizens": (
            "noncitizens",
            "b05001_006e",
            "b05001_006",
            "non_citizens",
            "noncitizen",
            "not_a_us_citizen",
            "not_a_u_s_citizen",
            "estimate_total_not_a_u_s_citizen",
        ),
        "total": ("total", "b05001_001e", "b05001_001", "total_population", "population", "estimate_total"),
        "margin": ("noncitizens_margin", "b05001_006m", "noncitizens_moe", "margin", "moe", "margin_of_error"),
        "naturalised": (
            "naturalised",
            "b05001_005e",
            "b05001_005",
            "naturalized",
            "u_s_citizen_by_naturalization",
            "estimate_total_u_s_citizen_by_naturalization",
        ),
    },
    "activation": WHERE
    | {
        "activation_date": (
            "activation_date",
            "date_activated",
            "date_of_activation",
            "activated",
            "activation",
            "active_from",
            "sc_activation_date",
            "interoperability_activation_date",
        ),
        "activation_year": ("activation_year", "year_activated"),
        "activation_month": ("activation_month", "month_activated"),
    },
    "bookings": WHERE
    | {
        "bookings": ("bookings", "booking_count", "number_of_bookings", "count", "admissions", "jail_bookings"),
        "month": ("month", "year_month", "booking_month"),
        "year": ("year", "booking_year"),
        "offence_class": ("offence_class", "offense_class", "charge_class", "offence", "offense", "class", "level"),
    },
}
"""Kind -> what is needed or understood -> how a column may be called, once spelt as :func:`spelling` spells it."""

NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "noncitizens": (("noncitizens",), ("total",)),
    "activation": (("activation_date", "activation_year"),),
    "bookings": (("bookings",), ("month",)),
}
"""Kind -> columns that must be there, one of each group; a county must be named too."""

PERSONS = _words(
    "first_name last_name middle_name full_name surname given_name inmate inmate_name defendant defendant_name arrestee "
    "arrestee_name person person_name alias dob d_o_b date_of_birth birth_date birthdate birth_year year_of_birth ssn "
    "social_security_number a_number alien_number alien_registration_number booking_number booking_no booking_id inmate_id "
    "inmate_number person_id subject_id individual_id offender_id anonymized_id anonymised_id unique_id fbi_number "
    "fingerprint_id mugshot case_number age age_at_booking age_at_arrest booking_date date_booked arrest_date release_date "
    "booking_time"
)
"""Columns of a record of one person."""
ALSO_OF_PERSONS = _words(
    "name sex gender race ethnicity nationality citizenship country_of_citizenship country_of_birth birth_country charge "
    "charges charge_description statute bond_amount bail_amount date"
)
"""Columns that say the same where nothing is counted."""
BELOW_A_COUNTY = _words(
    "tract census_tract tractce block_group blkgrp block zip zip_code zipcode zcta zcta5 postal_code city town township "
    "municipality place placefp precinct beat ward district neighborhood neighbourhood address street street_address "
    "latitude longitude lat lon lng facility facility_name jail jail_name agency agency_name arresting_agency ori"
)


@dataclass(frozen=True)
class Table:
    """A recognised table.

    Attributes
    ----------
    kind : str
        "activation", "noncitizens" or "bookings".
    sheet : Sheet
    columns : mapping
        What is understood -> position of its column.
    headings : mapping
        What is understood -> how the file calls it.
    lines : tuple of Line
        The rows below the heading.
    """

    kind: str
    sheet: Sheet
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    lines: tuple[Line, ...]

    def cell(self, line: Line, column: str) -> Cell:
        """Return a cell of a row; empty where the row is shorter or the table has no such column."""
        position = self.columns.get(column, len(line.cells))
        return line.cells[position] if position < len(line.cells) else ""

    def text(self, line: Line, column: str) -> str:
        """Return a cell as text, a date in ISO form."""
        return str(self.cell(line, column))

    def error(self, message: str, line: Line, column: str, allowed: str | None = None) -> InputError:
        """Return the error for a cell, with file, row and the column as the file calls it."""
        return InputError(message, self.sheet.path, line.number, self.headings.get(column, column), allowed)


def spelling(heading: Cell) -> str:
    """Return a heading in one spelling.

    Examples
    --------
    >>> spelling(" Activation Date "), spelling("Estimate!!Total:!!Not a U.S. citizen")
    ('activation_date', 'estimate_total_not_a_u_s_citizen')
    """
    plain = unicodedata.normalize("NFKD", str(heading)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def recognise(path: Path, sheets: tuple[Sheet, ...]) -> Table:
    """Return the table that a file holds: the first sheet that is one.

    Raises
    ------
    InputError
        If it holds persons, or places below a county, or no table that is known.
    """
    for sheet in sheets:
        for line in sheet.lines[:HEADING_WITHIN]:
            _refuse_persons(path, line, PERSONS)
    for sheet in sheets:
        for index, line in enumerate(sheet.lines[:HEADING_WITHIN]):
            for kind in COLUMNS:
                columns = _columns_of(kind, line)
                if not _lacking(kind, columns):
                    if kind != "activation":
                        _refuse_places(path, line)
                    headings = {name: str(line.cells[position]) for name, position in columns.items()}
                    return Table(kind, sheet, columns, headings, sheet.lines[index + 1 :])
    for sheet in sheets:
        for line in sheet.lines[:HEADING_WITHIN]:
            _refuse_places(path, line)
            counties = "fips" in _columns_of("bookings", line)  # whose names are no persons'
            _refuse_persons(path, line, ALSO_OF_PERSONS - {"name"} if counties else ALSO_OF_PERSONS)
    raise _unrecognised(path, sheets)


def _columns_of(kind: str, line: Line) -> dict[str, int]:
    """Return which columns of a kind a row names, and where; of two the one whose name stands first in the list."""
    spelt = [spelling(cell) for cell in line.cells]
    found = {}
    for column, names in COLUMNS[kind].items():
        there = [name for name in names if name in spelt]
        if there:
            found[column] = spelt.index(there[0])
    return found


def _lacking(kind: str, columns: Mapping[str, int]) -> list[str]:
    """Return the columns that a kind needs and a heading does not have."""
    lacking = [group[0] for group in NEEDED[kind] if not any(column in columns for column in group)]
    if "activation_year" in columns and "activation_date" not in columns and "activation_month" not in columns:
        lacking.append("activation_month")
    if "fips" not in columns:
        lacking += [column for column in ("state", "county") if column not in columns]
    return lacking


def _refuse_persons(path: Path, line: Line, names: frozenset[str]) -> None:
    for cell in line.cells:
        if spelling(cell) in names:
            told = "a column of records of persons; only counts are taken (for bookings: county, month, bookings)"
            raise InputError(told, path, line.number, str(cell))


def _refuse_places(path: Path, line: Line) -> None:
    for cell in line.cells:
        if spelling(cell) in BELOW_A_COUNTY:
            told = "a column of places smaller than a county; add up to counties and leave it out"
            raise InputError(told, path, line.number, str(cell))


def _unrecognised(path: Path, sheets: tuple[Sheet, ...]) -> InputError:
    """Return the error for a file that is no known table: of the kind it is most like, the first column it lacks."""
    best: tuple[int, str, Line, list[str]] | None = None
    for sheet in sheets:
        for line in sheet.lines[:HEADING_WITHIN]:
            for kind in COLUMNS:
                columns = _columns_of(kind, line)
                # A state and a county alone make no kind likelier than another.
                likeness = 4 * len(columns.keys() - WHERE.keys()) + len(columns)
                spelt = [spelling(cell) for cell in line.cells]
                lacking = _lacking(kind, columns)
                likeness += 2 * sum(bool(nearest_names(name, spelt)) for name in lacking)
                if likeness and (best is None or likeness > best[0]):
                    best = likeness, kind, line, lacking
    if best is None:
        raise InputError("no table that is known here", path, allowed="; ".join(IN_WORDS.values()))
    _, kind, line, lacking = best
    headings = {spelling(cell): str(cell) for cell in line.cells if cell}
    near = tuple(headings[name] for name in nearest_names(lacking[0], headings))
    told = f"no column {lacking[0]}, without which it is no table of {IN_WORDS[kind]}"
    return InputError(told, path, line.number, allowed=COLUMNS[kind][lacking[0]], nearest=near)
