"""Randomness as a function, not a sequence: a draw is computed from the seed, a key and a purpose.

Two scenarios with one seed therefore see the same people and the same draws, and a policy moves only the draws it
touches. The three parts are chained through SplitMix64's finaliser, so that neighbouring keys, purposes and seeds
give unrelated numbers. Nothing in the package uses any other source of randomness.

Keys are built here too, from what identifies a thing whatever the scenario: a county's FIPS code, a calendar day, a
number within the day. A table position never enters a key. Called from Python, the compiled functions return plain
integers: wrap them in ``numpy.uint64`` before handing them to another.
"""

from __future__ import annotations

import csv
import math
from enum import IntEnum
from pathlib import Path

import numpy as np

from enforcement_sim.process.jit import compiled, inlined

U64 = np.uint64
_GOLDEN = U64(0x9E3779B97F4A7C15)
_FIRST = U64(0xBF58476D1CE4E5B9)
_SECOND = U64(0x94D049BB133111EB)
_PURPOSE = U64(0xD1B54A32D192ED03)
_S30, _S27, _S31, _S11 = U64(30), U64(27), U64(31), U64(11)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2**-53: the 53 high bits become a number in [0, 1)
_DAY_SHIFT, _INDEX_SHIFT, _SERIES_SHIFT = U64(17), U64(31), U64(48)
_TWO_PI = 2.0 * math.pi
_SMALLEST = 1e-300  # keeps the logarithm finite for a draw of exactly zero
NORMAL_ABOVE = 30.0
"""Mean above which a Poisson count is drawn from the normal approximation."""
MOST_PER_SMALL_COUNT = 200
"""Bound of the inversion below that mean; the probability beyond it is under 1e-80."""

BOOKINGS = 0
PLACE_DAYS = 1
OFFICE_DAYS = 2
INSTITUTIONS = 3
PEOPLE = 4
FIELD_ARRESTS = 5
RESPONSES = 6
PRISONERS = 7
COUNTED = 8
COUNTED_RESPONSES = 9
"""Series of keys: they keep bookings, places' days, offices' days, institutions, people, what is added
and what is counted apart."""


class Draw(IntEnum):
    """What a draw is for. Two draws for one key are unrelated if their purposes differ.

    Draws that answer a decision have their numbers from the table of decisions, all others here.
    """

    COUNT = 0  # and 1: the two draws of a normal
    THIN = 2
    HOUR = 3
    STATUS = 4
    OFFENCE = 5
    GRADE = 6
    PRIOR_RECORD = 16
    PRIOR_REMOVAL = 17
    OUTSTANDING_ORDER = 18
    RECENT_ENTRY = 19
    LONG_RESIDENCE = 20
    CITIZEN_FAMILY = 21
    CREWS = 51
    INTERVIEWS = 52
    REFUSAL = 53
    STATE_DELAY = 54
    PERSON = 55
    FIELD_COUNT = 57  # and 58: the two draws of a normal
    ILLEGAL_ENTRY = 59
    SECURITY = 60
    REGISTRANT = 61
    FRAUD = 62
    VICTIM = 63
    BEDS = 72
    EXIT = 73
    STOCK = 74  # and 75: the two draws of a normal
    ELAPSED = 76
    VISITS = 77
    ADHERENCE = 78
    CHOICE = 79
    DISTANCE = 80
    BELIEVES = 81
    RESPONSE_COUNT = 86  # and 87: the two draws of a normal
    ADDED = 88
    COUNTY_BOOKINGS = 92
    COUNTY_TRAFFIC = 93
    COUNTY_PRESENCE = 94
    COUNTY_CUSTODY = 95
    COUNTY_BAIL = 96
    PRINTED_AGAIN = 97
    OTHERS = 112  # and 113: the two draws of a normal
    OTHERS_ADDED = 114  # and 115: the two draws of a normal
    KIND = 116
    BED = 117
    EFFORT_STEP = 120
    EARLIER_TIME = 123

    vars().update(
        (row["name"], int(row["draw"]))
        for row in csv.DictReader(Path(__file__).with_name("decisions.csv").read_text(encoding="utf-8").splitlines())
        if row["draw"].isdecimal()
    )


@inlined
def mix(word):
    """SplitMix64's finaliser: a bijection of 64-bit words in which every input bit moves every output bit."""
    word = (word ^ (word >> _S30)) * _FIRST
    word = (word ^ (word >> _S27)) * _SECOND
    return word ^ (word >> _S31)


