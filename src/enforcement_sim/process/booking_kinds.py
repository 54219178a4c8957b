"""Kinds of counted bookings: what can be said of somebody whom no programme could ever touch, with its share.

A kind is an offence class, a grade, whether prints are taken and the way out of jail; one draw chooses it, and one draw
says how long its bed is filled. Filled once for a run from the register.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.layouts import QUANTILES, Duration

__all__ = ["GUIDES", "KIND", "hours_in_bed", "kind_guide", "kind_table"]

KIND = np.dtype(
    [
        ("cumulative", "f8"),
        ("offence", "u1"),
        ("felony", "u1"),
        ("printed", "u1"),
        ("to_prison", "u1"),
        ("stay", "u1"),  # row of the hours in bed
    ],
    align=True,
)
GUIDES = 4096
"""Equal parts of [0, 1), each with the first kind that a draw in it can choose."""
_GRADES = 2
_RELEASED, _NOT_CONVICTED, _PRISON, _JAIL, _TIME_SERVED = range(5)
_WAIT_FOR_RELEASE, _WAIT_FOR_DISPOSITION, _SENTENCE = range(3)
_STAY_OF_WAY = (
    _WAIT_FOR_RELEASE,
    _WAIT_FOR_DISPOSITION,
    _WAIT_FOR_DISPOSITION,
    _SENTENCE,
    _WAIT_FOR_DISPOSITION,
)


def _ways(values: Mapping[str, float], released: float, to_prison: float, grade: str) -> tuple[float, ...]:
    """Return the shares of the ways out of jail of one offence and grade."""
    held = 1.0 - released
    convicted = held * values[f"case.conviction_share_{grade}"]
    let_go = convicted * (1.0 - to_prison)
    jail = values["case.jail_share"]
    return released, held - convicted, convicted * to_prison, let_go * jail, let_go * (1.0 - jail)


def kind_table(values: Mapping[str, float], offences: np.ndarray) -> np.ndarray:
    """List the kinds of bookings of people born in the United States without a record at DHS.

    Parameters
    ----------
    values
        Every address of the register with its value.
    offences
        Rows of dtype ``layouts.OFFENCE``.

    Returns
    -------
    structured array of dtype ``KIND``, shape (offences × 2 grades × 2 × 5 ways,)
        By offence, misdemeanour before felony, not printed before printed, ways in the order of docs/process.md;
        ``cumulative`` rises to 1.
    """
    shares = np.diff(offences["citizen_cdf"], prepend=0.0)
    rows: list[tuple[float, int, int, int, int, int]] = []
    for (number, offence), felony, printed in product(enumerate(offences), range(_GRADES), range(2)):
        grade = "felony" if felony else "misdemeanour"
        of_grade = offence["felony_share"] if felony else 1.0 - offence["felony_share"]
        of_prints = offence["printed_share"] if printed else 1.0 - offence["printed_share"]
        to_prison = offence["prison_share"] if felony else 0.0
        ways = _ways(values, float(offence[f"release_{grade}"]), float(to_prison), grade)
        rows += [
            (shares[number] * of_grade * of_prints * share, number, felony, printed, way == _PRISON, 2 * stay + felony)
            for way, (share, stay) in enumerate(zip(ways, _STAY_OF_WAY, strict=True))
        ]
    kinds = np.array(rows, KIND)
    kinds["cumulative"] = np.cumsum(kinds["cumulative"]) / kinds["cumulative"].sum()
    return kinds


def kind_guide(kinds: np.ndarray) -> np.ndarray:
    """Return, for each of `GUIDES` equal parts of [0, 1), the first kind that a draw in it can choose; int16."""
    starts = np.arange(GUIDES) / GUIDES
    return np.searchsorted(kinds["cumulative"], starts, side="right").clip(0, kinds.size - 1).astype(np.int16)


def hours_in_bed(values: Mapping[str, float], durations: np.ndarray) -> np.ndarray:
    """Return equally likely hours in jail of each way out and grade, int32, shape (6, QUANTILES).

    Rows: released before disposition, held to disposition, jail sentence; misdemeanour before felony in each.
    """
    released = int(values["case.longest_release_days"]) * HOURS_A_DAY
    longest = int(values["case.longest_stay_days"]) * HOURS_A_DAY
    waits = (durations[Duration.DISPOSITION_MISDEMEANOUR], durations[Duration.DISPOSITION_FELONY])
    sentences = (durations[Duration.JAIL_MISDEMEANOUR], durations[Duration.JAIL_FELONY])
    releases = (durations[Duration.RELEASE_MISDEMEANOUR], durations[Duration.RELEASE_FELONY])
    rows = [
        *(np.minimum(row, released) for row in releases),
        *(np.minimum(row, longest) for row in waits),
        *(_sums(np.minimum(wait, longest), sentence, longest) for wait, sentence in zip(waits, sentences, strict=True)),
    ]
    return np.array(rows, np.int32)


def _sums(first: np.ndarray, second: np.ndarray, longest: int) -> np.ndarray:
    """Return the means of equal slices of all sums of two durations, in ascending order, to the nearest hour."""
    sums = np.minimum(np.add.outer(first, second), longest)
    times = np.bincount(sums.ravel())
    below = np.cumsum(times)
    total = np.cumsum(times * np.arange(times.size))
    ends = np.arange(1, QUANTILES + 1) * first.size
    at = np.searchsorted(below, ends)
    up_to = total[at] - (below[at] - ends) * at  # the sum of the smallest so many
    return np.asarray(np.floor(np.diff(up_to, prepend=0) / first.size + 0.5))
