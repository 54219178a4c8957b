"""Headquarters, which apply history day by day, and ICE's field offices, which decide whom to come for."""

from __future__ import annotations

import numpy as np

from enforcement_sim.law.adherence import shifted
from enforcement_sim.model.county_institutions import HONOURS_ALL
from enforcement_sim.model.institution import Institution
from enforcement_sim.model.review import Review
from enforcement_sim.model.world_model import AGREEMENT_FIELDS, WorldModel
from enforcement_sim.places.geography import Office
from enforcement_sim.places.history import Setting


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
