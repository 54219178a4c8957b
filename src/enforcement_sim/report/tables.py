"""Tables of a funnel or a comparison, as text for a terminal and as HTML for a page.

Built from the same frames as the figures. No number is printed without its interval; where one run gives none, the
cell says so, and a difference whose interval includes zero is marked as one whose sign cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import isnan
from typing import Any

import pandas as pd

from enforcement_sim.experiment.difference import CANNOT_TELL, IDENTICAL
from enforcement_sim.report import funnel, style, words

_UNITS = {"share": "%, difference in points"}
NONE = "none"
NO_INTERVAL = "one run, no interval"


def funnel_rows(found: pd.DataFrame) -> pd.DataFrame:
    """The funnel as text: a row for each stage, a column for each programme.

    Parameters
    ----------
    found : DataFrame
        From :func:`enforcement_sim.report.funnel.numbers`.
    """
    programmes = [name for name in funnel.PROGRAMMES if name in set(found["programme"])]
    stages = [stage for stage in funnel.STAGES if stage in set(found["event"])]
    cells = {
        (row["event"], row["programme"]): amount(row["mean"], row["low"], row["high"], "people")
        for row in found.to_dict("records")
    }
    rows = [
        [words.event(stage), *(cells.get((stage, programme), "\N{EN DASH}") for programme in programmes)]
        for stage in stages
    ]
    return pd.DataFrame(rows, columns=["Stage", *(words.programme(name) for name in programmes)])


def comparison_rows(found: pd.DataFrame, addresses: Sequence[str], reference: int) -> pd.DataFrame:
    """A comparison as text: a row for each measure and setting, with the paired difference and its interval.

    Parameters
    ----------
    found : DataFrame
        From :func:`enforcement_sim.report.response.numbers`.
    addresses : sequence of str
        The swept addresses.
    reference : int
        The point that the others are compared with; it has no rows of its own.
    """
    rows = []
    for row in found[found["point"] != reference].to_dict("records"):
        label, unit = words.measure(row["measure"])
        setting = ", ".join(words.setting_value(address, row[address]) for address in addresses)
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


def _number(value: float, unit: str, signed: bool = False) -> str:
    text = f"{100 * value:.1f}" if unit == "share" else style.thousands(value)
    if unit == "share":
        text = text.replace("-", "\N{MINUS SIGN}")
    return f"+{text}" if signed and value > 0 else text


def amount(mean: float, low: float, high: float, unit: str) -> str:
    """A level with its interval, as a cell.

    Examples
    --------
    >>> amount(1234.4, 1200.0, 1268.8, "people"), amount(0.0, 0.0, 0.0, "people")
    ('1,234 [1,200 to 1,269]', 'none')
    """
    if mean == 0:
        return NONE
    ends = NO_INTERVAL if isnan(low) else f"{_number(low, unit)} to {_number(high, unit)}"
    return f"{_number(mean, unit)}{'%' if unit == 'share' else ''} [{ends}]"


def difference(row: Mapping[Any, Any], unit: str) -> str:
    """A paired difference with its interval, as a cell; ``row`` has ``mean``, ``low``, ``high`` and ``verdict``."""
    if row["verdict"] == IDENTICAL:
        return f"0 [{IDENTICAL} in every run]"
    mean = _number(row["mean"], unit, signed=True)
    if isnan(row["low"]):
        return f"{mean} [{NO_INTERVAL}]"
    low, high = (_number(row[end], unit, signed=True) for end in ("low", "high"))
    text = f"{mean} [{low} to {high}]"
    return text if row["verdict"] != CANNOT_TELL else f"{text} {CANNOT_TELL}"
