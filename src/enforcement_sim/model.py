"""One world as a Mesa model: one step is one day.

The order of a day, which reads from top to bottom in :meth:`EnforcementModel.step`: what the timeline lays down for
today comes into force; on the first of a month institutions decide; then the compiled engine books, screens, holds,
picks up and counts (``docs/process.md`` says exactly how). The model owns no people: they are rows of the engine.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from mesa.time import Schedule

from enforcement_sim.custody.compiled import engine_version
from enforcement_sim.custody.engine import Engine
from enforcement_sim.law.rules import Rule
from enforcement_sim.results import Result
from enforcement_sim.scenario.schema import Scenario
from enforcement_sim.scenario.seeds import check_seed
from enforcement_sim.tabulate import result_of
from enforcement_sim.world.build import build_world
from enforcement_sim.world.institutions import (
    AGREEMENT_FIELDS,
    DECLINES_ALL,
    FieldOffice,
    Headquarters,
    Institution,
    Jail,
    Jurisdiction,
    StateGovernment,
    StatePrison,
)
from enforcement_sim.world.places import NEVER

if TYPE_CHECKING:
    from mesa.agent import AgentSet

    from enforcement_sim.arrestees import Arrestees
    from enforcement_sim.custody.journal import Journal

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


def _journal() -> Journal:
    # What tells lives is a dozen modules that a run without them need not hold in memory.
    from enforcement_sim.custody.journal import Journal

    return Journal()


def _days_to_next_month(model: EnforcementModel) -> int:
    today = model.today
    return ((today.replace(day=1) + timedelta(days=32)).replace(day=1) - today).days


class EnforcementModel(mesa.Model):  # type: ignore[misc]
    """Jurisdictions, jails, field offices, states and headquarters over the compiled engine.

    Parameters
    ----------
    scenario
        Resolved and checked, without a sweep.
    seed
        The run's seed; the scenario's own if left out.
    lives
        Record every event of every followed person with its hour, and what stood at each place on each day, to look into
        single lives afterwards (``arrestees``); sixteen bytes an event, so for a part of the country.

    Attributes
    ----------
    engine : Engine
        The arrays and the compiled day.
    headquarters : Headquarters
    journal : Journal or None
        What stood on each day, where lives are recorded.
    field_offices, states, jurisdictions, jails, prisons : AgentSet
        Institutions by kind, with Mesa's habits (``select``, ``groupby``, ``agg``, ``do``).

    Raises
    ------
    ValueError
        If the scenario still has a sweep: a model is one world.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel, load_scenario
    >>> scenario = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10001"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> model = EnforcementModel(scenario, seed=1)
    >>> model.step()
    >>> model.jurisdictions.select(lambda county: county.shares_prints).to_list()[0].name
    'Kent County'
    """

    def __init__(self, scenario: Scenario, seed: int | None = None, lives: bool = False) -> None:
        if scenario.sweep or scenario.design is not None:
            raise ValueError("a model is one world: take one of scenario.points(), or scenario.bare")
        self.seed = scenario.seed if seed is None else check_seed(int(seed))
        self._scenario_resolved = scenario
        super().__init__(rng=self.seed)
        self.world = build_world(scenario, self.seed)
        world = self.world
        self.engine = Engine(
            self.seed,
            world.clock,
            world.places,
            world.offices,
            world.areas,
            world.values,
            world.rules,
            world.thin,
            lives,
        )
        self.journal = _journal() if lives else None
        self._arrestees: Arrestees | None = None
        self._rule_numbers = {rule.id: number for number, rule in enumerate(world.rules)}
        self.ended_on = np.full(world.places.size, NEVER)
        self.headquarters = Headquarters(self, world.settings)
        self._rows_of_counties = np.full(world.geography.counties.size, -1)
        self._rows_of_counties[world.counties] = np.arange(world.counties.size)
        self._declining = np.zeros(world.places.size, bool)
        self._make_institutions()
        self._schedule_decisions()

    def _make_institutions(self) -> None:
        geography, places = self.world.geography, self.world.places
        simulated = np.unique(places["office"])
        for row in simulated:
            FieldOffice(self, int(row), geography.offices[row], float(self.world.office_shares[row]))
        for state in np.unique(places["state"]):
            StateGovernment(self, geography.states[state])
        for row in np.flatnonzero(places["is_prison"]):
            StatePrison(self, int(row), geography.states[places["state"][row]])
        for row, county in enumerate(self.world.counties):
            name, fips = geography.names[county], f"{places['fips'][row]:05d}"
            Jurisdiction(self, row, name, fips, geography.states[places["state"][row]].postal)
            beds = int(geography.counties.jail_beds[county])
            if beds:
                Jail(self, row, name, fips, beds)

    def _schedule_decisions(self) -> None:
        """Let institutions decide on the first of each month, half a tick before that day's step.

        A step at time t + 1 simulates day t. Where no scenario asks for responses nothing is scheduled.
        """
        if not any(self.scenario.parameters[address] for address in RESPONSES):
            return
        first = self.world.clock.first_counted_day
        while first < self.world.clock.days and self.world.clock.date_of(first).day != 1:
            first += 1
        if first < self.world.clock.days:
            schedule = Schedule(interval=_days_to_next_month, start=first + BEFORE_THE_STEP)
            self.schedule_recurring(self._institutions_decide, schedule)

    def _institutions_decide(self) -> None:
        self.headquarters.apply(self.engine.day)
        honours_none = self.rule_number(DECLINES_ALL, "honour")
        self._declining = self.engine.places["honour_rule"] == honours_none  # before anybody decides
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

    def counties_of_office(self, office: int) -> np.ndarray:
        """Return the rows of the counties in a field office's area; prisons are not among them."""
        places = self.engine.places
        return np.flatnonzero((places["office"] == office) & (places["is_prison"] == 0))

    def share_of_neighbours_declining(self, row: int) -> float:
        """Return the share of a county's neighbours in the run that declined all detainers as the month began."""
        neighbours = self._rows_of_counties[self.world.geography.neighbours(self.world.counties[row])]
        neighbours = neighbours[neighbours >= 0]
        return float(self._declining[neighbours].mean()) if neighbours.size else 0.0

    @property
    def scenario(self) -> Scenario:
        """The resolved scenario."""
        return self._scenario_resolved

    @scenario.setter
    def scenario(self, _: object) -> None:
        # Mesa assigns a general scenario of its own while a model is built; this model has been given one.
        return

    def _of_type(self, kind: type[Institution]) -> AgentSet[Any]:
        return self.agents_by_type[kind]

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
        """Jails of the run."""
        return self._of_type(Jail)

    @property
    def prisons(self) -> AgentSet[Any]:
        """State prisons of the run."""
        return self._of_type(StatePrison)

    @property
    def arrestees(self) -> Arrestees:
        """The followed bookings of a finished run, one by one; read only.

        Raises
        ------
        InputError
            If the model was not made with ``lives=True``, or is not over.
        """
        if self._arrestees is None:
            from enforcement_sim.arrestees import Arrestees
            from enforcement_sim.custody.lives import Lives

            self._arrestees = Arrestees(Lives(self.engine, self.journal), self.place_names)
        return self._arrestees

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
        """Simulate one day."""
        self.headquarters.apply(self.engine.day)
        self.headquarters.look_on()
        self.engine.step()
        if self.journal is not None:
            self.journal.note(self.engine.places, self.engine.offices)
        if self.engine.closed:
            self.running = False

    def run(self) -> Result:
        """Simulate every day that is left and return the result."""
        while not self.engine.closed:
            self.step()
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
