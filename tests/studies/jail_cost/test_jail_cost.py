"""The two parts of the jail cost: sums done by hand, parts and payers that add up, places, prices and differences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from tests.studies.jail_cost.ledgers import CALIFORNIA_PRISON, COOK, LOS_ANGELES, ORANGE, result

from enforcement_sim.errors import InputError
from enforcement_sim.results.intervals import Branch
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.studies.jail_cost.compute import (
    AREAS,
    PARTS,
    PAST_LIMIT,
    PEOPLE,
    QUANTITIES,
    JailCost,
    jail_time,
    name_of_place,
)

SC = "secure_communities"
HOURS = {
    (LOS_ANGELES, "statutory_hold", "unauthorised"): 480,
    (LOS_ANGELES, "statutory_hold", "permanent_resident"): 48,
    (LOS_ANGELES, "induced", "unauthorised"): 2_400,
    (LOS_ANGELES, "past_limit", "unauthorised"): 24,
    (LOS_ANGELES, "criminal_case", "unauthorised"): 7_200,  # would have been served anyway
    (LOS_ANGELES, "ice_custody", "unauthorised"): 9_600,
    (ORANGE, "statutory_hold", "unauthorised"): 96,
    (COOK, "induced", "other_lawful"): 240,
    (CALIFORNIA_PRISON, "prison", "unauthorised"): 4_800,
}
EVENTS = {
    (LOS_ANGELES, SC, "detainer_issued"): 8,
    (LOS_ANGELES, "jail_287g", "detainer_issued"): 2,
    (LOS_ANGELES, SC, "held"): 9,
    (LOS_ANGELES, SC, "overdetained"): 2,
    (ORANGE, SC, "detainer_issued"): 3,
    (CALIFORNIA_PRISON, "criminal_alien_program", "detainer_issued"): 50,  # nobody is held in a prison
}


def cost(by: str, *runs: Any, against: tuple[Any, ...] = ()) -> JailCost:
    """The cost in results under seeds 1, 2, ... and in others that are compared with them."""
    measured = jail_time(by)
    samples = [Sample({"scenario": name}, {seed: measured(run) for seed, run in enumerate(side, start=1)})
               for name, side in (("a", runs), ("b", against)) if side]  # fmt: skip
    return JailCost(by, Comparison(tuple(samples)))


def told(found: JailCost, place: str, part: str) -> Mapping[str, float]:
    """What is told of one part at one place."""
    frame = found.levels()
    frame = frame[(frame["place"] == place) & (frame["part"] == part)]
    assert list(frame["quantity"]) == [*QUANTITIES, *([PEOPLE] if part == PAST_LIMIT else [])]
    return dict(zip(frame["quantity"], frame["mean"], strict=True))


def test_sums_done_by_hand() -> None:
    found = cost("county", result(EVENTS, hours=HOURS))
    assert found.places == ("all", "06037", "06059", "17031")
    induced = told(found, "06037", "induced")
    assert induced == {
        "hours": 2_400,
        "days": 100,
        "dollars": 10_000,
        "refunds": 2_500,
        "dollars_less_refunds": 7_500,
        "days_per_detainer": 10,
        "dollars_per_detainer": 1_000,
    }
    hold = told(found, "06037", "statutory_hold")
    assert (hold["hours"], hold["days"], hold["dollars"]) == (528, 22, 2_200)
    assert hold["refunds"] == 500  # a quarter of 20 days of unauthorised people, and nothing for the other two
    assert told(found, "06037", "past_limit")["dollars"] == 100
    assert told(found, "06037", "past_limit")["people"] == told(found, "all", "past_limit")["people"] == 2
    assert told(found, "all", "all")["hours"] == 528 + 2_400 + 24 + 96 + 240
    assert told(found, "all", "all")["days_per_detainer"] == pytest.approx(137 / 13)


@pytest.mark.parametrize("by", AREAS)
@pytest.mark.slow
def test_parts_and_payers_and_places_add_up(by: str) -> None:
    found = cost(by, result(EVENTS, hours=HOURS))
    for place in found.places:
        whole = told(found, place, "all")
        for quantity in ("hours", "days", "dollars", "refunds", "dollars_less_refunds"):
            assert whole[quantity] == pytest.approx(sum(told(found, place, part)[quantity] for part in PARTS))
        for part in (*PARTS, "all"):
            row = told(found, place, part)
            assert row["refunds"] + row["dollars_less_refunds"] == pytest.approx(row["dollars"])
    of_places = sum(told(found, place, "all")["hours"] for place in found.places[1:])
    assert of_places == (0 if by == "nation" else told(found, "all", "all")["hours"])


def test_counties_of_a_state_are_added_and_named() -> None:
    found = cost("state", result(EVENTS, hours=HOURS))
    assert found.places == ("all", "06", "17")
    assert told(found, "06", "all")["hours"] == 528 + 2_400 + 24 + 96
    assert [name_of_place(place) for place in found.places] == ["All places reported", "California", "Illinois"]
    assert found.most(1) == ("06",)


def test_dollars_are_those_of_the_ledgers_own_account() -> None:
    run = result(EVENTS, hours=HOURS)
    costs = run.costs().set_index(["payer", "kind"])["dollars"]
    found = cost("nation", run)
    for part, kind in zip(PARTS, ("statutory hold", "induced stay", "past the limit"), strict=True):
        assert told(found, "all", part)["dollars"] == pytest.approx(costs["county", kind])
    whole = told(found, "all", "all")
    assert whole["dollars"] == pytest.approx(run.net_costs()["bridge.county.jail_days"])
    assert whole["refunds"] == pytest.approx(-run.net_costs()["bridge.county.refunds"])


def test_thinned_runs_are_multiplied_back() -> None:
    found = cost("nation", result(EVENTS, hours=HOURS, thin=5))
    assert told(found, "all", "induced")["hours"] == 5 * 2_640
    assert told(found, "all", "induced")["days_per_detainer"] == pytest.approx(110 / 13)


def test_time_that_one_run_does_not_have_is_none_and_not_unknown() -> None:
    found = cost("county", result(EVENTS, hours=HOURS), result({}, hours={}))
    rows = found.levels()
    induced = rows[(rows["place"] == "06037") & (rows["part"] == "induced")].set_index("quantity")
    assert induced.loc["hours", "mean"] == 1_200 and induced.loc["hours", "runs"] == 2
    assert induced.loc["days_per_detainer", "mean"] == 10 and induced.loc["days_per_detainer", "runs"] == 1
    # Student's t with one degree of freedom: 12.706 times 1,200.
    assert induced.loc["hours", "high"] == pytest.approx(1_200 + 12.706 * 1_200, rel=1e-4)


def test_one_run_has_no_interval() -> None:
    rows = cost("nation", result(EVENTS, hours=HOURS)).levels()
    assert rows["low"].isna().all() and rows["high"].isna().all()


def test_each_run_is_priced_at_its_own_price() -> None:
    dear = result(EVENTS, hours=HOURS, **{"cost.jail_day": 150, "cost.refund_share": 0.0})
    found = cost("nation", result(EVENTS, hours=HOURS), dear)
    assert found.prices() == (125, 40, 180)
    assert told(found, "all", "induced")["dollars"] == 110 * 125
    assert told(found, "all", "induced")["refunds"] == 100 * 25 / 2


def test_swapping_the_sides_changes_the_sign_and_nothing_else() -> None:
    fewer = {key: hours // 2 for key, hours in HOURS.items()}
    one = [result(EVENTS, hours=HOURS, seed=1), result(EVENTS, hours=fewer, seed=2)]
    other = [result(EVENTS, hours=fewer, seed=1), result({}, hours={}, seed=2)]
    there = cost("county", *one, against=tuple(other)).differences()
    back = cost("county", *other, against=tuple(one)).differences()
    for quantity in QUANTITIES:
        there_row, back_row = (
            frame[(frame["place"] == "all") & (frame["part"] == "induced") & (frame["quantity"] == quantity)].iloc[0]
            for frame in (there, back)
        )
        assert there_row["difference"] == pytest.approx(-back_row["difference"], nan_ok=True)
        assert there_row["low"] == pytest.approx(-back_row["high"], nan_ok=True)
    row = there[(there["place"] == "all") & (there["part"] == "induced") & (there["quantity"] == "hours")].iloc[0]
    assert (row["a"], row["b"], row["difference"]) == (1_980, 660, -1_320)
    assert row["verdict"] == "lower"  # by the same in both runs, so the interval is a point


def test_draws_are_paired_with_themselves() -> None:
    measured = jail_time("nation")
    runs = {Branch(draw, 1): measured(result(EVENTS, hours=HOURS, **{"cost.jail_day": price}))
            for draw, price in enumerate((80.0, 160.0))}  # fmt: skip
    found = JailCost("nation", Comparison((Sample({}, runs), Sample({"hold": 96}, runs))))
    assert set(found.differences()["verdict"]) == {"identical"}
    dollars = found.levels().query("part == 'induced' and quantity == 'dollars'").iloc[0]
    assert (dollars["low"], dollars["high"]) == (8_800, 17_600)


def test_nothing_happened() -> None:
    found = cost("county", result({}, hours={}))
    assert found.places == ("all",) and found.most(5) == ()
    assert told(found, "all", "all")["hours"] == 0
    assert math.isnan(told(found, "all", "all")["days_per_detainer"])


def test_other_areas_are_refused() -> None:
    with pytest.raises(InputError, match="unknown area 'counties'; allowed: county, state, nation; did you mean"):
        jail_time("counties")
