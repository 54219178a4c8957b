"""What happened before the first day: the same world from any start, and who had been removed when history begins.

docs/process.md, section "What happened before the first day". Who was removed is drawn again from the words of that page.
"""

from __future__ import annotations

import math
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.process.watching import FIRST_NONCITIZEN, count_of, events_so_far, in_pool, remembered

from enforcement_sim.codes import STATUSES
from enforcement_sim.model import EnforcementModel
from enforcement_sim.places.build import build_world
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.histories import Records
from enforcement_sim.process.jit import compiled_maker
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.person_state import share_of_number
from enforcement_sim.process.rng import Draw, booking_key, person_key, place_day_key, poisson, stream_of, uniform
from enforcement_sim.results.result import Result
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

LOS_ANGELES = "06037"
SEED = 5


def history(start: str, more: dict[str, Any] | None = None) -> Scenario:
    """Return the field office of Philadelphia, of which Delaware is reported, from some day to the end of 2011."""
    settings = {"scope": {"states": ["DE"]}, "period.start": start, "period.end": "2011-12-31"}
    known = {"start.earlier_removals": 1, "thin": 3}
    return load_scenario("baseline").with_(ensemble=0).with_(**(settings | known | (more or {})))


@cache
def result_from(start: str, known: int) -> Result:
    return simulate(history(start, {"start.earlier_removals": known}), SEED)


