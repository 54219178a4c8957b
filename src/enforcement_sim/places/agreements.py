"""The 287(g) agreements at work: officers trained and lost, in the jail and in the field, at each place on any day.

Agreements are the record's (``geography``); how many officers are at work on a day, how many interviews and field arrests
that makes, and who decides where and whom to screen, is worked out here. A scenario's changes are laid over it in
``history``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from enforcement_sim.places.geography import Agreement, agreements
from enforcement_sim.places.places import NEVER, Places
from enforcement_sim.process.clock import DAYS_A_YEAR

__all__ = ["AgreementsInForce", "Strength", "officers_at_work", "task_force_days"]

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


class Strength:
    """How many of an agreement's officers are at work: none until they are trained, then fewer until the next class."""

    def __init__(self, first_day: date, days: int, values: Mapping[str, float]) -> None:
        self.first_day = first_day
        self.training = round(values["jail_287g.training_weeks"] * DAYS_A_WEEK)
        self.kept_a_year = 1.0 - values["jail_287g.attrition_a_year"]
        self.class_years = values["jail_287g.class_years"]
        last = first_day + timedelta(days=days)
        quarters = (date(year, month, 1) for year in range(first_day.year, last.year + 1) for month in (1, 4, 7, 10))
        self.quarters = np.array([(quarter - first_day).days for quarter in quarters])
        self.days = {int(day) for day in self.quarters if day > 0}

    def trained(self, agreement: Agreement) -> int:
        """Day of the run on which an agreement's officers begin to work."""
        return (agreement.start - self.first_day).days + self.training

    def on(self, day: int, trained: int) -> float:
        """Share of the officers at work on a day: as on the first day of its quarter."""
        began = self.quarters[self.quarters <= day]
        years = max(0, (int(began[-1]) if began.size else day) - trained) / DAYS_A_YEAR
        return float(self.kept_a_year ** (years % self.class_years))


def task_force_days(
    places: Places,
    first_day: date,
    days: int,
    values: Mapping[str, float],
    foreign_born_share: np.ndarray,
    lasting: bool,
) -> tuple[Callable[[int], np.ndarray], set[int]]:
    """Field arrests a day by the task forces of each place, on any day, and the days on which that changes.

    ``lasting`` leaves out the two days on which ICE ended task-force authority; what ended for other reasons stays ended.
    """
    a_day = values["task_force.arrests_per_officer_year"] / DAYS_A_YEAR
    strength = Strength(first_day, days, values)
    found: list[tuple[int, int, np.ndarray, np.ndarray]] = []
    for agreement in agreements():
        here = places.of_agency(agreement)
        if agreement.task_force_end is None or not here.size:
            continue
        in_field_only = agreement.model == "task_force" or agreement.screening_point == "field"
        share = 1.0 if in_field_only else values["task_force.officers_share_in_both"]
        divided = foreign_born_share[here] if agreement.county is None else np.ones(here.size)
        last: date | None = agreement.task_force_end
        if lasting and last in FEDERAL_ENDS:
            goes_on = agreement.end is not None and agreement.end > agreement.task_force_end
            last = agreement.end if goes_on else None
        end = NEVER if last is None else (last - first_day).days + 1
        found.append((strength.trained(agreement), end, here, agreement.officers * share * a_day * divided))

    def on(day: int) -> np.ndarray:
        arrests = np.zeros(places.size)
        for start, end, here, number in found:
            if start <= day < end:
                arrests[here] += number * strength.on(day, start)
        return arrests

    changes = {day for start, end, *_ in found for day in (start, end)}
    return on, (changes | strength.days if found else set())


class AgreementsInForce:
    """The 287(g) agreements of the places on any day, folded into four columns.

    A place under several agreements (its sheriff, a city, its state) has the chance that at least one officer is on
    site; their interviews add up; the agency that sees most bookings decides where and whom to screen. ``lasting``
    leaves officers in the field on the two days on which ICE ended task-force authority.
    """

    def __init__(
        self,
        places: Places,
        first_day: date,
        days: int,
        number: Mapping[str, int],
        values: Mapping[str, float],
        foreign_born_share: np.ndarray,
        lasting: bool = False,
    ) -> None:
        self.number = number
        self.size = places.size
        self.per_officer = values["jail_287g.interviews_per_officer_day"]
        self.in_task_force = values["task_force.officers_share_in_both"]
        self.foreign_born_share = foreign_born_share
        self.strength = Strength(first_day, days, values)
        self.agreements: list[tuple[int, int, int, np.ndarray, Agreement]] = []
        for agreement in agreements():
            if agreement.model == "task_force" or agreement.screening_point == "field":
                continue
            here = places.of_agency(agreement)
            if here.size:
                end = NEVER if agreement.end is None else (agreement.end - first_day).days + 1
                # Officers under both models come back to the jail when their task force ends.
                back = agreement.task_force_end if agreement.model == "both" else None
                in_field_until = -NEVER if back is None else (back - first_day).days + 1
                if lasting and back in FEDERAL_ENDS:
                    in_field_until = NEVER
                self.agreements.append((self.strength.trained(agreement), end, in_field_until, here, agreement))
        self.days = {day for begin, end, back, *_ in self.agreements for day in (begin, end, back)}
        if self.agreements:
            self.days |= self.strength.days
        self._on: tuple[int, dict[str, np.ndarray]] | None = None

    def on(self, day: int) -> dict[str, np.ndarray]:
        if self._on is None or self._on[0] != day:
            self._on = (day, self._fold(day))
        return self._on[1]

    def _fold(self, day: int) -> dict[str, Any]:
        none_on_site = np.ones(self.size)
        interviews = np.zeros(self.size)
        post_case = np.zeros(self.size)
        screen_rule = np.full(self.size, float(self.number["screen-universal"]))
        largest = np.zeros(self.size)
        for start, end, in_field_until, here, agreement in self.agreements:
            if not start <= day < end:
                continue
            none_on_site[here] *= 1.0 - agreement.share_of_bookings
            divided = self.foreign_born_share[here] if agreement.county is None else 1.0
            in_jail = 1.0 - self.in_task_force if day < in_field_until else 1.0
            at_work = agreement.officers * in_jail * self.strength.on(day, start)
            interviews[here] += at_work * self.per_officer * divided
            leads = here[agreement.share_of_bookings > largest[here]]
            largest[leads] = agreement.share_of_bookings
            post_case[leads] = float(agreement.screening_point == "post-case")
            screen_rule[leads] = self.number[f"screen-{agreement.approach}"]
        return {
            "officer_share": 1.0 - none_on_site,
            "interviews_a_day": interviews,
            "post_case": post_case,
            "screen_rule": screen_rule,
        }
