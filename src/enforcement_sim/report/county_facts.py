"""What the model knows of one county before anything is run: people, jail, field office, and the dates that matter.

The figures are the package's own, which for all but population are estimates; a county that has better ones imports them
(``enforcement-sim data import``). Nothing is simulated here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError, tell
from enforcement_sim.places.county_codes import read_county
from enforcement_sim.places.geography import (
    FIPS_DIGITS,
    Agreement,
    agreements,
    load_geography,
    secure_communities_dates,
)
from enforcement_sim.report.look import Shown

__all__ = ["county_facts"]

MODELS = {"jail": "officers in the jail", "task_force": "a task force", "both": "officers in the jail and a task force"}
POINTS = {
    "at-booking": "interviews at booking",
    "post-case": "interviews after the case",
    "field": "works in the field",
}
CAPTION = (
    "What goes into the model, before anything is run. All but the population are estimates raked to published totals; your "
    "own figures can stand in for them (enforcement-sim data --help)."
)


def county_facts(fips: str) -> Shown:
    """Return what the model knows of a county.

    Parameters
    ----------
    fips : str
        Five digits, as text.

    Raises
    ------
    InputError
        If no county of 2008-2014 has this code.

    Examples
    --------
    >>> facts = county_facts("12021")
    >>> facts.title
    'Collier County, Florida (FIPS 12021)'
    >>> facts.rows.set_index("What").loc["Secure Communities active", "Value"]
    'from 6 Jan 2009'
    """
    places = load_geography()
    try:
        read = read_county(str(fips))
    except InputError as error:
        raise InputError(error.message, key="fips", allowed=error.allowed, nearest=error.nearest) from None
    if read.notice:
        tell(read.notice, key="fips")
    index = places.index_of(read.fips)
    county, state = places.counties[index], places.states[int(places.counties["state"][index])]
    code = f"{int(county['fips']):0{FIPS_DIGITS}d}"
    rows = [
        ["People, 2010", f"{int(county['population']):,}"],
        ["Non-citizens, about 2010", f"{int(county['noncitizens']):,}"],
        ["Without lawful status, about 2010", f"{int(county['unauthorised']):,}"],
        ["Jail", _jail(index)],
        ["ICE field office", places.offices[int(county["office"])].name],
        ["Secure Communities active", _active(index)],
        *(["287(g)", told] for told in _agreements(index, state.postal)),
    ]
    return Shown(
        pd.DataFrame(rows, columns=["What", "Value"]), f"{places.names[index]}, {state.name} (FIPS {code})", CAPTION
    )


def _jail(index: int) -> str:
    places = load_geography()
    jail = int(places.counties["jail"][index])
    if jail != index:
        return f"that of {places.names[jail]}"
    return f"{int(places.counties['jail_beds'][index]):,} beds"


def _active(index: int) -> str:
    day = secure_communities_dates()[index]
    return "never in the period" if np.isnat(day) else f"from {_told(day.astype(object))}"


def _agreements(index: int, postal: str) -> Iterator[str]:
    """Yield each agreement of the county, or of its state, in words."""
    found = [one for one in agreements() if one.county == index or (one.county is None and one.state == postal)]
    if not found:
        yield "no agreement"
    for one in found:
        yield f"{one.agency}: {MODELS[one.model]}, {_in_force(one)}, {one.officers} officers, {POINTS[one.screening_point]}"


def _in_force(one: Agreement) -> str:
    return f"from {_told(one.start)}" + ("" if one.end is None else f" to {_told(one.end)}")


def _told(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
