"""Tables of a funnel or a comparison, as text for a terminal and as HTML for a page.

Built from the same frames as the figures. No number is printed without its interval; where one run gives none, the
cell says so, and a difference whose interval includes zero is marked as one whose sign cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import nan
from typing import Any

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.amounts import amount, difference_in_words, written
from enforcement_sim.plots.programmes import PROGRAMMES, STAGES

_UNITS = {"share": "%, difference in points"}


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


def comparison_rows(found: pd.DataFrame, addresses: Sequence[str], reference: int) -> pd.DataFrame:
    """A comparison as text: a row for each measure and setting, with the paired difference and its interval.

    Parameters
    ----------
    found : DataFrame
        From :func:`enforcement_sim.plots.differences.response_numbers`.
    addresses : sequence of str
        The swept addresses.
    reference : int
        The point that the others are compared with; it has no rows of its own.
    """
    rows = []
    for row in found[found["point"] != reference].to_dict("records"):
        label, unit = labels.measure(row["measure"])
        setting = labels.settings_in_words({address: row[address] for address in addresses})
        level = amount(row["reference_mean"], row["reference_low"], row["reference_high"], unit)
        rows.append([label, setting, level, difference(row, unit), _UNITS.get(unit, unit)])
    return pd.DataFrame(rows, columns=["Measure", "Setting", "At the reference", "Difference [95% interval]", "Unit"])


def as_html(rows: pd.DataFrame, title: str, caption: str) -> str:
    """A table of text as HTML, without any style of its own."""
    head = "".join(f'<th scope="col">{escape(str(column))}</th>' for column in rows.columns)
    body = "\n".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{escape(str(cell))}</th>' if place == 0 else f"<td>{escape(str(cell))}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows.itertuples(index=False)
    )
    return (
        f"<table>\n<caption>{escape(title)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n"
        f"</table>\n<p>{escape(caption)}</p>\n"
    )


def difference(row: Mapping[Any, Any], unit: str) -> str:
    """A paired difference with its interval, as a cell; ``row`` has ``mean``, ``low``, ``high`` and ``verdict``."""
    return difference_in_words(row["mean"], row["low"], row["high"], row["verdict"], written(unit))
