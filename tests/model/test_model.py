"""The model as a Mesa user meets it: agents by type, steps of a day, handles on the engine's memory, and one world."""

from __future__ import annotations

import random
import warnings
from datetime import date, datetime, timedelta
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

from enforcement_sim.model import EnforcementModel
from enforcement_sim.model.county_institutions import Jail, Jurisdiction
from enforcement_sim.model.federal_offices import FieldOffice, Headquarters
from enforcement_sim.model.state_institutions import StateGovernment, StatePrison
from enforcement_sim.places.history import InstitutionKind
from enforcement_sim.process.clock import EPOCH
from enforcement_sim.process.rng import Draw, institution_stream, uniform
from enforcement_sim.results.result import Result
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

FREDERICK, MONTGOMERY, NEW_CASTLE = "24021", "24031", "10003"


def scenario_of(more: dict[str, Any] | None = None) -> Scenario:
    """Return two months of three counties in two states and two field offices."""
    settings: dict[str, Any] = {
        "scope": {"counties": [FREDERICK, MONTGOMERY, NEW_CASTLE]},
        "simulate": "alone",
        "period.start": "2010-09-16",
        "period.end": "2010-11-15",
        "start.warm_days": 30,
    }
    return load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {})))


def assert_same(first: Result, second: Result) -> None:
    """Every table of two results is the same."""
    assert first.tables().keys() == second.tables().keys()
    for name, table in first.tables().items():
        pd.testing.assert_frame_equal(table, second.tables()[name], obj=name)


@pytest.fixture(scope="module")
def finished() -> EnforcementModel:
    """Return a model whose run is over."""
    model = EnforcementModel(scenario_of(), seed=5)
    model.run()
    return model


# ---- Mesa's habits ---------------------------------------------------------------------------------------------------


def test_agents_by_type() -> None:
    """Institutions are Mesa agents, one set a kind, counties in the order of their rows."""
    model = EnforcementModel(scenario_of())
    assert isinstance(model, mesa.Model)
    counts = {kind: len(agents) for kind, agents in model.agents_by_type.items()}
    assert counts == {Headquarters: 1, FieldOffice: 2, StateGovernment: 2, Jurisdiction: 3, Jail: 3, StatePrison: 2}
    assert len(model.agents) == sum(counts.values())
    assert [county.fips for county in model.jurisdictions.to_list()] == [NEW_CASTLE, FREDERICK, MONTGOMERY]
    assert sorted(model.states.get("postal")) == ["DE", "MD"]
    assert sorted(model.field_offices.get("code")) == ["BAL", "PHI"]
    assert [jail.fips for jail in model.jails.to_list()] == [NEW_CASTLE, FREDERICK, MONTGOMERY]
    assert [(prison.postal, prison.row) for prison in model.prisons.to_list()] == [("DE", 3), ("MD", 4)]


def test_a_scope_without_beds_has_no_jails() -> None:
    """Yakutat has no jail of its own: the set is there, and empty; the county is booked into all the same."""
    model = EnforcementModel(
        load_scenario("baseline").with_(ensemble=0).with_(scope={"counties": ["02282"]}, simulate="alone")
    )
    assert len(model.jails) == 0
    assert model.jails.select(lambda jail: True).to_list() == []
    assert Jail not in model.agents_by_type and model.agents_by_type.get(Jail) is None
    assert len(model.jurisdictions) == 1


def test_agent_sets_select_group_and_aggregate() -> None:
    """The sets answer as Mesa's do."""
    model = EnforcementModel(scenario_of())
    model.step()
    screened = model.jurisdictions.select(lambda county: county.has_officers)
    assert screened.get("name") == ["Frederick County"]  # by its sheriff
    screened = model.prisons.select(lambda prison: prison.has_officers)
    assert screened.get("name") == ["Delaware state prisons"]
    groups = model.jurisdictions.groupby("state", result_type="list")
    assert {state: len(members) for state, members in groups} == {"DE": 1, "MD": 2}
    in_jail, in_prison = model.jails.agg("inmates", sum), model.prisons.agg("prisoners", sum)
    assert in_jail + in_prison == int(model.engine.places["inmates"].sum())
    assert in_jail > 0 < in_prison
    assert model.jails.agg("beds", min) > 0


