"""What stands beside the numbers of a report so that they are not read for more than they say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import load_geography
from enforcement_sim.report.page.cautions import after_a_refusal, county_levels, what_the_interval_holds

MECKLENBURG, WAKE, ANSON = "37119", "37183", "37007"


def reading(seeds: int = 4, draws: int = 1, settings: int = 2, **made_from: Any) -> Any:
    sweep = SimpleNamespace(seeds=tuple(range(seeds)), draws=[{}] * draws)
    points = tuple(range(settings))
    return SimpleNamespace(drawable=SimpleNamespace(sweep=sweep), points=points, made_from=[made_from])


def test_an_interval_over_seeds_says_that_it_holds_chance_alone() -> None:
    told = what_the_interval_holds(reading())
    assert "chance alone (4 seeds, the same people in both settings, one set of parameters)" in told
    assert "chance and 20 sets of parameters" in what_the_interval_holds(reading(draws=20))
    assert what_the_interval_holds(reading(seeds=1)) == what_the_interval_holds(reading(settings=1)) == ""


def test_what_follows_a_refusal_is_told_with_the_shares_of_the_run() -> None:
    refused = [{"name": "no", "decision": "honour", "rule": "honour-none"}]
    shares = {"refusal.unsent_share": 0.8, "refusal.at_large_share.priority": 0.35, "refusal.at_large_share.other": 0.1}
    told = after_a_refusal(reading(changes=refused, parameters=shares))
    assert "ICE does not send 80% of the detainers that would be declined" in told
    assert "it arrests 10% to 35% of those let go later" in told
    assert "jails hold 0% of the people all the same" in told, "the register's own value where the run states none"
    assert after_a_refusal(reading(changes=[refused[0] | {"rule": "honour-all"}])) == ""
    assert after_a_refusal(reading(changes=[{"decision": "detainer", "rule": "detainer-felonies-only"}])) == ""


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_the_county_whose_level_stands_out_is_named_where_levels_are_drawn(spread: float) -> None:
    """Wake books four times as many people for each resident; only Mecklenburg's bookings are published."""
    places = load_geography()
    here = (MECKLENBURG, WAKE, ANSON)
    people = {fips: float(places.counties["population"][places.index_of(fips)]) for fips in here}
    rows = [
        {"fips": fips, "seed": seed, "booked": people[fips] * (0.04 if fips == WAKE else 0.01)}
        for fips in people
        for seed in (1, 2)
    ]
    made: Any = reading(parameters={"county.bookings_sd": spread})
    made.by_county, made.fips = pd.DataFrame(rows), here
    told = county_levels(made)
    if not spread:
        assert told == "" and load_register().defaults()["county.bookings_sd"] == 0.0
        return
    assert "published figure in 1 of the 3 counties" in told and "standard deviation of 65%" in told
    mean = sum(people[fips] * (0.04 if fips == WAKE else 0.01) for fips in here) / sum(people.values())
    assert f"Wake County, of the larger half, has {0.04 / mean:.1f} times as many" in told
