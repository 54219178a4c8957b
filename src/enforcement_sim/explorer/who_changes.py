"""Whose counting makes a number differ: the bookings counted under one scenario and not under the other.

A measure of people counts an event of the counted days, by one programme or by all, in a county, a month or a category where
the number is of one. A booking with such an event under one scenario alone is a part of the difference, one with it under
both a part of the level. Shares are explained by the event whose people they are a share of. Hours, days and dollars are sums
over all bookings, so any booking whose events or hours differ is a part of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from enforcement_sim.codes import EVENTS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.explorer.why_asked import Asked, groups_of
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.process.histories import Records, key_parts
from enforcement_sim.process.recorder import Row
from enforcement_sim.process.rng import PRISONERS
from enforcement_sim.results.dimensions import category_of_profile
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
    both : uint64 array
        Counted under both.
    """

    only_history: np.ndarray
    only_what_if: np.ndarray
    otherwise: np.ndarray
    both: np.ndarray

    @property
    def differing(self) -> int:
        """How many make the measure differ."""
        return self.only_history.size + self.only_what_if.size + self.otherwise.size

    def first(self, number: int) -> list[int]:
        """Return some of the keys that differ: as many from either side as there are, the larger side first."""
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


def changed(history: RecordedRun, what_if: RecordedRun, asked: Asked) -> Changed:
    """Return which bookings make a number differ, and which are counted under both.

    Parameters
    ----------
    history, what_if
        Recorded runs of the same people.
    asked
        The number.
    """
    records = history.arrestees.records, what_if.arrestees.records
    counted, none = counted_by(asked.measure), np.zeros(0, np.uint64)
    if counted.event:
        a, b = (_with_event(one, counted, asked) for one in records)
        return Changed(np.setdiff1d(a, b), np.setdiff1d(b, a), none, np.intersect1d(a, b))
    marks = [_marks(one) for one in records]
    differing = np.unique(np.concatenate([_alone(*marks), _alone(*marks[::-1])]))
    return Changed(none, none, _in_period(records[0], differing), none)


def _reported_events(records: Records) -> np.ndarray:
    rows = records.rows[records.rows["kind"] == Row.EVENT]
    found: np.ndarray = rows[np.isin(rows["key"], records.keys)]
    return found


def _with_event(records: Records, counted: Counted, asked: Asked) -> np.ndarray:
    """Return the keys of bookings with an event on a counted day; those of the first prisoners have no booking to tell of."""
    rows, clock, places = _reported_events(records), records.clock, records.engine.places
    chosen = (rows["number"] == EVENTS.index(counted.event)) & (rows["hour"] >= clock.first_counted_hour)
    rows = rows[chosen & (places["reported"][rows["place"]] != 0)]
    chosen = np.ones(rows.size, bool)
    if programme := counted.programme or asked.programme:
        chosen &= rows["programme"] == PROGRAMMES.index(programme)
    if counted.status:
        groups = profile_parts(rows["profile"].astype(np.int64))[-1]
        chosen &= groups == STATUS_GROUPS.index(counted.status)
    if asked.county:
        chosen &= places["fips"][rows["place"]] == int(asked.county)
    if asked.month:
        months = [f"{month:%Y-%m}" for month in clock.months]
        of_row = clock.month_of_day[rows["hour"] // HOURS_A_DAY]
        chosen &= of_row == (months.index(asked.month) if asked.month in months else -1)
    if asked.group:
        categories = category_of_profile(asked.definition)[rows["profile"]]
        chosen &= groups_of(asked.definition)[categories] == asked.group
    keys = np.unique(rows["key"][chosen])
    series = np.array([key_parts(key).series for key in keys.tolist()], int)
    found: np.ndarray = keys[series != PRISONERS]
    return found


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
