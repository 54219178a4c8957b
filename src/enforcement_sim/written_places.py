"""Counties and states as a person writes them on a command line or in a file: codes, names, postal codes.

A county is written by its FIPS code or by its name, with the state behind a comma: ``37119`` or ``Mecklenburg, NC``. On a
command line, a name that only one county has needs no state; a notice then says which county was read. Several places stand
between commas.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from enforcement_sim.errors import InputError, notify, shown
from enforcement_sim.places.county_codes import county_in_words, find_name, nearest_counties, read_county, state_of
from enforcement_sim.places.geography import FIPS_DIGITS, load_geography

A_COUNTY = "a name with its state, such as 'Wake, NC', or a code, such as 37183"
IN_FILES = 'names with their states or five-digit FIPS codes, in quotes: "Wake, NC" or "37183"'
PLACES = "states such as CT or CT,NY, or counties such as 'Wake, NC' or 37183"
COUNTIES = "counties"
SEPARATOR = ","


def county_code(written: str, key: str | None = None) -> str:
    """Return the code of a county that is written by code or by name.

    Parameters
    ----------
    written : str
    key : str, optional
        The option or address, for messages.

    Raises
    ------
    InputError
        If it is no county, or several counties have the name; the likely ones are suggested with their states.

    Examples
    --------
    >>> county_code("12021"), county_code("Wake, NC"), county_code("St. Louis city, Missouri")
    ('12021', '37183', '29510')
    """
    text = written.strip()
    if any(letter.isdigit() for letter in text):
        try:
            read = read_county(text)
        except InputError as error:
            raise InputError(error.message, key=key, allowed=A_COUNTY, nearest=error.nearest) from None
        if read.notice:
            notify(read.notice, key=key)
        return read.fips
    code, likely = find_name(text)
    if code:
        return read_county(code).fips
    if len(likely) == 1 and SEPARATOR not in text and find_name(text, _state_of_code(likely[0]))[0]:
        fips = read_county(likely[0]).fips
        notify(f"{text} is read as {county_in_words(fips)}", key=key)
        return fips
    wrong = "several counties are called" if _is_shared(text, likely) else "unknown county"
    raise InputError(f"{wrong} {shown(text)}", key=key, allowed=A_COUNTY, nearest=_suggested(text, likely))


def county_in_file(written: str) -> str:
    """Return the code of a county as a file names it: a name has its state, and a code stays as it is written.

    Raises
    ------
    InputError
        If it is no county of the period; the likely ones are suggested with their states.

    Examples
    --------
    >>> county_in_file("Wake, NC"), county_in_file("37183")
    ('37183', '37183')
    """
    named = not any(character.isdigit() for character in written)
    code, likely = find_name(written) if named else (written, ())
    try:
        if code:
            # A code of an earlier year is read, with a notice, where the scenario is resolved.
            read = read_county(code)
            return read.fips if named else written
    except InputError as error:
        raise InputError(error.message, allowed=IN_FILES, nearest=error.nearest) from None
    raise InputError(f"unknown county {shown(written)}", allowed=IN_FILES, nearest=_suggested(written, likely))


def scope_of(where: str, key: str = "--where") -> dict[str, list[str]]:
    """Return the scope for a text: states by postal code, or counties by code or name, separated by commas.

    Raises
    ------
    InputError
        If states and counties are mixed, or a place is neither.

    Examples
    --------
    >>> scope_of("ct"), scope_of("12021,12015"), scope_of("Wake, NC, Collier, FL")
    ({'states': ['CT']}, {'counties': ['12021', '12015']}, {'counties': ['37183', '12021']})
    """
    places = _places(where)
    states = [place.upper() for place in places if _is_postal(place)]
    if places and len(states) == len(places):
        return {"states": states}
    if not places or states:
        raise InputError(f"cannot read {shown(where)}", key=key, allowed=PLACES)
    whole = {state.name.upper(): state.postal for state in load_geography().states}
    for place in places:
        if place.upper() in whole:
            raise InputError(f"cannot read {shown(where)}", key=key, allowed=PLACES, nearest=whole[place.upper()])
    return {COUNTIES: [county_code(place, key) for place in places]}


def with_county_codes(value: Any, key: str) -> Any:
    """Return a value of a setting in which counties that are named stand by their codes.

    Examples
    --------
    >>> with_county_codes({"counties": ["Wake, NC", "12021"]}, "--set scope")
    {'counties': ['37183', '12021']}
    """
    if not isinstance(value, Mapping):
        return value
    read = {name: with_county_codes(inner, key) for name, inner in value.items() if name != COUNTIES}
    if COUNTIES in value:
        members = value[COUNTIES]
        listed = [members] if isinstance(members, str) else members
        named = isinstance(listed, list) and all(isinstance(one, str) for one in listed)
        read[COUNTIES] = [code_of_name(one, f"{key}.{COUNTIES}") for one in listed] if named else members
    return read


def code_of_name(written: str, key: str) -> str:
    """Return the code of a county's name; a text with a digit is checked where the scenario is read."""
    return written if any(letter.isdigit() for letter in written) else county_code(written, key)


def _suggested(name: str, likely: tuple[str, ...]) -> tuple[str, ...]:
    """Return the counties likely meant, with their states; of a name in the wrong state, those of the name elsewhere."""
    return nearest_counties(name if likely else name.partition(SEPARATOR)[0])


def _places(where: str) -> list[str]:
    """Return the single places of a text: a state behind the name of a county belongs to that county."""
    places: list[str] = []
    for part in filter(None, (part.strip() for part in where.split(SEPARATOR))):
        named = bool(places) and SEPARATOR not in places[-1] and not _is_postal(places[-1]) and not _is_code(places[-1])
        if named and state_of(part) is not None:
            places[-1] += f"{SEPARATOR} {part}"
        else:
            places.append(part)
    return places


def _is_code(place: str) -> bool:
    return any(letter.isdigit() for letter in place)


def _is_postal(place: str) -> bool:
    return len(place) == 2 and place.isascii() and place.isalpha()


def _state_of_code(fips: str) -> str:
    """Return the number of the state of a code, as :func:`find_name` reads it."""
    return fips[: FIPS_DIGITS - 3]


def _is_shared(name: str, likely: tuple[str, ...]) -> bool:
    """Return whether several counties have exactly this name, rather than one most like it."""
    return len(likely) > 1 and all(find_name(name, _state_of_code(fips))[0] for fips in likely)
