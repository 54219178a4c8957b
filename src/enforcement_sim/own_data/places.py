"""Which county a row is about: by its code, or by the names of state and county.

Agencies write counties in many ways: five digits, a Census identifier, a code whose leading zero a spreadsheet dropped,
"Baltimore" and "Baltimore City", "St. Clair" and "Saint Clair". Each row comes out as one of the model's 3,142 counties, as
a place that the model leaves aside (territories, whole states, totals), or as unknown with the nearest name. A place
smaller than a county is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.own_data.columns import Table
from enforcement_sim.own_data.table import Line
from enforcement_sim.world.geography import FIPS_DIGITS, county_changes, load_geography

__all__ = ["Found", "Placed", "counties_of"]

STATE_DIGITS = 2
COUNTY_LEVEL = "050"
LEVELS_ABOVE = ("010", "020", "030", "040")
"""Census summary levels of nation, region, division and state."""
TERRITORIES = {"60": "AS", "66": "GU", "69": "MP", "72": "PR", "78": "VI"}
TERRITORY_NAMES = ("americansamoa", "guam", "northernmarianaislands", "puertorico", "virginislands", "usvirginislands")
TOTALS = ("total", "grandtotal", "unitedstates", "nation", "statetotal", "subtotal", "all")
KINDS_OF_COUNTY = ("cityandborough", "censusarea", "municipality", "borough", "county", "parish", "city")
"""Last words of a county's name, the longest first."""
OTHER_NAMES = {
    ("FL", "dade"): "12086",
    ("VA", "bedfordcity"): "51515",
    ("SD", "oglalalakota"): "46102",
    ("AK", "kusilvak"): "02158",
    ("DC", "thedistrict"): "11001",
}
"""Names that the county table does not have: earlier, later and short ones."""
SHOWN = 6
"""Unknown places that are told one by one."""
FEWEST_LETTERS = 3


@dataclass(frozen=True)
class Placed:
    """A row of a table and its county.

    Attributes
    ----------
    table : Table
    line : Line
    fips : str
        The model's code of the county.
    written : str
        The code that the row has, where that is another one; the same otherwise.
    """

    table: Table
    line: Line
    fips: str
    written: str


@dataclass
class Found:
    """The counties of a table.

    Attributes
    ----------
    rows : list of Placed
    aside : dict
        Why rows were left aside -> how many.
    """

    rows: list[Placed] = field(default_factory=list)
    aside: dict[str, int] = field(default_factory=dict)

    def leave(self, why: str) -> None:
        """Count a row that is left aside."""
        self.aside[why] = self.aside.get(why, 0) + 1


def counties_of(tables: tuple[Table, ...], accept_unknown: bool) -> Found:
    """Return the rows of some tables with their counties.

    Parameters
    ----------
    tables
    accept_unknown
        Whether rows whose place is unknown may be left aside.

    Raises
    ------
    InputError
        If a row is about a place below a county, or (unless accepted) about one that is unknown.
    """
    found = Found()
    unknown: list[tuple[Table, Line, str, str]] = []
    for table in tables:
        for position, line in enumerate(table.lines):
            written = _written(table, line)
            if isinstance(written, _Aside):
                # The Census Bureau puts words below its codes: a second heading.
                if position or written.why != NO_PLACE:
                    found.leave(written.why)
                continue
            if isinstance(written, _Unknown):
                unknown.append((table, line, written.text, written.near))
                continue
            found.rows.append(Placed(table, line, _of_the_period(written), written))
    if unknown and not accept_unknown:
        table, line, _, _ = unknown[0]
        told = "; ".join(_told(one) for one in unknown[:SHOWN])
        more = f"; and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
        rows = "1 row names" if len(unknown) == 1 else f"{len(unknown)} rows name"
        hint = "codes and names of 2010 to 2014, or --accept-unknown to leave such rows aside"
        column = "fips" if "fips" in table.columns else "county"
        raise table.error(f"{rows} no county of 2008-2014: {told}{more}", line, column, hint)
    for _ in unknown:
        found.leave("of no county of 2008-2014")
    if not found.rows:
        raise InputError("no row is about a county", tables[0].sheet.path)
    return found


def _of_the_period(code: str) -> str:
    """Return the code of the table for one that was given earlier or later; the code itself otherwise."""
    change = county_changes().get(code)
    return code if change is None or change.one is None else change.one


NO_PLACE = "naming no place"


@dataclass(frozen=True)
class _Aside:
    why: str


@dataclass(frozen=True)
class _Unknown:
    text: str
    near: str


def _told(unknown: tuple[Table, Line, str, str]) -> str:
    _, line, text, near = unknown
    return f"row {line.number} {text!r}" + (f" (nearest: {near})" if near else "")


