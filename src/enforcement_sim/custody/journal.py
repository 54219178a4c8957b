"""A run's journal: what was in force at each place, and what each field office had, day by day.

Kept only where lives are recorded, so that a life can be explained afterwards by the rules, shares and capacities of its
own days, whoever set them: history, a scenario, or an institution that decided. Of a place only changes are kept. The
engine does not read it.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

__all__ = ["Journal"]

_MOVING = ("inmates", "interviews_left")
"""Fields of a place that move by themselves and are nobody's decision."""


class Journal:
    """What stood on each day of a run.

    Examples
    --------
    >>> from enforcement_sim.custody.records import OFFICE, PLACE
    >>> journal, places = Journal(), np.zeros(2, PLACE)
    >>> for day in range(3):
    ...     places["sharing"][1] = day == 2
    ...     journal.note(places, np.zeros(1, OFFICE))
    >>> [int(journal.place_on(day, 1)["sharing"]) for day in (0, 1, 2)]
    [0, 0, 1]
    """

    def __init__(self) -> None:
        self._last = np.zeros((0, 0), np.uint8)
        self._days: list[list[int]] = []
        self._rows: list[list[np.void]] = []
        self._offices: list[np.ndarray] = []

    @property
    def days(self) -> int:
        """How many days have been noted."""
        return len(self._offices)

    def note(self, places: np.ndarray, offices: np.ndarray) -> None:
        """Note a day that has just been simulated."""
        now = places.copy()
        for name in _MOVING:
            now[name] = 0
        raw = np.frombuffer(now.tobytes(), np.uint8).reshape(places.size, -1)
        if not self._last.size:
            self._days = [[] for _ in range(places.size)]
            self._rows = [[] for _ in range(places.size)]
            changed = np.arange(places.size)
        else:
            changed = np.flatnonzero((raw != self._last).any(axis=1))
        if changed.size:
            kept = now[changed]
            for position, row in enumerate(changed):
                self._days[row].append(self.days)
                self._rows[row].append(kept[position])
            self._last = raw
        self._offices.append(offices.copy())

    def place_on(self, day: int, row: int) -> np.void:
        """Return a place's record as it stood on a day of the run, dtype ``PLACE``."""
        return self._rows[row][bisect_right(self._days[row], day) - 1]

    def office_on(self, day: int, row: int) -> np.void:
        """Return a field office's record at the end of a day of the run, dtype ``OFFICE``."""
        record: np.void = self._offices[day][row]
        return record
