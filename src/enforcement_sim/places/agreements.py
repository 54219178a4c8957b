"""The 287(g) agreements at work: officers trained and lost, in the jail and in the field, at each place on any day.

Agreements are the record's (``geography``); how many officers are at work on a day, how many interviews and field arrests
that makes, and who decides where and whom to screen, is worked out here. A scenario's changes are laid over it in
``history``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.places.geography import Agreement, agreements
from enforcement_sim.places.scope import NEVER, Places
from enforcement_sim.process.clock import DAYS_A_YEAR

DAYS_A_WEEK = 7
FEDERAL_ENDS = (date(2012, 6, 25), date(2012, 12, 31))
"""Last days of task forces that ICE ended: those of Arizona, and all others (ICE, 21 December 2012)."""


def officers_at_work(interviews: Any, field_arrests: Any, values: Mapping[str, float]) -> Any:
    """Return how many officers these interviews and field arrests a day take, as numbers or arrays of one shape.

    Examples
    --------
    >>> officers_at_work(3.2, 0.0, {"jail_287g.interviews_per_officer_day": 1.6, "task_force.arrests_per_officer_year": 12})
    2.0
    """
    a_day = values["task_force.arrests_per_officer_year"] / DAYS_A_YEAR
    return interviews / values["jail_287g.interviews_per_officer_day"] + field_arrests / a_day


@lru_cache(maxsize=1)
def rule_numbers() -> dict[str, int]:
    """Return the number by which places name each rule of the rulebook."""
    return {rule: position for position, rule in enumerate(load_rulebook().rules)}


@dataclass(frozen=True, eq=False)
class Period:
    """The places and days of a run, and what agreements and dated settings need to know of them.

    Attributes
    ----------
    places : Places
    first_day, days
        The run's first day and length.
    values : mapping
        Every address of the register with its value.
    foreign_born_share : float64 array, shape (places,)
        Each place's share of its state's foreign-born bookings, by which a state agency's officers are divided.
    """

    places: Places
    first_day: date
    days: int
    values: Mapping[str, float]
    foreign_born_share: np.ndarray

    def day(self, day: date | None, without: int = -NEVER) -> int:
        """Return a day as the run counts them; ``without`` for None."""
        return without if day is None else (day - self.first_day).days

    def after(self, last: date | None) -> int:
        """Return the day of the run that follows a last day; after every run for None."""
        return self.day(last, NEVER - 1) + 1

    @cached_property
    def quarters(self) -> np.ndarray:
        """Days of the run on which quarters begin."""
        last = self.first_day + timedelta(days=self.days)
        years = range(self.first_day.year, last.year + 1)
        return np.array([self.day(date(year, month, 1)) for year in years for month in (1, 4, 7, 10)])

    @property
    def quarter_days(self) -> set[int]:
        """Days on which the officers at work change: the quarters within the run."""
        return {int(day) for day in self.quarters if day > 0}

    def trained(self, agreement: Agreement) -> int:
        """Return the day of the run on which an agreement's officers begin to work."""
        return self.day(agreement.start) + round(self.values["jail_287g.training_weeks"] * DAYS_A_WEEK)

    def at_work(self, day: int, trained: int) -> float:
        """Return the share of officers at work on a day: as on the first day of its quarter, fewer until the next class."""
        began = self.quarters[self.quarters <= day]
        years = max(0, (int(began[-1]) if began.size else day) - trained) / DAYS_A_YEAR
        kept_a_year = 1.0 - self.values["jail_287g.attrition_a_year"]
        return float(kept_a_year ** (years % self.values["jail_287g.class_years"]))

    def agreements(self) -> Iterator[tuple[Agreement, np.ndarray, np.ndarray]]:
        """Yield the agreements of the run's places, with their positions, and each one's share of the officers."""
        for agreement in agreements():
            here = self.places.of_agency(agreement)
            if here.size:
                yield agreement, here, self.foreign_born_share[here] if agreement.county is None else np.ones(here.size)


