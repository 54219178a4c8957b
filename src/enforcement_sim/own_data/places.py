"""The county that a row is about: by its code, or by the names of state and county.

Agencies write counties in many ways: five digits, a Census identifier, a code whose leading zero a spreadsheet dropped,
"Baltimore" and "Baltimore City", "St. Clair" and "Saint Clair", "Autauga County, Alabama" in one cell. Each comes out as the
code of a county, as a place that the model leaves aside (territories, whole states, totals), or as unknown with the nearest
name. A place smaller than a county is refused, and so is a row whose code and name are two counties.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.own_data.cells import TOTAL_ROW
from enforcement_sim.own_data.table import Table
from enforcement_sim.world.county_codes import nearest_counties, read_county
from enforcement_sim.world.geography import FIPS_DIGITS, load_geography

__all__ = ["COUNTY_DIGITS", "Aside", "Place", "Unknown", "county_name", "place_of", "state_code", "whole"]

STATE_DIGITS, COUNTY_DIGITS = 2, 3
COUNTY_LEVEL = "050"
LEVELS_ABOVE = ("010", "020", "030", "040")
"""Census summary levels of nation, region, division and state."""
TERRITORIES = {"60": "AS", "66": "GU", "69": "MP", "72": "PR", "78": "VI"}
TERRITORY_NAMES = ("americansamoa", "guam", "northernmarianaislands", "puertorico", "virginislands", "usvirginislands")
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
FEWEST_LETTERS = 3


@dataclass(frozen=True)
class Aside:
    why: str
    text: str


@dataclass(frozen=True)
class Unknown:
    text: str
    near: str


type Place = str | Aside | Unknown


def county_name(fips: str) -> str:
    """Return a county's code, name and state.

    Examples
    --------
    >>> county_name("10005")
    '10005 Sussex County, DE'
    """
    return f"{fips} {_names()[fips]}"


def whole(text: str) -> str:
    """Return the digits of a code without the point that a table of floats leaves; empty if it is none."""
    found = re.fullmatch(r"([0-9]+)(\.0)?", text)
    return found.group(1) if found else ""


def place_of(table: Table, row: int, code: str, state: str, county: str) -> Place:
    """Return the county of a row by its code, or else by its names."""
    if not code and state_code(state) and whole(county):  # how the Census API answers
        code = f"{state_code(state)}{whole(county):0>{COUNTY_DIGITS}}"
        county = ""
    if not code:
        return _by_name(state, county)
    found = _by_code(table, row, code)
    if isinstance(found, str) and county and not whole(county):
        named = _by_name(state, county)
        if (
            isinstance(named, str)
            and read_county(named).fips != read_county(found).fips
            and not _of_one_bare_name(found, named)
        ):
            by_code, by_name = (county_name(read_county(one).fips) for one in (found, named))
            message = f"code {code} is {by_code}, but the row names {by_name}"
            raise table.error(message, row, "code", "one county a row")
    return found


def _of_one_bare_name(code: str, other: str) -> bool:
    """Say whether two counties of a state differ only in their kind, such as a city and the county around it."""
    first, second = (_plain(_names().get(one, "").rpartition(",")[0]) for one in (code, other))
    same_state = code[:STATE_DIGITS] == other[:STATE_DIGITS]
    return same_state and next(_without_kind(first), first) == next(_without_kind(second), second)


def _by_code(table: Table, row: int, text: str) -> Place:
    """Return the county of a code."""
    code = text.strip("'\" ")
    level, us, rest = code.upper().partition("US")
    if us:
        if level[:3] in LEVELS_ABOVE:
            return Aside("of whole states or the nation", text)
        if level[:3] != COUNTY_LEVEL:
            message = f"{text} is a place that is not a county (summary level {level[:3]}), or smaller than a county"
            raise table.error(message, row, "code", f"identifiers that begin with {COUNTY_LEVEL}, or five-digit codes")
        code = rest
    elif re.fullmatch(r"G\d{7}", code, re.IGNORECASE):  # NHGIS: G, state, 0, county, 0
        code = code[1:3] + code[4:7]
    code = whole(code)
    if not code:
        return _by_name("", "") if TOTAL_ROW.fullmatch(text) else Unknown(text, _nearest(text))
    if len(code) <= STATE_DIGITS:
        return Aside("of whole states or the nation", text)
    if len(code) > FIPS_DIGITS:
        raise table.error(f"{text} is the code of a place smaller than a county", row, "code", "five-digit codes")
    code = code.zfill(FIPS_DIGITS)
    if code[:STATE_DIGITS] in TERRITORIES:
        return Aside("of territories", text)
    if code[STATE_DIGITS:] == "000":
        return Aside("of whole states or the nation", text)
    try:
        read_county(code)
    except InputError as error:
        near = error.nearest if isinstance(error.nearest, tuple) else (error.nearest or "",)
        return Unknown(text, " or ".join(near).replace("(", "").replace(")", ""))
    return code


def _nearest(text: str) -> str:
    """Return the county most like a text, in words; empty if none is."""
    near = nearest_counties(text)
    return near[0].replace("(", "").replace(")", "") if near else ""


def _by_name(state: str, county: str) -> Place:
    """Return the county of two names, or of one cell that holds both."""
    if not state and "," in county:
        county, _, state = county.rpartition(",")
    whole = ", ".join(part.strip() for part in (county, state) if part)
    where, what = _plain(state) or state_code(state), _plain(county)
    if where in TERRITORY_NAMES or state.strip().upper() in TERRITORIES.values():
        return Aside("of territories", whole)
    if not what or TOTAL_ROW.fullmatch(county.strip()) or TOTAL_ROW.fullmatch(state.strip()):
        return Aside("of totals" if what or where else "naming no place", whole)
    if not where and (what in _states() or what in TERRITORY_NAMES):
        return Aside("of whole states or the nation" if what in _states() else "of territories", whole)
    if where not in _states():
        near = nearest_names(where, _states()) if where else ()
        return Unknown(whole if where else f"{whole}, of no state", _states()[near[0]] if near else "")
    own = _of_state(_states()[where])
    for spelt in (what, *_without_kind(what)):
        code = own.get(what) or OTHER_NAMES.get((_states()[where], spelt))
        if code is not None:
            return code
    near = nearest_names(what, own) if len(what) >= FEWEST_LETTERS else ()
    return Unknown(whole, f"{own[near[0]]} {_names()[own[near[0]]]}" if near else "")


@cache
def _states() -> dict[str, str]:
    """Plain name, postal code or digits of a state -> postal code."""
    states = load_geography().states
    return {spelt: one.postal for one in states for spelt in (_plain(one.name), one.postal.lower(), one.fips)}


def state_code(state: str) -> str:
    """Return the two digits of a state by its code, postal code or name; empty if it is none."""
    if whole(state):
        return f"{whole(state):0>{STATE_DIGITS}}"
    postal = _states().get(_plain(state))
    return next((one.fips for one in load_geography().states if one.postal == postal), "")


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
