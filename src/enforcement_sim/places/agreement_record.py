"""What ICE says each 287(g) agency found, and how much work that means for its officers.

ICE published how many people each agency identified in each fiscal year. Officers who are as many differ by a hundredfold in
what they find: whom they are told to look for, whether the jail asks everybody, and how many hours a day they are there. With
``jail_287g.from_record`` an agency's interviews and field arrests are what its figures of fiscal 2006 to 2010 take, and later
years carry on from the last of them. Figures of later years are not here: the model is tested against them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from enforcement_sim.places.geography import Agreement, identified_by_agency
from enforcement_sim.places.run_period import QUARTERS, Period
from enforcement_sim.process.clock import DAYS_A_YEAR

FISCAL_YEAR_BEGINS = 10
"""Month: a federal fiscal year begins on 1 October of the year before."""
FIRST_YEAR_CUT = 2013
"""Fiscal year from which ICE asked for less money for agreements (DHS budget in brief, fiscal 2013, p. 101)."""


def fiscal_year(day: date) -> int:
    """Return the federal fiscal year of a day.

    Examples
    --------
    >>> fiscal_year(date(2009, 9, 30)), fiscal_year(date(2009, 10, 1))
    (2009, 2010)
    """
    return day.year + (day.month >= FISCAL_YEAR_BEGINS)


class Workload:
    """How an agency's work compares with what its officers would do at the register's rates.

    Parameters
    ----------
    period
        The run's days and values.
    agreement
        The agency's agreement.

    Attributes
    ----------
    on_record : bool
        Whether work follows from ICE's table. An agency that the table does not name had no case: its years add up to what
        ICE published for the whole programme.
    begins : int
        Day of the run on which its officers begin to work: when they have been trained; on record from the signing,
        because the table counts what they found in the first weeks, too.
    """

    def __init__(self, period: Period, agreement: Agreement) -> None:
        self.period = period
        self.agreement = agreement
        self.on_record = bool(period.values["jail_287g.from_record"])
        self.begins = period.day(agreement.start) if self.on_record else period.trained(agreement)
        key = (agreement.state, agreement.agency)
        figures = identified_by_agency().get(key, {}) if self.on_record else {}
        by_rate = {year: self._identified_at_the_rates(year) for year in figures}
        self._by_year = {year: number / by_rate[year] for year, number in figures.items() if by_rate[year] > 0.0}

    def on(self, day: int) -> float:
        """Return the agency's work on a day of the run, 1 for work at the register's rates."""
        if not self.on_record:
            return 1.0
        values, year = self.period.values, fiscal_year(self.period.date_of(day))
        until_now = [known for known in self._by_year if known <= year]
        if not until_now:
            return 0.0
        cut = values["jail_287g.funding_followed"] * values["jail_287g.budget_cut"] if year >= FIRST_YEAR_CUT else 0.0
        return self._by_year[max(until_now)] * (1.0 - cut)

    def _identified_at_the_rates(self, year: int) -> float:
        """Return how many people the officers at work in a fiscal year would identify at the register's rates."""
        values = self.period.values
        per_jail_day = values["jail_287g.interviews_per_officer_day"] * values["jail_287g.identified_per_interview"]
        arrests_a_day = values["task_force.arrests_per_officer_year"] / DAYS_A_YEAR
        per_field_day = arrests_a_day * values["screening.interview_detects_share"]
        task_force_until = self.period.day(self.agreement.task_force_end, self.begins - 1) + 1
        in_field = 1.0 if self.agreement.in_field_only else values["task_force.officers_share_in_both"]
        total = 0.0
        for first, end in self._days_in_force(year):
            field_days = in_field * max(0, min(end, task_force_until) - first)
            done = field_days * per_field_day + (end - first - field_days) * per_jail_day
            total += self.agreement.officers * self.period.at_work(first, self.begins) * done
        return total

    def _days_in_force(self, year: int) -> Iterator[tuple[int, int]]:
        """Yield the days in force of each quarter of a fiscal year: the first, and the one after the last."""
        days = [self.period.day(date(year - 1, FISCAL_YEAR_BEGINS, 1))]
        days += [self.period.day(date(year, month, 1)) for month in QUARTERS]
        for first, end in pairwise(days):
            begins, ends = max(first, self.begins), min(end, self.period.after(self.agreement.end))
            if begins < ends:
                yield begins, ends
