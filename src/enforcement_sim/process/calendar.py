"""The calendar: who is due in an hour, and in which order scarce officers, visits and crews are given out.

The calendar is a ring of buckets, one an hour; a bucket is a chain of blocks, each with the numbers of some
rows of people: a chain through the rows themselves would wait for memory at every step. Where capacity is scarce the
order is by priority (crews only), then by time waited, then by key, never by position in a table.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from enforcement_sim.law.grounds import bits
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.jit import part, stage
from enforcement_sim.process.person import Bit, Stage

CALENDAR_HOURS = HOURS_A_DAY * 128
"""Buckets of the calendar; what is due later stays in its bucket for another turn."""
ROWS_A_BLOCK = 14
BLOCK = np.dtype([("next", "i4"), ("size", "i4"), ("rows", "i4", (ROWS_A_BLOCK,))])
"""Row numbers of people in a bucket, 64 bytes; only the first block of a bucket may have room."""
LONGEST_WAIT = 1 << 14
"""Hours waited that a long queue is sorted by; who has waited longer is put in place one by one."""
SHORT_QUEUE = 64
PRIORITY = bits(["felony_conviction", "felony_charge", "prior_removal", "outstanding_order"])
"""Grounds by which a field office comes for someone first."""


class Calendar(NamedTuple):
    """The calendar's part of the run's context: the first block of each bucket, blocks, a stack of free ones, its height."""

    first: np.ndarray
    blocks: np.ndarray
    free: np.ndarray
    n_free: np.ndarray


def blocks_for(people: int) -> int:
    """Return how many blocks so many people can need at most."""
    return CALENDAR_HOURS + people // ROWS_A_BLOCK + 1


@part
def has_priority(row):
    """Whether the field office counts the person among those it comes for first."""
    return (row.grounds & PRIORITY) != 0


@part
def schedule(w, i, hour):
    """Put a person in the calendar's bucket for an hour."""
    w.people[i].due = hour
    _write_down(w.calendar, i, hour)


@stage
def _write_down(calendar, i, hour):
    """Add a row number to a bucket, in a new block where the first is full."""
    bucket = hour % CALENDAR_HOURS
    first = calendar.first[bucket]
    if first < 0 or calendar.blocks[first].size == ROWS_A_BLOCK:
        calendar.n_free[0] -= 1
        new = calendar.free[calendar.n_free[0]]
        calendar.blocks[new].next, calendar.blocks[new].size = first, 0
        calendar.first[bucket] = new
        first = new
    block = calendar.blocks[first]
    block.rows[block.size] = i
    block.size += 1


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
    calendar, bucket = w.calendar, now % CALENDAR_HOURS
    block = calendar.first[bucket]
    calendar.first[bucket] = -1
    listed, due = 0, 0
    while block >= 0:
        for k in range(calendar.blocks[block].size):
            queue[listed] = calendar.blocks[block].rows[k]
            listed += 1
        calendar.free[calendar.n_free[0]] = block
        calendar.n_free[0] += 1
        block = calendar.blocks[block].next
    for k in range(listed):
        i = queue[k]
        if w.people[i].due > now:
            schedule(w, i, w.people[i].due)
        else:
            queue[due] = i
            due += 1
    return due


@part
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


@part
def _bucket_of(row, for_crews):
    """The bucket of a person in a queue, nearly in the order of service: by priority (crews only), then by hours waited."""
    waited = min(max(row.due - row.since, 0), LONGEST_WAIT - 1)
    after = LONGEST_WAIT if for_crews and not has_priority(row) else 0
    return after + LONGEST_WAIT - 1 - waited


@stage
def _spread(people, queue, length, sorting, for_crews):
    """Put a long queue nearly in order, by counting who has waited for how many hours."""
    ends = sorting[: 2 * LONGEST_WAIT]
    for bucket in range(ends.shape[0]):
        ends[bucket] = 0
    for k in range(length):
        ends[_bucket_of(people[queue[k]], for_crews)] += 1
    for bucket in range(1, ends.shape[0]):
        ends[bucket] += ends[bucket - 1]
    nearly = sorting[2 * LONGEST_WAIT :]
    for k in range(length):
        bucket = _bucket_of(people[queue[k]], for_crews)
        ends[bucket] -= 1
        nearly[ends[bucket]] = queue[k]
    for k in range(length):
        queue[k] = nearly[k]


@stage
def sort_queue(people, queue, length, sorting, for_crews):
    """Put a queue in the order in which people are served; ``sorting`` is work space."""
    if length > SHORT_QUEUE:
        _spread(people, queue, length, sorting, for_crews)
    for position in range(1, length):
        held = queue[position]
        k = position
        while k > 0 and _comes_before(people, held, queue[k - 1], for_crews):
            queue[k] = queue[k - 1]
            k -= 1
        queue[k] = held
