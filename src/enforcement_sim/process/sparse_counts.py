"""Cells: counting codes, adding up equal ones, and columns of cells that grow.

The ledger's tables are sparse: a cell is a code and a count, or a row of small integers. This module holds how they are
sorted, added up and kept without holes in memory; what a code means is the ledger's business.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.process.jit import compiled

COUNT_BITS = np.uint64(32)
COUNT_MASK = np.uint64(0xFFFFFFFF)
"""A word of 64 bits holds a code above and a count below, so that sorting needs no permutation."""

_TYPES = {
    "month": np.int8,
    "place": np.int16,
    "event": np.int8,
    "programme": np.int8,
    "area": np.int8,
    "profile": np.int16,
}
_FIRST_ROWS = 1 << 12
ROWS_AT_A_TIME = 1 << 17


class Growing:
    """Columns of cells that grow in place.

    One large block a column instead of a list of pieces: memory beyond what is filled is never touched, and freed
    pieces leave no holes, which for a national run is worth a tenth of the process.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._rows = 0
        self._columns = {name: np.empty(_FIRST_ROWS, _TYPES[name]) for name in names}
        self._columns["count"] = np.empty(_FIRST_ROWS, np.uint16)  # made wider when a count does not fit

    def append(self, counts: np.ndarray, **columns: np.ndarray | int) -> None:
        rows = slice(self._rows, self._rows + counts.size)
        if rows.stop > self._columns["count"].size:
            for name, column in self._columns.items():
                grown = np.empty(rows.stop * 3 // 2, column.dtype)
                grown[: self._rows] = column[: self._rows]
                self._columns[name] = grown
        if counts.size and counts.max() > np.iinfo(self._columns["count"].dtype).max:
            self._columns["count"] = self._columns["count"].astype(np.int32)
        for name, values in columns.items():
            self._columns[name][rows] = values
        self._columns["count"][rows] = counts
        self._rows = rows.stop

    def columns(self) -> dict[str, np.ndarray]:
        return {name: column[: self._rows] for name, column in self._columns.items()}


def counted(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sort codes and count how often each comes."""
    ordered = np.sort(codes)
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] ^ np.uint32(1)))
    return ordered[starts], np.diff(starts, append=ordered.size).astype(np.int32)


def merged(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Add up the counts of equal codes."""
    packed = np.concatenate(
        [codes.astype(np.uint64) << COUNT_BITS | counts.astype(np.uint64) for codes, counts in parts]
    )
    packed.sort()
    packed = packed[: add_equal(packed)]
    return (packed >> COUNT_BITS).astype(np.uint32), (packed & COUNT_MASK).astype(np.int32)


@compiled
def fold_month(events, first, area_of_place, any_events, last_month):  # type: ignore[no-untyped-def]
    """Take a month's counts apart in one pass; returns how many cells of first programmes are not zero.

    Adds the columns behind the ``first`` ones to ``any_events`` by area, and the first ones to ``last_month``.
    """
    cells = 0
    for j in range(events.shape[0]):
        for event in range(events.shape[1]):
            for programme in range(first):
                count = events[j, event, programme]
                if count:
                    cells += 1
                    last_month[j, event] += count
            for programme in range(first, events.shape[2]):
                if events[j, event, programme]:
                    any_events[area_of_place[j], event, programme - first] += events[j, event, programme]
    return cells


@compiled
def fill_cells(events, first, cells):  # type: ignore[no-untyped-def]
    """Write place, event, programme and count of every cell of first programmes that is not zero; empties ``events``."""
    place, event_of, programme_of, counts = cells
    k = 0
    for j in range(events.shape[0]):
        for event in range(events.shape[1]):
            for programme in range(first):
                count = events[j, event, programme]
                if count:
                    place[k], event_of[k], programme_of[k], counts[k] = j, event, programme, count
                    k += 1
    events[:] = 0


@compiled
def add_equal(packed):  # type: ignore[no-untyped-def]
    """Add up, in place, the counts of sorted words with equal codes; returns how many words are left."""
    kept = 0
    for word in packed:
        if kept and packed[kept - 1] >> COUNT_BITS == word >> COUNT_BITS:
            packed[kept - 1] += word & COUNT_MASK
        else:
            packed[kept] = word
            kept += 1
    return kept
