"""One field of places over time: what history says on a day, and what a scenario lays over it, as dated settings.

While something is laid over a place it wins over history and over what was laid before it; when it ends, whatever would
have stood without it stands again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

__all__ = ["Layers", "Setting"]


@dataclass(frozen=True)
class Setting:
    """On day ``day`` of the run, ``field`` of each of the places ``places`` becomes its ``value``."""

    day: int
    field: str
    places: np.ndarray
    value: np.ndarray


class Layers:
    """One field over time: what history says on a day, and the scenario's changes over it."""

    def __init__(self, field: str, base: Callable[[int], np.ndarray], days: Iterable[int]) -> None:
        self.field = field
        self.base = base
        self.days = set(days)
        self.over: list[tuple[int, int, np.ndarray, Callable[[int], np.ndarray]]] = []
        self.scales: list[tuple[int, int, np.ndarray, Callable[[int], np.ndarray | float]]] = []

    def lay(self, start: int, end: int, places: np.ndarray, value: float | None) -> None:
        """Lay a value over history from ``start`` until before ``end``; None lets history stand."""
        history = self.base
        self.lay_instead(
            start, end, places, history if value is None else lambda day: np.full(history(day).size, value)
        )

    def lay_instead(self, start: int, end: int, places: np.ndarray, other: Callable[[int], np.ndarray]) -> None:
        """Lay another history over history."""
        self.over.append((start, end, places, other))
        self.days |= {start, end}

    def scale(self, start: int, end: int, places: np.ndarray, factor: Callable[[int], np.ndarray | float]) -> None:
        """Multiply whatever stands from ``start`` until before ``end``, by a factor for each of ``places``."""
        self.scales.append((start, end, places, factor))
        self.days |= {start, end}

    def on(self, day: int) -> np.ndarray:
        values = self.base(day).copy()
        for start, end, places, other in self.over:
            if start <= day < end:
                values[places] = other(day)[places]
        for start, end, places, factor in self.scales:
            if start <= day < end:
                values[places] *= factor(day)
        return values

    def settings(self, last_day: int) -> list[Setting]:
        found: list[Setting] = []
        before: np.ndarray | None = None
        for day in sorted({0} | {day for day in self.days if 0 < day <= last_day}):
            values = self.on(day)
            changed = np.ones(values.size, bool) if before is None else values != before
            if changed.any():
                places = np.flatnonzero(changed).astype(np.int32)
                found.append(Setting(day, self.field, places, values[places]))
            before = values
        return found
