"""The reduced flow in compiled code: what following bookings one by one costs when little else is done.

Each booking draws a status, an offence, a prior conviction, a length of stay, whether release is early and whether prints
match; a rule asks for a detainer; the hold lasts 48 hours, crews of limited capacity take people from it, custody lasts 30
days. Draws are a function of place, day and number, so that another policy would meet the same people. People who are out of
every programme's reach leave only the day on which their bed is free again. As in the engine, compiled functions own no
array, so that none pays for counting references. What the engine does besides (rules by place and month, tables by place,
queues by priority, cases, prisons, responses) is left out: the bar on the engine's pace is laid at a flow that could not do
the engine's work.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
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

PERSON = np.dtype(
    [
        ("key", "u8"),
        ("next", "i4"),  # in the list of the hour, or of free rows
        ("booked", "i4"),
        ("hold_ends", "i4"),
        ("place", "i2"),
        ("offence", "u1"),
        ("status", "u1"),
        ("level", "u1"),
        ("stage", "u1"),
        ("detainer", "u1"),
        ("rest", "u1", (37,)),  # as large as a person's row of the engine
    ]
)
IN_JAIL, HELD, IN_CUSTODY = range(3)
COUNT, SECOND_COUNT, HOUR, STATUS, OFFENCE, STAY, SECOND_STAY, EARLY, MATCH, PRIOR = range(10)
"""Purposes of draws; a normal number takes two."""

RING_DAYS = LONGEST_STAY // HOURS_A_DAY + 2
RING_HOURS = RING_DAYS * HOURS_A_DAY
FEW = 30.0
"""Expected bookings a day from which their number is a rounded normal one."""
ROWS_PER_DAILY_BOOKING = 8


class Flow(NamedTuple):
    """Every array of a run."""

    world: World
    people: np.ndarray
    free: np.ndarray  # the first free row
    hours: np.ndarray  # by hour of the ring, the first person with whom something is due
    leaving: np.ndarray  # by place and day of the ring, beds that people out of reach leave
    inmates: np.ndarray
    crews: np.ndarray  # left today, by office
    counts: np.ndarray


def empty_flow(world: World) -> Flow:
    """Return a flow before its first day."""
    places = world.bookings_a_day.size
    people = np.zeros(1024 + int(ROWS_PER_DAILY_BOOKING * world.bookings_a_day.sum()), PERSON)
    people["next"] = np.arange(1, people.size + 1)
    return Flow(
        world,
        people,
        np.zeros(1, np.int32),
        np.full(RING_HOURS, -1, np.int32),
        np.zeros((places, RING_DAYS), np.int32),
        np.zeros(places, np.int64),
        np.zeros_like(world.crews_a_day),
        np.zeros((len(EVENTS), STATUSES, LEVELS), np.int64),
    )


@numba.njit(inline="always", _nrt=False)
def scrambled(number):
    """Give a 64-bit number to which every bit of another contributes (the finaliser of MurmurHash3)."""
    number = (number ^ (number >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    number = (number ^ (number >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return number ^ (number >> np.uint64(33))


@numba.njit(inline="always", _nrt=False)
def uniform(key, purpose):
    """Draw from [0, 1)."""
    return (scrambled(key + np.uint64(purpose) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(11)) * 2.0**-53


@numba.njit(inline="always", _nrt=False)
def normal(key, purpose):
    """Draw a standard normal number, with the purpose's draw and the next."""
    radius = np.sqrt(-2.0 * np.log(1.0 - uniform(key, purpose)))
    return radius * np.cos(2.0 * np.pi * uniform(key, purpose + 1))


@numba.njit(_nrt=False)
def number_booked(key, expected):
    """Draw how many are booked at a place on a day."""
    if expected >= FEW:
        return max(0, round(expected + np.sqrt(expected) * normal(key, COUNT)))
    left = uniform(key, COUNT)
    number, share = 0, np.exp(-expected)
    while left >= share and number < 10 * FEW:
        left -= share
        number += 1
        share *= expected / number
    return number


@numba.njit(_nrt=False)
def await_hour(flow, row, hour):
    """Put a person into the list of an hour."""
    flow.people[row].next = flow.hours[hour % RING_HOURS]
    flow.hours[hour % RING_HOURS] = row


