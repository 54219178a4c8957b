"""What settings change in two sweeps, as rows of text: in A, in B, and the difference, each with its interval.

The rows are made from the frame of a comparison of sweeps, so that a terminal, a notebook and a page show the same cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from enforcement_sim import labels
from enforcement_sim.results.intervals import within
from enforcement_sim.results.measures import MEASURES
from enforcement_sim.runs.comparison import UNITS, formatter_of
from enforcement_sim.tables.amounts import CANNOT_TELL, NOT_APPLICABLE, difference_in_words
from enforcement_sim.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

HEADINGS = ("setting", "measure", "unit", "changes in A [95%]", "changes in B [95%]", "B - A [95%]", "B - A is")
NOT_PAIRED = "not paired"


def effect_table(frame: pd.DataFrame, measures: Sequence[str], title: str = "", caption: str = "") -> Table:
    """Return the rows of some measures as a table of text.

    Parameters
    ----------
    frame : DataFrame
        Of a comparison of sweeps: what each setting changes in both.
    measures : sequence of str
        The measures to show, in this order.
    title, caption : str
    """
    order = {name: place for place, name in enumerate(measures)}
    settings = list(dict.fromkeys(frame["setting"]))
    chosen = frame[frame["measure"].isin(order)].to_dict("records")
    chosen.sort(key=lambda row: (settings.index(row["setting"]), order[row["measure"]]))
    return Table(HEADINGS, tuple(_cells(row) for row in chosen), title, caption, grouped=True)


def _cells(row: dict[Any, Any]) -> tuple[str, ...]:
    unit = str(row["unit"])
    return (
        str(row["setting"]),
        str(row["label"]),
        UNITS.get(unit, unit),
        _in_words(row, "a_"),
        _in_words(row, "b_"),
        NOT_APPLICABLE if row["verdict"] == NOT_PAIRED else _in_words(row, ""),
        str(row["verdict"]),
    )


def _in_words(row: dict[Any, Any], which: str) -> str:
    """Return a difference with its interval, which stays within what is possible."""
    mean, low, high = (float(row[f"{which}{end}"]) for end in ("difference", "low", "high"))
    if isnan(mean):
        return NOT_APPLICABLE
    name = str(row["measure"])
    if name in MEASURES and which:
        low, high = (within(end, *labels.bounds_of_difference(name)) for end in (low, high))
    text = difference_in_words(mean, low, high, str(row[f"{which}verdict"]), formatter_of(str(row["unit"])))
    return text if which else text.removesuffix(f" {CANNOT_TELL}")
