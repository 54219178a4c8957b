"""What a scenario decides takes effect on the first counted day; before it every setting of a lever is the same world.

docs/process.md, section "What a scenario decides".
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

from enforcement_sim.model import EnforcementModel
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.build import build_world
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.engine import bookings_by_day, days_remembered
from enforcement_sim.process.growth import gate_by_day, growth_by_day
from enforcement_sim.process.tables import duration_table, offence_table, status_table
from enforcement_sim.results.result import Result
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

SEED = 5
REGISTER = load_register()
MANY = {
    "status.in_ident.us_born": 0.01,
    "status.in_ident.entered_without_inspection": 1,
    "status.in_ident.overstay": 1,
    "pickup.delay_hours_median": 60,
}
"""Everybody who entered or stayed unlawfully is found, and crews take their time."""
ENDS = {address: (REGISTER[address].low, REGISTER[address].high) for address in REGISTER.levers}


def world_of(more: dict[str, Any] | None = None, warm: int = 60) -> Scenario:
    """Return New Castle County alone for a month after a warm start of 60 days."""
    settings: dict[str, Any] = {
        "scope": {"counties": ["10003"]},
        "simulate": "alone",
        "period.start": "2011-12-01",
        "period.end": "2011-12-31",
        "start.warm_days": warm,
    }
    return load_scenario("baseline").with_(ensemble=0).with_(**settings, **MANY).with_(**(more or {}))


def until_counted(scenario: Scenario) -> EnforcementModel:
    """Return a model on the morning of its first counted day."""
    model = EnforcementModel(scenario, seed=SEED, collect=False)
    while model.engine.day < model.world.clock.first_counted_day:
        model.step()
    return model


def state(scenario: Scenario) -> dict[str, bytes]:
    """Return everything that a run hands on to its first counted day, but for what its offices have from then on."""
    engine = until_counted(scenario).engine
    context = engine.world()
    named = ("people", "free", "n_free", "known", "states", "n_states", "departures", "places", "month_of_day")
    found = {name: getattr(context, name).tobytes() for name in named}
    found |= {f"calendar {name}": rows.tobytes() for name, rows in context.calendar._asdict().items()}
    return found | {"in custody": engine.offices["in_custody"].tobytes()}


@cache
def state_of_history() -> dict[str, bytes]:
    return state(world_of())


def tables(result: Result) -> dict[str, bytes]:
    """Return the tables of a result as bytes."""
    return {name: table.to_csv(index=False).encode() for name, table in result.tables().items()}


@pytest.mark.parametrize("address", ENDS)
def test_two_settings_of_a_lever_are_one_world_on_the_first_counted_day(address: str) -> None:
    for value in ENDS[address]:
        assert state(world_of({address: value})) == state_of_history()


def test_it_is_one_world_after_years_of_history_too() -> None:
    """Where a run begins in October 2005, whatever it counts."""
    years = {"start.earlier_removals": 1, "period.start": "2006-12-01", "period.end": "2006-12-31", "thin": 4}
    state_scope = {"scope": {"states": ["DE"]}, **years}
    short, long = (world_of({"detainer.hold_hours": hours, "beds.funded": 20_000, **state_scope}) for hours in (0, 720))
    assert build_world(short, SEED).clock.start == date(2005, 8, 2)
    assert state(short) == state(long) == state(world_of(state_scope))


def test_a_lever_takes_effect_on_the_first_counted_day() -> None:
    none, usual, long = (simulate(world_of({"detainer.hold_hours": hours}), SEED) for hours in (0, 48, 720))
    lapsed = [int(one.array("detainer_lapsed").sum()) for one in (none, usual, long)]
    assert lapsed[0] > lapsed[1] > lapsed[2]


def test_a_parameter_that_is_no_lever_holds_throughout() -> None:
    """So that the states compared above can differ at all."""
    assert state(world_of({"pickup.delay_hours_median": 90})) != state_of_history()


def test_levers_would_move_that_day_if_they_held_throughout() -> None:
    """What the first test compares is within their reach; beds apart, which a county fills in no month."""
    moves = {
        address: any(state(world_of().throughout({address: value})) != state_of_history() for value in ENDS[address])
        for address in ENDS
    }
    assert [address for address, moved in moves.items() if not moved] == ["beds.funded", "beds.interior_share"]


def test_a_lever_with_a_history_of_its_own_holds_throughout() -> None:
    """Written twice, as doubt about the world or by hand, it is another world on the first day."""
    always = world_of({"detainer.hold_hours": 0, "history.detainer.hold_hours": 0})
    assert always == world_of().throughout({"detainer.hold_hours": 0})
    assert build_world(always, SEED).before is None
    assert state(always) != state_of_history()


def test_a_history_that_is_said_and_a_sweep_of_one_value_change_nothing() -> None:
    """To the byte, and in another process."""
    said = world_of({"history.detainer.hold_hours": 48, "detainer.hold_hours": 48})
    here = tables(simulate(world_of(), SEED))
    assert tables(simulate(said, SEED)) == here
    one = world_of({"detainer.hold_hours": 96, "pickup.crew_capacity": 0.02})
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        assert tables(executor.submit(simulate, one, SEED).result()) == tables(simulate(one, SEED))


def test_without_days_before_it_there_is_nothing_to_keep() -> None:
    decided = {"detainer.hold_hours": 96, "pickup.crew_capacity": 0.02, "response.crime": 0.2}
    now, always = world_of(decided, warm=0), world_of(warm=0).throughout(decided)
    assert build_world(now, SEED).before is not None
    assert tables(simulate(now, SEED)) == tables(simulate(always, SEED))


def test_offices_have_history_s_crews_until_then() -> None:
    model = EnforcementModel(world_of({"pickup.crew_capacity": 0.11, "beds.funded": 20_000}), seed=SEED, collect=False)
    offices, own = model.engine.offices, model.world.offices
    here = own["capacity"] > 0.0
    assert np.allclose(offices["capacity"][here] / own["capacity"][here], 0.055 / 0.11)
    assert np.allclose(offices["beds"][here] / own["beds"][here], 33_400 / 20_000)
    model.field_offices.to_list()[0].pickups_a_day = 7.0
    while model.engine.day < model.world.clock.first_counted_day:
        model.step()
    assert (offices["capacity"] == own["capacity"]).all() and (offices["beds"] == own["beds"]).all()
    assert (offices["visits"] == own["visits"]).all()


def test_what_a_user_gives_an_office_stays_where_the_scenario_decides_nothing_about_it() -> None:
    model = EnforcementModel(world_of({"detainer.hold_hours": 96}), seed=SEED, collect=False)
    office = model.field_offices.to_list()[0]
    office.pickups_a_day = 7.0
    while model.engine.day <= model.world.clock.first_counted_day:
        model.step()
    assert office.pickups_a_day == 7.0


def test_a_hold_that_has_begun_ends_when_it_would_have() -> None:
    """The record says of each hold how long it may last: history's hours before the first counted day."""
    model = EnforcementModel(world_of({"detainer.hold_hours": 96}), seed=SEED, record=True)
    model.run_model()
    first = model.world.clock.first_counted_hour
    holds = [
        one
        for arrestee in model.arrestees
        for one in arrestee.history().decisions()
        if one.decision == Decision.HOLD_CLOCK and one.since is not None
    ]
    before = {one.hours for one in holds if one.since < first}
    after = {one.hours for one in holds if one.since >= first}
    assert (before, after) == ({48}, {96})


