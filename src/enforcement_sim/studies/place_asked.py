"""The place of a question: a county by name or code, a state, or the nation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.places.county_codes import county_names, nearest_state, state_of
from enforcement_sim.places.geography import FIPS_DIGITS, load_geography
from enforcement_sim.written_places import county_code

NATION = "the nation"


@dataclass(frozen=True)
class PlaceAsked:
    """A county, a state or the nation.

    Attributes
    ----------
    name : str
        In words, as a sentence names it.
    kind : {"county", "state", "nation"}
    code : str
        FIPS code of a county, postal code of a state, or ``nation``.

    Examples
    --------
    >>> place = place_asked(county="Mecklenburg, NC")
    >>> place.name, place.scope, place.state
    ('Mecklenburg County, NC', {'counties': ['37119']}, 'NC')
    """

    name: str
    kind: str
    code: str

    @property
    def scope(self) -> Any:
        """The place as a scenario names it: for its scope, and for where a change applies."""
        if self.kind == "nation":
            return "nation"
        return {"counties": [self.code]} if self.kind == "county" else {"states": [self.code]}

    @property
    def state(self) -> str:
        """Postal code of its state; empty for the nation."""
        if self.kind == "county":
            return county_names()[self.code].rpartition(", ")[2]
        return self.code if self.kind == "state" else ""

    @property
    def counties(self) -> tuple[str, ...]:
        """Codes of its counties."""
        if self.kind == "county":
            return (self.code,)
        places = load_geography()
        codes = places.counties["fips"]
        chosen = codes[places.counties_of_state(self.code)] if self.kind == "state" else codes
        return tuple(f"{code:0{FIPS_DIGITS}d}" for code in chosen.tolist())

    @property
    def option(self) -> tuple[str, ...]:
        """The option of a command that names the place; none for the nation."""
        if self.kind == "nation":
            return ()
        return f"--{self.kind}", self.name if self.kind == "county" else self.code


def place_asked(county: str = "", state: str = "", key: str = "--county") -> PlaceAsked:
    """Return the place that a command names; the nation where it names none.

    Parameters
    ----------
    county
        A name with its state, or a five-digit code.
    state
        A name or postal code.
    key
        What holds the county, for errors.

    Raises
    ------
    InputError
        If there is no such place, with the nearest; or if both are given.

    Examples
    --------
    >>> place_asked(state="North Carolina").name, place_asked().name
    ('North Carolina', 'the nation')
    """
    if county and state:
        raise InputError("cannot be combined with --state", key=key)
    if state:
        found = state_of(state)
        if found is None:
            raise InputError(f"no state {state!r}", key="--state", allowed="a name or postal code, such as NC",
                             nearest=nearest_state(state) or None)  # fmt: skip
        return PlaceAsked(found.name, "state", found.postal)
    if not county:
        return PlaceAsked(NATION, "nation", "nation")
    fips = county_code(county, key)
    return PlaceAsked(county_names()[fips], "county", fips)
