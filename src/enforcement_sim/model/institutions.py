"""Institutions as Mesa agents: headquarters, field offices, states and their prisons, counties and their jails.

Each is a handle on its row of the engine's arrays: reading ``jurisdiction.honours`` reads the row, setting it changes
what the compiled clock does the next day, and nothing is copied. Institutions apply what history, or a scenario,
lays down for a day, and decide on the first of each month where a scenario, or a class of the user's own, lets them.
They never see a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

import mesa
import numpy as np

from enforcement_sim.codes import EVENTS
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.adherence import shifted
from enforcement_sim.model.review import Review
from enforcement_sim.model.world_model import AGREEMENT_FIELDS, WorldModel
from enforcement_sim.places.geography import Office, State
from enforcement_sim.places.history import InstitutionKind, Setting
from enforcement_sim.process.rng import Draw, institution_stream, uniform

EVENT_NUMBERS = {event: number for number, event in enumerate(EVENTS)}
DECLINES_ALL = "honour-none"
HONOURS_ALL = "honour-all"
PER_HUNDRED = 100.0
RULING_OF_MARCH_2014 = date(2014, 3, 4)
"""Galarza v. Szalczyk, 745 F.3d 634 (3d Cir. 2014): a detainer is a request, which a county may decline."""
RULING_OF_APRIL_2014 = date(2014, 4, 11)
"""Miranda-Olivares v. Clackamas County, D. Or.: a hold without probable cause violates the Fourth Amendment."""


class Institution(mesa.Agent):  # type: ignore[misc]
    """What decides. ``decide`` is called on the first of each month; most institutions then do nothing.

    A subclass may also have Mesa's ``step``, which is then called on every day before the people of that day.

    Parameters
    ----------
    model : WorldModel
        The model that it belongs to.
    name : str
        As in :attr:`name`.
    rows : int or int array
        As in :attr:`rows`.

    Attributes
    ----------
    kind : str
        The kind's name in ``agent_classes``.
    name : str
        What it is called, such as ``Kent County``.
    rows : int or int array, shape (places answered for,)
        Rows of the places that the institution answers for.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"ensemble": 0, "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> class Cautious(Jurisdiction):
    ...     def decide(self) -> None:
    ...         if self.last_month("detainer_issued") > 100:
    ...             self.honours = "honour-none"
    ...         super().decide()
    >>> model = EnforcementModel("baseline", seed=1, agent_classes={"jurisdiction": Cautious}, **january)
    >>> model.step()
    >>> county = model.jurisdictions.to_list()[0]
    >>> county.decide()
    >>> county.kind, county.honours
    ('jurisdiction', 'honour-all')
    """

    model: WorldModel
    kind: ClassVar[str]

    def __init__(self, model: WorldModel, name: str, rows: int | np.ndarray) -> None:
        super().__init__(model)
        self.name = name
        self.rows = rows

    def decide(self) -> None:
        """Take this month's decision."""

    def last_month(self, event: str) -> int:
        """Return how often an event happened here in the calendar month that ended last.

        Parameters
        ----------
        event
            A word of ``codes.EVENTS``, such as ``"detainer_issued"``.

        Returns
        -------
        int
            People; multiplied back in a thinned run.
        """
        counts = self.model.engine.ledger.last_month[self.rows, EVENT_NUMBERS[event]]
        return int(counts if isinstance(self.rows, int) else counts.sum()) * self.model.world.thin


