"""The review: which 287(g) agreements are the least productive, under each of four measures.

In 2012 ICE announced that it would end the least productive agreements and did not say by which measure. Here the twelve
months before a 1 October are looked at by any of four, and the counties with the lowest values lose their agreement.
What is counted is read from the ledger's list as it is folded; nothing is simulated for it.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.model.world_model import WorldModel
from enforcement_sim.places.agreements import officers_at_work
from enforcement_sim.places.geography import agreements, load_geography
from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.process.counts import event_codes
from enforcement_sim.results.dimensions import category_of_profile

MEASURES = ("none", "detainers", "level_1_or_2_share", "cost", "removals")
"""What ``institutions.review_measure`` numbers."""
DEFINITION = "ice-levels-2010"
COUNTED_LEVELS = ("level 1", "level 2")
FIRST_MONTH = 10
OF_287G = tuple(PROGRAMMES.index(name) for name in ("jail_287g", "task_force"))
DETAINER = EVENTS.index("detainer_issued")
LEAVING = tuple(EVENTS.index(name) for name in ("removed", "returned"))


class Review:
    """A look at the 287(g) agreements of twelve months, which takes effect on a 1 October.

    Parameters
    ----------
    model
        The world reviewed.
    measure
        Position in ``MEASURES``, from 1.

    Attributes
    ----------
    officer_days : float64 array, shape (places,)
        Days of officers' work since the twelve months began.
    detainers, at_level, left : int64 array, shape (places,)
        Detainers of people whom 287(g) found first; of those, at Level 1 or 2; people of these removed or returned.
    """

    def __init__(self, model: WorldModel, measure: int) -> None:
        values = model.scenario.parameters
        self.model = model
        self.measure = MEASURES[measure]
        self.share = values["institutions.review_share"]
        self.effective = date(int(values["institutions.review_year"]), FIRST_MONTH, 1)
        self.begins = self.effective.replace(year=self.effective.year - 1)
        self._dollars_a_day = values["cost.officer_year_287g"] / DAYS_A_YEAR
        categories = load_definitions()[DEFINITION].categories
        levels = [categories.index(name) for name in COUNTED_LEVELS]
        self._counts = np.isin(category_of_profile(DEFINITION), levels)
        size = model.engine.places.size
        self.officer_days = np.zeros(size)
        self.detainers, self.at_level, self.left = (np.zeros(size, np.int64) for _ in range(3))
        self._watching = False

    @classmethod
    def planned_for(cls, model: WorldModel) -> Review | None:
        """Return the review that a scenario asks for, or None."""
        measure = int(model.scenario.parameters["institutions.review_measure"])
        return cls(model, measure) if measure else None

    def takes_effect(self, today: date) -> bool:
        """Whether the review's day has come."""
        return today == self.effective

    def note_day(self, today: date) -> None:
        """Add a day of officers' work, as today's settings and decisions left it; begin to watch on the first."""
        if not self.begins <= today < self.effective:
            return
        if not self._watching:
            self.model.engine.ledger.watchers.append(self._watch)
            self._watching = True
        places = self.model.engine.places
        self.officer_days += officers_at_work(places)

    def _watch(self, codes: np.ndarray) -> None:
        """Count what the review asks for in the ledger's list."""
        place, event, programme, profile = event_codes(codes)
        size = self.officer_days.size
        ours = np.isin(programme, OF_287G)
        issued = ours & (event == DETAINER)
        self.detainers += np.bincount(place[issued], minlength=size)
        self.at_level += np.bincount(place[issued & self._counts[profile]], minlength=size)
        self.left += np.bincount(place[ours & np.isin(event, LEAVING)], minlength=size)

    def values(self) -> np.ndarray:
        """Return the measure of every place, float64; 0 where there is nothing to divide by."""
        if self.measure == "detainers":
            return _quotient(self.detainers, self.officer_days)
        if self.measure == "level_1_or_2_share":
            return _quotient(self.at_level, self.detainers)
        if self.measure == "cost":
            return _quotient(self.detainers, self.officer_days * self._dollars_a_day)
        return _quotient(self.left, self.officer_days)

    def least_productive(self) -> list[int]:
        """Return the rows of the counties whose agreements end: the lowest measures, then the lowest codes."""
        places = self.model.engine.places
        with_agreement = (places["officer_share"] > 0.0) | (places["field_arrests_a_day"] > 0.0)
        rows = np.flatnonzero(with_agreement & np.isin(places["fips"], _with_own_agreements()))
        ordered = rows[np.lexsort((places["fips"][rows], self.values()[rows]))]
        if self._watching:
            self.model.engine.ledger.watchers.remove(self._watch)
        return [int(row) for row in ordered[: int(self.share * rows.size)]]


def _with_own_agreements() -> list[int]:
    """Return the codes of counties with an agreement of a county's or city's agency; a state's reaches all its counties."""
    codes = load_geography().counties["fips"]
    return [int(codes[agreement.county]) for agreement in agreements() if agreement.county is not None]


def _quotient(parts: np.ndarray, wholes: np.ndarray | float) -> np.ndarray:
    """Divide, with 0 where the divisor is 0."""
    divisors = np.broadcast_to(np.asarray(wholes, float), parts.shape)
    quotients: np.ndarray = np.divide(parts, divisors, out=np.zeros(parts.shape), where=divisors > 0.0)
    return quotients
