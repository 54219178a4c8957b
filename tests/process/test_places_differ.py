"""What a county's own ways do to the people booked there: traffic, prints, visits, bail.

docs/process.md, "Places and offices" (*Counties differ from each other*) and "Booking".
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.process.watching import draw_all, used_rows

from enforcement_sim import load_scenario, run
from enforcement_sim.codes import OFFENCES
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process import offence_mix
from enforcement_sim.process.decisions import with_odds
from enforcement_sim.process.person import Stage
from enforcement_sim.process.rng import Draw
from enforcement_sim.process.tables import offence_table
from enforcement_sim.results.result import Result
from enforcement_sim.runs.transitions import who_changed

YOLO, DEKALB = "06113", "13089"
TRAFFIC = OFFENCES.index("traffic")
MONTHS: dict[str, Any] = {
    "simulate": "alone",
    "period.start": "2012-01-01",
    "period.end": "2012-02-29",
    "start.warm_days": 0,
    "start.prison_stock": 0,
    "booking.state_ratio.california": 1.0,
}
MANY = {"status.arrest_ratio.entered_without_inspection": 2.5, "status.arrest_ratio.overstay": 2.5}


@cache
def result_of(county: str, **more: float) -> Result:
    settings = {name.replace("__", "."): value for name, value in more.items()}
    scenario = load_scenario("baseline").with_(ensemble=0).with_(scope={"counties": [county]}, **MONTHS, **MANY)
    return run(scenario.with_(**settings), 4)


def total(result: Result, event: str) -> int:
    events = result.tables()["events"]
    return int(events.loc[events["event"] == event, "count"].sum())


# ---- what people are booked for --------------------------------------------------------------------------------------


@pytest.mark.parametrize("here", [0.05, 0.2, 0.5])
@pytest.mark.parametrize("column", ["noncitizen_cdf", "prisoner_cdf"])
def test_traffic_has_the_places_share_and_other_classes_keep_theirs(column: str, here: float) -> None:
    """Over evenly spread draws: the class traffic has its share, the others what is left in their old proportions."""
    offences = offence_table(load_scenario("baseline").with_(ensemble=0).parameters)
    shares = np.diff(offences[column], prepend=0.0)
    below, traffic = float(offences[column][TRAFFIC - 1]), float(shares[TRAFFIC])
    draws = (np.arange(40_000) + 0.5) / 40_000
    moved = np.array([offence_mix.as_in_nation(draw, below, traffic, here) for draw in draws])
    is_traffic = moved == offence_mix.IS_TRAFFIC
    assert is_traffic.mean() == pytest.approx(here, abs=1e-4)
    chosen = np.searchsorted(offences[column], moved[~is_traffic], side="right")
    found = np.bincount(chosen, minlength=len(OFFENCES)) / draws.size
    expected = shares * (1.0 - here) / (1.0 - traffic)
    expected[TRAFFIC] = 0.0
    assert found == pytest.approx(expected, abs=2e-4)


def test_a_county_books_noncitizens_for_traffic_as_often_as_it_does() -> None:
    """The nation's 20% is 40% and more in DeKalb with a weight on the Southeast; citizens are booked for what they were."""
    weights = {"county__traffic_region__southeast": 1.5, "county__traffic_region__west": -1.0}
    plain, more = result_of(DEKALB), result_of(DEKALB, **weights)
    places = EnforcementModel(
        load_scenario("baseline")
        .with_(ensemble=0)
        .with_(
            scope={"counties": [DEKALB]},
            **MONTHS,
            **{name.replace("__", "."): value for name, value in weights.items()},
        ),
        1,
    ).engine.places
    share = float(places["traffic_share"][0])
    assert share > 0.4
    for result, expected in ((plain, 0.2), (more, share)):
        bookings = result.tables()["bookings"]
        noncitizens = bookings[bookings["status_group"] != "citizen"]
        everybody = noncitizens["count"].sum()
        traffic = noncitizens.loc[noncitizens["offence"] == "traffic", "count"].sum()
        assert traffic / everybody == pytest.approx(expected, abs=4 * (expected * (1 - expected) / everybody) ** 0.5)
    counted = [
        result.tables()["bookings"]
        .query("status_group == 'citizen'")
        .groupby("offence", observed=True)["count"]
        .sum()
        .to_dict()
        for result in (plain, more)
    ]
    assert counted[0] == counted[1]
    assert total(plain, "booked") == total(more, "booked")


