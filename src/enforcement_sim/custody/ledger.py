"""Counted once: every event, hour and verdict is written here at the moment it happens.

Compiled code writes to buffers of one month: a dense table of place, event and programme, and a list of codes (place,
event, programme, profile) for events from ``matched`` on. At the end of each month :class:`Ledger` folds them into
sparse tables. A profile is what definitions need of a person and no more: offence class, grade, convicted by then,
prior record, status group. No row of any table is a person.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.records import Bit
from enforcement_sim.vocabulary import EVENTS, HOUR_KINDS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS

__all__ = [
    "Event",
    "HourKind",
    "Ledger",
    "Profile",
    "Programme",
    "add_hours",
    "count",
    "count_person",
    "profile_parts",
    "record_of",
]

Event = IntEnum("Event", [(name.upper(), number) for number, name in enumerate(EVENTS)])  # type: ignore[misc]
HourKind = IntEnum("HourKind", [(name.upper(), number) for number, name in enumerate(HOUR_KINDS)])  # type: ignore[misc]
Programme = IntEnum("Programme", [(name.upper(), number) for number, name in enumerate(PROGRAMMES)])  # type: ignore[misc]

GRADES = 2
CONVICTED_STATES = 2
PROFILES = len(OFFENCES) * GRADES * CONVICTED_STATES * len(PRIOR_RECORDS) * len(STATUS_GROUPS)
PROFILE_BITS, PROGRAMME_BITS, EVENT_BITS, PLACE_BITS = 11, 3, 5, 12
assert PROFILES <= 1 << PROFILE_BITS
assert len(PROGRAMMES) <= 1 << PROGRAMME_BITS
assert len(EVENTS) <= 1 << EVENT_BITS
_PROGRAMME_SHIFT = PROFILE_BITS
_EVENT_SHIFT = PROFILE_BITS + PROGRAMME_BITS
_PLACE_SHIFT = _EVENT_SHIFT + EVENT_BITS
RECORD_MASK = 15
"""The low half of ``ARRESTEE.record`` is the prior record; the high half the outcome of custody."""
OUTCOME_SHIFT = 4
LOG_ROWS = 1 << 20
LOG_MARGIN = 1 << 18
"""Rows kept free for one day's events; the busiest day of the nation needs a tenth of them."""

Profile = tuple[int, int, int, int, int]
"""Offence class, felony, convicted, prior record, status group."""


@compiled
def record_of(p):
    """The prior record of a person."""
    return np.int64(p.record) & RECORD_MASK


@compiled
def count(place, event, programme, events):
    """Count an event of someone of whom no profile is kept."""
    events[place, event, programme] += 1


@compiled
def count_person(p, group, event, events, log):
    """Count an event of a person under the programme that found the person first, with the profile of the moment."""
    events[p.place, event, p.programme] += 1
    convicted = 1 if p.bits & Bit.CONVICTED else 0
    felony = 1 if p.bits & Bit.FELONY else 0
    profile = (((p.offence * GRADES + felony) * CONVICTED_STATES + convicted) * len(PRIOR_RECORDS) + record_of(p)) * len(
        STATUS_GROUPS
    ) + group
    row = log[0] + np.uint32(1)
    log[row] = (
        (np.uint32(p.place) << np.uint32(_PLACE_SHIFT))
        | (np.uint32(event) << np.uint32(_EVENT_SHIFT))
        | (np.uint32(p.programme) << np.uint32(_PROGRAMME_SHIFT))
        | np.uint32(profile)
    )
    log[0] = row


