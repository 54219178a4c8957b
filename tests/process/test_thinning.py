"""A thinned run is a keyed sample of the full one: whole people with all their bookings, and the same numbers on average.

Where the error of a sample is held against that of independent bookings, hardly anybody is booked twice.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.process.watching import count_of, counted_of_day, events_so_far, homes_of, made_by_task_force, remembered

from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.person import ARRESTEE, Stage
from enforcement_sim.process.person_state import number_of
from enforcement_sim.process.rng import (
    Draw,
    booking_key,
    field_arrest_key,
    person_key,
    place_day_key,
    poisson,
    stream_of,
    uniform,
)
from enforcement_sim.results.result import Result
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

COLLIER, YOLO, KENT = "12021", "06113", "10001"
SEED = 4
SMALLEST_P = 1e-4
"""As in the tests of the draws: seeds are fixed, and a fresh seed would fail with these odds."""


def scenario_of(thin: int, more: dict[str, Any] | None = None) -> Scenario:
    """Return five months of three counties, thinned."""
    settings: dict[str, Any] = {
        "scope": {"counties": [YOLO, KENT, COLLIER]},
        "simulate": "alone",
        "period.start": "2010-10-01",
        "period.end": "2011-02-28",
        "start.warm_days": 90,
        "people.pool_ratio": 1.5,
        "thin": thin,
    }
    return load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {})))


def stream_under_seed(key: int) -> np.uint64:
    """Return a key's stream; compiled functions give Python plain numbers, and take words of 64 bits."""
    return np.uint64(stream_of(np.uint64(SEED), np.uint64(key)))


@cache
def result_of(thin: int) -> Result:
    """Run thinned, with pools so large that bookings are nearly independent."""
    once = {"people.pool_ratio": 500, "people.frailty_exponent": 1}
    return EnforcementModel(scenario_of(thin, once), SEED).run()


def stream_behind(key: int, pool: int, exponent: float, offset: float = 0.0) -> np.uint64:
    """Return the stream of the person behind a booking, or of the arrest itself if a task force added it."""
    stream = stream_under_seed(key)
    if made_by_task_force(np.array([key], np.uint64))[0]:
        return stream
    fips = int(key) & 0x1FFFF
    return stream_under_seed(person_key(fips, number_of(stream, pool, exponent, offset, offset**exponent)))


@pytest.mark.parametrize("thin", [1, 2, 7])
def test_bookings_kept_are_those_whose_draw_says_so(thin: int) -> None:
    """A followed booking, or an arrest that a task force adds, exists if its draw THIN lies below 1 / k, counted by draws.

    It is booked or, if its person is away, suppressed; nothing else keeps it out. Of others one in k is counted.
    """
    # The same number of officers on every day of the month.
    settled = {"jail_287g.training_weeks": 0, "jail_287g.attrition_a_year": 0}
    model = EnforcementModel(scenario_of(thin, {"task_force.arrests_per_officer_year": 60} | settled), SEED)
    model.headquarters.apply(0)
    added_share = model.world.values["task_force.added_share"]
    counties = model.engine.places[: model.world.counties.size]
    bookings = np.zeros(counties.size, np.int64)
    added = np.zeros(counties.size, np.int64)
    counted_from = model.world.clock.first_counted_day
    for day in range(counted_from, counted_from + 31):
        number = model.world.clock.day_number(day)
        for row, place in enumerate(counties):
            fips = int(place["fips"])
            stream = stream_under_seed(place_day_key(fips, number))
            mean_of_day = float(model.engine.expected[day]) * float(place["day_share"])
            bookings[row] += len(counted_of_day(model.engine, place, day))
            for kept, key_of, purpose, mean in (
                (bookings, booking_key, Draw.COUNT, mean_of_day * float(place["reachable_share"])),
                (added, field_arrest_key, Draw.FIELD_COUNT, float(place["field_arrests_a_day"]) * added_share),
            ):
                for index in range(poisson(stream, purpose.value, mean)):
                    exponent = model.world.values["people.frailty_exponent"]
                    offset = model.world.values["people.frailty_offset"]
                    stream_of_one = stream_behind(key_of(fips, number, index), int(place["pool"]), exponent, offset)
                    kept[row] += thin == 1 or uniform(stream_of_one, Draw.THIN.value) < 1 / thin
    events = model.run().tables()["events"]
    events = events[(events["month"] == "2010-10") & events["event"].isin(("booked", "suppressed"))]
    found = events.groupby("fips")["count"].sum()
    assert found.loc[counties["fips"]].tolist() == (bookings + added).tolist()
    assert found.index.size == counties.size  # nobody is booked at a prison
    assert bookings.min() > 30
    assert added.sum() > 0
    if thin == 1:
        assert events.loc[events["event"] == "suppressed", "count"].sum() > 0


