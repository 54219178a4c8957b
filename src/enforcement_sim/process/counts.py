"""Counts: every event, hour and verdict is written here at the moment it happens.

Compiled code writes to buffers of one month: a dense table of place, event and programme, and a list of codes (place,
event, programme, profile) for events from ``matched`` on. At the end of each month :class:`Ledger` folds them into
sparse tables. A profile is what definitions need of a person and no more: offence class, grade, convicted by then,
prior record, status group. No row of any table is a person.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import numpy as np

from enforcement_sim.codes import EVENTS, HOUR_KINDS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.jit import part, stage
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.recorder import Row, new_row
from enforcement_sim.process.sparse_counts import (
    COUNT_BITS,
    COUNT_MASK,
    ROWS_AT_A_TIME,
    Growing,
    add_equal,
    counted,
    fill_cells,
    fold_month,
    merged,
)

Event = IntEnum("Event", [(name.upper(), number) for number, name in enumerate(EVENTS)])  # type: ignore[misc]
HourKind = IntEnum("HourKind", [(name.upper(), number) for number, name in enumerate(HOUR_KINDS)])  # type: ignore[misc]
Programme = IntEnum("Programme", [(name.upper(), number) for number, name in enumerate(PROGRAMMES)])  # type: ignore[misc]

GRADES = 2
CONVICTED_STATES = 2
PROFILES = len(OFFENCES) * GRADES * CONVICTED_STATES * len(PRIOR_RECORDS) * len(STATUS_GROUPS)
PROFILE_BITS, PROGRAMME_BITS, EVENT_BITS, PLACE_BITS = 11, 3, 6, 12
assert PROFILES <= 1 << PROFILE_BITS
assert len(PROGRAMMES) <= 1 << PROGRAMME_BITS
assert len(EVENTS) <= 1 << EVENT_BITS
_PROGRAMME_SHIFT = PROFILE_BITS
_EVENT_SHIFT = PROFILE_BITS + PROGRAMME_BITS
_PLACE_SHIFT = _EVENT_SHIFT + EVENT_BITS
LOG_ROWS = 1 << 18
"""Events that are listed before they are folded, at least."""
EVENTS_A_DAY = 16
"""Events of one person on one day, at most."""

ANY_COLUMNS = len(PROGRAMMES) - 1
"""Columns of the table of events behind those of first programmes: one for each programme that had found the person."""


Profile = tuple[int, int, int, int, int]
"""Offence class, felony, convicted, prior record, status group."""


@part
def has_found(p, programme):
    """Whether a programme has found the person by now, first or later."""
    return (p.row.found >> (programme - 1)) & 1 != 0


@stage
def note_found(p, programme):
    """Note that a programme has found the person; the first stays the first."""
    if p.row.first == 0:
        p.row.first = programme
    p.row.found |= 1 << (programme - 1)


@part
def profile_of(p):
    """What definitions need to know of a person at the moment, as one number."""
    convicted = 1 if p.row.bits & Bit.CONVICTED else 0
    felony = 1 if p.row.bits & Bit.FELONY else 0
    profile = (p.row.offence * GRADES + felony) * CONVICTED_STATES + convicted
    return (profile * len(PRIOR_RECORDS) + p.row.record) * len(STATUS_GROUPS) + p.status.group


@stage
def _write(log, row, event, programme, profile):
    """Add the code of an event to the list."""
    position = log[0] + np.uint32(1)
    log[position] = (
        (np.uint32(row.place) << np.uint32(_PLACE_SHIFT))
        | (np.uint32(event) << np.uint32(_EVENT_SHIFT))
        | (np.uint32(programme) << np.uint32(_PROGRAMME_SHIFT))
        | np.uint32(profile)
    )
    log[0] = position


@part
def count_again(w, p, event, programme):
    """Count an event once more that a history of the person holds already."""
    w.events[p.row.place, event, programme] += 1
    _write(w.log, p.row, event, programme, profile_of(p))


@part
def count_under(w, p, event, programme):
    """Count an event of a person under a programme, with the profile of the moment."""
    w.events[p.row.place, event, programme] += 1
    profile = profile_of(p)
    _write(w.log, p.row, event, programme, profile)
    if w.record.rows.shape[0]:
        _note_event(w.record, p.row, Row.EVENT.value, event, programme, profile)


@stage
def _count_any(events, row, event):
    """Count an event in the column of every programme that has found the person by now."""
    for k in range(1, ANY_COLUMNS + 1):
        if (row.found >> (k - 1)) & 1:
            events[row.place, event, ANY_COLUMNS + k] += 1


@part
def count(w, p, event):
    """Count an event under the programme that found the person first, and in the column of each that has found them."""
    count_under(w, p, event, p.row.first)
    if p.row.first:
        _count_any(w.events, p.row, event)


@part
def count_outside(w, p, event):
    """Count an event of someone whom no programme has reached, without a profile."""
    w.events[p.row.place, event, Programme.NONE] += 1
    if w.record.rows.shape[0]:
        _note_event(w.record, p.row, Row.OUTSIDE.value, event, 0, 0)


@stage
def _note_event(record, row, kind, event, programme, profile):
    position = new_row(record, row, kind, event)
    if position >= 0:
        written = record.rows[position]
        written.programme, written.profile = programme, profile


@part
def add_hours(w, p, start, end, kind):
    """Add the part of ``start`` to ``end`` that lies in the counted period, to the month of booking.

    People booked before the period count in its first month.
    """
    spent = min(end, w.last_hour) - max(start, w.first_hour)
    if spent > 0:
        group = p.status.group
        month = w.month_of_day[max(p.row.booked, w.first_hour) // HOURS_A_DAY]
        w.hours[month, p.place.area, kind, group] += spent
        w.place_hours[p.row.place, kind, group] += spent


def profile_parts(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Split profile numbers into offence class, felony, convicted, prior record and status group."""
    rest, group = np.divmod(codes, len(STATUS_GROUPS))
    rest, record = np.divmod(rest, len(PRIOR_RECORDS))
    rest, convicted = np.divmod(rest, CONVICTED_STATES)
    offence, felony = np.divmod(rest, GRADES)
    return offence, felony, convicted, record, group


