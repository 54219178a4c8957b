"""The county that a name means: one reading for every place in which names of counties are written.

Agencies and people write names in many ways: "Baltimore" and "Baltimore City", "St. Clair" and "Saint Clair", "De Kalb",
"Doña Ana" with and without the tilde. A name is compared by its letters alone, with and without the kind of county it is.
Names before and after the period (``data/county_changes.csv``) are known too. ``county_codes`` says which county of the period
a found code is read as.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from enforcement_sim.errors import nearest_names
from enforcement_sim.places.geography import FIPS_DIGITS, State, county_changes, load_geography

__all__ = ["bare_name", "county_names", "find_name", "letters_of", "nearest_state", "state_of"]

KINDS = ("cityandborough", "censusarea", "municipality", "planningregion", "borough", "county", "parish", "city")
"""Last words of a county's name, the longest first."""
SHORT_NAMES = {"DC": {"thedistrict": "11001"}}
"""Names that stand in no table of counties, by state."""
FEWEST_LETTERS = 3
"""Shorter names are compared with no other."""


@cache
def county_names() -> dict[str, str]:
    """Return the name and state of every county of the period, by code.

    Examples
    --------
    >>> county_names()["10005"]
    'Sussex County, DE'
    """
    places = load_geography()
    codes, states = places.counties["fips"].tolist(), places.counties["state"].tolist()
    return {
        f"{code:0{FIPS_DIGITS}d}": f"{name}, {places.states[state].postal}"
        for code, name, state in zip(codes, places.names, states, strict=True)
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
