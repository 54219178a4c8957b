"""Draws of records, by key: the same seed, county, month and purpose always give the same number.

Each rule of a recorder draws for a purpose of its own, so switching one off moves only what that rule decides. The draws
are those of :mod:`enforcement_sim.process.rng` in kind (SplitMix64), computed for whole columns at once.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

U64 = np.uint64
_GOLDEN = U64(0x9E3779B97F4A7C15)
_FIRST = U64(0xBF58476D1CE4E5B9)
_SECOND = U64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53
_HALF = 2.0**-54
"""Keeps draws away from 0, whose normal quantile is infinite."""


class Purpose(IntEnum):
    """What a draw of a record is for."""

    COUNTY_RATE = 1
    COUNTY_TREND = 2
    COUNTY_YEAR = 3
    OFFENCES = 4
    SETTINGS = 5
    AGENCY_SIZE = 10
    AGENCY_OFFENCES = 11
    AGENCY_REPORTS = 12
    AGENCY_BEGINS = 13
    MONTHS_REPORTED = 14
    WHICH_MONTHS = 15
    HIERARCHY = 16
    SERVED = 20
    CONVICTIONS = 21
    FILE_COMPLETE = 22
    LINKED = 23
    INTERVIEWED = 30
    SETS_AGAIN = 40


def uniforms(seed: int, purpose: Purpose, *keys: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return numbers between 0 and 1, exclusive, one for each combination of keys.

    Parameters
    ----------
    *keys
        Whole numbers that say which thing each draw is of, such as FIPS codes and months; broadcast to one shape.

    Examples
    --------
    >>> first, again = (uniforms(1, Purpose.OFFENCES, [10001, 10003], 5) for _ in range(2))
    >>> bool((first == again).all()), bool(first[0] != first[1])
    (True, True)
    """
    word = _mixed(np.full(np.broadcast_shapes(*(np.shape(key) for key in keys)), seed, U64) + _GOLDEN)
    for key in (int(purpose), *keys):
        word = _mixed(word ^ (np.asarray(key).astype(np.int64).astype(U64) + _GOLDEN))
    return np.asarray((word >> U64(11)) * _TO_UNIT + _HALF)


def normals(seed: int, purpose: Purpose, *keys: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return standard normal numbers; parameters are those of :func:`uniforms`."""
    from scipy.special import ndtri  # at call: it loads slowly

    return np.asarray(ndtri(uniforms(seed, purpose, *keys)))


def binomials(trials: npt.ArrayLike, share: npt.ArrayLike, draws: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return how many of some trials come about, each with a probability, from one uniform draw for each number.

    Examples
    --------
    >>> binomials([10, 10, 0], [0.0, 1.0, 0.5], np.array([0.5, 0.5, 0.5])).tolist()
    [0, 10, 0]
    """
    from scipy.stats import binom  # at call: it loads slowly

    counts = np.asarray(trials, np.int64)
    found = binom.ppf(draws, counts, share)
    return np.asarray(np.clip(np.nan_to_num(found), 0, counts), np.int64)


def _mixed(word: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """SplitMix64's finaliser, which wraps around on overflow as meant."""
    with np.errstate(over="ignore"):
        word = (word ^ (word >> U64(30))) * _FIRST
        word = (word ^ (word >> U64(27))) * _SECOND
        return word ^ (word >> U64(31))