def test_a_step_is_a_day() -> None:
    """Each step moves the calendar, Mesa's time and the engine by one day, from the first day of the warm start."""
    model = EnforcementModel(scenario_of())
    assert model.today == date(2010, 8, 17)
    assert model.start_time == datetime(2010, 8, 17)
    for days in (1, 2, 3):
        model.step()
        assert (model.time, model.engine.day) == (days, days)
        assert model.today == date(2010, 8, 17) + timedelta(days=days)
    assert model.engine_day_number() == (model.today - EPOCH).days


def test_run_for_and_run_until_advance_by_days() -> None:
    """Mesa's own ways of running give the same world as steps and as `run`."""
    model = EnforcementModel(scenario_of(), seed=5)
    model.run_for(10)
    assert (model.engine.day, model.time) == (10, 10)
    model.run_until(25)
    assert (model.engine.day, model.time) == (25, 25)
    assert model.running
    model.run_for(model.world.clock.days - 25)
    assert model.engine.closed
    assert not model.running
    assert_same(model.result(), EnforcementModel(scenario_of(), seed=5).run())


def test_a_run_uses_nothing_that_mesa_will_remove() -> None:
    """No warning of a coming change, from building the model to its result, decisions of institutions included."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = EnforcementModel(scenario_of({"institutions.county_refusal_hazard": 0.5}))
        model.run().measures()
    coming = [str(one.message) for one in said if issubclass(one.category, FutureWarning | DeprecationWarning)]
    assert coming == []


def test_no_other_randomness_matters() -> None:
    """Whatever Python's, NumPy's or Mesa's own generators are made to say, the run is the same."""
    settings = {"institutions.county_refusal_hazard": 0.3}
    usual = EnforcementModel(scenario_of(settings), seed=5).run()
    random.seed(99)
    np.random.seed(99)
    model = EnforcementModel(scenario_of(settings), seed=5)
    model.random.seed(99)
    model.rng.random(1000)
    for _ in range(20):
        random.random()
        model.step()
        model.random.random()
    assert_same(usual, model.run())


# ---- one world -------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_world(finished: EnforcementModel) -> None:
    """To the last cell, with the seed given or the scenario's own."""
    assert_same(finished.result(), EnforcementModel(scenario_of(), seed=5).run())
    assert_same(finished.result(), EnforcementModel(scenario_of({"seed": 5})).run())
    assert finished.result().meta == EnforcementModel(scenario_of(), seed=5).run().meta


def test_another_seed_gives_another_world(finished: EnforcementModel) -> None:
    """Other people are booked."""
    other = EnforcementModel(scenario_of(), seed=6).run()
    assert not finished.result().tables()["events"].equals(other.tables()["events"])
    assert other.meta["seed"] == 6


def test_two_models_do_not_disturb_each_other(finished: EnforcementModel) -> None:
    """Models that take turns in one process are two worlds."""
    models = [EnforcementModel(scenario_of(), seed=seed) for seed in (5, 6)]
    while not models[0].engine.closed:
        for model in models:
            model.step()
    assert_same(finished.result(), models[0].result())
    assert_same(EnforcementModel(scenario_of(), seed=6).run(), models[1].result())


def test_a_half_run_world_has_no_result() -> None:
    """Before the end the answer is how many days are left."""
    model = EnforcementModel(scenario_of({"period.end": "2010-09-20"}))
    model.run_for(33)
    with pytest.raises(RuntimeError, match="the run is not over: 2 days are left"):
        model.result()
    model.step()
    with pytest.raises(RuntimeError, match="1 days are left"):
        model.result()
    model.step()
    assert model.result().measures()["booked"] > 0


