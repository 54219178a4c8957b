"""The reduced flow in vectorised NumPy: a day's bookings of all places as arrays, and no compiled code of our own.

What an analyst writes who does not follow people one by one. Everybody booked on a day is drawn at once; people whom a
programme could touch wait in one table, from which the day takes those with whom something is due. The order of an hour
is kept where it decides how many are taken: crews go to those who ask first on that day, and whoever asks in vain once is
not taken that day. Who is first of those who ask within the same hour is not the same as in the compiled flow.
"""

from __future__ import annotations

import numpy as np
from reduced_world import (
    BOOKED,
    CUSTODY_HOURS,
    DETAINER,
    EARLY_PART,
    EARLY_SHARE,
    EVENTS,
    FINISHED,
    FIRST_NONCITIZEN,
    GRAVE_LEVELS,
    HOLD_HOURS,
    HOURS_A_DAY,
    HOURS_BETWEEN_CREWS,
    LAPSED,
    LEVELS,
    LOG_MEDIAN_HOURS,
    LOG_SPREAD,
    LONGEST_STAY,
    MATCH_SHARE,
    MATCHED,
    OFFENCE_CDF,
    OFFENCE_LEVEL,
    PRIOR_SHARE,
    RELEASED,
    STATUSES,
    TAKEN,
    World,
)

PERSON = np.dtype([("due", "i8"), ("place", "i4"), ("kind", "i2"), ("detainer", "?")], align=True)
"""Somebody in jail or custody, or held since ``due``; ``kind`` is status times levels plus level."""

LOG_EARLY_PART = np.log(EARLY_PART)
RING_DAYS = LONGEST_STAY // HOURS_A_DAY + 2
OFFENCE_GUIDE = np.searchsorted(OFFENCE_CDF, (np.arange(1 << 16) + 0.5) / (1 << 16), "right").astype(np.int8)
"""The offence of a draw's first 16 bits: a table is read faster than seven shares are searched."""


