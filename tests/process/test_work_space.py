"""The sizes of the engine's tables and buffers never show in a result, and the engine keeps to its days."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.process.watching import counted_of_day

from enforcement_sim.codes import EVENTS, LISTS
from enforcement_sim.model import EnforcementModel
from enforcement_sim.parameters.register import load_register
from enforcement_sim.process import compile_engine, counts, engine, sparse_counts
from enforcement_sim.process.context import World
from enforcement_sim.process.engine import Engine, bookings_by_day, clock_for, smallest_engine
from enforcement_sim.results.result import Result
from enforcement_sim.scenarios.load import load_scenario


def run_of_collier(more: dict[str, Any] | None = None) -> Result:
    """Run four months of a county of middling size, in which a thousand people are stored at once."""
    settings: dict[str, Any] = {
        "scope": {"counties": ["12021", "10001"]},
        "simulate": "alone",
        "period.start": "2010-10-01",
        "period.end": "2011-01-31",
        "start.warm_days": 90,
        "status.arrest_ratio.entered_without_inspection": 2.5,
        "status.arrest_ratio.overstay": 2.5,
        "status.arrest_ratio.us_born": 0.1,
        "people.pool_ratio": 1.5,
    }
    return EnforcementModel(
        load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {}))), seed=2
    ).run()


@pytest.fixture(scope="module")
def usual() -> Result:
    """Return the run with tables and buffers as they are."""
    return run_of_collier()


def assert_same(first: Result, second: Result) -> None:
    """Every table is the same."""
    for name, table in first.tables().items():
        pd.testing.assert_frame_equal(table, second.tables()[name], obj=name)


@pytest.mark.slow
def test_tables_of_people_that_grow_change_nothing(usual: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting with few rows, and with little memory, and growing both several times gives the same results."""
    sizes = []
    tables: list[int] = []
    no_stock = {"start.prison_stock": 0}  # which makes room for itself at once
    without_stock = run_of_collier(no_stock)
    grow = Engine._grow
    grow_memory = engine.grown_states

    def noted_grow(self: Engine, rows: int) -> None:
        sizes.append(rows)
        grow(self, rows)

    def noted_grown_memory(memory: np.ndarray, n_states: np.ndarray, room: int) -> np.ndarray:
        tables.append(memory.size)
        return grow_memory(memory, n_states, room)

    monkeypatch.setattr(engine, "FIRST_ROWS", 4)
    monkeypatch.setattr(engine, "ROWS_PER_DAILY_BOOKING", 2)
    monkeypatch.setattr(Engine, "_grow", noted_grow)
    monkeypatch.setattr(engine, "grown_states", noted_grown_memory)
    grown = run_of_collier(no_stock)
    assert len(sizes) > 3
    assert len(set(tables)) > 3
    assert usual.measures()["suppressed"] > 0
    assert_same(without_stock, grown)
    assert_same(usual, run_of_collier())


