"""The state of persons between bookings: only what enforcement changed.

A person is a key, and nearly everything about a person is a function of it. The exceptions live here, in an open
hash table of sixteen bytes a person: how many of their bookings are inside (in prison or ICE custody), until when they
are gone (removed or returned), whether they were enrolled in IDENT, removed before, or let go at the end of a detainer.
Citizens are never remembered. Every change is a sum, a maximum or a bit set, so that what is remembered does not depend
on the order in which people are looked at within an hour.
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from enforcement_sim.process.jit import compiled, inlined, part
from enforcement_sim.process.rng import FIELD_ARRESTS, PRISONERS, Draw, mix, person_key, uniform

STATE = np.dtype([("key", "u8"), ("until", "i4"), ("flags", "u4")])
FOR_GOOD = 2**31 - 1
"""An hour after every run."""
BITS_A_BYTE = 8
FULLEST = 0.75
"""Share of rows in use beyond which the table grows; look-ups stay within a cache line or two."""
_SERIES_SHIFT = np.uint64(48)
_FIELD_ARRESTS = np.uint64(FIELD_ARRESTS)
_PRISONERS = np.uint64(PRISONERS)
_NOBODY = np.uint64(0)


class StateFlag(IntEnum):
    """Facts remembered, one bit each, and the unit of the counter above them."""

    ENROLLED = 1
    REMOVED = 2
    LET_GO = 4
    INSIDE = 256  # one for each booking that is inside; the bits above count them


def empty_states(rows: int) -> np.ndarray:
    """Return a table with room for ``rows`` people, rounded up to a power of two."""
    return np.zeros(1 << max(4, (rows - 1).bit_length()), STATE)


def bits_for(people: int) -> np.ndarray:
    """Return a bit for each of so many people, and more up to a power of two; uint8."""
    return np.zeros(1 << max(4, (people // BITS_A_BYTE).bit_length()), np.uint8)


@compiled
def slot_of(states, key):
    """The row of a person, or the free row where the person would go."""
    mask = states.shape[0] - 1
    slot = np.int64(mix(key) & np.uint64(mask))
    while states[slot].key != key and states[slot].key != _NOBODY:
        slot = (slot + 1) & mask
    return slot


@compiled
def state_row(states, n_states, key):
    """The row of a person, made if there is none."""
    slot = slot_of(states, key)
    if states[slot].key == _NOBODY:
        states[slot].key = key
        n_states[0] += 1
    return states[slot]


@inlined
def flags_of(states, key, hour):
    """What is remembered of a person: flags, and whether the person is away at an hour."""
    known = states[slot_of(states, key)]
    if known.key != key:
        return np.uint32(0), False
    return known.flags, known.flags >= StateFlag.INSIDE or known.until > hour


@inlined
def number_of(stream, pool, exponent, offset, lowest):
    """The number, in the county's pool, of whoever is booked.

    A power of a uniform number makes low numbers come up again and again; the offset keeps the very lowest within
    bounds. ``lowest`` is the offset to the power of the exponent, which callers in a loop compute once.
    """
    power = (offset + (1.0 - offset) * uniform(stream, Draw.PERSON)) ** exponent
    return max(0, min(pool - 1, np.int64(math.floor(pool * (power - lowest) / (1.0 - lowest)))))


@inlined
def share_of_number(pool, number, exponent, offset, lowest):
    """The share of the pool's bookings that are of one person: the inverse of ``number_of``."""
    upper = ((number + 1) / pool * (1.0 - lowest) + lowest) ** (1.0 / exponent)
    lower = (number / pool * (1.0 - lowest) + lowest) ** (1.0 / exponent)
    return (upper - lower) / (1.0 - offset)


@inlined
def _bit_of(known, place, number):
    """Byte and bit of a person of a place's pool; pools that do not fit share bits."""
    person = (place.people_before + number) & (known.shape[0] * BITS_A_BYTE - 1)
    return person // BITS_A_BYTE, np.uint8(1) << np.uint8(person % BITS_A_BYTE)


@inlined
def may_be_known(known, place, number):
    """Whether the table may hold a person of a place's pool: one bit, so that most need no look at the table."""
    byte, bit = _bit_of(known, place, number)
    return known[byte] & bit != 0


@part
def _row_of(w, p):
    """The row of the person behind a booking, made if there is none: who is looked for here is a non-citizen of a pool."""
    home, parameters = w.places[p.row.home], w.parameters[0]
    exponent, offset = parameters.people_frailty_exponent, parameters.people_frailty_offset
    number = number_of(p.stream, home.pool, exponent, offset, offset**exponent)
    byte, bit = _bit_of(w.known, home, number)
    w.known[byte] |= bit
    return state_row(w.states, w.n_states, person_key(home.fips, number))


@part
def _is_remembered(p):
    """Whether what happens is remembered: not of citizens, and not of people who are of no pool."""
    series = p.row.key >> _SERIES_SHIFT
    return not p.status.citizen and series != _FIELD_ARRESTS and series != _PRISONERS


@part
def is_away(w, p):
    """Whether a person is inside or gone at the moment; citizens and people of no pool never are."""
    if not _is_remembered(p):
        return False
    home, parameters = w.places[p.row.home], w.parameters[0]
    exponent, offset = parameters.people_frailty_exponent, parameters.people_frailty_offset
    number = number_of(p.stream, home.pool, exponent, offset, offset**exponent)
    return flags_of(w.states, person_key(home.fips, number), p.row.due)[1]


@part
def note_gone(w, p, until):
    """Remember until when a person who is not a citizen is gone; the latest hour stands."""
    if _is_remembered(p):
        row = _row_of(w, p)
        row.until = max(row.until, until)


@part
def note_inside(w, p, more):
    """Remember that one booking more (1) or less (-1) of a person who is not a citizen is in prison or ICE custody."""
    if _is_remembered(p):
        row = _row_of(w, p)
        row.flags = np.uint32(np.int64(row.flags) + more * StateFlag.INSIDE)


@part
def note_flag(w, p, flag):
    """Remember a fact about a person who is not a citizen."""
    if _is_remembered(p):
        _row_of(w, p).flags |= np.uint32(flag)


@compiled
def _move_all(old, states, n_states):
    for row in range(old.shape[0]):
        if old[row].key != _NOBODY:
            known = state_row(states, n_states, old[row].key)
            known.until = old[row].until
            known.flags = old[row].flags


def grown_states(states: np.ndarray, n_states: np.ndarray, room: int) -> np.ndarray:
    """Return the table, or one as many times twice as large as it takes for ``room`` more people."""
    size = states.size
    while n_states[0] + room > FULLEST * size:
        size *= 2
    if size == states.size:
        return states
    grown = np.zeros(size, STATE)
    n_states[0] = 0
    _move_all(states, grown, n_states)
    return grown
