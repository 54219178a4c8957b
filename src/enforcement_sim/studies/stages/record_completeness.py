"""Record completeness: how many of the people with a conviction had one in the file, at each stage.

Of the people with a conviction, now or before, a share had one in the file; the others are counted as the same person booked on
the same charge without any. These are expected counts; nothing is drawn. The share at each moment is data
(:mod:`enforcement_sim.law.recording`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from enforcement_sim.codes import OFFENCES, PRIOR_RECORDS, STATUS_GROUPS
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.recording import load_recording
from enforcement_sim.process.counts import CONVICTED_STATES, GRADES, PROFILES, profile_parts

BY_STAGE = "by_stage"
"""The recording in which every stage is counted at its own moment."""

ENDS = ("low", "high")
"""The ends of a moment's range, as suffixes of its name: ``at_issue:low``."""

_SHAPE = (len(OFFENCES), GRADES, CONVICTED_STATES, len(PRIOR_RECORDS), len(STATUS_GROUPS))


@cache
def without_convictions() -> np.ndarray:
    """Return for every profile the profile of the same person without any conviction, int64, shape (profiles,).

    Offence class, grade and status group stay: the booking itself reports the charge.

    Examples
    --------
    >>> unconvicted = without_convictions()
    >>> bool((unconvicted[unconvicted] == unconvicted).all())
    True
    """
    offence, felony, _, _, group = profile_parts(np.arange(PROFILES))
    nothing = np.zeros(PROFILES, np.int64)
    return np.asarray(np.ravel_multi_index((offence, felony, nothing, nothing, group), _SHAPE), np.int64)


def recorded_shares(recording: str | float | None, stages: Sequence[str]) -> np.ndarray:
    """Return what share of convictions was in the file at each stage, float64, shape (stages,).

    Parameters
    ----------
    recording
        ``None`` for all of them, a share from 0 to 1 for every stage alike, the name of a moment for every stage alike
        (``at_issue``: how people who got as far were known when the detainer was issued), or ``by_stage`` for each stage at
        its own moment. Behind a name, ``:low`` or ``:high`` takes that end of the range.
    stages
        Events from ``matched`` on.

    Raises
    ------
    InputError
        If there is no such moment or end, or the share is not between 0 and 1.

    Examples
    --------
    >>> recorded_shares("by_stage", ["detainer_issued", "removed"]).tolist()
    [0.45, 0.95]
    >>> recorded_shares("at_issue:low", ["removed"]).tolist()
    [0.25]
    """
    if recording is None:
        return np.ones(len(stages))
    if isinstance(recording, (int, float)):
        if not 0 <= recording <= 1:
            raise InputError(f"{recording:g} is not a share", key="recording", allowed="0 to 1")
        return np.full(len(stages), float(recording))
    name, _, end = recording.partition(":")
    moments = load_recording()
    known = (*moments, BY_STAGE)
    if name not in known:
        nearest = nearest_names(name, known)
        raise InputError(f"unknown recording {name!r}", key="recording", allowed=known, nearest=nearest)
    if end and end not in ENDS:
        raise InputError(
            f"unknown end {end!r} of a range", key="recording", allowed=ENDS, nearest=nearest_names(end, ENDS)
        )
    value = end or "share"
    if name != BY_STAGE:
        return np.full(len(stages), getattr(moments[name], value))
    of_stage = {stage: getattr(moment, value) for moment in moments.values() for stage in moment.stages}
    return np.array([of_stage[stage] for stage in stages])


def as_recorded(counts: np.ndarray, recorded: float | np.ndarray) -> np.ndarray:
    """Return expected counts by profile as the file showed people, float64, of the shape of ``counts``.

    Parameters
    ----------
    counts
        Any shape that ends in (profiles,).
    recorded
        Share of convictions in the file, 0 to 1; a number, or an array of the shape of ``counts`` without the last axis.

    Examples
    --------
    >>> counts = np.zeros(PROFILES)
    >>> convicted = int(np.flatnonzero(without_convictions() != np.arange(PROFILES))[0])
    >>> counts[convicted] = 10.0
    >>> thinned = as_recorded(counts, 0.6)
    >>> float(thinned[convicted]), float(thinned.sum())
    (6.0, 10.0)
    """
    unconvicted = without_convictions()
    share = np.asarray(recorded, float)[..., np.newaxis]
    has_one = unconvicted != np.arange(PROFILES)
    kept = counts * np.where(has_one, share, 1.0)
    lost = counts - kept
    thinned = np.ascontiguousarray(kept)
    by_profile = np.moveaxis(thinned, -1, 0)  # a view: what is added to it is added to the counts
    np.add.at(by_profile, unconvicted[has_one], np.moveaxis(lost, -1, 0)[has_one])
    return thinned
