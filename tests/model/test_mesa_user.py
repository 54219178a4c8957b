"""What a user of Mesa tries first: the default collector, ``batch_run``, classes of one's own, the network, Mesa's seeds."""

from __future__ import annotations

import ast
import gc
import multiprocessing
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import mesa
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from mesa.discrete_space import Network

import enforcement_sim
from enforcement_sim import load_scenario, run
from enforcement_sim.codes import EVENTS
from enforcement_sim.errors import InputError
from enforcement_sim.model import EnforcementModel, model
from enforcement_sim.model.county_institutions import Jail, Jurisdiction
from enforcement_sim.model.federal_offices import FieldOffice, Headquarters
from enforcement_sim.model.institution import Institution
from enforcement_sim.model.institution_classes import KINDS
from enforcement_sim.model.state_institutions import StateGovernment, StatePrison
from enforcement_sim.model.world_model import WorldModel
from enforcement_sim.results.result import Result

DELAWARE = ["10001", "10003", "10005"]
SMALL: dict[str, Any] = {
    "scope": {"counties": DELAWARE},
    "simulate": "alone",
    "period.start": "2011-10-01",
    "period.end": "2011-12-31",
    "start.warm_days": 10,
}
DAYS = 102
RESPONSES = {
    "institutions.county_refusal_hazard": 0.2,
    "institutions.refusal_neighbour_weight": 2,
    "institutions.believes_binding_share": 0.2,
    "institutions.exit_hazard": 0.2,
    "institutions.county_effort_response": 0.02,
    "institutions.office_effort_logit": 1.0,
    "institutions.beds_response": 0.5,
}
needs_batch_run = pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="Mesa 4 has no batch_run")


def same_bytes(first: Result, second: Result) -> bool:
    """Whether every table of two results is written with the same bytes."""
    one, other = first.tables(), second.tables()
    return one.keys() == other.keys() and all(one[name].to_csv() == other[name].to_csv() for name in one)


@pytest.fixture(scope="module")
def finished() -> EnforcementModel:
    """Return a model whose run is over."""
    made = EnforcementModel("baseline", 3, **SMALL)
    made.run()
    return made


# ---- the default collector -------------------------------------------------------------------------------------------


def test_the_model_collects_each_months_events_by_itself(finished: EnforcementModel) -> None:
    """The months of the collector are those of the result, event by event."""
    months = finished.datacollector.get_model_vars_dataframe()
    assert months["month"].tolist() == ["2011-10", "2011-11", "2011-12"]
    counted = finished.result().tables()["events"].groupby(["month", "event"], observed=False)["count"].sum()
    for event in EVENTS:
        assert months[f"total_{event}"].tolist() == counted.xs(event, level="event").tolist(), event
    assert months["total_booked"].min() > 0


def test_institutions_collect_what_they_answer_for(finished: EnforcementModel) -> None:
    """Counties and prisons add up to field offices, states and headquarters; a jail has the events of its county."""
    rows = finished.datacollector.get_agent_vars_dataframe()
    assert rows.index.names == ["Step", "AgentID"]
    assert rows.index.get_level_values("Step").unique().tolist() == [41, 71, 102]
    by_kind = rows.groupby(["Step", "kind"])[["booked", "prison", "removed"]].sum()
    whole = by_kind.xs("headquarters", level="kind")
    pd.testing.assert_frame_equal(by_kind.xs("field_office", level="kind"), whole)
    pd.testing.assert_frame_equal(by_kind.xs("state", level="kind"), whole)
    places = by_kind.xs("jurisdiction", level="kind") + by_kind.xs("prison", level="kind")
    pd.testing.assert_frame_equal(places, whole)
    kent = rows[rows["name"] == "Kent County"]
    jail, county = (kent[kent["kind"] == kind]["booked"].tolist() for kind in ("jail", "jurisdiction"))
    assert jail == county and min(county) > 0


