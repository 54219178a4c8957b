"""The 287(g) agreements at work: officers in the jail and in the field, and what they do, at each place on any day.

Agreements are the record's (``geography``); how many officers are at work on a day, how many interviews and field arrests
that makes, and who decides where and whom to screen, is worked out here. What ICE says an agency found, and so how much its
officers do, is ``agreement_record``. A scenario's changes are laid over it in ``history``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.places.agreement_record import Workload
from enforcement_sim.places.geography import Agreement
from enforcement_sim.places.run_period import Period
from enforcement_sim.places.scope import NEVER
from enforcement_sim.process.clock import DAYS_A_YEAR

FEDERAL_ENDS = (date(2012, 6, 25), date(2012, 12, 31))
"""Last days of task forces that ICE ended: those of Arizona, and all others (ICE, 21 December 2012)."""
OFFICERS_DO = (("interviews_a_day", "interviews_per_officer"), ("field_arrests_a_day", "arrests_per_officer"))
"""Fields of a place: what its officers do in a day, and what one of them does."""


def officers_at_work(place: Any) -> Any:
    """Return how many officers the interviews and field arrests of a day take, by what one officer does there.

    Parameters
    ----------
    place : mapping or structured array
        With the fields of ``OFFICERS_DO``, as numbers or arrays of one shape.

    Examples
    --------
    >>> done = {"interviews_a_day": 3.2, "field_arrests_a_day": 0.0}
    >>> float(officers_at_work(done | {"interviews_per_officer": 1.6, "arrests_per_officer": 0.03}))
    2.0
    """
    return sum(place[done] / place[per_officer] for done, per_officer in OFFICERS_DO)


@lru_cache(maxsize=1)
def rule_numbers() -> dict[str, int]:
    """Return the number by which places name each rule of the rulebook."""
    return {rule: position for position, rule in enumerate(load_rulebook().rules)}


@dataclass(frozen=True, eq=False)
class AtPlaces:
    """One agreement at the places of a run.

    Attributes
    ----------
    agreement : Agreement
    workload : Workload
    here : int64 array
        Positions of its places.
    divided : float64 array
        Share of the officers at each of them.
    ends, in_field_until : int
        Days of the run after the last of the agreement and of its officers in the field.
    """

    agreement: Agreement
    workload: Workload
    here: np.ndarray
    divided: np.ndarray
    ends: int
    in_field_until: int

    @property
    def begins(self) -> int:
        """Day of the run on which the officers begin to work."""
        return self.workload.begins

    def busy_on(self, day: int, end: int) -> float:
        """Return the agency's work on a day, 0 before it begins and from ``end`` on."""
        return self.workload.on(day) if self.begins <= day < end else 0.0


class _ByDay:
    """What agreements give the places of a run on any day, as columns of the places."""

    found: list[AtPlaces]

    def __init__(self, period: Period) -> None:
        self.period = period
        self.days = {day for one in self.found for day in (one.begins, one.ends, one.in_field_until)}
        if self.found:
            self.days |= period.quarter_days
        self.on = lru_cache(maxsize=1)(self._fold)

    def _fold(self, day: int) -> dict[str, np.ndarray]:
        raise NotImplementedError

    def _per_officer(self, done: np.ndarray, officers: np.ndarray, rate: float) -> np.ndarray:
        """Return what one officer does in a day at each place; the register's rate unless ICE's table says how much."""
        per_officer = np.full(done.size, rate)
        if self.period.values["jail_287g.from_record"]:
            np.divide(done, officers, out=per_officer, where=done > 0.0)
        return per_officer


class TaskForces(_ByDay):
    """Field arrests a day by the task forces of each place, and by one of their officers.

    ``lasting`` leaves out the two days on which ICE ended task-force authority; what ended for other reasons stays ended.
    """

    def __init__(self, period: Period, lasting: bool = False) -> None:
        self.found = []
        for agreement, here, divided in period.agreements():
            last = agreement.task_force_end
            if last is None:
                continue
            if lasting and last in FEDERAL_ENDS:
                last = agreement.end if agreement.end is not None and agreement.end > last else None
            ends = period.after(last)
            self.found.append(AtPlaces(agreement, Workload(period, agreement), here, divided, ends, ends))
        super().__init__(period)

    def _fold(self, day: int) -> dict[str, np.ndarray]:
        """Return the two columns on a day."""
        values = self.period.values
        a_day = values["task_force.arrests_per_officer_year"] / DAYS_A_YEAR
        arrests, officers = np.zeros(self.period.places.size), np.zeros(self.period.places.size)
        for one in self.found:
            busy = one.busy_on(day, one.ends)
            if busy > 0.0:
                share = 1.0 if one.agreement.in_field_only else values["task_force.officers_share_in_both"]
                at_work = self.period.at_work(day, one.begins)
                arrests[one.here] += one.agreement.officers * share * a_day * one.divided * at_work * busy
                officers[one.here] += one.agreement.officers * share * one.divided * at_work
        return {"field_arrests_a_day": arrests, "arrests_per_officer": self._per_officer(arrests, officers, a_day)}


class AgreementsInForce(_ByDay):
    """The 287(g) agreements of the places' jails on any day, folded into five columns.

    A place under several agreements (its sheriff, a city, its state) has the chance that at least one officer is on
    site; their interviews add up; the agency that sees most bookings decides where and whom to screen. ``lasting``
    leaves officers in the field on the two days on which ICE ended task-force authority.
    """

    def __init__(self, period: Period, lasting: bool = False) -> None:
        self.found = []
        for agreement, here, divided in period.agreements():
            if agreement.in_field_only:
                continue
            # Officers under both models come back to the jail when their task force ends.
            back = agreement.task_force_end if agreement.model == "both" else None
            in_field_until = -NEVER if back is None else period.after(back)
            if lasting and back in FEDERAL_ENDS:
                in_field_until = NEVER
            workload, ends = Workload(period, agreement), period.after(agreement.end)
            self.found.append(AtPlaces(agreement, workload, here, divided, ends, in_field_until))
        super().__init__(period)

    def _fold(self, day: int) -> dict[str, np.ndarray]:
        """Return the five columns on a day. An agency that ICE's table has without a case has nobody on site."""
        size, values, number = self.period.places.size, self.period.values, rule_numbers()
        none_on_site, post_case, largest = np.ones(size), np.zeros(size), np.zeros(size)
        interviews, officers = np.zeros(size), np.zeros(size)
        screen_rule = np.full(size, float(number["screen-universal"]))
        rate = values["jail_287g.interviews_per_officer_day"]
        for one in self.found:
            busy = one.busy_on(day, one.ends)
            if busy == 0.0:
                continue
            agreement, here = one.agreement, one.here
            none_on_site[here] *= 1.0 - agreement.share_of_bookings
            in_jail = 1.0 - values["task_force.officers_share_in_both"] if day < one.in_field_until else 1.0
            at_work = agreement.officers * in_jail * self.period.at_work(day, one.begins)
            interviews[here] += at_work * rate * one.divided * busy
            officers[here] += at_work * one.divided
            leads = here[agreement.share_of_bookings > largest[here]]
            largest[leads] = agreement.share_of_bookings
            post_case[leads] = float(agreement.screening_point == "post-case")
            screen_rule[leads] = number[f"screen-{agreement.approach}"]
        return {
            "officer_share": 1.0 - none_on_site,
            "interviews_a_day": interviews,
            "interviews_per_officer": self._per_officer(interviews, officers, rate),
            "post_case": post_case,
            "screen_rule": screen_rule,
        }
