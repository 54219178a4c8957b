"""Numbers of the register whose source names a county: what was seen there stands for every county."""

from __future__ import annotations

import re

import pandas as pd

from enforcement_sim.parameters.register import Parameter, load_register
from enforcement_sim.places.geography import load_geography
from enforcement_sim.studies.place_asked import PlaceAsked


def named_in_register(place: PlaceAsked) -> tuple[Parameter, ...]:
    """Return the parameters whose source names this county; of counties of one name, the source means the largest.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> [one.address for one in named_in_register(place_asked(county="King, WA"))]
    ['county.bookings_sd']
    >>> named_in_register(place_asked(county="King, TX"))
    ()
    """
    places = load_geography()
    index = places.index_of(place.code)
    name = places.names[index]
    people = places.counties["population"]
    if any(people[other] > people[index] for other, named in enumerate(places.names) if named == name):
        return ()
    register = load_register()
    return tuple(
        register[address] for address in register if re.search(rf"(?<![A-Z]\w ){name}\b", register[address].source)
    )


def own_price(place: PlaceAsked, address: str) -> float | None:
    """Return the price in dollars that a source of the register gives for a county; None if it gives none.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> own_price(place_asked(county="Gwinnett, GA"), "cost.jail_day")
    63.0
    """
    if address not in {one.address for one in named_in_register(place)}:
        return None
    name = re.escape(load_geography().names[load_geography().index_of(place.code)])
    found = re.search(rf"{name} \$(\d+(?:\.\d+)?)", load_register()[address].source)
    return float(found[1]) if found else None


def named_rows(place: PlaceAsked) -> pd.DataFrame:
    """Return these numbers as rows of text: ``Number``, ``Charged or used here``, ``Grade``, ``What the register says``."""
    rows = [
        (f"{one.address}: {one.meaning}", f"{one.default:g} {one.unit}", one.grade, one.source)
        for one in named_in_register(place)
    ]
    return pd.DataFrame(rows, columns=["Number", "Value for every county", "Grade", "What the register says"])
