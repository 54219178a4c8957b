"""What stands beside the numbers of a report so that they are not read for more than they say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import load_geography
from enforcement_sim.report.page.cautions import after_a_refusal, county_levels, what_the_interval_holds
from enforcement_sim.report.page.county_level import drawn_and_large

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
    assert "published figure in 1 of the 3 counties" in told and "0.4 to 2.7 times what the residents" in told
    mean = sum(people[fips] * (0.04 if fips == WAKE else 0.01) for fips in here) / sum(people.values())
    assert f"Wake County, of the larger half, has {0.04 / mean:.1f} times as many" in told


@pytest.mark.parametrize(("spread", "share"), [(0.5, 0.5), (0.5, 0.1), (0.0, 0.5)])
def test_a_large_county_whose_level_is_drawn_is_named_beside_the_headline(spread: float, share: float) -> None:
    """Wake's level is drawn; Mecklenburg's, with the rest of the removals, is published."""
    made: Any = reading(parameters={"county.bookings_sd": spread}).__dict__ | {"scenario": {}}
    counts = {MECKLENBURG: 1000.0 * (1 - share), WAKE: 1000.0 * share}
    measures = pd.DataFrame([{"point": 0, "seed": 1, "measure": "removed", "value": 1000.0}])
    made["drawable"] = SimpleNamespace(measures=measures)
    made["by_county"] = pd.DataFrame([{"fips": fips, "seed": 1, "removed": count} for fips, count in counts.items()])
    told = drawn_and_large(SimpleNamespace(**made), "removed")  # type: ignore[arg-type]
    if spread and share > 0.2:
        assert told.startswith(
            "Of people removed at the reference, 50% are Wake County's, whose level of bookings is drawn"
        )
    else:
        assert told == ""
    assert drawn_and_large(SimpleNamespace(**made), "net_cost.county") == ""  # type: ignore[arg-type]