class Headquarters(Institution):
    """The national level: puts into force, day by day, what the timeline and the scenario lay down.

    Parameters
    ----------
    model : WorldModel
        The model that it belongs to.
    settings : tuple of Setting
        What is put into force, in the order of days.

    Attributes
    ----------
    review : Review or None
        The review of 287(g) agreements that the scenario asks for and that is still to come.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"ensemble": 0, "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> headquarters = EnforcementModel("baseline", seed=1, **january).headquarters
    >>> headquarters.apply(day=0) > 0, headquarters.apply(day=0)
    (True, 0)
    >>> headquarters.look_on()
    >>> headquarters.decide()
    >>> headquarters.review is None
    True
    """

    kind = "headquarters"

    def __init__(self, model: WorldModel, settings: tuple[Setting, ...]) -> None:
        super().__init__(model, "Headquarters", np.arange(model.engine.places.size))
        self._settings = settings
        self._next = 0
        self.review = Review.planned_for(model)

    def decide(self) -> None:
        """End the least productive 287(g) agreements, in the month of the review if there is one."""
        if self.review is not None and self.review.takes_effect(self.model.today):
            for row in self.review.least_productive():
                self.model.end_agreement(row)
            self.review = None

    def look_on(self) -> None:
        """Note what agreements have at work today, if a review will ask for it. Called on each day before its step."""
        if self.review is not None:
            self.review.note_day(self.model.today)

    def apply(self, day: int) -> int:
        """Put into force every setting due by a day of the run.

        Parameters
        ----------
        day
            Days since the first simulated day, from 0.

        Returns
        -------
        int
            How many settings there were.
        """
        before = self._next
        places = self.model.engine.places
        while self._next < len(self._settings) and self._settings[self._next].day <= day:
            setting = self._settings[self._next]
            rows, value = setting.places, setting.value
            if setting.field in AGREEMENT_FIELDS and self.model.ended.any():
                goes_on = ~self.model.ended[rows]
                rows, value = rows[goes_on], value[goes_on]
            places[setting.field][rows] = value
            self._next += 1
        return self._next - before


class FieldOffice(Institution):
    """One of the 24 areas of responsibility, with its crews.

    Parameters
    ----------
    model : WorldModel
        The model that it belongs to.
    row : int
        Its row in the engine's table of offices.
    office : Office
        Its name and code.
    share : float
        Share of its area that is simulated, 0 to 1, as ``share_simulated``.

    Attributes
    ----------
    row : int
        Its row in the engine's table of offices.
    code : str
        Three-letter code.
    share_simulated : float
        Share of the office's bookings that the run simulates, 0 to 1; its capacity is cut to it.
    counties : int array, shape (counties of the area,)
        Rows of the counties of the run that it serves.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"ensemble": 0, "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> office = EnforcementModel("baseline", seed=1, **january).field_offices.to_list()[0]
    >>> office.pickups_a_day *= 2
    >>> office.cooperating_counties.shape == office.counties.shape
    True
    >>> office.decide()
    """

    kind = "field_office"

    def __init__(self, model: WorldModel, row: int, office: Office, share: float) -> None:
        rows = np.flatnonzero(model.engine.places["office"] == row)
        super().__init__(model, office.name, rows)
        self.row = row
        self.code = office.code
        self.share_simulated = share
        self.counties = here = rows[model.engine.places["is_prison"][rows] == 0]
        self._ways = {field: model.engine.places[field][here].copy() for field in ("wanted_priority", "wanted_other")}
        self._beds = float(model.world.offices["beds"][row])  # the scenario's, also while history's are in force

    @property
    def pickups_a_day(self) -> float:
        """Pick-ups that the crews can make on a working day in the part of the area that is simulated."""
        return float(self.model.engine.offices["capacity"][self.row])

    @pickups_a_day.setter
    def pickups_a_day(self, value: float) -> None:
        self.model.engine.offices["capacity"][self.row] = value

    @property
    def cooperating_counties(self) -> np.ndarray:
        """For each county of the area, 1 where prints are shared and every detainer honoured, 0 elsewhere.

        An array of float64, shape (counties of the area,), in the order of ``counties``.

        Raises
        ------
        ValueError
            If the rulebook has no rule by which every detainer is honoured.
        """
        places = self.model.engine.places[self.counties]
        honours_all = self.model.rule_number(HONOURS_ALL, "honour")
        cooperates: np.ndarray = (places["sharing"] != 0) & (places["honour_rule"] == honours_all)
        return cooperates.astype(float)

    def decide(self) -> None:
        """Turn towards counties that cooperate, and let beds follow their use."""
        values = self.model.scenario.parameters
        effort = values["institutions.office_effort_logit"]
        here = self.counties
        if effort and here.size:
            places = self.model.engine.places
            cooperates = self.cooperating_counties
            weight = places["day_share"][here]
            log_odds = effort * (cooperates - float((cooperates * weight).sum() / weight.sum()))
            for field, shares in self._ways.items():
                both = zip(shares, log_odds, strict=True)
                places[field][here] = [shifted(float(share), float(each)) for share, each in both]
        response = values["institutions.beds_response"]
        office = self.model.engine.offices[self.row : self.row + 1]
        if response and self._beds > 0.0:
            use = float(office["in_custody"][0]) * self.model.world.thin / self._beds
            use /= values["institutions.beds_usual_use"]
            office["beds"] = max(0.0, self._beds * (1.0 + response * (use - 1.0)))


