"""Whose counting makes a measure differ: the bookings counted under one scenario and not under the other.

A measure of people counts an event, by one programme or by all. A booking with the event under one scenario alone is a
part of the difference. Shares are explained by the event whose people they are a share of. Hours, days and dollars are
sums over all bookings, so any booking whose events or hours differ is a part of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from enforcement_sim.codes import EVENTS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.process.histories import Records
from enforcement_sim.process.recorder import Row
from enforcement_sim.runs.recorded_runs import RecordedRun, in_period

EVERYWHERE = ("booked", "recorded_events", "true_events", "jail_inmates", "prisoners")
"""Measures that bookings outside every programme's reach go into, too."""
OF_EVENTS = {
    "detainers_on_citizens": ("detainer_issued", "citizen"),
    "held_citizens": ("held", "citizen"),
    "custody_per_detainer": ("ice_custody", ""),
    "removed_per_custody": ("removed", ""),
    "match_share": ("matched", ""),
    "found_by_any": ("identified", ""),
    "removed_by_any": ("removed", ""),
}
"""Measures without an event in their name -> the event, and the status group, of the people whom they count."""
INSTEAD = ("removed", "ice_custody", "detainer_issued", "identified", "matched")
"""Measures tried in this order where nobody changes in the one asked for."""
_MIXER = np.uint64(0x9E3779B97F4A7C15)
"""An odd constant by which the parts of an event are mixed into one number."""


class Counted(NamedTuple):
    """Which events of which people a measure counts; an empty event stands for every event and hour."""

    event: str = ""
    programme: str = ""
    status: str = ""


class Changed(NamedTuple):
    """Keys of the bookings that make a measure differ, in ascending order.

    Attributes
    ----------
    only_history, only_what_if : uint64 array
        Counted under one of the two alone.
    otherwise : uint64 array
        Where the measure is no count: all bookings whose events or hours differ.
    """

    only_history: np.ndarray
    only_what_if: np.ndarray
    otherwise: np.ndarray

    def first(self, number: int) -> list[int]:
        """Return some of the keys: as many from either side as there are, the larger side first."""
        sides = sorted((self.only_history, self.only_what_if), key=len, reverse=True)
        few = min(len(sides[1]), number // 2)
        chosen = [sides[0][: number - few], sides[1][:few], self.otherwise]
        return [int(key) for part in chosen for key in part][:number]


def counted_by(measure: str) -> Counted:
    """Return what a measure counts.

    Examples
    --------
    >>> counted_by("removed.secure_communities"), counted_by("no_conviction_share.ice_custody").event
    (Counted(event='removed', programme='secure_communities', status=''), 'ice_custody')
    >>> counted_by("net_cost.county")
    Counted(event='', programme='', status='')
    """
    name, _, part = measure.partition(".")
    if measure in EVERYWHERE:
        return Counted()
    if name in OF_EVENTS:
        event, status = OF_EVENTS[name]
        return Counted(event, part if part in PROGRAMMES else "", status)
    if name in EVENTS:
        return Counted(name, part)
    return Counted(part) if name.endswith("_share") and part in EVENTS else Counted()


def changed(history: RecordedRun, what_if: RecordedRun, measure: str) -> Changed:
    """Return which bookings of the counted period make a measure differ.

    Parameters
    ----------
    history, what_if
        Recorded runs of the same people.
    measure
        A name of ``results.measures.MEASURES``.
    """
    records = history.arrestees.records, what_if.arrestees.records
    counted, none = counted_by(measure), np.zeros(0, np.uint64)
    if counted.event:
        a, b = (_with_event(one, counted) for one in records)
        sides = np.setdiff1d(a, b), np.setdiff1d(b, a), none
    else:
        marks = [_marks(one) for one in records]
        sides = none, none, np.unique(np.concatenate([_alone(*marks), _alone(*marks[::-1])]))
    return Changed(*(_in_period(records[0], keys) for keys in sides))


def _reported_events(records: Records) -> np.ndarray:
    rows = records.rows[records.rows["kind"] == Row.EVENT]
    found: np.ndarray = rows[np.isin(rows["key"], records.keys)]
    return found


def _with_event(records: Records, counted: Counted) -> np.ndarray:
    rows = _reported_events(records)
    chosen = rows["number"] == EVENTS.index(counted.event)
    if counted.programme:
        chosen &= rows["programme"] == PROGRAMMES.index(counted.programme)
    if counted.status:
        groups = profile_parts(rows["profile"].astype(np.int64))[-1]
        chosen &= groups == STATUS_GROUPS.index(counted.status)
    return np.unique(rows["key"][chosen])


def _marks(records: Records) -> tuple[np.ndarray, np.ndarray]:
    """Return the key of each event, and a number that differs where key, event, hour or programme do."""
    rows = _reported_events(records)
    mark = rows["key"].copy()
    for part in ("number", "hour", "programme"):
        mark = (mark ^ rows[part].astype(np.int64).astype(np.uint64)) * _MIXER
        mark ^= mark >> np.uint64(29)
    return rows["key"], mark


def _alone(a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return the keys of events of A that are not in B."""
    found: np.ndarray = a[0][~np.isin(a[1], b[1])]
    return found


def _in_period(records: Records, keys: np.ndarray) -> np.ndarray:
    return np.array(list(in_period(records.clock, keys.tolist())), np.uint64)