# ---- prints ----------------------------------------------------------------------------------------------------------


def test_prints_taken_again_count_as_submissions_and_matches_and_nobody_is_booked_twice() -> None:
    once, again = result_of(YOLO), result_of(YOLO, booking__prints_per_booking__california=1.5)
    for event in ("submitted", "matched"):
        plain = total(once, event)
        assert total(again, event) / plain == pytest.approx(1.5, abs=4 * 0.5 / plain**0.5)
    tables = [result.tables()["events"] for result in (once, again)]
    others = [frame[~frame["event"].isin(["submitted", "matched"])].reset_index(drop=True) for frame in tables]
    assert others[0].equals(others[1])
    assert once.tables()["hours"].equals(again.tables()["hours"])


def test_twice_is_every_print_twice_and_other_states_take_prints_once() -> None:
    once, twice = result_of(YOLO), result_of(YOLO, booking__prints_per_booking__california=2.0)
    assert [total(twice, event) for event in ("submitted", "matched")] == [
        2 * total(once, event) for event in ("submitted", "matched")
    ]
    elsewhere = [result_of(DEKALB), result_of(DEKALB, booking__prints_per_booking__california=2.0)]
    assert elsewhere[0].tables()["events"].equals(elsewhere[1].tables()["events"])


# ---- presence and bail -----------------------------------------------------------------------------------------------


def model_of(**fields: float) -> EnforcementModel:
    """Build a model of DeKalb County whose row has other ways."""
    scenario = load_scenario("baseline").with_(ensemble=0).with_(scope={"counties": [DEKALB]}, **MONTHS, **MANY)
    model = EnforcementModel(scenario.with_(**{"background.coverage": 0.4}), 4)
    for field, value in fields.items():
        model.engine.places[field][0] = value
    return model


@pytest.mark.parametrize("odds", [0.25, 4.0])
def test_presence_multiplies_the_odds_of_a_visit(odds: float) -> None:
    """Whoever has a visit planned has a draw below the threshold with the place's odds, and draws come near it."""
    model, drawn = model_of(presence_odds=odds), []
    for _ in range(30):
        model.engine.step()
        rows = used_rows(model.engine)
        planned = rows[(rows["stage"] == Stage.JAIL) & (rows["visit"] >= 0)]
        drawn.append(draw_all(model.engine.seed, np.ascontiguousarray(planned["key"]), Draw.VISITED.value))
    threshold = 0.4 * odds / (0.6 + 0.4 * odds)
    assert 0.8 * threshold < np.concatenate(drawn).max() < threshold


def test_thresholds_with_other_odds() -> None:
    assert with_odds(0.5, 3.0) == pytest.approx(0.75)
    assert [with_odds(share, 5.0) for share in (0.0, 1.0)] == [0.0, 1.0]
    assert with_odds(0.3, 1.0) == 0.3


def test_bail_is_lost_as_often_as_the_place_says() -> None:
    nobody, everybody = (
        EnforcementModel(
            load_scenario("baseline").with_(ensemble=0).with_(scope={"counties": [DEKALB]}, **MONTHS, **MANY), 4
        )
        for _ in range(2)
    )
    nobody.engine.places["bail_denied_share"][0], everybody.engine.places["bail_denied_share"][0] = 0.0, 1.0
    induced = [
        result.tables()["hours"].query("kind == 'induced'")["hours"].sum() for result in (nobody.run(), everybody.run())
    ]
    assert induced[0] == 0 < induced[1]


def test_nothing_that_happens_to_anybody_follows_from_a_second_print() -> None:
    """So no two histories part by it."""
    base = load_scenario("baseline").with_(ensemble=0).with_(scope={"counties": [YOLO]}, **MONTHS)
    found = who_changed(base, base.with_(**{"booking.prints_per_booking.california": 1.5}))
    assert found.causes().empty and found.divergences().empty
