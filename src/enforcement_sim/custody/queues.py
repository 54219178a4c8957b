"""Queues: who is due in an hour, and in which order scarce officers, visits and crews are given out.

The calendar is a ring of buckets, one an hour; a bucket is a chain through the records themselves. Where capacity is
scarce the order is by priority (crews only), then by time waited, then by key, never by position in a table.
"""

from __future__ import annotations

from enforcement_sim.custody.booking import next_event
from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.detainer import has_priority
from enforcement_sim.custody.records import Bit, Stage

__all__ = ["CALENDAR_HOURS", "next_hour", "sort_queue", "take_due"]

CALENDAR_HOURS = 24 * 128
"""Buckets of the calendar; what is due later stays in its bucket for another turn."""
_GAPS = (1750, 701, 301, 132, 57, 23, 10, 4, 1)  # Ciura's gaps for Shell's sort


@compiled
def _comes_before(people, a, b, for_crews):
    """Whether a is served before b: by priority (crews only), by time waited, by key."""
    one, other = people[a], people[b]
    if for_crews:
        first, second = has_priority(one), has_priority(other)
        if first != second:
            return first
        if one.release != other.release:
            return one.release < other.release
    elif one.booked != other.booked:
        return one.booked < other.booked
    return one.key < other.key


@compiled
def sort_queue(people, queue, length, for_crews):
    for gap in _GAPS:
        for position in range(gap, length):
            held = queue[position]
            k = position
            while k >= gap and _comes_before(people, held, queue[k - gap], for_crews):
                queue[k] = queue[k - gap]
                k -= gap
            queue[k] = held


@compiled
def take_due(now, people, calendar, queue):
    """Empty the hour's bucket: return how many are due now; put the others back for a later turn."""
    bucket = now % calendar.shape[0]
    i = calendar[bucket]
    calendar[bucket] = -1
    due = 0
    while i >= 0:
        p = people[i]
        following = p.next
        if p.due > now:
            p.next = calendar[bucket]
            calendar[bucket] = i
        else:
            queue[due] = i
            due += 1
        i = following
    return due


@compiled
def next_hour(p):
    """The next hour at which something can happen to a person."""
    if p.stage == Stage.JAIL:
        return next_event(p)
    if p.stage == Stage.HELD:
        due = p.visit if p.bits & Bit.KEPT else p.expiry
        return min(due, p.arrival) if p.arrival >= 0 else due
    if p.stage == Stage.CUSTODY:
        return p.expiry
    return p.release