def event_codes(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Split the codes of the list into place, event, programme and profile."""
    return (
        codes >> np.uint32(_PLACE_SHIFT),
        (codes >> np.uint32(_EVENT_SHIFT)) & np.uint32((1 << EVENT_BITS) - 1),
        (codes >> np.uint32(_PROGRAMME_SHIFT)) & np.uint32((1 << PROGRAMME_BITS) - 1),
        codes & np.uint32((1 << PROFILE_BITS) - 1),
    )


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
    events : int32 array, shape (places, events, 2 * programmes - 1)
        The current month: by first programme, and behind that by every programme but *none* that had found the person.
    any_events : int32 array, shape (months, areas, events, programmes - 1)
        Events by every programme that had found the person, *none* left out.
    last_month : int64 array, shape (places, events)
        Events of the calendar month that ended last, in the warm start too.
    watchers : list of callable
        Each is handed the codes of the list, a uint32 array, before they are folded or dropped.
    log : uint32 array
        Codes of the current month; ``log[0]`` is how many.
    bookings : int32 array, shape (months, areas, offence classes, grades, status groups)
        Bookings, followed and counted.
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
        self.events = np.zeros((places, len(EVENTS), len(PROGRAMMES) + ANY_COLUMNS), np.int32)
        self.any_events = np.zeros((months, areas, len(EVENTS), ANY_COLUMNS), np.int32)
        self.last_month = np.zeros((places, len(EVENTS)), np.int64)
        self.watchers: list[Callable[[np.ndarray], None]] = []
        self._month_so_far = np.zeros((places, len(EVENTS)), np.int64)  # of days whose counts were discarded
        self.log = np.zeros(LOG_ROWS + 1, np.uint32)
        self.bookings = np.zeros((months, areas, len(OFFENCES), GRADES, len(STATUS_GROUPS)), np.int32)
        self.hours = np.zeros((months, areas, len(HOUR_KINDS), len(STATUS_GROUPS)), np.int64)
        self.place_hours = np.zeros((places, len(HOUR_KINDS), len(STATUS_GROUPS)), np.int64)
        self.inmate_days = np.zeros(places, np.int64)
        self.verdicts = np.zeros((months, len(PROGRAMMES), rules), np.int64)
        self._month_cells = Growing(("month", "place", "event", "programme"))
        self._profile_cells = Growing(("month", "area", "event", "programme", "profile"))
        self._area_codes: tuple[np.ndarray, np.ndarray] | None = None  # of the current month, if folded before its end
        self._place_cells = np.empty(0, np.uint64)  # place, event and profile code, and count, in one word
        self._place_rows = 0  # how many words are in use
        self._place_rows_merged = 0  # how many of those have codes of their own
        self._inmate_days: list[np.ndarray] = []

    def discard(self) -> None:
        """Forget what the warm start counted.

        Hours stay: they are cut to the counted period when they are added, and a stay that began in the warm start
        may reach into it.
        """
        self._tell_watchers()
        self._month_so_far += self.events[:, :, : len(PROGRAMMES)].sum(axis=2)
        self.drop()

    def drop(self) -> None:
        """Forget, altogether, what was counted since the last month ended."""
        self.events[:] = 0
        self.log[0] = 0
        self._area_codes = None
        self._place_rows = self._place_rows_merged = 0
        self.inmate_days[:] = 0
        self.bookings[:] = 0
        self.verdicts[:] = 0

    def end_warm_month(self) -> None:
        """Forget a month of the warm start, but for its numbers that institutions look back on."""
        self.discard()
        self.last_month, self._month_so_far = self._month_so_far, np.zeros_like(self._month_so_far)

    def _tell_watchers(self) -> None:
        for watcher in self.watchers:
            watcher(self.log[1 : int(self.log[0]) + 1])

    def make_room(self, people: int) -> None:
        """Fold the list of codes if a day of so many people might not fit, and lengthen it if it must be.

        Compiled code writes to the list without asking how long it is.
        """
        wanted = EVENTS_A_DAY * people
        if self.log[0] + wanted > len(self.log) - 1:
            self._fold_log()
            if LOG_ROWS + wanted > len(self.log) - 1:
                self.log = np.zeros(LOG_ROWS + wanted + 1, np.uint32)

    def end_month(self, month: int) -> None:
        """Fold the buffers of a month into the tables and empty them."""
        first = len(PROGRAMMES)
        self.last_month, self._month_so_far = self._month_so_far, np.zeros_like(self._month_so_far)
        rows = fold_month(self.events, first, self.area_of_place, self.any_events[month], self.last_month)
        place, event, programme, counts = (np.empty(rows, kind) for kind in (np.int16, np.int8, np.int8, np.int32))
        fill_cells(self.events, first, (place, event, programme, counts))
        self._month_cells.append(counts, month=month, place=place, event=event, programme=programme)
        self._fold_log()
        if self._area_codes is not None:
            codes, counts = self._area_codes  # an area stands where a place stood
            area, event, programme, profile = event_codes(codes)
            self._profile_cells.append(
                counts, month=month, area=area, event=event, programme=programme, profile=profile
            )
            self._area_codes = None
        self._inmate_days.append(self.inmate_days.astype(np.int32))
        self.inmate_days[:] = 0

    def _fold_log(self) -> None:
        self._tell_watchers()
        codes = self.log[1 : int(self.log[0]) + 1]
        self.log[0] = 0
        below = np.uint32((1 << _PLACE_SHIFT) - 1)
        by_area = (self.area_of_place[codes >> np.uint32(_PLACE_SHIFT)] << np.uint32(_PLACE_SHIFT)) | (codes & below)
        folded = counted(by_area)
        self._area_codes = folded if self._area_codes is None else merged([self._area_codes, folded])
        profile = codes & np.uint32((1 << PROFILE_BITS) - 1)
        codes, counts = counted(((codes >> np.uint32(_EVENT_SHIFT)) << np.uint32(PROFILE_BITS)) | profile)
        self._append_places(codes.astype(np.uint64) << COUNT_BITS | counts.astype(np.uint64))

    def _append_places(self, packed: np.ndarray) -> None:
        end = self._place_rows + packed.size
        if end > self._place_cells.size:
            if self._place_rows > 2 * self._place_rows_merged:
                self._merge_places()
                end = self._place_rows + packed.size
            grown = np.empty(2 * end, np.uint64)
            grown[: self._place_rows] = self._place_cells[: self._place_rows]
            self._place_cells = grown
        self._place_cells[self._place_rows : end] = packed
        self._place_rows = end

    def _merge_places(self) -> None:
        used = self._place_cells[: self._place_rows]
        used.sort()
        self._place_rows = self._place_rows_merged = add_equal(used)

    def event_cells(self) -> dict[str, np.ndarray]:
        """Return ``month``, ``place``, ``event``, ``programme`` and ``count`` of every cell that is not zero.

        Each an array in the smallest type that fits, sorted by month, place, event and programme.
        """
        return self._month_cells.columns()

    def profile_cells(self) -> dict[str, np.ndarray]:
        """Return ``month``, ``area``, ``event``, ``programme``, ``profile`` and ``count`` of every cell not zero."""
        return self._profile_cells.columns()

    def place_cells(self) -> dict[str, np.ndarray]:
        """Return ``place``, ``event``, ``profile`` and ``count`` over the period of every cell that is not zero."""
        self._merge_places()
        packed = self._place_cells[: self._place_rows]
        cells = Growing(("place", "event", "profile"))
        for start in range(0, packed.size, ROWS_AT_A_TIME):
            words = packed[start : start + ROWS_AT_A_TIME]
            codes = (words >> COUNT_BITS).astype(np.uint32)
            cells.append(
                (words & COUNT_MASK).astype(np.int32),
                place=codes >> np.uint32(PROFILE_BITS + EVENT_BITS),
                event=(codes >> np.uint32(PROFILE_BITS)) & np.uint32((1 << EVENT_BITS) - 1),
                profile=codes & np.uint32((1 << PROFILE_BITS) - 1),
            )
        return cells.columns()

    def population(self) -> np.ndarray:
        """Return inmate-days by month and place, shape (months, places)."""
        return np.array(self._inmate_days, np.int32)


@part
def spend_hours(w, p, left):
    """Count the hours of the stay that ends at the hour ``left``."""
    since, stage = p.row.since, p.row.stage
    bound = min(p.row.bound, left)
    if stage == Stage.JAIL:
        add_hours(w, p, since, bound, HourKind.CRIMINAL_CASE)
        add_hours(w, p, bound, left, HourKind.INDUCED)
    elif stage == Stage.HELD:
        add_hours(w, p, since, bound, HourKind.STATUTORY_HOLD)
        add_hours(w, p, bound, left, HourKind.PAST_LIMIT)
    elif stage == Stage.PRISON:
        add_hours(w, p, since, left, HourKind.PRISON)
    elif stage == Stage.CUSTODY:
        add_hours(w, p, since, left, HourKind.ICE_CUSTODY)