class NumPyFlow:
    """One run of the reduced flow.

    Parameters
    ----------
    world
        Places and offices.
    seed
        Of the generator.
    """

    def __init__(self, world: World, seed: int = 1) -> None:
        self.world = world
        self.stream = np.random.Generator(np.random.SFC64(seed))
        self.in_jail, self.held, self.in_custody = (np.zeros(0, PERSON) for _ in range(3))
        self.leaving = np.zeros((RING_DAYS, world.office.size), np.int64)
        self.inmates = np.zeros(world.office.size, np.int64)
        self.counts = np.zeros((len(EVENTS), STATUSES * LEVELS), np.int64)

    def simulate(self, days: int) -> NumPyFlow:
        """Simulate so many days."""
        for day in range(days):
            self.in_jail = np.concatenate([self.in_jail, self.booked(day)])
            self.release((day + 1) * HOURS_A_DAY)
            self.pick_up(day * HOURS_A_DAY)
            finished, self.in_custody = _parted(self.in_custody, self.in_custody["due"] < (day + 1) * HOURS_A_DAY)
            self.count(FINISHED, finished["kind"])
            self.inmates -= self.leaving[day % RING_DAYS]
            self.leaving[day % RING_DAYS] = 0
        return self

    def count(self, event: int, kinds: np.ndarray) -> None:
        """Count an event of some people."""
        self.counts[event] += np.bincount(kinds, minlength=STATUSES * LEVELS)

    def booked(self, day: int) -> np.ndarray:
        """Draw everybody booked on a day; return those whom a programme could touch."""
        stream, expected = self.stream, self.world.bookings_a_day
        numbers = stream.poisson(expected)
        place = np.repeat(np.arange(numbers.size), numbers)
        people = place.size
        status = self.statuses(place, numbers)
        offence = OFFENCE_GUIDE[stream.integers(0, 1 << 16, people, np.uint16)]
        early = stream.random(people, np.float32) < EARLY_SHARE
        log_stay = LOG_MEDIAN_HOURS.take(offence) + LOG_SPREAD * stream.standard_normal(people)
        stay = np.exp(log_stay + LOG_EARLY_PART * early)
        hour = stream.integers(0, HOURS_A_DAY, people, np.uint8)
        hours = hour + np.clip(stay, 1, LONGEST_STAY).astype(np.int32)
        prior = stream.random(people, np.float32) < PRIOR_SHARE
        kind = status * LEVELS + OFFENCE_LEVEL.take(offence) + prior
        matched = stream.random(people, np.float32) < MATCH_SHARE.take(status)
        reached = np.flatnonzero(matched | (status > 0))
        self.inmates += numbers
        self.count(BOOKED, kind)

        # Few are within reach, so everybody leaves at once, and these are taken out again.
        beds = ((np.arange(RING_DAYS) + day) % RING_DAYS * numbers.size).take(hours // HOURS_A_DAY) + place
        np.add.at(self.leaving.reshape(-1), beds, 1)
        np.subtract.at(self.leaving.reshape(-1), beds[reached], 1)
        self.count(RELEASED, kind)
        self.counts[RELEASED] -= np.bincount(kind[reached], minlength=STATUSES * LEVELS)
        return self.followed(day * HOURS_A_DAY + hours[reached], place[reached], kind[reached], matched[reached])

    def statuses(self, place: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Draw the status of everybody booked; few draws lie above the first share."""
        draw = self.stream.random(place.size)
        status = np.zeros(place.size, np.int64)
        others = np.flatnonzero(draw >= np.repeat(self.world.status_cdf[:, 0], numbers))
        shares = self.world.status_cdf[place[others], : STATUSES - 1]
        status[others] = (draw[others, np.newaxis] >= shares).sum(axis=1)
        return status

    def followed(self, due: np.ndarray, place: np.ndarray, kind: np.ndarray, matched: np.ndarray) -> np.ndarray:
        """Return people within reach, with a detainer where the rule asks for one."""
        people = np.empty(due.size, PERSON)
        covered = (kind % LEVELS < GRAVE_LEVELS) | (kind % 2 == 1)
        wanted = matched & covered & (kind >= FIRST_NONCITIZEN * LEVELS)
        people["due"], people["place"], people["kind"], people["detainer"] = due, place, kind, wanted
        self.count(MATCHED, kind[matched])
        self.count(DETAINER, kind[wanted])
        return people

    def release(self, midnight: int) -> None:
        """Let people go, or begin their hold, whose release falls before midnight."""
        due, self.in_jail = _parted(self.in_jail, self.in_jail["due"] < midnight)
        held, gone = _parted(due, due["detainer"])
        self.leave_jail(gone, RELEASED)
        self.held = np.concatenate([self.held, held])

    def pick_up(self, dawn: int) -> None:
        """Send the day's crews to those held, first come first served, and end the holds that are over."""
        since = self.held["due"]
        asked = np.maximum(1, -((since - dawn) // HOURS_BETWEEN_CREWS))
        first = since + asked * HOURS_BETWEEN_CREWS  # the first time today
        office = self.world.office[self.held["place"]]
        order = np.lexsort((first, office))
        order = order[first[order] < dawn + HOURS_A_DAY]
        served = office[order]
        turn = np.arange(order.size) - np.searchsorted(served, served)
        is_taken = np.zeros(self.held.size, bool)
        is_taken[order[turn < self.world.crews_a_day[served]]] = True
        is_over = ~is_taken & (since + HOLD_HOURS < dawn + HOURS_A_DAY)

        taken = self.held[is_taken]
        self.leave_jail(taken, TAKEN)
        taken["due"] = first[is_taken] + CUSTODY_HOURS
        self.leave_jail(self.held[is_over], LAPSED)
        self.held = self.held[~(is_taken | is_over)]
        self.in_custody = np.concatenate([self.in_custody, taken])

    def leave_jail(self, people: np.ndarray, event: int) -> None:
        """Free beds, and count how."""
        np.subtract.at(self.inmates, people["place"], 1)
        self.count(event, people["kind"])


def _parted(people: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return those chosen and the others."""
    return people[chosen], people[~chosen]