@compiled
def add_hours(booked, start, end, kind, group, place_index, area, hours, place_hours, window, month_of_day):
    """Add the part of ``start`` to ``end`` that lies in the counted period, to the month of booking.

    People booked before the period count in its first month. ``window`` holds the first counted hour and the end.
    """
    spent = min(end, window[1]) - max(start, window[0])
    if spent > 0:
        month = month_of_day[max(booked, window[0]) // 24]
        hours[month, area, kind, group] += spent
        place_hours[place_index, kind, group] += spent


def profile_parts(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Split profile numbers into offence class, felony, convicted, prior record and status group."""
    rest, group = np.divmod(codes, len(STATUS_GROUPS))
    rest, record = np.divmod(rest, len(PRIOR_RECORDS))
    rest, convicted = np.divmod(rest, CONVICTED_STATES)
    offence, felony = np.divmod(rest, GRADES)
    return offence, felony, convicted, record, group


class Ledger:
    """The tables of one run.

    Parameters
    ----------
    places, areas, months, rules
        How many of each.
    area_of_place
        Area of each place, shape (places,).

    Attributes
    ----------
    events : int32 array, shape (places, events, programmes)
        The current month.
    log : uint32 array
        Codes of the current month; ``log[0]`` is how many.
    hours : int64 array, shape (months, areas, kinds, status groups)
        Person-hours by month of booking.
    place_hours : int64 array, shape (places, kinds, status groups)
        Person-hours over the period.
    inmate_days : int64 array, shape (places,)
        People in jail at the end of each day of the current month, added up.
    verdicts : int64 array, shape (months, programmes, rules)
        Detainers that each rule would have covered, by month of issue.
    """

    def __init__(self, places: int, areas: int, months: int, rules: int, area_of_place: np.ndarray) -> None:
        self.area_of_place = area_of_place.astype(np.uint32)
        self.events = np.zeros((places, len(EVENTS), len(PROGRAMMES)), np.int32)
        self.log = np.zeros(LOG_ROWS + 1, np.uint32)
        self.hours = np.zeros((months, areas, len(HOUR_KINDS), len(STATUS_GROUPS)), np.int64)
        self.place_hours = np.zeros((places, len(HOUR_KINDS), len(STATUS_GROUPS)), np.int64)
        self.inmate_days = np.zeros(places, np.int64)
        self.verdicts = np.zeros((months, len(PROGRAMMES), rules), np.int64)
        self._months: list[tuple[int, np.ndarray, np.ndarray]] = []  # month, cell of events, count
        self._profiles: list[tuple[int, np.ndarray, np.ndarray]] = []  # month, area code, count
        self._places: list[tuple[np.ndarray, np.ndarray]] = []  # place, event and profile code, count
        self._inmate_days: list[np.ndarray] = []

    def discard(self) -> None:
        """Forget what the warm start counted."""
        self.events[:] = 0
        self.log[0] = 0
        self.hours[:] = 0
        self.place_hours[:] = 0
        self.inmate_days[:] = 0
        self.verdicts[:] = 0

    def make_room(self, month: int) -> None:
        """Fold the list of codes if another day might not fit."""
        if self.log[0] > LOG_ROWS - LOG_MARGIN:
            self._fold_log(month)

    def end_month(self, month: int) -> None:
        """Fold the buffers of a month into the tables and empty them."""
        cells = np.flatnonzero(self.events.ravel()).astype(np.int32)
        self._months.append((month, cells, self.events.ravel()[cells]))
        self.events[:] = 0
        self._fold_log(month)
        self._inmate_days.append(self.inmate_days.astype(np.int32))
        self.inmate_days[:] = 0

    def _fold_log(self, month: int) -> None:
        codes = self.log[1 : int(self.log[0]) + 1]
        self.log[0] = 0
        if codes.size == 0:
            return
        below = np.uint32((1 << _PLACE_SHIFT) - 1)
        by_area = (self.area_of_place[codes >> np.uint32(_PLACE_SHIFT)] << np.uint32(_PLACE_SHIFT)) | (codes & below)
        values, counts = np.unique(by_area, return_counts=True)
        self._profiles.append((month, values, counts.astype(np.int32)))
        profile = codes & np.uint32((1 << PROFILE_BITS) - 1)
        by_place = ((codes >> np.uint32(_EVENT_SHIFT)) << np.uint32(PROFILE_BITS)) | profile
        values, counts = np.unique(by_place, return_counts=True)
        self._places.append((values, counts.astype(np.int32)))
        if len(self._places) > 12:
            self._places = [_merged(self._places)]

    def event_cells(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return month, place, event, programme and count of every cell that is not zero, in that order of sorting."""
        month = np.concatenate([np.full(cells.size, month, np.int16) for month, cells, _ in self._months] or [_EMPTY])
        cells = np.concatenate([cells for _, cells, _ in self._months] or [_EMPTY])
        counts = np.concatenate([counts for _, _, counts in self._months] or [_EMPTY])
        place, event, programme = np.unravel_index(cells.astype(np.int64), self.events.shape)
        return month, place, event, programme, counts

    def profile_cells(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return month, area, event, programme, profile and count of every cell that is not zero."""
        by_month: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {}
        for month, values, counts in self._profiles:
            by_month.setdefault(month, []).append((values, counts))
        parts = [(month, *(_merged(pieces) if len(pieces) > 1 else pieces[0])) for month, pieces in by_month.items()]
        months = np.concatenate([np.full(values.size, month, np.int16) for month, values, _ in parts] or [_EMPTY])
        codes = np.concatenate([values for _, values, _ in parts] or [_EMPTY]).astype(np.uint32)
        counts = np.concatenate([counts for _, _, counts in parts] or [_EMPTY])
        return months, *_split(codes), counts

    def place_cells(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return place, event, profile and count over the period of every cell that is not zero."""
        values, counts = _merged(self._places) if self._places else (_EMPTY.astype(np.uint32), _EMPTY)
        profile = values & np.uint32((1 << PROFILE_BITS) - 1)
        rest = values >> np.uint32(PROFILE_BITS)
        return rest >> np.uint32(EVENT_BITS), rest & np.uint32((1 << EVENT_BITS) - 1), profile, counts

    def population(self) -> np.ndarray:
        """Return inmate-days by month and place, shape (months, places)."""
        return np.array(self._inmate_days, np.int32)


_EMPTY = np.zeros(0, np.int32)


def _merged(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    codes = np.concatenate([values for values, _ in parts])
    counts = np.concatenate([counts for _, counts in parts])
    values, inverse = np.unique(codes, return_inverse=True)
    return values, np.bincount(inverse, weights=counts, minlength=values.size).astype(np.int32)


def _split(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    profile = codes & np.uint32((1 << PROFILE_BITS) - 1)
    programme = (codes >> np.uint32(_PROGRAMME_SHIFT)) & np.uint32((1 << PROGRAMME_BITS) - 1)
    event = (codes >> np.uint32(_EVENT_SHIFT)) & np.uint32((1 << EVENT_BITS) - 1)
    return codes >> np.uint32(_PLACE_SHIFT), event, programme, profile
