"""The rows of a card: their measures in a run, and their texts in ``card.yaml``.

The file alone determines the rows of each side and their order. It is rejected if a row lacks a unit, a definition, an
argument or a source, if one side has more rows than the other, if a measure does not exist, or if a row has neither a
measure nor a reason for its absence. Counts of a thinned run are scaled up. Measures that need records of single bookings
are in ``sampled_lives``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.grounds import bits
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.process.tables import profile_grounds
from enforcement_sim.results.measures import ratio
from enforcement_sim.results.result import Result
from enforcement_sim.studies.card.sampled_lives import SAMPLED
from enforcement_sim.yaml_models import (
    Many,
    Named,
    NamedModel,
    StrictModel,
    Text,
    defines,
    one_of,
    read_model,
    refers_to,
)

# ---- what is counted in every run -------------------------------------------------------------------------------------

Measure = Callable[[Result], float]
SERIOUS_RECORD = ("serious_felony_conviction", "aggravated_or_two_felonies")
"""Grounds that make a record violent or serious: a serious or violent felony in the present case, or an aggravated
felony or two felonies by now."""
WITHOUT_CONVICTION = "no-conviction-ever"
BY_OFFICERS = ("jail_287g", "task_force")
ADDED_BY_DETAINERS = ("induced", "statutory_hold", "past_limit")


@cache
def serious_profiles() -> np.ndarray:
    """Return for every profile whether its record is violent or serious, bool, shape (profiles,)."""
    words = profile_grounds(*profile_parts(np.arange(PROFILES)))
    serious: np.ndarray = (words & np.uint32(bits(SERIOUS_RECORD))) != 0
    return serious


def _people(*events: str, definition: str | None = None, **where: Any) -> Measure:
    return lambda result: float(result.array(events, where=where, definition=definition))


def _days(*kinds: str) -> Measure:
    return lambda result: float(result.hours("none", {"kind": kinds})["hours"].sum()) / HOURS_A_DAY


def _net_cost(payer: str) -> Measure:
    return lambda result: result.net_costs()[f"net_cost.{payer}"]


def _removed_serious(result: Result) -> float:
    return float(result.array("removed", where={"profile": np.flatnonzero(serious_profiles())}))


def _found_per_officer_year(result: Result) -> float:
    return ratio(_people("identified", programme=BY_OFFICERS)(result), float(result.meta["officer_years"]))


LEDGER: Mapping[str, Measure] = {
    "removed_serious_record": _removed_serious,
    "removed_without_conviction": _people("removed", definition=WITHOUT_CONVICTION, category="no conviction"),
    "held_citizens": _people("held", status_group="citizen"),
    "held_permanent_residents": _people("held", status_group="permanent_resident"),
    "declined_by_jails": _people("detainer_declined"),
    "booked_again_after_detainer": _people("rearrested"),
    "held_past_limit": _people("overdetained"),
    "days_past_limit": _days("past_limit"),
    "days_induced": _days("induced"),
    "days_added_and_ice_custody": _days(*ADDED_BY_DETAINERS, "ice_custody"),
    "found_per_officer_year": _found_per_officer_year,
    "net_cost.county": _net_cost("county"),
    "net_cost.federal": _net_cost("federal"),
}
"""Measure -> its function of a run."""


def ledger_measures(result: Result) -> dict[str, float]:
    """Return every measure from the counts of a run, by name, and the lines that add up to the net costs."""
    net_costs = result.net_costs()  # once: it is most of what a run takes
    return {name: count(result) for name, count in LEDGER.items() if name not in net_costs} | net_costs


# ---- how the rows are written -----------------------------------------------------------------------------------------

MONEY = "money"
"""The part of the card for rows that both sides use."""
UNITS = ("people", "person-days", "people a year", "points", "dollars")
"""``points`` are differences of shares, written in percentage points."""
KINDS = (
    "official",
    "court",
    "research",
    "press",
    "party in Congress",
    "advocacy for restriction",
    "advocacy for immigrants",
)
"""Kinds of sources; advocates of either side are labelled as such."""
SIDES = 2

_Line = Annotated[Text, AfterValidator(lambda text: " ".join(text.split()))]
_MeasureName = Annotated[str, one_of((*LEDGER, *SAMPLED), "measure")]


class Source(StrictModel):
    """Who leads with a row: ``short`` in a word or two, ``kind`` one of :data:`KINDS`, and the ``citation``."""

    short: _Line
    kind: Annotated[str, one_of(KINDS, "kind")]
    citation: _Line

    def __str__(self) -> str:
        return f"{self.citation.removesuffix('.')} ({self.kind})."


class Row(NamedModel):
    """One row of a card; the head of ``card.yaml`` says what its keys are."""

    side: str
    label: _Line
    unit: Annotated[str, one_of(UNITS, "unit")]
    definition: _Line
    argument: _Line
    sources: Many[Annotated[Source, refers_to("source", look_up=True)]] = Field(min_length=1, validation_alias="led_by")
    measure: _MeasureName = ""
    beside: dict[str, _MeasureName] = Field(default_factory=dict)
    remark: _Line = ""
    missing: _Line = ""
    empty: _Line = ""

    @model_validator(mode="after")
    def _counts_or_says_why(self) -> Self:
        if bool(self.measure) == bool(self.missing):
            raise InputError("needs either a measure, or `missing` with why there is none")
        return self

    @property
    def from_sample(self) -> bool:
        """Whether it needs a sample of recorded bookings."""
        return self.measure in SAMPLED


class Layout(StrictModel):
    """The layout of a card: the sides, the left one first, who leads with rows, and the rows in the order of the file."""

    sides: dict[str, _Line]
    sources: Annotated[dict[str, Source], defines("source")]
    rows: Named[Row]

    @model_validator(mode="after")
    def _even(self) -> Self:
        if len(self.sides) != SIDES:
            raise InputError(f"{len(self.sides)} sides", key="sides", allowed="two")
        known = (*self.sides, MONEY)
        for row in self.rows.values():
            if row.side not in known:
                near = nearest_names(row.side, known)
                raise InputError(f"unknown side {row.side!r}", key=f"rows.{row.id}.side", allowed=known, nearest=near)
        counts = {side: len(self.of(side)) for side in self.sides}
        if len(set(counts.values())) != 1:
            found = " and ".join(f"{count} of {side}" for side, count in counts.items())
            says = f"the sides are not even: {found}"
            raise InputError(says, key="rows", allowed="as many rows for each side")
        return self

    def of(self, side: str) -> tuple[Row, ...]:
        """Return the rows of a side, or of :data:`MONEY`, in order.

        Examples
        --------
        >>> layout = load_layout()
        >>> left, right = (layout.of(side) for side in layout.sides)
        >>> len(left) == len(right), left[0].id, right[0].id
        (True, 'removed_serious', 'citizens')
        """
        return tuple(row for row in self.rows.values() if row.side == side)


@cache
def load_layout() -> Layout:
    """Return the rows of a card."""
    return read_model(Path(__file__).with_name("card.yaml"), Layout)
