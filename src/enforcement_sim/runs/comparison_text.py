"""A comparison as text: its rows with numbers as people write them, and a table of fixed width."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from enforcement_sim import labels
from enforcement_sim.results.intervals import within
from enforcement_sim.runs.shown_measures import UNITS, formatter_of, gain_in_words, labelled
from enforcement_sim.tables.amounts import NOT_APPLICABLE, ends_in_words

HEADINGS = {
    "setting": "setting (B)",
    "measure": "measure",
    "unit": "unit",
    "A": "A",
    "B": "B",
    "difference": "B - A",
    "interval": "95% interval",
    "gain": "pairing gain",
    "verdict": "verdict",
}
"""Columns of a formatted comparison, and their headings."""

TEXT_COLUMNS = ("setting", "measure", "unit", "verdict")
"""Columns of text."""


def written_row(row: Mapping[Any, Any], setting: str) -> dict[str, str]:
    """Return a row of :meth:`Comparison.frame <enforcement_sim.runs.comparison.Comparison.frame>` as text."""
    name = str(row["measure"])
    low, high = (within(row[end], *labels.bounds_of_difference(name)) for end in ("low", "high"))
    label, unit = labelled(name)
    formatter = formatter_of(unit)
    interval = ends_in_words(low, high, formatter) if row["runs"] else NOT_APPLICABLE
    level, other, difference = (
        NOT_APPLICABLE if math.isnan(row[column]) else formatter(row[column])
        for column in ("reference_mean", "mean", "difference")
    )
    return {
        "setting": setting,
        "measure": label,
        "unit": UNITS.get(unit, unit),
        "A": level,
        "B": other,
        "difference": difference,
        "interval": interval,
        "gain": gain_in_words(row["variance_ratio"]),
        "verdict": str(row["verdict"]),
    }


def lines_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return written rows as lines of a table of fixed width, its headings first.

    Examples
    --------
    >>> [line.split() for line in lines_of([dict.fromkeys(HEADINGS, "x")])][1]
    ['x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x']
    """
    widths = {key: max(len(heading), *(len(row[key]) for row in rows), 0) for key, heading in HEADINGS.items()}

    def line(cells: Mapping[str, str]) -> str:
        padded = (
            cells[key].ljust(width) if key in TEXT_COLUMNS else cells[key].rjust(width) for key, width in widths.items()
        )
        return "  ".join(padded).rstrip()

    return [line(HEADINGS), *(line(row) for row in rows)]