def test_thinned_runs_share_their_people_with_the_full_run() -> None:
    """With ample crews, beds and officers each kept person's records are the full run's, every evening, to the last field.

    So is what is remembered of them: nobody is away, or let go, for a booking that was thinned out. Prisoners of the stock
    are left out: a thinned run draws fewer of them, not some of the full run's.
    """
    ample = {"jail_287g.interviews_per_officer_day": 8, "people.pool_ratio": 1.5, "people.frailty_exponent": 2}
    ample |= {"people.frailty_offset": 0, "start.prison_stock": 0}
    models = [EnforcementModel(scenario_of(thin, ample), SEED) for thin in (1, 4)]
    for model in models:
        model.field_offices.set("pickups_a_day", 1e6)
        model.engine.offices["beds"] = 1e6
        model.engine.offices["visits"] = 1e6
    fields = list(ARRESTEE.names or ())
    compared = by_task_forces = 0
    for _ in range(100):
        rows = []
        for model in models:
            model.step()
            people = model.engine.people
            rows.append(np.sort(people[people["stage"] != Stage.NOWHERE], order="key")[fields])
        everyone = np.sort(models[0].engine.people[models[0].engine.people["stage"] != Stage.NOWHERE], order="key")
        pools = models[0].engine.places["pool"][homes_of(models[0].engine, everyone)].tolist()
        kept = [
            uniform(stream_behind(key, pool, 2.0), Draw.THIN.value) < 1 / 4
            for key, pool in zip(rows[0]["key"].tolist(), pools, strict=True)
        ]
        assert np.array_equal(rows[0][np.array(kept, bool)], rows[1])
        compared += rows[1].size
        by_task_forces += int(made_by_task_force(rows[1]["key"]).sum())
    assert compared > 1_000
    assert by_task_forces > 0
    full, thinned = (remembered(model.engine) for model in models)
    kept_people = [uniform(stream_under_seed(key), Draw.THIN.value) < 1 / 4 for key in full["key"].tolist()]
    assert np.array_equal(full[np.array(kept_people, bool)], thinned)
    assert thinned.size > 20
    assert count_of(events_so_far(models[1].engine), "suppressed").sum() > 0


@pytest.mark.parametrize("thin", [2, 4, 8])
@pytest.mark.parametrize("event", ["booked", "submitted", "matched", "detainer_issued", "prison", "released"])
@pytest.mark.slow
def test_counts_are_multiplied_back_without_bias(event: str, thin: int) -> None:
    """A thinned count times k estimates the full one; its error is that of a binomial sample."""
    full, thinned = (result_of(k).measures()[event] for k in (1, thin))
    assert thinned % thin == 0
    error = (thinned - full) / math.sqrt(full * (thin - 1))
    assert 2 * stats.norm.sf(abs(error)) > SMALLEST_P


def test_people_who_are_away_are_multiplied_back() -> None:
    """Whole people are kept, so bookings of those who are away, and of those let go, come out like all others.

    A person may be booked many times, so a sample of people errs more than one of bookings; a sample of bookings, in which
    hardly anybody comes twice, would miss half of these events at 2 and three quarters at 4.
    """
    state: dict[str, Any] = {"scope": {"states": ["AZ"]}, "people.frailty_exponent": 1.0, "people.pool_ratio": 1.5}
    state["period.end"] = "2011-09-30"
    full, *thinned = (EnforcementModel(scenario_of(thin, state), SEED).run().measures() for thin in (1, 2, 4))
    for measures in thinned:
        for event in ("suppressed", "rearrested"):
            assert full[event] > 500
            assert abs(measures[event] / full[event] - 1) < 0.2, event


def test_jails_and_hours_are_multiplied_back() -> None:
    """People in jail and person-hours of the criminal case come out within a few per cent."""
    full, thinned = result_of(1).measures(), result_of(4).measures()
    for name in ("jail_inmates", "hours.criminal_case"):
        assert abs(thinned[name] / full[name] - 1) < 0.1, name


@pytest.mark.parametrize(
    ("event", "address", "lowest"),
    [("interviewed", "jail_287g.interviews_per_officer_day", 0.5), ("ice_custody", "pickup.crew_capacity", 0.01)],
)
@pytest.mark.slow
def test_scarce_capacity_shrinks_with_the_people(event: str, address: str, lowest: float) -> None:
    """Where officers or crews are the limit, a thinned run has its share of them and not the full number."""
    many = {
        "scope": {"states": ["FL"]},
        "status.arrest_ratio.entered_without_inspection": 2.5,
        "status.arrest_ratio.overstay": 2.5,
        "status.arrest_ratio.us_born": 0.1,
    }
    ample, full, thinned = (
        EnforcementModel(scenario_of(thin, many | ({} if plenty else {address: lowest})), SEED).run().measures()[event]
        for thin, plenty in ((1, True), (1, False), (4, False))
    )
    assert full < 0.8 * ample
    assert abs(thinned / full - 1) < 0.15


def test_raw_tables_hold_what_was_simulated() -> None:
    """The weight is applied when a question is asked, once, and not to what is stored."""
    result = result_of(4)
    raw = result.tables()["events"]
    assert result.weight == 4
    total = int(raw["count"].sum())
    assert result.funnel()["count"].sum() == 4 * total
    assert result.series()["count"].sum() == 4 * total