def last_months(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of November and December 2011, in one order."""
    rows = table[table["month"].astype(str) >= "2011-11"]
    return rows.astype({"month": str}).sort_values(list(rows.columns)).reset_index(drop=True)


@pytest.mark.parametrize("start", ["2008-10-01", "2010-10-01", "2011-10-01"])
def test_a_month_is_the_same_from_any_start(start: str) -> None:
    """From October 2005, 2008, 2010 and 2011: every table of the same months, to the last count."""
    tables, others = (result_from(first, 1).tables() for first in ("2005-10-01", start))
    compared = 0
    for name, table in tables.items():
        if "month" in table:
            assert last_months(table).equals(last_months(others[name])), name
            compared += len(last_months(table))
    assert compared > 100


def test_without_it_fewer_are_missing_after_a_later_start() -> None:
    """What the mechanism is for: with nobody removed on the first day, a later start books people who would be away."""
    early, late = (
        int(result_from(start, 0).array("suppressed", months=("2011-11", "2011-12")).sum())
        for start in ("2005-10-01", "2011-10-01")
    )
    known = int(result_from("2011-10-01", 1).array("suppressed", months=("2011-11", "2011-12")).sum())
    assert late < 0.7 * early < 0.7 * known


def test_a_run_begins_on_the_same_day_whatever_it_counts() -> None:
    """Days before the warm start are simulated for people within reach alone, as far as nobody booked then is still in jail."""
    longest = int(load_scenario("baseline").parameters["case.longest_stay_days"])
    for start in ("2005-10-01", "2006-01-01", "2011-12-01"):
        clock = build_world(history(start), SEED).clock
        assert clock.start == date(2004, 10, 1)
        assert clock.date_of(clock.first_counted_day) == date.fromisoformat(start)
        assert clock.first_counted_day - clock.first_whole_day == min(longest + 2, clock.first_counted_day)
    clock = build_world(history("2011-12-01", {"start.earlier_removals": 0}), SEED).clock
    assert (clock.start, clock.first_whole_day) == (date(2010, 12, 1), 0)


def test_nothing_is_expected_where_it_is_off() -> None:
    world = build_world(history("2011-12-01", {"start.earlier_removals": 0}), SEED)
    assert not world.places["removed_before"].any()


# ---- removals before the first day ---------------------------------------------------------------------------------------


@compiled_maker
def shares_of(pool: int, exponent: float, offset: float) -> np.ndarray:
    """Return the share of bookings of every number of a pool."""
    shares = np.empty(pool)
    for number in range(pool):
        shares[number] = share_of_number(pool, number, exponent, offset, offset**exponent)
    return shares


@pytest.mark.parametrize(("exponent", "offset"), [(1.0, 0.0), (1.0, 0.3), (2.0, 0.02), (4.0, 0.0), (3.3, 0.5)])
def test_the_share_of_a_number_is_that_of_the_draws_which_give_it(exponent: float, offset: float) -> None:
    pool, draws = 37, (np.arange(2_000_000) + 0.5) / 2_000_000
    counted = np.bincount(in_pool(draws, pool, exponent, offset), minlength=pool) / draws.size
    shares = shares_of(pool, exponent, offset)
    assert np.abs(shares - counted).max() < 2e-6
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)


def test_the_nation_has_the_removals_of_the_register() -> None:
    """Added up over all counties and statuses, people can expect as many removals as the register says there were."""
    more = {"scope": "nation", "start.removed_a_year": 60_000, "start.removal_years": 5}
    world = build_world(history("2011-12-01", more), SEED)
    removable = np.array([world.values[f"status.removable_share.{status}"] for status in STATUSES])
    of_status = np.diff(world.places["status_cdf"], prepend=0.0, axis=1)
    expected = world.places["removed_before"] * (of_status @ removable)
    assert expected.sum() == pytest.approx(300_000)
    assert not expected[world.places["is_prison"] == 1].any()


REMOVED_OFTEN: dict[str, Any] = {
    "scope": {"counties": [LOS_ANGELES]},
    "simulate": "alone",
    "period.start": "2005-10-01",
    "period.end": "2005-10-31",
    "start.warm_days": 0,
    "start.removed_a_year": 150_000,
    "people.reentry_share": 0.5,
    "people.reentry_days_median": 1500,
    "status.removable_share.permanent_resident": 0.4,
}


class FirstDay:
    """The bookings of a place's first day, drawn again by the words of docs/process.md: who is away, and who is back."""

    def __init__(self, model: EnforcementModel) -> None:
        engine, values = model.engine, model.engine.values
        place, day = engine.places[0], engine.clock.day_number(0)
        fips, pool = int(place["fips"]), int(place["pool"])
        self.of_citizens: list[int] = []
        self.away: list[tuple[int, int]] = []  # keys of a booking and of the person behind it
        self.back: list[tuple[int, int]] = []
        self.others: list[tuple[int, int]] = []
        own_day = np.uint64(stream_of(engine.seed, np.uint64(place_day_key(fips, day))))
        mean = float(engine.expected[0]) * float(place["day_share"]) * float(place["reachable_share"])
        lowest = values["people.frailty_offset"] ** values["people.frailty_exponent"]
        for index in range(poisson(own_day, Draw.COUNT.value, mean)):
            booking = int(booking_key(fips, day, index))
            stream = np.uint64(stream_of(engine.seed, np.uint64(booking)))
            drawn = np.array([uniform(stream, Draw.PERSON.value)])
            exponent, offset = values["people.frailty_exponent"], values["people.frailty_offset"]
            number = int(in_pool(drawn, pool, exponent, offset)[0])
            key = int(person_key(fips, number))
            person = np.uint64(stream_of(engine.seed, np.uint64(key)))
            status = int(np.searchsorted(place["status_cdf"], uniform(person, Draw.STATUS.value), side="right"))
            if engine.thin > 1 and uniform(person, Draw.THIN.value) >= 1 / engine.thin:
                continue
            if status < FIRST_NONCITIZEN:
                self.of_citizens.append(booking)
                continue
            below, above = (
                ((one / pool) * (1 - lowest) + lowest) ** (1 / exponent) / (1 - offset) for one in (number, number + 1)
            )
            expected = place["removed_before"] * (above - below)
            expected *= values[f"status.removable_share.{STATUSES[status]}"]
            if uniform(person, 122) >= 1 - math.exp(-expected):
                self.others.append((booking, key))
                continue
            hour = int(engine.durations[Duration.HOUR_OF_DAY, int(uniform(stream, Draw.HOUR.value) * 1024)])
            ago = math.floor(uniform(person, 123) * values["start.removal_years"] * 8766)
            gone = int(engine.durations[Duration.REENTRY, int(uniform(person, Draw.REENTRY_TIME.value) * 1024)])
            comes_back = uniform(person, Draw.REENTRY.value) < values["people.reentry_share"]
            is_back = comes_back and gone - ago - 1 <= hour
            (self.back if is_back else self.away).append((booking, key))


@pytest.mark.parametrize("thin", [1, 3])
def test_whoever_was_removed_is_missing_on_the_first_day(thin: int) -> None:
    """Booking by booking, drawn again; thinned runs miss the same people. Of those who are missing nothing is stored."""
    model = EnforcementModel(history("2005-10-01", REMOVED_OFTEN | {"thin": thin}), SEED)
    by_hand = FirstDay(model)
    model.headquarters.apply(0)
    assert not remembered(model.engine).size
    model.step()
    suppressed = int(count_of(events_so_far(model.engine), "suppressed")[0])
    assert suppressed == len(by_hand.away)
    assert suppressed > (10 if thin == 1 else 1)
    assert thin > 1 or by_hand.back
    assert not np.isin(
        remembered(model.engine)["key"], np.array([person for _, person in by_hand.away], np.uint64)
    ).any()


def test_a_history_tells_of_the_removal_before_the_run() -> None:
    """Of everybody who is not a citizen, and of nobody else: removed and away, removed and back, or not removed."""
    model = EnforcementModel(
        history("2005-10-01", REMOVED_OFTEN | {"period.end": "2005-10-01", "thin": 1}), SEED, record=True
    )
    by_hand = FirstDay(model)
    model.run()
    records = Records(model.engine)
    for booking in by_hand.of_citizens:
        assert Decision.REMOVED_EARLIER not in {one.decision for one in records.history(booking).decisions()}
    for bookings, removed, away in (
        (by_hand.away, True, True),
        (by_hand.back, True, False),
        (by_hand.others, False, False),
    ):
        assert len(bookings) > 3
        for booking, _ in bookings:
            answers = {one.decision: one.yes for one in records.history(booking).decisions()}
            assert (answers[Decision.REMOVED_EARLIER], answers[Decision.AWAY]) == (removed, away)


@pytest.mark.slow
def test_a_change_that_changes_nothing_leaves_every_byte() -> None:
    """And so does another process."""
    scenario = history("2011-12-01")
    same = scenario.with_(**{"changes.same": {"decision": "sharing", "rule": "as-scheduled", "where": "nation"}})
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
        there = elsewhere.submit(simulate, scenario, SEED).result()
    here, unchanged = simulate(scenario, SEED), simulate(same, SEED)
    for name, table in here.tables().items():
        assert table.equals(unchanged.tables()[name]), name
        assert table.equals(there.tables()[name]), name