def test_thinned_people_stand_for_those_left_out() -> None:
    """What is collected is in people, as results are."""
    made = EnforcementModel("baseline", 3, **(SMALL | {"thin": 4}))
    counts = made.run().funnel(by="none").set_index("event")["count"]
    months = made.datacollector.get_model_vars_dataframe()
    assert months["total_booked"].sum() == counts["booked"] > 0
    assert made.headquarters.last_month("booked") == months["total_booked"].iloc[-1]


def test_places_that_are_not_reported_are_in_no_total() -> None:
    """With the whole field office simulated, totals are of the county reported, and its neighbours collect as well."""
    settings = SMALL | {"scope": {"counties": ["10001"]}, "simulate": "offices", "period.end": "2011-10-31"}
    made = EnforcementModel("baseline", 3, **settings)
    counts = made.run().funnel(by="none").set_index("event")["count"]
    assert made.datacollector.get_model_vars_dataframe()["total_booked"].tolist() == [counts["booked"]]
    rows = made.datacollector.get_agent_vars_dataframe()
    assert rows[rows["kind"] == "headquarters"]["booked"].item() > counts["booked"]


def test_a_collector_of_ones_own_takes_its_place() -> None:
    """Any ``DataCollector`` that is put there before the first step is asked at the end of each month."""
    made = EnforcementModel("baseline", 3, **SMALL)
    made.datacollector = mesa.DataCollector(
        model_reporters={"inmates": lambda model: model.jails.agg("inmates", sum)},
        agenttype_reporters={Jail: {"inmates": "inmates"}},
    )
    made.run_model()
    inmates = made.datacollector.get_model_vars_dataframe()["inmates"]
    each = made.datacollector.get_agenttype_vars_dataframe(Jail)["inmates"]
    assert inmates.tolist() == each.groupby("Step").sum().tolist() and inmates.min() > 0


def test_plain_runs_collect_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """``enforcement_sim.run`` makes no collector at all, and its numbers are those of a model that collects."""
    collected = EnforcementModel("baseline", 3, **SMALL).run()
    monkeypatch.setattr(model, "default_collector", lambda: pytest.fail("a plain run collects"))
    assert same_bytes(collected, run(load_scenario("baseline").with_(**SMALL), seed=3))
    quiet = EnforcementModel("baseline", 3, collect=False, **SMALL)
    quiet.run_model()
    assert not quiet.datacollector.model_vars


# ---- batch_run -------------------------------------------------------------------------------------------------------


@pytest.fixture
def start_method() -> Iterator[None]:
    """``batch_run`` sets how processes start for the whole program: put back what was."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


@needs_batch_run
@pytest.mark.usefixtures("start_method")
def test_batch_run_as_mesas_tutorial_calls_it() -> None:
    """The tutorial's call: parameters by keyword, seeds by ``rng``, one process, what every period collected."""
    params = {
        "scenario": "baseline",
        **{name: [value] if isinstance(value, dict) else value for name, value in SMALL.items()},
        "detainer.hold_hours": [24, 96],
    }
    rng = np.random.default_rng(42)
    rng_values = rng.integers(0, sys.maxsize, size=(2,))
    results = mesa.batch_run(
        EnforcementModel,
        parameters=params,
        rng=rng_values.tolist(),
        max_steps=DAYS,
        number_processes=1,
        data_collection_period=1,
        display_progress=True,
    )
    frame = pd.DataFrame(results)
    assert frame["RunId"].nunique() == 4 and frame["iteration"].nunique() == 2
    assert frame.groupby("RunId")["month"].unique().map(list).tolist() == [["2011-10", "2011-11", "2011-12"]] * 4
    assert set(frame["seed"]) == set(rng_values.tolist())
    once = frame.drop_duplicates(["RunId", "Step"])
    totals = once.groupby(["seed", "detainer.hold_hours"])["total_booked"].sum().unstack()
    alone = run(load_scenario("baseline").with_(**SMALL, **{"detainer.hold_hours": 96}), seed=int(rng_values[0]))
    counts = alone.funnel(by="none").set_index("event")["count"]
    assert totals.loc[rng_values[0], 96] == counts["booked"]
    assert totals.loc[rng_values[0], 96] != totals.loc[rng_values[1], 96]
    county = frame[(frame["kind"] == "jurisdiction") & (frame["name"] == "Kent County")]
    assert len(county) == 4 * 3 and county["booked"].min() > 0


