"""The world of the reduced flow: places of very unequal size, offences, and the numbers by which people move on.

Numbers are round and of the order of the nation's; they are there to give a benchmark the right amount of work, and say
nothing about the world. ``reduced_flow`` and ``numpy_flow`` move the same people through it, in distribution.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

HOURS_A_DAY, DAYS_A_YEAR = 24, 365
LOG_SPREAD_OF_SIZES = 1.5
"""That of the package's counties by expected bookings, rounded."""

EVENTS = ("booked", "matched", "detainer", "released", "taken", "lapsed", "finished")
BOOKED, MATCHED, DETAINER, RELEASED, TAKEN, LAPSED, FINISHED = range(len(EVENTS))
"""What is counted, by status and by level of the offence; of people out of reach the release is counted at once."""

STATUSES, LEVELS = 4, 8
"""U.S.-born, naturalised, lawful non-citizen, other non-citizen; and four levels of gravity, the gravest first, each without and
with a prior conviction: even and odd numbers."""
MATCH_SHARE = np.array([0.001, 0.2, 0.45, 0.7])
FIRST_NONCITIZEN = 2
NATURALISED_SHARE, LAWFUL_SHARE = 0.03, 0.3
"""Naturalised people among the booked, and lawful non-citizens among the non-citizens."""

OFFENCE_CDF = np.cumsum([0.02, 0.03, 0.05, 0.06, 0.05, 0.07, 0.08, 0.06, 0.05, 0.07, 0.11, 0.13, 0.12, 0.10])
OFFENCE_LEVEL = np.repeat(np.arange(0, LEVELS, 2), [4, 4, 4, 2])
DAYS_OF_STAY = np.array([60.0, 50.0, 16.0, 15.0, 12.0, 10.0, 4.0, 3.0, 2.0, 2.0, 1.5, 1.3, 0.8, 0.8])
LOG_MEDIAN_HOURS = np.log(HOURS_A_DAY * DAYS_OF_STAY)
"""Fourteen classes, as many as the model has."""
LOG_SPREAD = 1.2
EARLY_SHARE, EARLY_PART = 0.6, 0.2
"""Who is released early, and the part of the stay that is left of it."""
LONGEST_STAY = HOURS_A_DAY * DAYS_A_YEAR

PRIOR_SHARE = 0.3
GRAVE_LEVELS = 4
"""The rule on detainers: a non-citizen who is matched, with an offence of these levels or a prior conviction."""
HOLD_HOURS, HOURS_BETWEEN_CREWS, CUSTODY_HOURS = 48, 6, 30 * HOURS_A_DAY
"""Crews are asked for a person every six hours of the hold, the last time when it ends."""


class World(NamedTuple):
    """Places and field offices; the last axis of ``status_cdf`` is the status."""

    bookings_a_day: np.ndarray
    status_cdf: np.ndarray
    office: np.ndarray
    crews_a_day: np.ndarray


def world(places: int = 3142, bookings_a_year: float = 12.5e6, offices: int = 24, crews: int = 60) -> World:
    """Return places whose sizes, non-citizens and offices are drawn once and for all.

    Parameters
    ----------
    places, offices
        How many there are.
    bookings_a_year
        Expected over all places.
    crews
        People whom an office's crews can take on one day.

    Examples
    --------
    >>> float(world(places=10, bookings_a_year=3650).bookings_a_day.sum().round(6))
    10.0
    """
    stream = np.random.default_rng(20081001)
    size = stream.lognormal(0.0, LOG_SPREAD_OF_SIZES, places)
    noncitizens = np.minimum(stream.beta(1.2, 18.0, places), 0.4)
    shares = [
        1.0 - NATURALISED_SHARE - noncitizens,
        np.full(places, NATURALISED_SHARE),
        LAWFUL_SHARE * noncitizens,
        (1.0 - LAWFUL_SHARE) * noncitizens,
    ]
    return World(
        size / size.sum() * bookings_a_year / DAYS_A_YEAR,
        np.cumsum(np.column_stack(shares), axis=1),
        stream.integers(0, offices, places),
        np.full(offices, crews),
    )
