"""One world as a Mesa model: one step is one day.

The order of a day, which reads from top to bottom in :meth:`EnforcementModel.step`: what the timeline lays down for
today comes into force; on the first of a month institutions decide; then the compiled engine books, screens, holds,
picks up and counts (``docs/process.md`` says exactly how). The model owns no people: they are rows of the engine.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import cached_property, partial
from os import PathLike
from typing import Any, Literal

import mesa
import numpy as np
from mesa.agent import AgentSet
from mesa.time import Schedule

from enforcement_sim.codes import EVENTS
from enforcement_sim.errors import InputError, shown
from enforcement_sim.model.arrestees import Arrestees
from enforcement_sim.model.county_institutions import DECLINES_ALL, Jail, Jurisdiction
from enforcement_sim.model.federal_offices import FieldOffice
from enforcement_sim.model.institution import Institution
from enforcement_sim.model.institution_classes import classes_of
from enforcement_sim.model.state_institutions import StateGovernment, StatePrison
from enforcement_sim.model.world_model import WorldModel
from enforcement_sim.notebook import SIMULATED, made_of, page
from enforcement_sim.process.histories import Records
from enforcement_sim.process.jit import engine_version
from enforcement_sim.process.recorder import Recorder
from enforcement_sim.results.result import Result
from enforcement_sim.results.tabulate import result_of
from enforcement_sim.scenarios.file_format import check_seed
from enforcement_sim.scenarios.load import as_scenario
from enforcement_sim.scenarios.plan import LARGEST_SEED
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.tables.table import Table

Seed = int | None | Literal["scenario"]
SCENARIO: Literal["scenario"] = "scenario"
"""The seed that the scenario names."""
AGENT_KINDS = ("field_offices", "states", "jurisdictions", "jails", "prisons")
TOTAL = "total_"
"""What begins the name of a model's event; ``mesa.batch_run`` puts columns of model and agent into one row."""
RESPONSES = (
    "institutions.county_refusal_hazard",
    "institutions.court_shock_hazard",
    "institutions.exit_hazard",
    "institutions.county_effort_response",
    "institutions.office_effort_logit",
    "institutions.beds_response",
    "institutions.review_measure",
)
"""What lets institutions decide by themselves; all zero unless a scenario asks for it."""
BEFORE_THE_STEP = 0.5
"""Mesa time between a day's decisions and its step."""


def _days_to_next_month(model: EnforcementModel) -> int:
    return ((model.today.replace(day=1) + timedelta(days=32)).replace(day=1) - model.today).days


def scenario_of(scenario: Scenario | str | PathLike[str], settings: Mapping[str, Any]) -> Scenario:
    """Return the scenario of one world.

    Raises
    ------
    InputError
        If it cannot be read, or a setting is not possible.
    ValueError
        If it has a sweep or a design.
    """
    if not isinstance(scenario, (Scenario, str, PathLike)):
        allowed = "a Scenario, a name or a path; mesa.batch_run takes a Scenario apart unless it stands in a list"
        raise InputError(f"found {shown(scenario)}", key="scenario", allowed=allowed)
    scenario = as_scenario(scenario)
    if settings:
        scenario = scenario.with_(**settings)
    if scenario.sweep or scenario.design is not None:
        raise ValueError("a model is one world: take one of scenario.points(), or scenario.without_design")
    return scenario


def seed_of(scenario: Scenario, seed: Seed, rng: Seed) -> int:
    """Return the seed that was given under either name, the scenario's own, or a new one for None.

    Raises
    ------
    InputError
        If both were given, or the seed is not possible.
    """
    if SCENARIO not in (seed, rng):
        raise InputError("give seed or rng, not both", key="rng")
    chosen = rng if seed == SCENARIO else seed
    if chosen is None:
        return secrets.randbelow(LARGEST_SEED + 1)
    if chosen == SCENARIO:
        return scenario.seed
    return check_seed(int(chosen) if isinstance(chosen, np.integer) else chosen)


