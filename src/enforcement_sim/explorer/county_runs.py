"""The runs behind the page of a county, one by one, as the explorer's workers compute them; importable by name."""

from __future__ import annotations

from collections.abc import Mapping

from enforcement_sim.process.clock import HISTORY_START
from enforcement_sim.results.intervals import Branch, Key
from enforcement_sim.runs.design import seeds_of
from enforcement_sim.scenarios.file_format import HISTORY_END
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.county.compute import REPLICATIONS, SETS, county_scenario, one_run, runs_together
from enforcement_sim.studies.county.county_page import page_of
from enforcement_sim.studies.place_asked import PlaceAsked, place_asked

BRANCHES = tuple(
    Branch(draw, seed) for draw in range(SETS) for seed in seeds_of(load_scenario("baseline").seed, REPLICATIONS)
)
"""Set of the ensemble and seed of each run, as the command has them unless it is told otherwise."""


def _asked(code: str) -> tuple[PlaceAsked, Scenario]:
    place = place_asked(county=code)
    return place, county_scenario(place, HISTORY_START, HISTORY_END)


def run_of(code: str, number: int) -> dict[str, float]:
    """Return the numbers of one of :data:`BRANCHES` in a county, by its position."""
    return dict(one_run(*_asked(code), BRANCHES[number]))


def found_in(runs: Mapping[int, Mapping[str, float]]) -> dict[Key, Mapping[str, float]]:
    """Return numbers of runs by branch, from those by position."""
    return {BRANCHES[number]: found for number, found in runs.items()}


def page_with_runs(code: str, runs: Mapping[Key, Mapping[str, float]]) -> str:
    """Return the page of a county with what is simulated."""
    place, scenario = _asked(code)
    return page_of(place, runs_together(place, scenario, runs)).html
