"""What the rows of a card count in a run: one function for each, over the ledger's tables.

Each takes a result and returns one number; ``card.yaml`` names them and says what they mean in words. People are
multiplied back where a run is thinned. What needs single lives is in ``sampled_lives``. Which row stands on which side
of a card may not enter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from enforcement_sim.codes import STATUS_GROUPS
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.grounds import bits
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.process.profiles import category_of_profile
from enforcement_sim.process.tables import profile_grounds
from enforcement_sim.results.measures import ratio

if TYPE_CHECKING:
    from enforcement_sim.results.result import Result

__all__ = ["LEDGER", "SERIOUS_RECORD", "ledger_measures", "serious_profiles"]

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


def _of_profiles(result: Result, event: str, wanted: np.ndarray) -> float:
    """Count an event of the people whose profile is wanted."""
    frame = result.tables()["profiles"]
    frame = frame[(frame["event"] == event).to_numpy()]
    return float(frame["count"].to_numpy()[wanted[frame["profile"].to_numpy()]].sum() * result.weight)


def _of_group(event: str, group: str) -> Callable[[Result], float]:
    wanted = profile_parts(np.arange(PROFILES))[4] == STATUS_GROUPS.index(group)
    return lambda result: _of_profiles(result, event, wanted)


def _counted(event: str) -> Callable[[Result], float]:
    def count(result: Result) -> float:
        funnel = result.funnel(by="none")
        return float(funnel["count"].to_numpy()[(funnel["event"] == event).to_numpy()].sum())

    return count


def _days(*kinds: str) -> Callable[[Result], float]:
    def days(result: Result) -> float:
        hours = result.hours(by="none")
        return float(hours["hours"].to_numpy()[np.isin(hours["kind"].astype(str), kinds)].sum()) / HOURS_A_DAY

    return days


def _net_cost(payer: str) -> Callable[[Result], float]:
    return lambda result: result.net_costs()[f"net_cost.{payer}"]


def _removed_serious(result: Result) -> float:
    return _of_profiles(result, "removed", serious_profiles())


def _removed_without_conviction(result: Result) -> float:
    categories = load_definitions()[WITHOUT_CONVICTION].categories
    wanted = category_of_profile(WITHOUT_CONVICTION) == categories.index("no conviction")
    return _of_profiles(result, "removed", wanted)


def _found_per_officer_year(result: Result) -> float:
    funnel = result.funnel(by="programme")
    found = (funnel["event"] == "identified") & funnel["programme"].astype(str).isin(BY_OFFICERS)
    return ratio(float(funnel["count"].to_numpy()[found.to_numpy()].sum()), float(result.meta["officer_years"]))


LEDGER: Mapping[str, Callable[[Result], float]] = {
    "removed_serious_record": _removed_serious,
    "removed_without_conviction": _removed_without_conviction,
    "held_citizens": _of_group("held", "citizen"),
    "held_permanent_residents": _of_group("held", "permanent_resident"),
    "declined_by_jails": _counted("detainer_declined"),
    "booked_again_after_detainer": _counted("rearrested"),
    "held_past_limit": _counted("overdetained"),
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