def _written(table: Table, line: Line) -> str | _Aside | _Unknown:
    """Return a row's county code as it would be written in five digits, or why it has none."""
    if "fips" in table.columns:
        return _by_code(table, line, table.text(line, "fips"), "fips")
    state, county = table.text(line, "state"), table.text(line, "county")
    if state.isdigit() and county.isdigit():  # how the Census Bureau's interface answers
        return _by_code(table, line, f"{state:0>2}{county:0>3}", "county")
    return _by_name(state, county)


def _by_code(table: Table, line: Line, text: str, column: str) -> str | _Aside | _Unknown:
    """Return the county of a code."""
    code = text.strip().strip("'\"")
    level, us, rest = code.upper().partition("US")
    if us:
        if level[:3] in LEVELS_ABOVE:
            return _Aside("of whole states or the nation")
        if level[:3] != COUNTY_LEVEL:
            raise table.error(
                f"{text} is a place smaller than a county, or cut otherwise", line, column, "county codes"
            )
        code = rest
    if not any(letter.isdigit() for letter in code):
        return _Aside(NO_PLACE)
    if not code.isdigit():
        return _Unknown(text, "")
    if len(code) <= STATE_DIGITS:
        return _Aside("of whole states or the nation")
    if len(code) > FIPS_DIGITS:
        raise table.error(f"{text} is the code of a place smaller than a county", line, column, "five-digit codes")
    code = code.zfill(FIPS_DIGITS)
    if code[:STATE_DIGITS] in TERRITORIES:
        return _Aside("of territories")
    if code[STATE_DIGITS:] == "000":
        return _Aside("of whole states or the nation")
    if _of_the_period(code) in _names():
        return code
    near = nearest_names(code, _names())
    return _Unknown(text, f"{near[0]} {_names()[near[0]]}" if near else "")


def _by_name(state: str, county: str) -> str | _Aside | _Unknown:
    """Return the county of two names."""
    where, what = _plain(state), _plain(county)
    if where in TERRITORY_NAMES or state.strip().upper() in TERRITORIES.values():
        return _Aside("of territories")
    if not what or what in TOTALS or where in TOTALS or what.endswith("total") or where.endswith("total"):
        return _Aside("of totals" if what or where else NO_PLACE)
    places = load_geography()
    postal = {_plain(one.name): one.postal for one in places.states} | {
        one.postal.lower(): one.postal for one in places.states
    }
    if where not in postal:
        near = nearest_names(where, postal)
        return _Unknown(f"{county}, {state}", postal[near[0]] if near else "")
    own = _of_state(postal[where])
    for spelt in (what, *_without_kind(what)):
        code = own.get(what) or OTHER_NAMES.get((postal[where], spelt))
        if code is not None:
            return code
    near = nearest_names(what, own) if len(what) >= FEWEST_LETTERS else ()
    return _Unknown(f"{county}, {state}", f"{own[near[0]]} {_names()[own[near[0]]]}" if near else "")


@cache
def _names() -> dict[str, str]:
    """County code -> name and state."""
    places = load_geography()
    codes, states = places.counties["fips"].tolist(), places.counties["state"].tolist()
    return {
        f"{code:0{FIPS_DIGITS}d}": f"{name}, {places.states[state].postal}"
        for code, name, state in zip(codes, places.names, states, strict=True)
    }


@cache
def _of_state(postal: str) -> Mapping[str, str]:
    """Return a state's counties by every plain spelling; a bare name is the county's before it is the city's."""
    own = {code: name.removesuffix(f", {postal}") for code, name in _names().items() if name.endswith(f", {postal}")}
    whole = {_plain(name): code for code, name in own.items()}
    bare: dict[str, str] = {}
    for full, code in sorted(whole.items(), key=lambda pair: pair[0].endswith("city")):
        for spelt in _without_kind(full):
            bare.setdefault(spelt, code)
    return bare | whole


def _without_kind(full: str) -> Iterator[str]:
    """Yield a plain name without what kind of county it is."""
    for kind in KINDS_OF_COUNTY:
        if full.endswith(kind) and full != kind:
            yield full.removesuffix(kind)
            return


def _plain(name: str) -> str:
    """Return a name as letters only: no accents, spaces or points, "Saint" as "St", "E." as "East".

    Examples
    --------
    >>> _plain("Doña Ana"), _plain("De Kalb"), _plain("Saint Clair County"), _plain("W. Carroll")
    ('donaana', 'dekalb', 'stclaircounty', 'westcarroll')
    """
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    letters = re.sub(r"\bsainte?\b", lambda found: "ste" if found.group().endswith("e") else "st", letters)
    letters = re.sub(
        r"^([ew])[.\s]\s*(?=\w)", lambda found: {"e": "east", "w": "west"}[found.group(1)], letters.strip()
    )
    return re.sub(r"[^a-z]+", "", letters)