def default_collector() -> mesa.DataCollector:
    """Return the collector of a model that was not given another: each month's events, in all and by institution.

    Columns of the model are totals of the reported places, as in the run's result. Columns of agents are what an institution
    answers for, also where it is simulated and not reported. Both count people: thinned ones stand for those left out.
    """
    return mesa.DataCollector(
        model_reporters={"month": partial(_month), "seed": "seed"}
        | {TOTAL + event: partial(_total, event=number) for number, event in enumerate(EVENTS)},
        agent_reporters={"kind": "kind", "name": "name"}
        | {event: partial(_of_institution, event=event) for event in EVENTS},
    )


def _month(model: EnforcementModel) -> str:
    """Return the month that the last simulated day lies in, such as ``2012-05``."""
    return f"{model.world.clock.date_of(model.engine.day - 1):%Y-%m}"


def _total(model: EnforcementModel, event: int) -> int:
    return int(model.engine.ledger.last_month[model.world.reported, event].sum()) * model.world.thin


def _of_institution(institution: Institution, event: str) -> int:
    return institution.last_month(event)


class AgentsByType(Mapping[type, "AgentSet[Any]"]):
    """Mesa's sets of agents by type; a class gives the agents of its subclasses, too.

    Parameters
    ----------
    exact
        Mesa's own mapping, by the very class of each agent. Iteration and length are its own.
    everybody
        All agents.
    """

    def __init__(self, exact: Mapping[type, AgentSet[Any]], everybody: AgentSet[Any]) -> None:
        self._exact = exact
        self._everybody = everybody

    def __getitem__(self, kind: type) -> AgentSet[Any]:
        """Return the agents of a class and its subclasses.

        Raises
        ------
        KeyError
            If there are none.
        """
        found = [agents for each, agents in self._exact.items() if issubclass(each, kind)]
        if not found:
            raise KeyError(kind)
        return found[0] if len(found) == 1 else self._everybody.select(agent_type=kind)

    def __iter__(self) -> Iterator[type]:
        return iter(self._exact)

    def __len__(self) -> int:
        return len(self._exact)


def _agents_of(kind: type[Institution], doc: str) -> property:
    """Return a property of a model: the agents of a class and its subclasses; empty where there are none."""

    def found(model: EnforcementModel) -> AgentSet[Any]:
        found = model.agents_by_type.get(kind)
        return model.agents.select(agent_type=kind) if found is None else found

    return property(found, doc=doc)


