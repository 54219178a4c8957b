"""The county of a row, by its code or its names, or why it has none.

Agencies write codes in many ways: five digits, a Census identifier, a code whose leading zero a spreadsheet dropped.
Names are read by ``county_codes``, as everywhere. Territories, whole states and totals are left aside. A place smaller
than a county is refused, and so is a row whose code and name are two counties.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from enforcement_sim.errors import InputError
from enforcement_sim.places.county_codes import (
    County,
    bare_name,
    county_label,
    county_names,
    letters_of,
    read_county,
    read_county_name,
    state_of,
)
from enforcement_sim.places.data_import.declarations import DECLARED, digits_in, fits
from enforcement_sim.places.data_import.recognise import Table
from enforcement_sim.places.geography import FIPS_DIGITS

STATE_DIGITS, COUNTY_DIGITS = 2, 3
COUNTY_LEVEL = "050"
LEVELS_ABOVE = ("010", "020", "030", "040")
"""Census summary levels of nation, region, division and state."""
TERRITORIES = {"60": "as", "66": "gu", "69": "mp", "72": "pr", "78": "vi"}
TERRITORY_NAMES = ("americansamoa", "guam", "northernmarianaislands", "puertorico", "virginislands", "usvirginislands")
TOTAL = DECLARED.cells["total_row"]
WHOLE_STATES, OF_TERRITORIES = "of whole states or the nation", "of territories"
UNKNOWN = "of no county of 2008-2014"


@dataclass(frozen=True)
class NoCounty:
    """A place that is left aside, with the reason, or that is unknown, with the counties most likely meant."""

    why: str
    text: str
    near: tuple[str, ...] = ()


def full_code(state: str, county: str) -> str:
    """Return the code of a state and a number within it; empty if they are none.

    Examples
    --------
    >>> full_code("10.0", "1"), full_code("DE", "001"), full_code("DE", "Kent")
    ('10001', '10001', '')
    """
    one = state_of(state)
    code = digits_in(state).zfill(STATE_DIGITS) if digits_in(state) else one.fips if one else ""
    return f"{code}{digits_in(county):0>{COUNTY_DIGITS}}" if code and digits_in(county) else ""


def place_of(table: Table, row: int, code: str, state: str, county: str) -> County | NoCounty:
    """Return the place of a row by its code, or else by its names.

    Raises
    ------
    InputError
        If it is smaller than a county, or code and name are of two counties.
    """
    code = code or full_code(state, county)  # how the Census API answers
    if not code:
        return _by_name(state, county)
    found = _by_code(table, row, code)
    if not isinstance(found, County) or not county or digits_in(county):
        return found
    named = _by_name(state, county)
    if isinstance(named, County) and named.fips != found.fips and not _of_one_bare_name(named, found):
        by_code, by_name = (county_label(one.fips) for one in (found, named))
        raise table.error(f"code {code} is {by_code}, but the row names {by_name}", row, "code", "one county a row")
    return found


def _of_one_bare_name(*counties: County) -> bool:
    """Say whether two counties of a state differ only in their kind, such as a city and the county around it."""
    return (
        len({(one.fips[:STATE_DIGITS], bare_name(county_names()[one.fips].rpartition(",")[0])) for one in counties})
        == 1
    )


def _by_code(table: Table, row: int, text: str) -> County | NoCounty:
    """Return the place of a code."""
    code = text.strip("'\" ")
    level, us, rest = code.upper().partition("US")
    if us and level[:3] in LEVELS_ABOVE:
        return NoCounty(WHOLE_STATES, text)
    if us and level[:3] != COUNTY_LEVEL:
        message = f"{text} is a place that is not a county (summary level {level[:3]}), or smaller than a county"
        raise table.error(message, row, "code", f"identifiers that begin with {COUNTY_LEVEL}, or five-digit codes")
    nhgis = re.fullmatch(r"G(\d\d)\d(\d{3})\d", code, re.IGNORECASE)  # G, state, 0, county, 0
    code = digits_in(rest if us else "".join(nhgis.groups()) if nhgis else code)
    if not code and fits(TOTAL, text):
        return NoCounty("naming no place", "")
    if code and len(code) <= STATE_DIGITS:
        return NoCounty(WHOLE_STATES, text)
    if len(code) > FIPS_DIGITS:
        raise table.error(f"{text} is the code of a place smaller than a county", row, "code", "five-digit codes")
    code = code and code.zfill(FIPS_DIGITS)
    if code[:STATE_DIGITS] in TERRITORIES:
        return NoCounty(OF_TERRITORIES, text)
    if code[STATE_DIGITS:] == "000":
        return NoCounty(WHOLE_STATES, text)
    return _read(text, lambda: read_county(code or text))


def _by_name(state: str, county: str) -> County | NoCounty:
    """Return the place of two names, or of one cell that holds both."""
    if not state and "," in county:
        county, _, state = county.rpartition(",")
    written = ", ".join(part.strip() for part in (county, state) if part)
    where, what = letters_of(state), letters_of(county)
    if where in (*TERRITORY_NAMES, *TERRITORIES.values()):
        return NoCounty(OF_TERRITORIES, written)
    if not what or fits(TOTAL, county.strip()) or fits(TOTAL, state.strip()):
        return NoCounty("of totals" if what or where or digits_in(state) else "naming no place", written)
    if not state and what in TERRITORY_NAMES:
        return NoCounty(OF_TERRITORIES, written)
    if not state and state_of(county):
        return NoCounty(WHOLE_STATES, written)
    return _read(written if state else f"{written}, of no state", lambda: read_county_name(county, state))


def _read(text: str, reading: Callable[[], County]) -> County | NoCounty:
    """Return the county that a reading finds, or the text with the counties that the reading names instead."""
    try:
        return reading()
    except InputError as error:
        return NoCounty(UNKNOWN, text, tuple(error.nearest or ()))
