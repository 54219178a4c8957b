"""The county that a code or a name means: one reading for every place in which counties are written.

Counties are renamed, split and absorbed, and their codes change with them. This module knows the codes before and after
the period (``data/county_changes.csv``). A code of a county that only changed its name, or that became part of
another as a whole, is read as the county of the period, and a notice says so. Every other code is refused, with the
nearest codes of the same state, or with the counties of the name that was written instead of a code.

Agencies and people write names in many ways: "Baltimore" and "Baltimore City", "St. Clair" and "Saint Clair", "De Kalb",
"Doña Ana" with and without the tilde. A name is compared by its letters alone, with and without the kind of county it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from enforcement_sim.errors import InputError, nearest_names, shown
from enforcement_sim.places.geography import FIPS_DIGITS, CountyChange, State, county_changes, load_geography

STATE_DIGITS = 2
MOST_NAMED = 6
"""So many counties of one name are suggested, the largest first."""
LONGEST_NAME = 60
"""A longer text is no county's name."""
ALLOWED = "five-digit FIPS codes, such as 06037"
KINDS = ("cityandborough", "censusarea", "municipality", "planningregion", "borough", "county", "parish", "city")
"""Last words of a county's name, the longest first."""
SHORT_NAMES = {"DC": {"thedistrict": "11001"}}
"""Names that stand in no table of counties, by state."""
FEWEST_LETTERS = 3
"""Shorter names are compared with no other."""


@dataclass(frozen=True)
class County:
    """A code that was written, and the county it is read as.

    Attributes
    ----------
    fips : str
        Code of the county in the model's table.
    written : str
        The code as it was written.
    change : CountyChange or None
        What happened to the county between the two codes.
    """

    fips: str
    written: str
    change: CountyChange | None = None

    @property
    def notice(self) -> str:
        """What a person must be told about the reading; empty where the code is the county's own."""
        if self.change is None:
            return ""
        then = f"{self.written} is read as {county_in_words(self.fips)}"
        if self.change.how == "joined":
            return f"{then}, which {self.change.name} joined on {self.change.day}"
        earlier, later = self.change.name, county_names()[self.fips].rpartition(", ")[0]
        if self.change.since_the_period:
            earlier, later = later, earlier
        if earlier == later:
            return f"{then}, whose code changed in {self.change.day}"
        return f"{then}: {earlier} was renamed {later} on {self.change.day}"


@dataclass(frozen=True)
class Counties:
    """Some codes that were written together: their counties, each once, and what must be told about them."""

    fips: tuple[str, ...]
    notices: tuple[str, ...]


def read_county(written: str) -> County:
    """Return the county that a five-digit code means.

    Raises
    ------
    InputError
        If no county of the period has the code; the nearest codes of its state are named, or the counties that lie
        where an earlier or later one was.

    Examples
    --------
    >>> read_county("12025").fips
    '12086'
    >>> read_county("12025").notice
    '12025 is read as 12086 (Miami-Dade County, FL): Dade County was renamed Miami-Dade County on 1997-07-22'
    """
    if written in county_names():
        return County(written, written)
    change = county_changes().get(written)
    if change is not None and change.one is not None:
        return County(change.one, written, change)
    raise _unknown(written, change)


def read_counties(written: Iterable[str]) -> Counties:
    """Return the counties that some codes mean; two codes of one county are one county, and a notice says so.

    Raises
    ------
    InputError
        As :func:`read_county`, for the first code that is none.

    Examples
    --------
    >>> read_counties(["46113", "46102"]).fips
    ('46113',)
    >>> read_counties(["46113", "46102"]).notices
    ('46113 and 46102 are one county, 46113 (Shannon County, SD), counted once',)
    """
    codes: dict[str, list[County]] = {}
    for code in written:
        county = read_county(code)
        codes.setdefault(county.fips, []).append(county)
    notices = []
    for fips, counties in codes.items():
        different = list(dict.fromkeys(county.written for county in counties))
        if len(different) > 1:
            notices.append(f"{' and '.join(different)} are one county, {county_in_words(fips)}, counted once")
        elif counties[0].notice:
            notices.append(counties[0].notice)
    return Counties(tuple(codes), tuple(notices))