def test_no_lever_is_in_what_is_laid_out_once() -> None:
    """Only the tables that the engine makes anew on that day, and offices, may come from levers."""
    scenario = world_of()
    bent = scenario.throughout({address: ENDS[address][1] for address in ENDS})
    one, other = build_world(scenario, SEED), build_world(bent, SEED)
    assert one.places.tobytes() == other.places.tobytes()
    assert [(each.day, each.field, each.value.tobytes()) for each in one.settings] == [
        (each.day, each.field, each.value.tobytes()) for each in other.settings
    ]
    assert one.clock.start == other.clock.start and one.clock.first_whole_day == other.clock.first_whole_day
    for made in (duration_table, offence_table, status_table):
        assert made(one.values).tobytes() == made(other.values).tobytes()
    for by_day in (bookings_by_day, gate_by_day, growth_by_day):
        assert by_day(one.values, one.clock).tobytes() == by_day(other.values, one.clock).tobytes()
    assert days_remembered(one.values) == days_remembered(other.values)


# ---- changes -------------------------------------------------------------------------------------------------------------

DECLINES: dict[str, Any] = {"decision": "honour", "rule": "honour-none", "where": "nation"}


def test_a_change_without_a_first_day_begins_on_the_first_counted_day() -> None:
    undated = world_of({"changes.declines": DECLINES})
    assert state(undated) == state(world_of()) | {"places": state(undated)["places"]}
    dated = world_of({"changes.declines": DECLINES | {"from": "2011-12-01"}})
    assert tables(simulate(undated, SEED)) == tables(simulate(dated, SEED))
    earlier = world_of({"changes.declines": DECLINES | {"from": "2005-10-01"}})
    assert state(earlier)["people"] != state_of_history()["people"]
