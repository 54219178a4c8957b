"""Institutions as Mesa agents: headquarters, field offices, states and their prisons. Counties are in ``counties``.

Each is a handle on its row of the engine's arrays: reading ``jurisdiction.honours`` reads the row, setting it changes
what the compiled clock does the next day, and nothing is copied. Institutions apply what history, or a scenario,
lays down for a day, and decide on the first of each month where a scenario, or a class of the user's own, lets them.
They never see a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import mesa
import numpy as np

from enforcement_sim.codes import EVENTS
from enforcement_sim.model.review import Review
from enforcement_sim.places.geography import Office, State
from enforcement_sim.places.history import Setting
from enforcement_sim.places.offices import shifted

if TYPE_CHECKING:
    from enforcement_sim.model import EnforcementModel

__all__ = ["FieldOffice", "Headquarters", "Institution", "StateGovernment", "StatePrison"]

EVENT_NUMBERS = {event: number for number, event in enumerate(EVENTS)}
DECLINES_ALL = "honour-none"
AGREEMENT_FIELDS = ("officer_share", "interviews_a_day", "field_arrests_a_day", "field_share")
"""What a 287(g) agreement gives a place; all zero once a county or a review has ended it."""
HONOURS_ALL = "honour-all"


class Institution(mesa.Agent):  # type: ignore[misc]
    """What decides. ``decide`` is called on the first of each month; most institutions then do nothing.

    A subclass may also have Mesa's ``step``, which is then called on every day before the people of that day.

    Attributes
    ----------
    kind : str
        The kind's name in ``agent_classes``.
    name : str
    rows : int or int array
        Rows of the places that the institution answers for.
    """

    model: EnforcementModel
    kind: ClassVar[str]

    def __init__(self, model: EnforcementModel, name: str, rows: int | np.ndarray) -> None:
        super().__init__(model)
        self.name = name
        self.rows = rows

    def decide(self) -> None:
        """Take this month's decision."""

    def last_month(self, event: str) -> int:
        """Return how often an event happened here in the calendar month that ended last, in people.

        Parameters
        ----------
        event
            A word of ``codes.EVENTS``, such as ``"detainer_issued"``.
        """
        counts = self.model.engine.ledger.last_month[self.rows, EVENT_NUMBERS[event]]
        return int(counts if isinstance(self.rows, int) else counts.sum()) * self.model.world.thin


class Headquarters(Institution):
    """The national level: puts into force, day by day, what the timeline and the scenario lay down."""

    kind = "headquarters"

    def __init__(self, model: EnforcementModel, settings: tuple[Setting, ...]) -> None:
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
        """Put into force every setting due by a day of the run; returns how many there were."""
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
    """One of the 24 areas of responsibility, with its crews."""

    kind = "field_office"

    def __init__(self, model: EnforcementModel, row: int, office: Office, share: float) -> None:
        rows = np.flatnonzero(model.engine.places["office"] == row)
        super().__init__(model, office.name, rows)
        self.row = row
        self.code = office.code
        self.share_simulated = share
        self.counties = here = rows[model.engine.places["is_prison"][rows] == 0]
        self._ways = {field: model.engine.places[field][here].copy() for field in ("wanted_priority", "wanted_other")}
        self._beds = float(model.engine.offices["beds"][row])

    @property
    def pickups_a_day(self) -> float:
        """Pick-ups that the crews can make on a working day in the part of the area that is simulated."""
        return float(self.model.engine.offices["capacity"][self.row])

    @pickups_a_day.setter
    def pickups_a_day(self, value: float) -> None:
        self.model.engine.offices["capacity"][self.row] = value

    @property
    def cooperating_counties(self) -> np.ndarray:
        """For each county of the area, 1 where prints are shared and every detainer honoured, 0 elsewhere."""
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
    """A state or the District of Columbia. Its delays, where a scenario asks for them, are laid down beforehand."""

    kind = "state"

    def __init__(self, model: EnforcementModel, rows: np.ndarray, state: State) -> None:
        super().__init__(model, state.name, rows)
        self.postal = state.postal


class StatePrison(Institution):
    """The prisons of one state, as one place: people convicted of felonies wait there for ICE, some for years."""

    kind = "prison"

    def __init__(self, model: EnforcementModel, row: int, state: State) -> None:
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