def read_county_name(name: str, state: str = "") -> County:
    """Return the county that a name and a state mean; the name may hold the state, behind a comma.

    Raises
    ------
    InputError
        As :func:`read_county`; the counties of the name are named, or those of the name most like it.

    Examples
    --------
    >>> read_county_name("Dade", "Florida").fips
    '12086'
    """
    code, _ = find_name(name, state)
    if code:
        return read_county(code)
    written = ", ".join(part.strip() for part in (name, state) if part.strip())
    raise InputError(f"unknown county {shown(written)}", allowed=ALLOWED, nearest=nearest_counties(written))


def county_in_words(fips: str) -> str:
    """Return a county's code with its name and state.

    Examples
    --------
    >>> county_in_words("06037")
    '06037 (Los Angeles County, CA)'
    """
    return f"{fips} ({county_names()[fips]})"


def county_label(fips: str) -> str:
    """Return a county's code, name and state.

    Examples
    --------
    >>> county_label("10005")
    '10005 Sussex County, DE'
    """
    return f"{fips} {county_names()[fips]}"


def nearest_counties(written: str) -> tuple[str, ...]:
    """Return the counties most likely meant by a text that is no code, in words; empty if nothing is like it.

    A code finds the nearest of its own state, a name the counties of that name, the largest first.

    Examples
    --------
    >>> nearest_counties("06o37")
    ('06037 (Los Angeles County, CA)',)
    >>> nearest_counties("Mecklenburg")
    ('37119 (Mecklenburg County, NC)', '51117 (Mecklenburg County, VA)')
    """
    text = written.strip()
    if not text or len(text) > LONGEST_NAME:
        return ()
    digits = sum(letter.isdigit() for letter in text)
    found = _like_the_code(text) if digits else _of_the_name(text)
    if not found and "," in text:
        return tuple(filter(None, [nearest_state(text.rpartition(",")[2])]))
    return tuple(county_in_words(fips) for fips in found)


def _unknown(written: str, change: CountyChange | None) -> InputError:
    """Return the error for a code that is no county of the period."""
    if change is None:
        return InputError(f"unknown county {shown(written)}", allowed=ALLOWED, nearest=nearest_counties(written))
    counties = tuple(county_in_words(fips) for fips in change.counties)
    what = {
        "part": f"split off on {change.day} from a county of the period",
        "divided": f"divided between counties of the period on {change.day}",
        "regrouped": f"of {change.day}, which follows other lines than the counties of the period",
    }[change.how]
    return InputError(f"{written} is {change.name}, {change.state}, {what}", allowed=ALLOWED, nearest=counties)


def _like_the_code(text: str) -> list[str]:
    """Return the codes of the same state that differ least from what was written."""
    code = text.upper().rpartition("US")[2].strip("'\" ")
    if len(code) == FIPS_DIGITS - 1 and code.isdigit():  # the leading zero that a spreadsheet drops
        code = f"0{code}"
    if len(code) > FIPS_DIGITS and code.isdigit():  # a tract or block lies in the county of its first five digits
        code = code[:FIPS_DIGITS]
    if code in county_names():
        return [code]
    code = code.replace("O", "0").replace("I", "1").replace("L", "1")
    if code in county_names():
        return [code]
    same_state = [fips for fips in county_names() if fips[:STATE_DIGITS] == code[:STATE_DIGITS]]
    if len(code) != FIPS_DIGITS:
        near = nearest_names(code, same_state, at_most=2)
        return list(near)
    number = int(code) if code.isascii() and code.isdigit() else 0

    def unlike(fips: str) -> tuple[int, int]:
        return sum(a != b for a, b in zip(fips, code, strict=True)), abs(int(fips) - number)

    return sorted((fips for fips in same_state if unlike(fips)[0] <= STATE_DIGITS), key=unlike)[:2]


def _of_the_name(text: str) -> list[str]:
    """Return the counties of the period that a name, or the name most like it, may mean, the largest first."""
    changes = county_changes()
    found = [one for code in find_name(text)[1] for one in (changes[code].counties if code in changes else (code,))]
    places = load_geography()
    sizes = {fips: int(places.counties["population"][places.index_of(fips)]) for fips in found}
    return sorted(sizes, key=lambda fips: -sizes[fips])[:MOST_NAMED]


@cache
def county_names() -> dict[str, str]:
    """Return the name and state of every county of the period, by code.

    Examples
    --------
    >>> county_names()["10005"]
    'Sussex County, DE'
    """
    places = load_geography()
    return {
        f"{code:0{FIPS_DIGITS}d}": places.county_label(at) for at, code in enumerate(places.counties["fips"].tolist())
    }


