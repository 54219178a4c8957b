"""Cells of a funnel or a comparison as text, for a terminal and for a page.

Built from the same frames as the figures. No number is printed without its interval; where one run gives none, the
cell says so, and a difference whose interval includes zero is marked as one whose sign cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import Any

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.plots.programmes import PROGRAMMES, STAGES
from enforcement_sim.tables.amounts import amount, difference_in_words, written


def funnel_rows(found: pd.DataFrame) -> pd.DataFrame:
    """The funnel as text: a row for each stage, a column for each programme.

    Parameters
    ----------
    found : DataFrame
        From :func:`enforcement_sim.plots.programmes.funnel_numbers`.
    """
    programmes = [name for name in PROGRAMMES if name in set(found["programme"])]
    stages = [stage for stage in STAGES if stage in set(found["event"])]
    cells = {
        (row["event"], row["programme"]): amount(row["mean"], row["low"], row["high"], "people")
        for row in found.to_dict("records")
    }
    # A table of events leaves out what never happened.
    end = 0.0 if found["runs"].max() > 1 else nan
    never = amount(0.0, end, end, "people")
    rows = [
        [labels.event(stage), *(cells.get((stage, programme), never) for programme in programmes)] for stage in stages
    ]
    return pd.DataFrame(rows, columns=["Stage", *(labels.programme(name) for name in programmes)])


def difference(row: Mapping[Any, Any], unit: str) -> str:
    """A paired difference with its interval, as a cell; ``row`` has ``mean``, ``low``, ``high`` and ``verdict``."""
    return difference_in_words(row["mean"], row["low"], row["high"], row["verdict"], written(unit))