@numba.njit(_nrt=False)
def book(flow, place, key, day):
    """Draw one booking, and follow it if a programme could touch it."""
    draw, status, offence = uniform(key, STATUS), 0, 0
    while status < STATUSES - 1 and draw >= flow.world.status_cdf[place, status]:
        status += 1
    draw = uniform(key, OFFENCE)
    while offence < OFFENCE_CDF.size - 1 and draw >= OFFENCE_CDF[offence]:
        offence += 1
    level = OFFENCE_LEVEL[offence] + int(uniform(key, PRIOR) < PRIOR_SHARE)
    stay = np.exp(LOG_MEDIAN_HOURS[offence] + LOG_SPREAD * normal(key, STAY))
    if uniform(key, EARLY) < EARLY_SHARE:
        stay *= EARLY_PART
    booked = day * HOURS_A_DAY + int(HOURS_A_DAY * uniform(key, HOUR))
    release = booked + max(1, int(min(stay, LONGEST_STAY)))
    matched = uniform(key, MATCH) < MATCH_SHARE[status]
    flow.inmates[place] += 1
    flow.counts[BOOKED, status, level] += 1
    if status == 0 and not matched:
        flow.leaving[place, release // HOURS_A_DAY % RING_DAYS] += 1
        flow.counts[RELEASED, status, level] += 1
        return
    row = flow.free[0]
    person = flow.people[row]
    flow.free[0] = person.next
    person.key, person.place, person.booked, person.offence = key, place, booked, offence
    person.status, person.level, person.stage, person.detainer = status, level, IN_JAIL, 0
    if matched:
        flow.counts[MATCHED, status, level] += 1
        if status >= FIRST_NONCITIZEN and (level < GRAVE_LEVELS or level % 2 == 1):
            flow.counts[DETAINER, status, level] += 1
            person.detainer = 1
    await_hour(flow, row, release)


@numba.njit(_nrt=False)
def leave_jail(flow, person, event):
    """Free a bed, and count how."""
    flow.inmates[person.place] -= 1
    flow.counts[event, person.status, person.level] += 1


@numba.njit(_nrt=False)
def be_released(flow, row, hour):
    """Let a person go, or begin the hold; the hour when something is due again, -1 for never."""
    person = flow.people[row]
    if person.detainer == 0:
        leave_jail(flow, person, RELEASED)
        return -1
    person.stage, person.hold_ends = HELD, hour + HOLD_HOURS
    return hour + HOURS_BETWEEN_CREWS


@numba.njit(_nrt=False)
def wait_for_crew(flow, row, hour):
    """Go with a crew if the office has one left today; else wait, or go free when the hold ends."""
    person = flow.people[row]
    office = flow.world.office[person.place]
    if flow.crews[office] > 0:
        flow.crews[office] -= 1
        leave_jail(flow, person, TAKEN)
        person.stage = IN_CUSTODY
        return hour + CUSTODY_HOURS
    if hour >= person.hold_ends:
        leave_jail(flow, person, LAPSED)
        return -1
    return hour + HOURS_BETWEEN_CREWS


@numba.njit(_nrt=False)
def move_on(flow, row, hour):
    """Do what is due with one person, and say when something is due again."""
    person = flow.people[row]
    if person.stage == IN_JAIL:
        return be_released(flow, row, hour)
    if person.stage == HELD:
        return wait_for_crew(flow, row, hour)
    flow.counts[FINISHED, person.status, person.level] += 1
    return -1


@numba.njit(_nrt=False)
def simulate_hour(flow, hour):
    """Move everybody on with whom something is due."""
    row = flow.hours[hour % RING_HOURS]
    flow.hours[hour % RING_HOURS] = -1
    while row >= 0:
        following = flow.people[row].next
        due = move_on(flow, row, hour)
        if due >= 0:
            await_hour(flow, row, due)
        else:
            flow.people[row].next = flow.free[0]
            flow.free[0] = row
        row = following


@numba.njit(_nrt=False)
def simulate_day(flow, day, seed):
    """Book the day's people place by place, then move everybody on hour by hour."""
    for office in range(flow.crews.size):
        flow.crews[office] = flow.world.crews_a_day[office]
    for place in range(flow.inmates.size):
        today = scrambled(scrambled(seed) ^ (np.uint64(place) << np.uint64(20) | np.uint64(day)))
        for number in range(number_booked(today, flow.world.bookings_a_day[place])):
            book(flow, place, scrambled(today ^ np.uint64(number + 1)), day)
    for hour in range(day * HOURS_A_DAY, (day + 1) * HOURS_A_DAY):
        simulate_hour(flow, hour)
    for place in range(flow.inmates.size):
        flow.inmates[place] -= flow.leaving[place, day % RING_DAYS]
        flow.leaving[place, day % RING_DAYS] = 0


def simulate(world: World, days: int, seed: int = 1) -> Any:
    """Simulate so many days; return the counts by event, status and level, and the inmates of the last evening."""
    flow = empty_flow(world)
    for day in range(days):
        simulate_day(flow, day, np.uint64(seed))
    return flow.counts, flow.inmates
