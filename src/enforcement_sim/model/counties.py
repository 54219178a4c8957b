"""Counties and their jails as agents, and the network of counties that share a boundary."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import networkx as nx

from enforcement_sim.model.institutions import DECLINES_ALL, Institution
from enforcement_sim.places.history import InstitutionKind
from enforcement_sim.process.rng import Purpose, institution_luck, uniform

if TYPE_CHECKING:
    from enforcement_sim.model.model import EnforcementModel

__all__ = ["Jail", "Jurisdiction", "county_network"]

PER_HUNDRED = 100.0
RULING_OF_MARCH_2014 = date(2014, 3, 4)
"""Galarza v. Szalczyk, 745 F.3d 634 (3d Cir. 2014): a detainer is a request, which a county may decline."""
RULING_OF_APRIL_2014 = date(2014, 4, 11)
"""Miranda-Olivares v. Clackamas County, D. Or.: a hold without probable cause violates the Fourth Amendment."""


class Jurisdiction(Institution):
    """A county: shares prints or not, has 287(g) officers or not, honours detainers by its rule.

    Attributes
    ----------
    row : int
        Its place in the engine's arrays.
    fips, state : str
        Five-digit code, and the state's postal code.
    jail : Jail or None
        None where the county has no beds.
    """

    kind = "jurisdiction"

    def __init__(self, model: EnforcementModel, row: int, name: str, fips: str, state: str) -> None:
        super().__init__(model, name, row)
        self.row = row
        self.fips = fips
        self.state = state
        self.jail: Jail | None = None

    def _get(self, field: str) -> Any:
        return self.model.engine.places[field][self.row]

    @property
    def shares_prints(self) -> bool:
        """Whether Secure Communities is active here."""
        return bool(self._get("sharing"))

    @property
    def has_officers(self) -> bool:
        """Whether a 287(g) agreement for the jail is in force."""
        return float(self._get("officer_share")) > 0.0

    @property
    def has_agreement(self) -> bool:
        """Whether a 287(g) agreement is in force, for the jail or for a task force."""
        return self.has_officers or float(self._get("field_arrests_a_day")) > 0.0

    @property
    def honours(self) -> str:
        """Name of the rule by which the jail honours detainers."""
        return self.model.engine.rules[int(self._get("honour_rule"))].id

    @honours.setter
    def honours(self, rule: str) -> None:
        self.model.engine.places["honour_rule"][self.row] = self.model.rule_number(rule, "honour")

    @property
    def declines_all(self) -> bool:
        """Whether the jail declines every detainer."""
        return self.honours == DECLINES_ALL

    @property
    def believes_bound(self) -> bool:
        """Whether the county takes detainers for orders, as many did before the ruling of March 2014."""
        luck = institution_luck(self.model.seed, InstitutionKind.JURISDICTION, int(self.fips), 0)
        share = self.model.scenario.parameters["institutions.believes_binding_share"]
        return bool(uniform(luck, Purpose.BELIEVES) < share)

    @property
    def neighbours(self) -> list[Jurisdiction]:
        """Counties of the run that share a boundary with this one, by ``model.network``."""
        network = self.model.network
        return [network.nodes[fips]["county"] for fips in network[self.fips]]

    def share_of_neighbours_declining(self) -> float:
        """Return the share of the neighbours in the run that declined all detainers as the month began."""
        rows = [county.row for county in self.neighbours]
        return float(self.model.declining[rows].mean()) if rows else 0.0

    def federal_effort(self) -> float:
        """Detainers for each hundred bookings of the month before."""
        booked = self.last_month("booked")
        return PER_HUNDRED * self.last_month("detainer_issued") / booked if booked else 0.0

    def refusal_hazard(self) -> float:
        """Probability that the county begins to decline all detainers this month, by what stood at its beginning."""
        values = self.model.scenario.parameters
        if self.believes_bound and self.model.today < RULING_OF_MARCH_2014:
            return 0.0
        hazard = values["institutions.county_refusal_hazard"]
        weight = values["institutions.refusal_neighbour_weight"]
        if hazard and weight:
            hazard *= 1.0 + weight * self.share_of_neighbours_declining()
        if self.model.today >= RULING_OF_APRIL_2014:
            hazard += values["institutions.court_shock_hazard"]
        return float(min(1.0, hazard))

    def decide(self) -> None:
        """Begin to decline detainers, or end the 287(g) agreement, each with the month's hazard; change own effort."""
        values = self.model.scenario.parameters
        response, limit = (values[f"institutions.county_effort_{part}"] for part in ("response", "limit"))
        if response:
            change = response * self.federal_effort()
            self.model.engine.places["arrest_change"][self.row] = max(-limit, min(limit, change))
        day = self.model.engine_day_number()
        luck = institution_luck(self.model.seed, InstitutionKind.JURISDICTION, int(self.fips), day)
        if not self.declines_all and uniform(luck, Purpose.REFUSAL) < self.refusal_hazard():
            self.honours = DECLINES_ALL
        leaves = values["institutions.exit_hazard"]
        if self.has_agreement and self.shares_prints and uniform(luck, Purpose.EXIT) < leaves:
            self.model.end_agreement(self.row)


class Jail(Institution):
    """A county's jail."""

    kind = "jail"

    def __init__(self, model: EnforcementModel, row: int, name: str, fips: str, beds: int) -> None:
        super().__init__(model, name, row)
        self.row = row
        self.fips = fips
        self.beds = beds

    @property
    def inmates(self) -> int:
        """People in the jail now; multiply by the run's thinning for the real number."""
        return int(self.model.engine.places["inmates"][self.row])


def county_network(model: EnforcementModel) -> nx.Graph:
    """Return which counties of a run share a boundary.

    Nodes are five-digit FIPS codes in the order of places, each with its ``county``, a :class:`Jurisdiction`.
    """
    geography, network = model.world.geography, nx.Graph()
    network.add_nodes_from((county.fips, {"county": county}) for county in model.jurisdictions)
    fips_of = dict(zip(model.world.counties.tolist(), network, strict=True))
    for county, fips in fips_of.items():
        near = (fips_of.get(each) for each in geography.neighbours(county).tolist())
        network.add_edges_from((fips, other) for other in near if other is not None)
    return network