def task_force_days(period: Period, lasting: bool) -> tuple[Callable[[int], np.ndarray], set[int]]:
    """Field arrests a day by the task forces of each place, on any day, and the days on which that changes.

    ``lasting`` leaves out the two days on which ICE ended task-force authority; what ended for other reasons stays ended.
    """
    a_day = period.values["task_force.arrests_per_officer_year"] / DAYS_A_YEAR
    found: list[tuple[int, int, np.ndarray, np.ndarray]] = []
    for agreement, here, divided in period.agreements():
        last = agreement.task_force_end
        if last is None:
            continue
        in_field_only = agreement.model == "task_force" or agreement.screening_point == "field"
        share = 1.0 if in_field_only else period.values["task_force.officers_share_in_both"]
        if lasting and last in FEDERAL_ENDS:
            last = agreement.end if agreement.end is not None and agreement.end > last else None
        arrests = agreement.officers * share * a_day * divided
        found.append((period.trained(agreement), period.after(last), here, arrests))

    def on(day: int) -> np.ndarray:
        arrests = np.zeros(period.places.size)
        for start, end, here, number in found:
            if start <= day < end:
                arrests[here] += number * period.at_work(day, start)
        return arrests

    changes = {day for start, end, *_ in found for day in (start, end)}
    return on, (changes | period.quarter_days if found else set())


class AgreementsInForce:
    """The 287(g) agreements of the places on any day, folded into four columns.

    A place under several agreements (its sheriff, a city, its state) has the chance that at least one officer is on
    site; their interviews add up; the agency that sees most bookings decides where and whom to screen. ``lasting``
    leaves officers in the field on the two days on which ICE ended task-force authority.
    """

    def __init__(self, period: Period, lasting: bool = False) -> None:
        self.period = period
        self.found: list[tuple[int, int, int, np.ndarray, np.ndarray, Agreement]] = []
        for agreement, here, divided in period.agreements():
            if agreement.model == "task_force" or agreement.screening_point == "field":
                continue
            # Officers under both models come back to the jail when their task force ends.
            back = agreement.task_force_end if agreement.model == "both" else None
            in_field_until = -NEVER if back is None else period.after(back)
            if lasting and back in FEDERAL_ENDS:
                in_field_until = NEVER
            begins, ends = period.trained(agreement), period.after(agreement.end)
            self.found.append((begins, ends, in_field_until, here, divided, agreement))
        self.days = {day for begin, end, back, *_ in self.found for day in (begin, end, back)}
        if self.found:
            self.days |= period.quarter_days
        self.on = lru_cache(maxsize=1)(self._fold)

    def _fold(self, day: int) -> dict[str, np.ndarray]:
        """Return the four columns on a day."""
        size, values, number = self.period.places.size, self.period.values, rule_numbers()
        none_on_site, interviews, post_case, largest = np.ones(size), np.zeros(size), np.zeros(size), np.zeros(size)
        screen_rule = np.full(size, float(number["screen-universal"]))
        for start, end, in_field_until, here, divided, agreement in self.found:
            if not start <= day < end:
                continue
            none_on_site[here] *= 1.0 - agreement.share_of_bookings
            in_jail = 1.0 - values["task_force.officers_share_in_both"] if day < in_field_until else 1.0
            at_work = agreement.officers * in_jail * self.period.at_work(day, start)
            interviews[here] += at_work * values["jail_287g.interviews_per_officer_day"] * divided
            leads = here[agreement.share_of_bookings > largest[here]]
            largest[leads] = agreement.share_of_bookings
            post_case[leads] = float(agreement.screening_point == "post-case")
            screen_rule[leads] = number[f"screen-{agreement.approach}"]
        return {
            "officer_share": 1.0 - none_on_site,
            "interviews_a_day": interviews,
            "post_case": post_case,
            "screen_rule": screen_rule,
        }