def test_a_world_that_is_over_stays_over(finished: EnforcementModel) -> None:
    """A further step is an error; running again gives the result again."""
    with pytest.raises(RuntimeError, match="the run is over"):
        finished.step()
    assert_same(finished.result(), finished.run())


def test_a_model_is_one_world_and_no_sweep() -> None:
    """A scenario with a sweep has many; the error says how to take one."""
    scenario = load_scenario("hold-length")
    assert scenario.sweep
    with pytest.raises(ValueError, match=r"take one of scenario\.points\(\)"):
        EnforcementModel(scenario)


def test_a_model_shows_its_scenario(finished: EnforcementModel) -> None:
    """The scenario is the one given, and Mesa's bookkeeping does not replace it."""
    assert finished.scenario == scenario_of()
    assert finished.result().meta["scenario"] == scenario_of().resolved()
    assert finished.rules[0].id == "detainer-2008-levels"


# ---- handles share memory --------------------------------------------------------------------------------------------


def county(model: EnforcementModel, fips: str) -> Any:
    """Return a jurisdiction by its code."""
    return model.jurisdictions.select(lambda found: found.fips == fips).to_list()[0]


def test_a_jurisdiction_is_its_row() -> None:
    """What is set on the agent stands in the engine's row, and what is set in the row is read from the agent."""
    model = EnforcementModel(scenario_of())
    model.step()
    frederick = county(model, FREDERICK)
    row = int(np.flatnonzero(model.engine.places["fips"] == int(FREDERICK))[0])
    assert (frederick.row, frederick.honours) == (row, "honour-all")
    frederick.honours = "honour-none"
    assert model.rules[model.engine.places["honour_rule"][row]].id == "honour-none"
    assert county(model, MONTGOMERY).honours == "honour-all"
    model.engine.places["honour_rule"][row] = model.rule_number("honour-trust", "honour")
    assert frederick.honours == "honour-trust"
    model.engine.places["sharing"][row] = 1
    assert frederick.shares_prints
    model.engine.places["officer_share"][row] = 0.0
    assert not frederick.has_officers


def test_a_county_that_is_told_to_decline_declines() -> None:
    """The compiled day follows what is set between two steps: no hold begins in that county from then on."""
    many = {
        f"status.arrest_ratio.{status}": value
        for status, value in (("us_born", 0.1), ("entered_without_inspection", 2.5), ("overstay", 2.5))
    }
    results = []
    for declines in (False, True):
        model = EnforcementModel(scenario_of(many), seed=5)
        model.run_for(45)
        if declines:
            county(model, FREDERICK).honours = "honour-none"
        results.append(model.run().tables()["events"])
    held, declined = (
        [
            int(events.loc[(events["event"] == event) & (events["fips"] == int(FREDERICK)), "count"].sum())
            for events in results
        ]
        for event in ("held", "detainer_declined")
    )
    assert held[1] < held[0]
    assert declined[0] == 0 < declined[1]


@pytest.mark.parametrize("rule", ["detainer-2008-levels", "no-such-rule"])
def test_a_rule_that_does_not_answer_is_refused(rule: str) -> None:
    """A jail cannot honour by a rule of another decision, nor by one that does not exist."""
    model = EnforcementModel(scenario_of())
    model.step()
    with pytest.raises(ValueError, match=f"no rule '{rule}' answers 'honour'"):
        county(model, FREDERICK).honours = rule
    assert county(model, FREDERICK).honours == "honour-all"


def test_a_field_office_is_its_row() -> None:
    """Crews set on the agent are the engine's, and the share simulated is the world's."""
    model = EnforcementModel(scenario_of())
    office = model.field_offices.select(lambda found: found.code == "BAL").to_list()[0]
    assert model.engine.offices["capacity"][office.row] == office.pickups_a_day > 0
    office.pickups_a_day = 12.5
    assert model.engine.offices["capacity"][office.row] == 12.5
    assert office.share_simulated == model.world.office_shares[office.row]