@inlined
def stream_of(seed, key):
    """The part of a draw that belongs to one key under one seed; computed once, used for all its purposes.

    Parameters
    ----------
    seed, key : uint64

    Returns
    -------
    uint64

    Examples
    --------
    >>> import numpy as np
    >>> stream = stream_of(np.uint64(1), np.uint64(2))
    >>> 0.0 <= uniform(stream, Draw.HOUR) < 1.0
    True
    """
    return mix(mix(seed + _GOLDEN) ^ key)


@inlined
def uniform(stream, purpose):
    """A number in [0, 1) from 53 bits, the same whenever stream and purpose are the same."""
    return (mix(stream + U64(purpose) * _PURPOSE) >> _S11) * _TO_UNIT


@inlined
def normal(stream, purpose):
    """A standard normal number (Box and Muller) from the draws for ``purpose`` and ``purpose + 1``."""
    radius = math.sqrt(-2.0 * math.log(uniform(stream, purpose) + _SMALLEST))
    return radius * math.cos(_TWO_PI * uniform(stream, purpose + 1))


@compiled
def poisson(stream, purpose, mean):
    """A Poisson count: by inversion of one draw for small means, rounded normal for large ones.

    Uses the draws for ``purpose`` and ``purpose + 1``.
    """
    if mean < NORMAL_ABOVE:
        count = 0
        term = math.exp(-mean)
        below = term
        draw = uniform(stream, purpose)
        while draw >= below and count < MOST_PER_SMALL_COUNT:
            count += 1
            term *= mean / count
            below += term
        return count
    return max(0, math.floor(mean + math.sqrt(mean) * normal(stream, purpose) + 0.5))


@compiled
def rounded(stream, purpose, amount):
    """An integer whose mean is ``amount``: its floor, or one more with the probability of its fraction."""
    floor = math.floor(amount)
    return int(floor) + (1 if uniform(stream, purpose) < amount - floor else 0)


@inlined
def booking_key(fips, day, index):
    """Key of a booking: county FIPS code (17 bits), days since 2000-01-01 (14), number that day (17)."""
    return U64(fips) | (U64(day) << _DAY_SHIFT) | (U64(index) << _INDEX_SHIFT)


@inlined
def field_arrest_key(fips, day, index):
    """Key of an arrest that a task force adds; it never meets a booking's."""
    return booking_key(fips, day, index) | (U64(FIELD_ARRESTS) << _SERIES_SHIFT)


@inlined
def response_key(fips, day, index):
    """Key of a booking that a response of community, police or offenders adds."""
    return booking_key(fips, day, index) | (U64(RESPONSES) << _SERIES_SHIFT)


@inlined
def counted_key(fips, day, index):
    """Key of a booking that is counted and not followed."""
    return booking_key(fips, day, index) | (U64(COUNTED) << _SERIES_SHIFT)


@inlined
def counted_response_key(fips, day, index):
    """Key of a counted booking that a response adds."""
    return booking_key(fips, day, index) | (U64(COUNTED_RESPONSES) << _SERIES_SHIFT)


@inlined
def prisoner_key(fips, index):
    """Key of a prisoner of the stock, by the county of conviction."""
    return booking_key(fips, 0, index) | (U64(PRISONERS) << _SERIES_SHIFT)


@inlined
def person_key(fips, number):
    """Key of a person: the county's FIPS code and the number in its pool (31 bits)."""
    return U64(fips) | (U64(number) << _DAY_SHIFT) | (U64(PEOPLE) << _SERIES_SHIFT)


@inlined
def place_day_key(fips, day):
    """Key of a county's day."""
    return U64(fips) | (U64(day) << _DAY_SHIFT) | (U64(PLACE_DAYS) << _SERIES_SHIFT)


@inlined
def office_day_key(office, day):
    """Key of a field office's day."""
    return U64(office) | (U64(day) << _DAY_SHIFT) | (U64(OFFICE_DAYS) << _SERIES_SHIFT)


def institution_stream(seed: int, kind: int, number: int, day: int) -> np.uint64:
    """Stream of one institution's decision on one day.

    Parameters
    ----------
    seed
        The run's seed.
    kind, number
        What kind of institution (0 to 3) and its FIPS code or index.
    day
        Days since 2000-01-01; 0 for a decision taken once.
    """
    key = number | day << 17 | kind << 40 | INSTITUTIONS << 48
    return np.uint64(stream_of(np.uint64(seed), np.uint64(key)))
