"""Counties, which decide whom their jails hold and end agreements, and their jails."""

from __future__ import annotations

from datetime import date
from typing import Any

from enforcement_sim.model.institution import Institution
from enforcement_sim.model.world_model import WorldModel
from enforcement_sim.places.history import InstitutionKind
from enforcement_sim.process.rng import Draw, institution_stream, uniform

DECLINES_ALL = "honour-none"
HONOURS_ALL = "honour-all"
PER_HUNDRED = 100.0
RULING_OF_MARCH_2014 = date(2014, 3, 4)
"""Galarza v. Szalczyk, 745 F.3d 634 (3d Cir. 2014): a detainer is a request, which a county may decline."""
RULING_OF_APRIL_2014 = date(2014, 4, 11)
"""Miranda-Olivares v. Clackamas County, D. Or.: a hold without probable cause violates the Fourth Amendment."""


class Jurisdiction(Institution):
    """A county: shares prints or not, has 287(g) officers or not, honours detainers by its rule.

    Parameters
    ----------
    model : WorldModel
        The model that it belongs to.
    row, name, fips, state
        As the attributes of these names; ``name`` as of every institution.

    Attributes
    ----------
    row : int
        Its row in the engine's arrays of places.
    fips, state : str
        Five-digit code, and the state's postal code.
    jail : Jail or None
        None where the county has no beds.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"ensemble": 0, "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> model = EnforcementModel("baseline", seed=1, **january)
    >>> model.step()
    >>> county = model.jurisdictions.select(lambda one: one.fips == "10003").to_list()[0]
    >>> county.name, county.shares_prints, county.has_agreement, county.has_officers
    ('New Castle County', True, False, False)
    >>> county.honours, county.declines_all
    ('honour-all', False)
    >>> county.honours = "honour-none"
    >>> county.declines_all, county.believes_bound in (True, False)
    (True, True)
    >>> "Kent County" in [other.name for other in county.neighbours]
    True
    >>> county.share_of_neighbours_declining(), county.federal_effort(), county.refusal_hazard()
    (0.0, 0.0, 0.0)
    >>> county.decide()
    """

    kind = "jurisdiction"

    def __init__(self, model: WorldModel, row: int, name: str, fips: str, state: str) -> None:
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
        """Name of the rule by which the jail honours detainers; another that is assigned counts from the next step."""
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
        stream = institution_stream(self.model.seed, InstitutionKind.JURISDICTION, int(self.fips), 0)
        share = self.model.scenario.parameters["institutions.believes_binding_share"]
        return bool(uniform(stream, Draw.BELIEVES.value) < share)

    @property
    def neighbours(self) -> list[Jurisdiction]:
        """Counties of the run that share a boundary with this one, by ``model.network``."""
        network = self.model.network
        return [network.nodes[fips]["county"] for fips in network[self.fips]]

    def share_of_neighbours_declining(self) -> float:
        """Return the share of the neighbours in the run that declined all detainers as the month began.

        Returns
        -------
        float
            0 to 1; 0 without neighbours in the run.
        """
        rows = [county.row for county in self.neighbours]
        return float(self.model.declining[rows].mean()) if rows else 0.0

    def federal_effort(self) -> float:
        """Return the detainers for each hundred bookings of the month before.

        Returns
        -------
        float
            Detainers in 100 bookings; 0 where nobody was booked.
        """
        booked = self.last_month("booked")
        return PER_HUNDRED * self.last_month("detainer_issued") / booked if booked else 0.0

    def refusal_hazard(self) -> float:
        """Return the probability that the county begins to decline all detainers this month.

        Returns
        -------
        float
            0 to 1 a month.
        """
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
        """Begin to decline detainers, or end the 287(g) agreement, each with the month's hazard; change own effort.

        Raises
        ------
        ValueError
            If the rulebook has no rule by which every detainer is declined.
        """
        values = self.model.scenario.parameters
        response, limit = (values[f"institutions.county_effort_{part}"] for part in ("response", "limit"))
        if response:
            change = response * self.federal_effort()
            self.model.engine.places["arrest_change"][self.row] = max(-limit, min(limit, change))
        day = self.model.engine_day_number()
        stream = institution_stream(self.model.seed, InstitutionKind.JURISDICTION, int(self.fips), day)
        if not self.declines_all and uniform(stream, Draw.REFUSAL.value) < self.refusal_hazard():
            self.honours = DECLINES_ALL
        leaves = values["institutions.exit_hazard"]
        if self.has_agreement and self.shares_prints and uniform(stream, Draw.EXIT.value) < leaves:
            self.model.end_agreement(self.row)


class Jail(Institution):
    """A county's jail.

    Parameters
    ----------
    model : WorldModel
        The model that it belongs to.
    row, name, fips, beds
        As the attributes of these names; ``name`` as of every institution.

    Attributes
    ----------
    row : int
        Its row in the engine's arrays of places.
    fips : str
        Five-digit code of the county.
    beds : int
        Beds of the real jail.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"ensemble": 0, "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> model = EnforcementModel("baseline", seed=1, **january)
    >>> model.step()
    >>> jail = model.jails.select(lambda one: one.fips == "10003").to_list()[0]
    >>> jail.beds > 0, jail.inmates > 0
    (True, True)
    """

    kind = "jail"

    def __init__(self, model: WorldModel, row: int, name: str, fips: str, beds: int) -> None:
        super().__init__(model, name, row)
        self.row = row
        self.fips = fips
        self.beds = beds

    @property
    def inmates(self) -> int:
        """People in the jail now; multiply by the run's thinning for the real number."""
        return int(self.model.engine.places["inmates"][self.row])
