"""The simulated world under a Mesa model: what institutions may read and change of it.

:class:`~enforcement_sim.model.EnforcementModel` adds the institutions and the days to this class.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property

import mesa
import networkx as nx
import numpy as np

from enforcement_sim.law.rules import Rule
from enforcement_sim.places.build import build_world
from enforcement_sim.places.scope import NEVER
from enforcement_sim.process.engine import Engine, Inputs
from enforcement_sim.process.recorder import Recorder
from enforcement_sim.scenarios.schema import Scenario

AGREEMENT_FIELDS = ("officer_share", "interviews_a_day", "field_arrests_a_day", "field_share")
"""What a 287(g) agreement gives a place; all zero once a county or a review has ended it."""


class WorldModel(mesa.Model):  # type: ignore[misc]
    """Places, rules and the compiled engine of one run; :class:`EnforcementModel` documents the attributes."""

    def __init__(self, scenario: Scenario, seed: int, recorder: Recorder | None) -> None:
        self._resolved = scenario
        self.seed = seed
        super().__init__(rng=seed)
        self.world = world = build_world(scenario, seed)
        what_holds = (world.clock, world.places, world.offices.copy(), world.areas, world.values, world.rules)
        self.engine = Engine(seed, Inputs(*what_holds, world.thin, world.before), recorder)
        self.ended_on = np.full(world.places.size, NEVER)
        self.declining = np.zeros(world.places.size, bool)
        self._rule_numbers = {rule.id: number for number, rule in enumerate(world.rules)}

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
    def today(self) -> date:
        """The calendar day that the next step simulates."""
        return self.world.clock.date_of(self.engine.day)

    @property
    def start_time(self) -> datetime:
        """Midnight of the first day that a step simulates: the first of the warm start. History before it has no steps."""
        return datetime.combine(self.world.clock.date_of(self.first_step_day), datetime.min.time())

    @property
    def first_step_day(self) -> int:
        """The engine's day that the first step simulates."""
        return max(0, self.world.clock.first_counted_day - int(self.world.values["start.warm_days"]))

    def engine_day_number(self) -> int:
        """Return the days from 2000-01-01 to today, as keys count them.

        Returns
        -------
        int
            Days.
        """
        return self.world.clock.day_number(self.engine.day)

    @property
    def place_names(self) -> tuple[str, ...]:
        """Names of the run's places in their order: counties, and behind them state prisons."""
        geography = self.world.geography
        states = [geography.states[state] for state in self.world.places["state"]]
        counties = [f"{geography.names[row]}, {states[at].postal}" for at, row in enumerate(self.world.counties)]
        return (*counties, *(f"{state.name} state prisons" for state in states[len(counties) :]))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules by number."""
        return self.world.rules

    def rule_number(self, rule: str, decision: str) -> int:
        """Return a rule's number in the engine.

        Parameters
        ----------
        rule
            The rule's name, such as ``honour-none``.
        decision
            The decision that it has to answer, such as ``honour``.

        Returns
        -------
        int
            Its position in :attr:`rules`.

        Raises
        ------
        ValueError
            If no such rule answers the decision.
        """
        number = self._rule_numbers.get(rule, -1)
        if number < 0 or self.world.rules[number].decision != decision:
            raise ValueError(f"no rule {rule!r} answers {decision!r}")
        return number

    def end_agreement(self, row: int) -> None:
        """End a county's 287(g) agreement; what history lays down for it later no longer counts.

        Parameters
        ----------
        row
            The county's row in the engine's arrays of places.
        """
        for field in AGREEMENT_FIELDS:
            self.engine.places[field][row] = 0.0
        self.ended_on[row] = min(self.ended_on[row], self.engine.day)

    @property
    def ended(self) -> np.ndarray:
        """Whether each place's agreement was ended by a decision; bool array, shape (places,)."""
        return np.asarray(self.ended_on < NEVER)

    @cached_property
    def network(self) -> nx.Graph:
        """Which counties of the run share a boundary.

        Nodes are five-digit FIPS codes in the order of places, each with its ``county``, a ``Jurisdiction``.
        """
        network = nx.Graph()
        counties = self.agents.select(lambda agent: agent.kind == "jurisdiction")
        network.add_nodes_from((county.fips, {"county": county}) for county in counties)
        fips_of = dict(zip(self.world.counties.tolist(), network, strict=True))
        for county, fips in fips_of.items():
            near = (fips_of.get(each) for each in self.world.geography.neighbours(county).tolist())
            network.add_edges_from((fips, other) for other in near if other is not None)
        return network