@needs_batch_run
@pytest.mark.usefixtures("start_method")
@pytest.mark.filterwarnings("ignore:The `iterations` keyword argument:DeprecationWarning")
def test_iterations_are_different_worlds_whose_seeds_are_told() -> None:
    """The older call with ``iterations``: each has a new seed, as in Mesa, and its row says which."""
    scenario = load_scenario("baseline").with_(**(SMALL | {"period.end": "2011-10-31"}))
    results = mesa.batch_run(
        EnforcementModel,
        parameters={"scenario": [scenario]},
        iterations=2,
        max_steps=DAYS,
        number_processes=1,
        data_collection_period=-1,
        display_progress=False,
    )
    seeds = pd.DataFrame(results).drop_duplicates("RunId").set_index("seed")["total_booked"]
    assert len(seeds) == 2
    for seed, booked in seeds.items():
        assert run(scenario, seed=int(seed)).funnel(by="none").set_index("event")["count"]["booked"] == booked


@needs_batch_run
@pytest.mark.usefixtures("start_method")
def test_batch_run_may_replace_classes() -> None:
    """Classes of one's own are a parameter like any other."""
    results = mesa.batch_run(
        EnforcementModel,
        {"agent_classes": [{"jurisdiction": Jurisdiction}, {"jurisdiction": Refusing}]}
        | {name: [value] for name, value in SMALL.items()},
        max_steps=DAYS,
        rng=[5],
        data_collection_period=-1,
        display_progress=False,
    )
    frame = pd.DataFrame(results)
    held = frame[frame["kind"] == "headquarters"].groupby("RunId")["held"].sum()
    assert held[0] > held[1] == 0


# ---- seeds and scenarios ---------------------------------------------------------------------------------------------


