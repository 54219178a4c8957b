"""One world as a Mesa model: one step is one day.

The order of a day, which reads from top to bottom in :meth:`EnforcementModel.step`: what the timeline lays down for
today comes into force; on the first of a month institutions decide; then the compiled engine books, screens, holds,
picks up and counts (``docs/process.md`` says exactly how). The model owns no people: they are rows of the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from mesa.time import Schedule

from enforcement_sim.law.rules import Rule
from enforcement_sim.model.collector import default_collector
from enforcement_sim.model.counties import Jail, Jurisdiction, county_network
from enforcement_sim.model.institutions import (
    AGREEMENT_FIELDS,
    DECLINES_ALL,
    FieldOffice,
    Institution,
    StateGovernment,
    StatePrison,
)
from enforcement_sim.model.kinds import AgentsByType, classes_of
from enforcement_sim.model.made_from import SCENARIO, Seed, scenario_of, seed_of
from enforcement_sim.places.build import build_world
from enforcement_sim.places.places import NEVER
from enforcement_sim.process.engine import Engine, Inputs
from enforcement_sim.process.jit import engine_version
from enforcement_sim.process.recorder import Recorder
from enforcement_sim.results.result import Result
from enforcement_sim.results.tabulate import result_of
from enforcement_sim.scenarios.schema import Scenario

if TYPE_CHECKING:
    import networkx as nx
    from mesa.agent import AgentSet

    from enforcement_sim.model.arrestees import Arrestees

__all__ = ["EnforcementModel"]

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
    today = model.today
    return ((today.replace(day=1) + timedelta(days=32)).replace(day=1) - today).days


class EnforcementModel(mesa.Model):  # type: ignore[misc]
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
        Classes of your own for institutions, by kind (``kinds.KINDS``): ``{"jurisdiction": MyCounty}``.
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
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"scope": {"counties": ["10001"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> model = EnforcementModel("baseline", seed=1, **january)
    >>> model.step()
    >>> model.jurisdictions.select(lambda county: county.shares_prints).to_list()[0].name
    'Kent County'
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
        self._resolved = scenario_of(scenario, settings)
        self.seed = seed_of(self._resolved, seed, rng)
        classes = classes_of(agent_classes)
        super().__init__(rng=self.seed)
        self.world = world = build_world(self._resolved, self.seed)
        inputs = Inputs(world.clock, world.places, world.offices, world.areas, world.values, world.rules, world.thin)
        self.engine = Engine(self.seed, inputs, Recorder() if record is True else record or None)
        self._rule_numbers = {rule.id: number for number, rule in enumerate(world.rules)}
        self.ended_on = np.full(world.places.size, NEVER)
        self.declining = np.zeros(world.places.size, bool)
        self.headquarters = classes["headquarters"](self, world.settings)
        self._make_institutions(classes)
        if agent_classes or any(self.scenario.parameters[address] for address in RESPONSES):
            self._schedule_decisions()
        self.datacollector = default_collector() if collect else mesa.DataCollector()

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

        A step at time t + 1 simulates day t.
        """
        first = self.world.clock.first_counted_day
        while first < self.world.clock.days and self.world.clock.date_of(first).day != 1:
            first += 1
        if first < self.world.clock.days:
            schedule = Schedule(interval=_days_to_next_month, start=first + BEFORE_THE_STEP)
            self.schedule_recurring(self._institutions_decide, schedule)

    def _institutions_decide(self) -> None:
        self.headquarters.apply(self.engine.day)
        honours_none = self.rule_number(DECLINES_ALL, "honour")
        self.declining = self.engine.places["honour_rule"] == honours_none  # before anybody decides
        self.headquarters.decide()
        self.field_offices.do("decide")  # before counties, whose rules they look at
        self.jurisdictions.do("decide")

    def end_agreement(self, row: int) -> None:
        """End a county's 287(g) agreement; what history lays down for it later no longer counts."""
        for field in AGREEMENT_FIELDS:
            self.engine.places[field][row] = 0.0
        self.ended_on[row] = min(self.ended_on[row], self.engine.day)

    @property
    def ended(self) -> np.ndarray:
        """Whether each place's agreement was ended by a decision; bool, shape (places,)."""
        ended: np.ndarray = self.ended_on < NEVER
        return ended

    @cached_property
    def network(self) -> nx.Graph:
        """Which counties of the run share a boundary, as :func:`county_network` says; made when it is first asked for."""
        return county_network(self)

    @property
    def scenario(self) -> Scenario:
        """The resolved scenario. Another one needs another model."""
        return self._resolved

    @scenario.setter
    def scenario(self, general: object) -> None:
        if hasattr(self, "world"):
            raise AttributeError("a model keeps the scenario that it was made with: make another model")
        self.mesa_scenario = general  # Mesa assigns it while a model is made

    @property
    def agents_by_type(self) -> AgentsByType:
        """Agents by class: a class gives the agents of its subclasses, too."""
        return AgentsByType(super().agents_by_type, self.agents)

    def _of_type(self, kind: type[Institution]) -> AgentSet[Any]:
        found = self.agents_by_type.get(kind)
        return self.agents.select(agent_type=kind) if found is None else found

    @property
    def field_offices(self) -> AgentSet[Any]:
        """Field offices with a county in the run."""
        return self._of_type(FieldOffice)

    @property
    def states(self) -> AgentSet[Any]:
        """States with a county in the run."""
        return self._of_type(StateGovernment)

    @property
    def jurisdictions(self) -> AgentSet[Any]:
        """Counties of the run, in the order of places."""
        return self._of_type(Jurisdiction)

    @property
    def jails(self) -> AgentSet[Any]:
        """Jails of the run; empty where no county has beds."""
        return self._of_type(Jail)

    @property
    def prisons(self) -> AgentSet[Any]:
        """State prisons of the run."""
        return self._of_type(StatePrison)

    @cached_property
    def arrestees(self) -> Arrestees:
        """The followed bookings of a finished run, one by one; read only.

        Raises
        ------
        InputError
            If the model was not made with ``record``, or is not over.
        """
        from enforcement_sim.model.arrestees import Arrestees
        from enforcement_sim.process.histories import Records

        return Arrestees(Records(self.engine), self.place_names)

    @property
    def place_names(self) -> tuple[str, ...]:
        """Names of the run's places in their order: counties, and behind them state prisons."""
        geography = self.world.geography
        states = [geography.states[state] for state in self.world.places["state"]]
        counties = [f"{geography.names[row]}, {states[at].postal}" for at, row in enumerate(self.world.counties)]
        return (*counties, *(f"{state.name} state prisons" for state in states[len(counties) :]))

    @property
    def today(self) -> date:
        """The calendar day that the next step simulates."""
        return self.world.clock.date_of(self.engine.day)

    @property
    def start_time(self) -> datetime:
        """Midnight of the first simulated day, the warm start included."""
        return datetime.combine(self.world.clock.start, datetime.min.time())

    def engine_day_number(self) -> int:
        """Days from 2000-01-01 to today, as keys count them."""
        return self.world.clock.day_number(self.engine.day)

    def rule_number(self, rule: str, decision: str) -> int:
        """Return a rule's number in the engine.

        Raises
        ------
        ValueError
            If no such rule answers the decision.
        """
        number = self._rule_numbers.get(rule, -1)
        if number < 0 or self.world.rules[number].decision != decision:
            raise ValueError(f"no rule {rule!r} answers {decision!r}")
        return number

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules by number."""
        return self.world.rules

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
        """
        self.run_model(after_day)
        if not keep_people:
            self.engine.forget_people()
        return self.result()

    def result(self) -> Result:
        """Return what has been counted.

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
