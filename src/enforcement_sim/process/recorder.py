"""The recorder: decisions and events of everybody, or of chosen bookings, written down as they happen.

A run without a record pays one branch, never taken, for each decision and event. What a row says is read in ``histories``;
nothing that is recorded moves anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from enforcement_sim.process.jit import stage

ROW = np.dtype(
    [
        ("key", "u8"),
        ("draw", "f8"),
        ("threshold", "f8"),  # of a draw; of a duration its hours; of a booking the grounds
        ("hour", "i4"),
        ("since", "i4"),
        ("until", "i4"),
        ("kind", "u1"),
        ("number", "u1"),  # of the event or decision; of a booking the status
        ("answer", "u1"),
        ("case", "u1"),
        ("rule", "u1"),
        ("programme", "u1"),
        ("place", "u2"),
        ("profile", "u2"),
    ],
    align=True,
)
STATE = np.dtype(
    [("rows", "i8"), ("key", "u8"), ("events", "u1"), ("decisions", "u1"), ("chosen", "u1"), ("full", "u1")]
)
"""How many rows are written, the booking asked for last and whether it is chosen, and what is recorded of everybody."""
ROWS_A_DAY, EVENTS_A_DAY, ROWS_COUNTED = 96, 16, 8
"""Decisions and events, and events alone, of one booking on one day, and rows of a counted booking, at most."""


class Row(IntEnum):
    """What a row holds."""

    EVENT = 0
    DECISION = 1
    BOOKING = 2  # who was booked for what
    OUTSIDE = 3  # an event of a booking that no programme could touch, or that did not come about


class Recording(NamedTuple):
    """The recorder's part of the run's context; without a record, of no rows."""

    rows: np.ndarray
    state: np.ndarray
    chosen: np.ndarray


@stage
def _is_chosen(record, key):
    """Whether a booking is among those chosen, which are in order."""
    low, high = 0, record.chosen.shape[0]
    while low < high:
        middle = (low + high) // 2
        if record.chosen[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low < record.chosen.shape[0] and record.chosen[low] == key


@stage
def new_row(record, row, kind, number):
    """Begin a row about a person: its position, -1 if the booking is not recorded."""
    state = record.state[0]
    if not (state.events if kind == Row.EVENT else state.decisions):
        if state.key != row.key:
            state.key = row.key
            state.chosen = _is_chosen(record, row.key)
        if not state.chosen:
            return -1
    position = state.rows
    if position >= record.rows.shape[0]:
        state.full = 1
        return -1
    state.rows += 1
    written = record.rows[position]
    written.key, written.hour, written.place, written.kind, written.number = row.key, row.due, row.place, kind, number
    written.draw, written.threshold, written.since, written.until = np.nan, np.nan, -1, -1
    written.answer, written.case, written.rule, written.programme, written.profile = 0, 0, 0, 0, 0
    return position


class Recorder:
    """What a run writes down.

    Parameters
    ----------
    keys : iterable of int, optional
        Bookings to be recorded; everybody's unless given.
    decisions : bool
        Whether decisions are recorded, or events alone.
    every_event : bool
        Whether the events of bookings that are not chosen are recorded too.
    """

    def __init__(self, keys: Iterable[int] | None = None, *, decisions: bool = True, every_event: bool = False) -> None:
        self._everybody = keys is None and decisions
        self._chosen = np.unique(np.fromiter(keys or (), np.uint64))
        self._state = np.zeros(1, STATE)
        self._state["decisions"] = self._everybody
        self._state["events"] = keys is None or every_event
        self._rows = np.zeros(0, ROW)
        self._kept: list[np.ndarray] = []

    def has_decisions(self, key: int) -> bool:
        """Return whether decisions about a booking are recorded."""
        position = int(np.searchsorted(self._chosen, np.uint64(key)))
        chosen = position < self._chosen.size and int(self._chosen[position]) == key
        return self._everybody or chosen

    def recording(self, people: int, counted: int) -> Recording:
        """Return what compiled code writes to, with room for a day of so many people and so many counted bookings."""
        self.keep()
        chosen = people if self._everybody else min(people, self._chosen.size)
        wanted = ROWS_A_DAY * chosen + EVENTS_A_DAY * people * int(self._state["events"][0]) + 1
        wanted += ROWS_COUNTED * counted if self._everybody else 0
        if wanted > self._rows.size:
            self._rows = np.zeros(wanted + wanted // 4, ROW)
        return Recording(self._rows, self._state, self._chosen)

    def keep(self) -> None:
        """Take what was written out of the buffer.

        Raises
        ------
        RuntimeError
            If the buffer was too short: a day can never fill it.
        """
        if self._state["full"][0]:
            raise RuntimeError("the record of a day was longer than its buffer")
        written = int(self._state["rows"][0])
        if written:
            self._kept.append(self._rows[:written].copy())
            self._state["rows"] = 0

    def drop_events(self) -> None:
        """Take events that lie before the run out of the buffer; the decisions that led to them stay."""
        written = self._rows[: int(self._state["rows"][0])]
        left = written[written["kind"] != Row.EVENT]
        self._rows[: left.size] = left
        self._state["rows"] = left.size

    def rows(self) -> np.ndarray:
        """Return every row, dtype ``ROW``, by booking and in the order of happening."""
        self.keep()
        rows = np.concatenate(self._kept) if self._kept else np.zeros(0, ROW)
        return rows[np.argsort(rows["key"], kind="stable")]


NOTHING = Recording(np.zeros(0, ROW), np.zeros(1, STATE), np.zeros(0, np.uint64))
"""Of a run without a record."""
