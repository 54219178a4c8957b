"""The calendar: who is due in an hour, and in which order scarce officers, visits and crews are given out.

The calendar is a ring of buckets, one an hour; a bucket is a chain through the rows of people. Where capacity is scarce the
order is by priority (crews only), then by time waited, then by key, never by position in a table.
"""

from __future__ import annotations

from enforcement_sim.law.grounds import bits
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.jit import part, stage
from enforcement_sim.process.person import Bit, Stage

__all__ = [
    "CALENDAR_HOURS",
    "PRIORITY",
    "has_priority",
    "next_hour",
    "next_shift",
    "schedule",
    "sort_queue",
    "take_due",
]

CALENDAR_HOURS = HOURS_A_DAY * 128
"""Buckets of the calendar; what is due later stays in its bucket for another turn."""
_GAPS = (1750, 701, 301, 132, 57, 23, 10, 4, 1)  # Ciura's gaps for Shell's sort
PRIORITY = bits(["felony_conviction", "felony_charge", "prior_removal", "outstanding_order"])
"""Grounds by which a field office comes for someone first."""


@part
def has_priority(row):
    """Whether the field office counts the person among those it comes for first."""
    return (row.grounds & PRIORITY) != 0


@part
def schedule(w, i, hour):
    """Put a person in the calendar's bucket for an hour."""
    row = w.people[i]
    row.due = hour
    bucket = hour % w.calendar.shape[0]
    row.next = w.calendar[bucket]
    w.calendar[bucket] = i


@part
def next_shift(w):
    """The hour of the next day at which what was put off is tried again."""
    return (w.today[0].day + 1) * HOURS_A_DAY + int(w.parameters[0].institutions_shift_begins)


@part
def next_hour(row):
    """The next hour at which something can happen to a person."""
    due = row.until
    if row.stage == Stage.JAIL:
        if row.answer >= 0:
            due = min(due, row.answer)
        if row.visit >= 0:
            due = min(due, row.visit)
        if row.call >= 0 and not row.bits & Bit.DETAINER:
            due = min(due, row.call)
    elif row.stage == Stage.HELD and row.call >= 0:
        due = min(due, row.call)
    return due


@stage
def take_due(w, now, queue):
    """Empty the hour's bucket: return how many are due now; put the others back for a later turn."""
    bucket = now % w.calendar.shape[0]
    i = w.calendar[bucket]
    w.calendar[bucket] = -1
    due = 0
    while i >= 0:
        row = w.people[i]
        following = row.next
        if row.due > now:
            row.next = w.calendar[bucket]
            w.calendar[bucket] = i
        else:
            row.due = now
            queue[due] = i
            due += 1
        i = following
    return due


@stage
def _comes_before(people, a, b, for_crews):
    """Whether a is served before b: by priority (crews only), by time waited, by key."""
    one, other = people[a], people[b]
    if for_crews:
        first, second = has_priority(one), has_priority(other)
        if first != second:
            return first
    if one.since != other.since:
        return one.since < other.since
    return one.key < other.key


@stage
def sort_queue(people, queue, length, for_crews):
    """Put a queue in the order in which people are served."""
    for gap in _GAPS:
        for position in range(gap, length):
            held = queue[position]
            k = position
            while k >= gap and _comes_before(people, held, queue[k - gap], for_crews):
                queue[k] = queue[k - gap]
                k -= gap
            queue[k] = held