def test_seed_and_rng_are_two_names_of_one_seed() -> None:
    """A number under either name; the scenario's own if neither is given; a new one for None."""
    of = load_scenario("baseline").with_(**SMALL, seed=11)
    assert [EnforcementModel(of, **given).seed for given in ({}, {"seed": 4}, {"rng": 4})] == [11, 4, 4]
    assert EnforcementModel(of, rng=np.int64(4)).seed == 4
    drawn = {EnforcementModel(of, **{name: None}).seed for name in ("seed", "rng", "seed", "rng")}
    assert len(drawn) == 4
    assert all(0 <= seed < 2**63 for seed in drawn)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"seed": 1, "rng": 2}, "give seed or rng, not both"),
        ({"rng": np.random.default_rng(1)}, "expected a whole number"),
        ({"seed": -1}, "-1 is not possible"),
        ({"detainer.hold_hour": 48}, r"did you mean .detainer\.hold_hours"),
        ({"scenario": ("schema", 1)}, "stands in a list"),
        ({"scenario": "base-line"}, "did you mean 'baseline'"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_built(given: dict[str, Any], told: str) -> None:
    """One sentence says what is wrong, and what is allowed."""
    with pytest.raises(InputError, match=told):
        EnforcementModel(**(SMALL | given))


def test_nothing_of_mesas_is_hidden(finished: EnforcementModel) -> None:
    """Mesa's own scenario is kept beside the model's, and the model's cannot be replaced unnoticed."""
    assert finished.scenario == load_scenario("baseline").with_(**SMALL)
    assert isinstance(finished.mesa_scenario, mesa.experimental.scenarios.Scenario)
    with pytest.raises(AttributeError, match="make another model"):
        finished.scenario = load_scenario("null")
    own = {
        name
        for kind in (EnforcementModel, WorldModel)
        for name, value in vars(kind).items()
        if isinstance(value, (FunctionType, property)) and hasattr(mesa.Model, name) and not name.startswith("__")
    }
    assert own == {"scenario", "agents_by_type", "run_model", "step"}


# ---- classes of one's own --------------------------------------------------------------------------------------------


class Refusing(Jurisdiction):
    """A county that declines every detainer from its first decision on."""

    def decide(self) -> None:
        """Decline."""
        self.honours = "honour-none"


class Counting(Jurisdiction):
    """A county that counts its days and decisions."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.days = self.decisions = 0

    def step(self) -> None:
        """Count a day, and see that the settings of the day are in force."""
        self.days += 1

    def decide(self) -> None:
        """Count a decision."""
        super().decide()
        self.decisions += 1


def null_subclasses() -> dict[str, type[Institution]]:
    """Return for each kind a subclass that adds nothing."""
    return {kind: type(f"Own{each.__name__}", (each,), {}) for kind, each in KINDS.items()}


@pytest.mark.parametrize("settings", [{}, RESPONSES], ids=["history", "responses"])
def test_a_subclass_that_changes_nothing_changes_no_byte(settings: dict[str, float]) -> None:
    """With every kind replaced, the tables are the same, whether institutions respond or not."""
    plain = run(load_scenario("baseline").with_(**SMALL, **settings), seed=3)
    own = EnforcementModel("baseline", 3, agent_classes=null_subclasses(), **SMALL, **settings)
    assert same_bytes(plain, own.run())


def test_subclasses_are_found_wherever_their_kind_is() -> None:
    """By ``agents_by_type`` and by the model's own sets, as by Mesa's ``select``."""
    own = null_subclasses()
    made = EnforcementModel("baseline", 3, agent_classes=own, **SMALL)
    sets = {
        Headquarters: [made.headquarters],
        FieldOffice: made.field_offices.to_list(),
        StateGovernment: made.states.to_list(),
        StatePrison: made.prisons.to_list(),
        Jurisdiction: made.jurisdictions.to_list(),
        Jail: made.jails.to_list(),
    }
    for kind, found in sets.items():
        assert found and all(type(one) is own[kind.kind] for one in found)
        assert made.agents_by_type[kind].to_list() == made.agents_by_type[own[kind.kind]].to_list() == found
        assert kind in made.agents_by_type
    assert set(made.agents_by_type) == set(own.values()) == set(made.agent_types)
    assert made.agents_by_type[Institution].to_list() == made.agents.to_list()


def test_a_class_and_its_subclass_are_found_together() -> None:
    """Where agents of both are in a model, the class gives both and the subclass its own."""
    made = EnforcementModel("baseline", 3, **SMALL)
    before = made.jurisdictions.to_list()
    added = Refusing(made, 0, "Kent County again", "10001", "DE")
    assert made.jurisdictions.to_list() == [*before, added]
    assert made.agents_by_type[Refusing].to_list() == [added]


def test_a_county_of_ones_own_decides() -> None:
    """Its ``decide`` is called on the first of each month, and what it sets is what the compiled day does."""
    plain, own = (
        EnforcementModel("baseline", 3, agent_classes=classes, **SMALL).run().measures()
        for classes in (None, {"jurisdiction": Refusing})
    )
    assert plain["detainer_declined"] == 0 < own["detainer_declined"]
    assert plain["held"] > own["held"] == 0


def test_an_own_step_is_called_every_day_and_decide_every_month() -> None:
    """Mesa's ``step`` of an agent is called on each day, the warm start included; ``decide`` on each counted first."""
    made = EnforcementModel("baseline", 3, agent_classes={"jurisdiction": Counting}, **SMALL)
    made.run_model()
    assert set(made.jurisdictions.get("days")) == {DAYS}
    assert set(made.jurisdictions.get("decisions")) == {3}


@pytest.mark.parametrize(
    ("classes", "told"),
    [
        ({"county": Refusing}, "unknown kind 'county'; allowed: headquarters"),
        ({"jurisdictions": Refusing}, "did you mean 'jurisdiction'"),
        ({"jail": Refusing}, "agent_classes.jail: found .*; allowed: a subclass of Jail"),
        ({"jurisdiction": mesa.Agent}, "a subclass of Jurisdiction"),
        ({"jurisdiction": "Refusing"}, "a subclass of Jurisdiction"),
    ],
)
def test_classes_that_cannot_be_are_refused(classes: dict[str, Any], told: str) -> None:
    """An unknown kind, another kind's class, and what is no class."""
    with pytest.raises(InputError, match=told):
        EnforcementModel("baseline", 3, agent_classes=classes, **SMALL)


# ---- the network -----------------------------------------------------------------------------------------------------


def test_counties_that_share_a_boundary_are_linked(finished: EnforcementModel) -> None:
    """Delaware's three counties lie in a row; nodes are codes with their agents, in the order of places."""
    network = finished.network
    assert isinstance(network, nx.Graph) and list(network) == DELAWARE
    assert {frozenset(pair) for pair in network.edges} == {frozenset(("10001", other)) for other in ("10003", "10005")}
    kent, new_castle, _ = finished.jurisdictions.to_list()
    assert network.nodes["10001"]["county"] is kent
    assert [county.fips for county in kent.neighbours] == ["10003", "10005"]
    assert new_castle.neighbours == [kent]
    assert nx.shortest_path_length(network, "10003", "10005") == 2


@pytest.mark.slow
def test_a_model_whose_network_was_asked_is_given_back() -> None:
    """Nothing keeps a model alive that nobody needs any more, as caches of neighbourhoods would."""
    made = EnforcementModel("baseline", 3, **SMALL)
    assert all(county.neighbours for county in made.jurisdictions)
    gone = weakref.ref(made)
    del made
    gc.collect()
    assert gone() is None


def test_mesas_own_network_takes_it(finished: EnforcementModel) -> None:
    """Cells, neighbourhoods and agents in cells are there for whoever wants them."""
    space = Network(finished.network, random=finished.random, layout=nx.circular_layout)
    around = space["10003"].get_neighborhood(radius=2)
    assert {cell.coordinate for cell in around} == {"10001", "10005"}


# ---- one loop --------------------------------------------------------------------------------------------------------


def is_step(node: ast.AST) -> bool:
    """Whether a piece of code calls a method ``step``."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "step"


def test_the_run_loop_stands_once() -> None:
    """Only ``run_model`` steps a model to its end, and one loop simulates what lies before; the engine has its own.

    A model that goes on from a stored history has its own two: one ends a day earlier, where it keeps the state, and one
    leaves out Mesa's calendar, on which nothing stands.
    """
    package = Path(enforcement_sim.__file__).parent
    loops = [
        path.relative_to(package.parents[1]).as_posix()
        for folder in (package, package.parents[1] / "benchmarks")
        for path in folder.rglob("*.py")
        for loop in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(loop, ast.While) and any(map(is_step, ast.walk(loop)))
    ]
    continued, engine = "src/enforcement_sim/runs/shared_history.py", "src/enforcement_sim/process/engine.py"
    assert sorted(loops) == [*["src/enforcement_sim/model/model.py"] * 2, engine, continued, continued]


def test_a_look_after_each_day_can_end_a_run() -> None:
    """Whoever looks on sees every day, and an exception of theirs stops the run."""
    seen: list[int] = []

    def look(made: EnforcementModel) -> None:
        seen.append(int(made.time))
        if len(seen) == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        EnforcementModel("baseline", 3, **SMALL).run(look)
    assert seen == [1, 2, 3, 4, 5]
