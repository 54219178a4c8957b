"""A picture of a small county that the explorer's tests share: two months, two seeds, every detainer declined."""

from __future__ import annotations

from functools import cache

from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.summary import Summary, summary_of
from enforcement_sim.results.result import Result
from enforcement_sim.runs.run import run
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

SEEDS = (1, 2)


@cache
def worlds() -> tuple[Scenario, Scenario]:
    """Collier County, Florida, with officers in its jail; history, and a jail that declines."""
    history = load_scenario("baseline").with_(
        **{
            "scope": {"counties": ["12021"]},
            "period.start": "2012-01-01",
            "period.end": "2012-03-31",
            "start.warm_days": 60,
        }
    )
    declined = {"decision": "honour", "rule": "honour-none", "where": "nation"}
    return history, history.with_(**{"changes.declined": declined})


@cache
def result_of(side: int, seed: int) -> Result:
    return run(worlds()[side], seed)


@cache
def summary(side: int, seed: int) -> Summary:
    return summary_of(result_of(side, seed))


def picture() -> Picture:
    return Picture(
        {seed: summary(0, seed) for seed in SEEDS}, {seed: summary(1, seed) for seed in SEEDS}, 1, len(SEEDS)
    )
