"""The places and days of a run, as agreements and dated settings see them: which day is which, and how many are at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from enforcement_sim.places.geography import Agreement, agreements
from enforcement_sim.places.scope import NEVER, Places
from enforcement_sim.process.clock import DAYS_A_YEAR

DAYS_A_WEEK = 7
QUARTERS = (1, 4, 7, 10)
"""Months in which quarters begin."""


@dataclass(frozen=True, eq=False)
class Period:
    """The places and days of a run, and what agreements and dated settings need to know of them.

    Attributes
    ----------
    places : Places
    first_day, days
        The run's first day and length.
    first_counted_day
        The day of the run from which things count, and from which a change without a date holds.
    values : mapping
        Every address of the register with its value.
    foreign_born_share : float64 array, shape (places,)
        Each place's share of its state's foreign-born bookings, by which a state agency's officers are divided.
    """

    places: Places
    first_day: date
    days: int
    first_counted_day: int
    values: Mapping[str, float]
    foreign_born_share: np.ndarray

    def day(self, day: date | None, without: int = -NEVER) -> int:
        """Return a day as the run counts them, negative before the run; ``without`` for None."""
        return without if day is None else (day - self.first_day).days

    def date_of(self, day: int) -> date:
        """Return the calendar day of a day of the run."""
        return self.first_day + timedelta(days=day)

    def after(self, last: date | None) -> int:
        """Return the day of the run that follows a last day; after every run for None."""
        return self.day(last, NEVER - 1) + 1

    @property
    def quarter_days(self) -> set[int]:
        """Days on which the officers at work change: the quarters within the run."""
        years = range(self.first_day.year, self.date_of(self.days).year + 1)
        return {day for year in years for month in QUARTERS if (day := self.day(date(year, month, 1))) > 0}

    def trained(self, agreement: Agreement) -> int:
        """Return the day of the run on which an agreement's officers have been trained."""
        return self.day(agreement.start) + round(self.values["jail_287g.training_weeks"] * DAYS_A_WEEK)

    def at_work(self, day: int, trained: int) -> float:
        """Return the share of officers at work on a day: as on the first day of its quarter, fewer until the next class."""
        today = self.date_of(day)
        quarter = self.day(date(today.year, max(month for month in QUARTERS if month <= today.month), 1))
        years = max(0, quarter - trained) / DAYS_A_YEAR
        kept_a_year = 1.0 - self.values["jail_287g.attrition_a_year"]
        return float(kept_a_year ** (years % self.values["jail_287g.class_years"]))

    def agreements(self) -> Iterator[tuple[Agreement, np.ndarray, np.ndarray]]:
        """Yield the agreements of the run's places, with their positions, and each one's share of the officers."""
        for agreement in agreements():
            here = self.places.of_agency(agreement)
            if here.size:
                yield agreement, here, self.foreign_born_share[here] if agreement.county is None else np.ones(here.size)
