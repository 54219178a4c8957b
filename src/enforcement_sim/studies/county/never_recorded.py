"""What no public record was found of for a county, and the graded numbers that stand in its place (``never_recorded.yaml``)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field

from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import known_figures
from enforcement_sim.studies.answer.published_check import known_of
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.yaml_models import Many, Named, NamedModel, StrictModel, Text, one_of, read_model


class Unrecorded(NamedModel):
    """A quantity that no public record tells; see the head of ``never_recorded.yaml``."""

    what: Text
    stands_in: Many[Annotated[str, one_of(lambda: load_register(), "parameter")]] = Field(min_length=1)
    unless: Annotated[str, one_of(lambda: {known.kind for known in known_figures()}, "kind")] | None = None


class _File(StrictModel):
    quantities: Named[Unrecorded]


@cache
def load_unrecorded() -> dict[str, Unrecorded]:
    """Return the quantities by name."""
    return dict(read_model(Path(__file__).with_name("never_recorded.yaml"), _File).quantities)


def never_recorded(place: PlaceAsked) -> pd.DataFrame:
    """Return what no record was found of: ``What``, and per number in its place its value, range over sets, grade and source.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> has_bookings, has_none = (place_asked(county=code) for code in ("37119", "37183"))
    >>> len(never_recorded(has_none)) - len(never_recorded(has_bookings))
    1
    """
    known = {one.kind for one in known_of(place)}
    register = load_register()
    rows = []
    for one in load_unrecorded().values():
        if one.unless in known:
            continue
        for position, address in enumerate(one.stands_in):
            parameter = register[address]
            value = f"{address} = {_value(address, parameter.default)}"
            rows.append((one.what if not position else "", value, parameter.grade, parameter.source))
    return pd.DataFrame(rows, columns=["What", "In its place", "Grade", "What the register says"])


def _value(address: str, default: float) -> str:
    """Return the value of the sets of parameters where they have one, and the register's elsewhere."""
    over_sets = [one.parameters[address] for one in load_ensemble() if address in one.parameters]
    if not over_sets:
        return f"{default:g}"
    return f"{min(over_sets):.2g} to {max(over_sets):.2g} over the sets of parameters, which replace the register's {default:g}"