class StateGovernment(Institution):
    """A state or the District of Columbia. Its delays, where a scenario asks for them, are laid down beforehand.

    Parameters
    ----------
    model : WorldModel
        The model that it belongs to.
    rows : int array, shape (places of the state,)
        Rows of its places in the engine's arrays.
    state : State
        Its name and postal code.

    Attributes
    ----------
    postal : str
        Two-letter postal code.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"ensemble": 0, "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> states = EnforcementModel("baseline", seed=1, **january).states
    >>> sorted(state.postal for state in states)
    ['DE', 'PA', 'WV']
    """

    kind = "state"

    def __init__(self, model: WorldModel, rows: np.ndarray, state: State) -> None:
        super().__init__(model, state.name, rows)
        self.postal = state.postal


class StatePrison(Institution):
    """The prisons of one state, as one place: people convicted of felonies wait there for ICE, some for years.

    Parameters
    ----------
    model : WorldModel
        The model that it belongs to.
    row : int
        Its row in the engine's arrays of places.
    state : State
        Whose prisons they are.

    Attributes
    ----------
    row : int
        Its row in the engine's arrays of places.
    postal : str
        Two-letter postal code of the state.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"ensemble": 0, "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> model = EnforcementModel("baseline", seed=1, **january)
    >>> model.step()
    >>> prison = model.prisons.select(lambda one: one.postal == "DE").to_list()[0]
    >>> prison.prisoners > 0, prison.has_officers
    (True, True)
    """

    kind = "prison"

    def __init__(self, model: WorldModel, row: int, state: State) -> None:
        super().__init__(model, f"{state.name} state prisons", row)
        self.row = row
        self.postal = state.postal

    @property
    def prisoners(self) -> int:
        """People in prison now whom a programme may touch; multiply by the run's thinning for the real number."""
        return int(self.model.engine.places["inmates"][self.row])

    @property
    def has_officers(self) -> bool:
        """Whether a 287(g) agreement for the prison is in force."""
        return float(self.model.engine.places["officer_share"][self.row]) > 0.0


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


KINDS: Mapping[str, type[Institution]] = {
    each.kind: each for each in (Headquarters, FieldOffice, StateGovernment, StatePrison, Jurisdiction, Jail)
}
"""The class of each kind of institution where nothing else is asked for."""


def classes_of(own: Mapping[str, type[Institution]] | None) -> dict[str, type[Any]]:
    """Return the class of every kind, a user's own where there is one.

    Parameters
    ----------
    own
        Classes by kind, each a subclass of the kind's class in ``KINDS``.

    Raises
    ------
    InputError
        For an unknown kind, and for a class that is not a subclass of its kind's.

    Examples
    --------
    >>> class Quiet(Jurisdiction):
    ...     def decide(self) -> None:
    ...         pass
    >>> classes_of({"jurisdiction": Quiet})["jurisdiction"] is Quiet
    True
    """
    for kind, each in (own or {}).items():
        if kind not in KINDS:
            near = nearest_names(str(kind), KINDS)
            raise InputError(f"unknown kind {kind!r}", key="agent_classes", allowed=tuple(KINDS), nearest=near)
        if not (isinstance(each, type) and issubclass(each, KINDS[kind])):
            allowed = f"a subclass of {KINDS[kind].__name__}"
            raise InputError(f"found {each!r}", key=f"agent_classes.{kind}", allowed=allowed)
    return {**KINDS, **(own or {})}