@pytest.mark.parametrize("rows", [40, 1_000])
def test_a_full_list_of_events_changes_nothing(usual: Result, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folding the list of events before nearly every day, and within months, gives the same results."""
    monkeypatch.setattr(counts, "LOG_ROWS", rows)
    folds = 0
    fold = counts.Ledger._fold_log

    def counted_fold(self: counts.Ledger) -> None:
        nonlocal folds
        folds += 1
        fold(self)

    monkeypatch.setattr(counts.Ledger, "_fold_log", counted_fold)
    folded = run_of_collier()
    assert folds > (60 if rows == 40 else 5)
    assert_same(usual, folded)


def test_a_list_too_short_for_prisoners_and_for_those_pending_is_lengthened(
    usual: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prisoners of earlier years are all found on the first day, and whoever is on the way is pending on the last."""
    monkeypatch.setattr(counts, "LOG_ROWS", 1)
    asked: list[tuple[int, int]] = []
    make_room = counts.Ledger.make_room

    def noted(self: counts.Ledger, people: int) -> None:
        make_room(self, people)
        asked.append((people, len(self.log) - 1 - int(self.log[0])))

    monkeypatch.setattr(counts.Ledger, "make_room", noted)
    short = run_of_collier()
    assert all(room >= 10 * people > 0 for people, room in asked)  # nobody has so many events on one day
    assert usual.measures()["pending"] > 120
    assert_same(usual, short)


def test_small_blocks_of_cells_change_nothing(usual: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that start with two cells, and are read out in pieces of three, hold the same."""
    monkeypatch.setattr(sparse_counts, "_FIRST_ROWS", 2)
    monkeypatch.setattr(counts, "ROWS_AT_A_TIME", 3)
    assert_same(usual, run_of_collier())


@pytest.mark.parametrize("more", [{}, {"response.crime": 0.2, "response.reporting": 0.5}])
def test_a_day_of_everybody_followed_and_matched_never_fills_the_list(
    more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody is in IDENT and prints are shared; rows and list have room for what responses add."""
    monkeypatch.setattr(counts, "LOG_ROWS", 1)
    monkeypatch.setattr(engine, "FIRST_ROWS", 300)
    settings: dict[str, Any] = {
        "scope": {"counties": ["06037"]},
        "simulate": "alone",
        "period.start": "2013-05-01",
        "period.end": "2013-05-31",
        "start.warm_days": 0,
        "start.prison_stock": 0,
        "status.in_ident.us_born": 1,
    }
    model = EnforcementModel(load_scenario("baseline").with_(ensemble=0).with_(**settings, **more), collect=False)
    while not model.engine.closed:
        model.step()
        assert (model.engine.inmates_recounted() == model.engine.places["inmates"]).all()
        assert int(model.engine.world().n_free[0]) >= 0
    booked = int(model.result().funnel(by="none").set_index("event")["count"]["booked"])
    assert booked > (30_000 if more else 25_000)
    assert model.engine.people.size > booked / 31 * 1.25


@pytest.mark.parametrize("county", ["06037", "10001"])
@pytest.mark.slow
def test_a_day_never_fills_the_table(county: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before each day more rows are free than the day has bookings to follow, in a county of a thousand a day and a small one."""
    left: list[int] = []
    run_day = engine.run_day

    def watched(w: World) -> None:
        free, before = int(w.n_free[0]), int(w.events[:, EVENTS.index("booked")].sum())
        counted = len(counted_of_day(model.engine, w.places[0], int(w.today[0]["day"])))
        run_day(w)
        left.append(free - int(w.events[:, EVENTS.index("booked")].sum()) + before + counted)

    monkeypatch.setattr(engine, "run_day", watched)
    monkeypatch.setattr(engine, "FIRST_ROWS", 200)
    settings: dict[str, Any] = {
        "scope": {"counties": [county]},
        "simulate": "alone",
        "period.start": "2008-10-01",
        "period.end": "2009-03-31",
    }
    model = EnforcementModel(load_scenario("baseline").with_(ensemble=0).with_(**settings, **{"start.prison_stock": 0}))
    model.run()
    assert len(left) == model.engine.clock.days
    assert 0 < min(left) < model.engine.people.size


def test_compiling_runs_the_smallest_engine_to_its_end() -> None:
    """`compile_engine` walks through a whole run of three days, and leaves nothing behind."""
    compile_engine()
    tiny = smallest_engine()
    tiny.run_to_end()
    assert tiny.closed
    assert tiny.day == tiny.clock.days == 3
    with pytest.raises(RuntimeError, match="the run is over"):
        tiny.step()


def test_a_closed_engine_remembers_its_last_recount() -> None:
    """Asked after the end, the recount is that of the last evening."""
    tiny = smallest_engine()
    tiny.run_to_end()
    assert (tiny.inmates_recounted() == tiny.places["inmates"]).all()
    assert tiny.places["inmates"].sum() > 0


def test_expected_bookings_follow_year_weekday_and_month() -> None:
    """A year's expected bookings are the register's, a weekday's and a month's in proportion to their factors."""
    values = dict(load_register().defaults()) | {"start.warm_days": 0.0}
    scenario = load_scenario("baseline")
    clock = clock_for(values, scenario.period_start, scenario.period_end)
    expected = bookings_by_day(values, clock)
    dates = [clock.date_of(day) for day in range(clock.days)]
    for year in (2009, 2010, 2012):
        of_year = expected[[day.year == year for day in dates]]
        assert abs(of_year.sum() / values[f"booking.national_per_year.{year}"] - 1) < 0.01
    week = expected[[day.year == 2010 and day.month == 3 and 8 <= day.day < 15 for day in dates]]
    factors = np.array([values[f"booking.weekday_factor.{name}"] for name in LISTS["weekday"]])
    assert np.allclose(week / week.mean(), factors / factors.mean())


def test_years_before_the_register_use_its_first() -> None:
    """A warm start that reaches back before 2004 books as 2004 did."""
    values = dict(load_register().defaults()) | {"start.warm_days": 1500.0}
    scenario = load_scenario("baseline").with_(ensemble=0).with_(**{"period.start": "2005-10-01"})
    clock = clock_for(values, scenario.period_start, scenario.period_start)
    expected = bookings_by_day(values, clock)
    days = {clock.date_of(day): expected[day] for day in range(clock.days)}
    of_2002 = sum(count for day, count in days.items() if day.year == 2002)
    assert abs(of_2002 / values["booking.national_per_year.2004"] - 1) < 0.01


def test_the_engine_knows_no_scenario() -> None:
    """Between two steps anybody may change a place's row; the next day follows it, in bookings and in field arrests."""
    booked, in_field = EVENTS.index("booked"), EVENTS.index("field_arrest")
    made = smallest_engine()
    made.places["field_arrests_a_day"] = 20.0
    made.step()  # the warm day
    made.places["day_share"] = 0.0
    made.step()
    only_field = made.ledger.events.sum(axis=(0, 2))
    assert only_field[booked] == only_field[in_field] > 0
    made = smallest_engine()
    made.places["field_arrests_a_day"] = 0.0
    made.step()
    assert int(made.ledger.events[:, booked].sum()) > 0 == int(made.ledger.events[:, in_field].sum())
    made.places["day_share"] = 0.0
    made.step()
    assert int(made.ledger.events[:, booked].sum()) == 0