def test_headquarters_puts_each_setting_into_force_once() -> None:
    """Applying a day twice changes nothing; a day later only what is new."""
    model = EnforcementModel(scenario_of({"period.start": "2010-10-01", "start.warm_days": 0}))
    (headquarters,) = model.agents_by_type[Headquarters].to_list()
    assert headquarters is model.headquarters
    at_first = sum(setting.day == 0 for setting in model.world.settings)
    assert headquarters.apply(0) == at_first > 0
    assert headquarters.apply(0) == 0
    activation = (date(2010, 10, 5) - date(2010, 10, 1)).days  # Frederick County begins to share prints
    assert headquarters.apply(activation - 1) == 0
    assert not county(model, FREDERICK).shares_prints
    assert headquarters.apply(activation) == 1
    assert county(model, FREDERICK).shares_prints


# ---- institutions decide ---------------------------------------------------------------------------------------------

HAZARD = 0.4


@pytest.mark.parametrize(
    ("start", "warm_days"), [("2010-09-16", 30), ("2010-10-01", 20), ("2010-10-01", 0), ("2010-09-16", 0)]
)
def test_counties_decide_on_the_first_of_each_counted_month(start: str, warm_days: int) -> None:
    """A county begins to decline on a first of the month, when its draw of that day lies below the hazard, for good."""
    settings: dict[str, Any] = {
        "scope": {"states": ["MD"]},
        "period.start": start,
        "period.end": "2011-02-10",
        "start.warm_days": warm_days,
        "institutions.county_refusal_hazard": HAZARD,
        "institutions.believes_binding_share": 0,
        "thin": 50,
    }
    model = EnforcementModel(scenario_of(settings), seed=11)
    assert len(model.jurisdictions) == 24
    declining = np.zeros(24, bool)
    decisions = 0
    while not model.engine.closed:
        today, number = model.today, model.engine_day_number()
        counted = model.engine.day >= model.world.clock.first_counted_day
        if today.day == 1 and counted:
            decisions += 1
            for row, place in enumerate(model.engine.places[:24]):
                stream = institution_stream(11, InstitutionKind.JURISDICTION, int(place["fips"]), number)
                declining[row] |= uniform(stream, Draw.REFUSAL.value) < HAZARD
        model.step()
        now = [found.honours == "honour-none" for found in model.jurisdictions.to_list()]
        assert now == declining.tolist(), today
    assert decisions == 5
    assert 12 < declining.sum() < 24


def test_without_a_hazard_nobody_decides() -> None:
    """By default counties follow history only."""
    model = EnforcementModel(scenario_of({"period.end": "2011-02-10"}))
    model.run()
    assert {found.honours for found in model.jurisdictions.to_list()} == {"honour-all"}


def test_a_county_that_declines_by_itself_declines_detainers() -> None:
    """What institutions decide reaches people: with a hazard detainers are declined, without none are."""
    many = {
        f"status.arrest_ratio.{status}": value
        for status, value in (("us_born", 0.1), ("entered_without_inspection", 2.5), ("overstay", 2.5))
    }
    declined = [
        EnforcementModel(
            scenario_of(
                many | {"institutions.county_refusal_hazard": hazard, "institutions.believes_binding_share": 0}
            ),
            seed=5,
        )
        .run()
        .measures()
        for hazard in (0.0, 0.5)
    ]
    assert [bool(found["detainer_declined"]) for found in declined] == [False, True]
    # Whoever is let go is not away when booked again: bookings are only moved from one count to the other.
    assert declined[0]["booked"] + declined[0]["suppressed"] == declined[1]["booked"] + declined[1]["suppressed"]
    assert declined[0]["suppressed"] > declined[1]["suppressed"]
