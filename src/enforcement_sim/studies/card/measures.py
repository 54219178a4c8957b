"""What the rows of a card count in a run: one function for each, over the ledger's tables.

Each takes a result and returns one number; ``card.yaml`` names them and says what they mean in words. People are
multiplied back where a run is thinned. What needs single lives is in ``sampled_lives``. Which row stands on which side
of a card may not enter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from enforcement_sim.law.grounds import bits
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.process.tables import profile_grounds
from enforcement_sim.results.measures import ratio
from enforcement_sim.results.result import Result

__all__ = ["LEDGER", "SERIOUS_RECORD", "ledger_measures", "serious_profiles"]

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
    """Count people, all of them or those that are wanted."""
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
"""By name, what is counted in a run."""


def ledger_measures(result: Result) -> dict[str, float]:
    """Return every measure of a run that its ledger gives, by name, and the lines that add up to the net costs."""
    return {name: count(result) for name, count in LEDGER.items()} | result.net_costs()