@cache
def find_name(name: str, state: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the code that the name of a county means, and the codes most likely meant.

    Parameters
    ----------
    name
        With or without the kind of county; may hold the state, behind a comma.
    state
        Name, postal code or number of the state.

    Returns
    -------
    tuple of (str, tuple of str)
        The code; empty if there is no such county, or no state. It may be a code of before or after the period. Then the codes
        that the name may mean: all counties of the name, or of the name most like it.

    Examples
    --------
    >>> find_name("Saint Louis city", "MO")
    ('29510', ('29510',))
    >>> find_name("Susex, Delaware")
    ('', ('10005',))
    >>> find_name("Mecklenburg")
    ('', ('37119', '51117'))
    """
    if not state and "," in name:
        name, _, state = name.rpartition(",")
    letters, one = letters_of(name), state_of(state)
    if state.strip() and one is None:
        return "", ()
    known = _codes_of("" if one is None else one.postal)
    if letters in known:
        return ("" if one is None else known[letters][0]), tuple(known[letters])
    near = nearest_names(letters, known) if len(letters) >= FEWEST_LETTERS else ()
    return "", tuple(known[near[0]]) if near else ()


@cache
def state_of(written: str) -> State | None:
    """Return a state by its name, postal code or number; None if it is none.

    Examples
    --------
    >>> state_of("n. dakota"), state_of("10.0").name, state_of("N.C.").postal
    (None, 'Delaware', 'NC')
    """
    number = re.fullmatch(r"([0-9]{1,2})(\.0)?", written.strip())
    return _states().get(f"{number.group(1):0>2}" if number else letters_of(written))


def nearest_state(written: str) -> str:
    """Return the postal code of the state most like a misspelt name; empty if none is.

    Examples
    --------
    >>> nearest_state("Delawer")
    'DE'
    """
    near = nearest_names(letters_of(written), _states())
    return _states()[near[0]].postal if near else ""


@cache
def letters_of(name: str) -> str:
    """Return a name as small letters only: no accents, spaces or points, "Saint" as "St", a leading "E." as "East".

    Examples
    --------
    >>> letters_of("Doña Ana"), letters_of("De Kalb"), letters_of("Saint Clair County"), letters_of("W. Carroll")
    ('donaana', 'dekalb', 'stclaircounty', 'westcarroll')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"\bsaint(e?)\b", r"st\1", plain)
    plain = re.sub(r"^e[.\s]\s*(?=\w)", "east", re.sub(r"^w[.\s]\s*(?=\w)", "west", plain.strip()))
    return re.sub(r"[^a-z]+", "", plain)


def bare_name(name: str) -> str:
    """Return the letters of a name without the kind of county it is.

    Examples
    --------
    >>> bare_name("Baltimore city"), bare_name("Baltimore County"), bare_name("District of Columbia")
    ('baltimore', 'baltimore', 'districtofcolumbia')
    """
    letters = letters_of(name)
    kind = next((one for one in KINDS if letters.endswith(one) and letters != one), "")
    return letters.removesuffix(kind)


@cache
def _states() -> dict[str, State]:
    """Return the states by letters of their names and postal codes, and by number."""
    states = load_geography().states
    return {key: one for one in states for key in (letters_of(one.name), one.postal.lower(), one.fips)}


@cache
def _codes_of(postal: str) -> dict[str, list[str]]:
    """Return the codes of a state, or of the nation, by letters of their names.

    Whole names come before bare ones, counties before cities, and counties of the period before earlier and later ones.
    """
    of_period = [(full.rpartition(", ")[0], full.rpartition(", ")[2], code) for code, full in county_names().items()]
    others = [(change.name, change.state, code) for code, change in county_changes().items()]
    chosen = [(name, code) for name, state, code in (*of_period, *others) if postal in ("", state)]
    counties_first = sorted(
        chosen, key=lambda pair: (pair[1] in county_changes(), letters_of(pair[0]).endswith("city"))
    )
    found: dict[str, list[str]] = {}
    for spelling, names in ((letters_of, chosen), (bare_name, counties_first)):
        for name, code in names:
            known = found.setdefault(spelling(name), [])
            if code not in known:
                known.append(code)
    return found | {name: [code] for name, code in SHORT_NAMES.get(postal, {}).items()}