class EnforcementModel(WorldModel):
    """Jurisdictions, jails, field offices, states and headquarters over the compiled engine.

    Parameters
    ----------
    scenario
        A scenario without a sweep, the name of a shipped one, or the path of a file.
    seed
        The run's seed, a whole number from 0 to 2**63 - 1. The scenario's own if left out; a new one for None, as in Mesa.
    rng
        Mesa's name for the seed; give one of the two.
    record
        Record every decision about everybody, and every event, to look into single bookings afterwards (``arrestees``): of
        a few counties, since a booking takes about a kilobyte. A ``Recorder`` records chosen bookings, or events alone.
    agent_classes
        Classes of your own for institutions, by kind (``institutions.KINDS``): ``{"jurisdiction": MyCounty}``.
    collect
        Collect the events of each month when it ends, with ``datacollector``. Without it the collector has no reporters.
    settings
        Addresses of the scenario to set, as ``Scenario.with_`` takes them: ``**{"detainer.hold_hours": 96}``.

    Attributes
    ----------
    datacollector : mesa.DataCollector
        Collects at the end of each counted month; may be replaced by another before the first step.
    engine : Engine
        The arrays and the compiled day.
    headquarters : Headquarters
    field_offices, states, jurisdictions, jails, prisons : AgentSet
        Institutions by kind, with Mesa's habits (``select``, ``groupby``, ``agg``, ``do``).
    mesa_scenario : mesa.experimental.scenarios.Scenario
        What Mesa itself keeps of the seed; ``scenario`` is this package's.

    Raises
    ------
    InputError
        If the scenario cannot be read, or the seed, a setting or a class is not possible.
    ValueError
        If the scenario still has a sweep: a model is one world.

    Examples
    --------
    >>> from datetime import date
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"scope": {"counties": ["10001"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> model = EnforcementModel("baseline", seed=1, **january)
    >>> model.step()
    >>> model.jurisdictions.select(lambda county: county.shares_prints).to_list()[0].name
    'Kent County'

    Institutions and places:

    >>> sorted(state.postal for state in model.states), len(model.field_offices)
    (['DE', 'PA', 'WV'], 1)
    >>> len(model.jails) > 0, len(model.prisons)
    (True, 3)
    >>> model.agents_by_type[type(model.headquarters)].to_list() == [model.headquarters]
    True
    >>> model.network.has_edge("10001", "10003"), model.place_names[0]
    (True, 'Kent County, DE')
    >>> model.end_agreement(row=0)
    >>> int(model.ended.sum()), model.rules[model.rule_number("honour-none", "honour")].id
    (1, 'honour-none')

    Days, and what was counted:

    >>> (model.today - model.start_time.date()).days, model.scenario.period_end
    (1, datetime.date(2012, 1, 31))
    >>> model.engine.day - model.first_step_day
    1
    >>> model.engine_day_number() == (model.today - date(2000, 1, 1)).days
    True
    >>> model.run_model()
    >>> int(model.result().array("booked")) > 0
    True
    >>> short = EnforcementModel("baseline", seed=1, record=True, **january, **{"start.warm_days": 0})
    >>> result = short.run()
    >>> len(short.arrestees) > 0
    True
    """

    def __init__(
        self,
        scenario: Scenario | str | PathLike[str] = "baseline",
        seed: Seed = SCENARIO,
        record: bool | Recorder = False,
        *,
        rng: Seed = SCENARIO,
        agent_classes: Mapping[str, type[Institution]] | None = None,
        collect: bool = True,
        **settings: Any,
    ) -> None:
        resolved, classes = scenario_of(scenario, settings), classes_of(agent_classes)
        super().__init__(resolved, seed_of(resolved, seed, rng), Recorder() if record is True else record or None)
        self.headquarters = classes["headquarters"](self, self.world.settings)
        self._make_institutions(classes)
        if agent_classes or any(self.scenario.parameters[address] for address in RESPONSES):
            self._schedule_decisions()
        self.datacollector = default_collector() if collect else mesa.DataCollector()
        self._simulate_history()

    def __repr__(self) -> str:
        """Return the scenario, the seed, the day and the number of counties in one line."""
        where = f"{len(self.jurisdictions)} counties, {self.today} is next"
        return f"{type(self).__name__}({self.scenario.name}, seed {self.seed}: {where})"

    def _repr_html_(self) -> str:
        """Show in a notebook what is simulated, how far it is, and the institutions by kind."""
        rows = tuple((kind.replace("_", " "), f"{len(getattr(self, kind)):,}") for kind in AGENT_KINDS)
        lines = [*made_of(self.scenario.resolved(), f"seed {self.seed}"), f"The next step simulates {self.today}."]
        title = f"Model of {self.scenario.name}: {self.scenario.title}"
        return page(title, lines, Table(("Institutions", "Number"), rows).html(), [SIMULATED])

    def _simulate_history(self) -> None:
        """Simulate the days before the warm start, on which nothing is counted and institutions only follow history."""
        while self.engine.day < self.first_step_day:
            self.headquarters.apply(self.engine.day)
            self.headquarters.look_on()
            self.engine.step()

    def _make_institutions(self, classes: Mapping[str, type[Any]]) -> None:
        geography, places = self.world.geography, self.world.places
        for row in np.unique(places["office"]):
            classes["field_office"](self, int(row), geography.offices[row], float(self.world.office_shares[row]))
        for state in np.unique(places["state"]):
            classes["state"](self, np.flatnonzero(places["state"] == state), geography.states[state])
        for row in np.flatnonzero(places["is_prison"]):
            classes["prison"](self, int(row), geography.states[places["state"][row]])
        for row, county in enumerate(self.world.counties):
            name, fips = geography.names[county], f"{places['fips'][row]:05d}"
            made = classes["jurisdiction"](self, row, name, fips, geography.states[places["state"][row]].postal)
            beds = int(geography.counties.jail_beds[county])
            if beds:
                made.jail = classes["jail"](self, row, name, fips, beds)

    def _schedule_decisions(self) -> None:
        """Let institutions decide on the first of each month, half a tick before that day's step.

        A step at time t + 1 simulates day t after the first that has a step.
        """
        first = self.world.clock.first_counted_day
        while first < self.world.clock.days and self.world.clock.date_of(first).day != 1:
            first += 1
        if first < self.world.clock.days:
            start = first - self.first_step_day + BEFORE_THE_STEP
            schedule = Schedule(interval=_days_to_next_month, start=start)
            self.schedule_recurring(self._institutions_decide, schedule)

    def _institutions_decide(self) -> None:
        self.headquarters.apply(self.engine.day)
        honours_none = self.rule_number(DECLINES_ALL, "honour")
        self.declining = self.engine.places["honour_rule"] == honours_none  # before anybody decides
        self.headquarters.decide()
        self.field_offices.do("decide")  # before counties, whose rules they look at
        self.jurisdictions.do("decide")

    @property
    def agents_by_type(self) -> AgentsByType:
        """Agents by class: a class gives the agents of its subclasses, too."""
        return AgentsByType(super().agents_by_type, self.agents)

    field_offices = _agents_of(FieldOffice, "Field offices with a county in the run.")
    states = _agents_of(StateGovernment, "States with a county in the run.")
    jurisdictions = _agents_of(Jurisdiction, "Counties of the run, in the order of places.")
    jails = _agents_of(Jail, "Jails of the run; empty where no county has beds.")
    prisons = _agents_of(StatePrison, "State prisons of the run.")

    @cached_property
    def arrestees(self) -> Arrestees:
        """The followed bookings of a finished run, one by one; read only.

        Raises
        ------
        InputError
            If the model was not made with ``record``, or is not over.
        """
        return Arrestees(Records(self.engine), self.place_names)

    def step(self) -> None:
        """Simulate one day; at the end of a counted month, collect."""
        self.headquarters.apply(self.engine.day)
        for kind, agents in super().agents_by_type.items():
            if kind.step is not mesa.Agent.step:
                agents.do("step")
        self.headquarters.look_on()
        self.engine.step()
        if self.engine.closed:
            self.running = False
        if self.engine.day > self.world.clock.first_counted_day and (self.engine.closed or self.today.day == 1):
            self.datacollector.collect(self)

    def run_model(self, after_day: Callable[[EnforcementModel], None] | None = None) -> None:
        """Simulate every day that is left.

        Parameters
        ----------
        after_day
            Called with the model after each day, for a look at it; an exception from it ends the run.
        """
        while self.running:
            self.step()
            if after_day is not None:
                after_day(self)

    def run(self, after_day: Callable[[EnforcementModel], None] | None = None, keep_people: bool = True) -> Result:
        """Simulate every day that is left and return the result.

        Parameters
        ----------
        after_day
            As for :meth:`run_model`.
        keep_people
            Keep the engine's rows of people. Without them there is more memory for the tables.

        Returns
        -------
        Result
            What was counted in the period.

        Raises
        ------
        RuntimeError
            If ``after_day`` ended the run before its last day.
        """
        self.run_model(after_day)
        if not keep_people:
            self.engine.forget_people()
        return self.result()

    def result(self) -> Result:
        """Return what has been counted.

        Returns
        -------
        Result
            What was counted in the period.

        Raises
        ------
        RuntimeError
            Before the last day: a half-run world has no result.
        """
        if not self.engine.closed:
            left = self.world.clock.date_of(self.world.clock.days) - timedelta(days=1) - self.today
            raise RuntimeError(f"the run is not over: {left.days + 1} days are left")
        scenario = self.scenario.resolved()
        return result_of(self.engine.ledger, self.world, scenario, self.seed, engine_version(), self.ended_on)
