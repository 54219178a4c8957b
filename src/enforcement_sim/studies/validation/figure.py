"""All published figures with the simulated ones, each in units of its own range.

Figures differ by six orders of magnitude, so each row is scaled to its own range, and the band runs from its low to its
high end. A mark is the middle of the sets or seeds, with their interval as a line and the numbers at the right. Rows are
grouped by bin: figures that may be fitted, held-out figures, figures of another context, and assumed ones.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from enforcement_sim.plots import frame, style
from enforcement_sim.studies.validation.scorecard import LONG_VECTOR, Validation
from enforcement_sim.terminal.printing import number

INSIDE_COLOUR, OUTSIDE_COLOUR, BAND_COLOUR = "#117733", "#CC3311", "#DDDDDD"
BINS = {
    "fit": "may be fitted",
    "heldout": "held out: never fitted",
    "context": "shown and not counted",
    "imported": "taken over as an assumption",
}
MOST = 3.0
"""Half ranges from the middle at which a mark is drawn at the edge, with an arrow."""
LABEL_LETTERS = 90
_ROW_INCHES = 0.26
_HEADING = 1.4


def validation(found: Validation) -> frame.Plot:
    """Draw every published figure with the simulated one, each in units of its own range.

    Parameters
    ----------
    found : Validation
        From :func:`enforcement_sim.studies.validation.scorecard.validate`.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are the rows of ``found.table`` that can be simulated, with ``place``, ``from``
        and ``to`` in half ranges from the middle of the published range.

    Examples
    --------
    >>> import pandas as pd
    >>> from enforcement_sim.studies.validation.scorecard import Validation
    >>> row = {"bin": "fit", "measures": "Detainers a year", "published": 10.0, "low": 8.0, "high": 12.0, "verdict": "inside",
    ...     "simulated": 11.0, "simulated_low": 10.0, "simulated_high": 12.0, "vector": "", "weight": 1.0}
    >>> figure = validation(Validation(pd.DataFrame([row]), runs=4, of="seeds"))
    >>> float(figure.numbers["place"].iloc[0])
    0.5
    """
    return draw(numbers(found.table), found)


def numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers drawn: the expressible rows with ``place``, ``from`` and ``to`` in half ranges from the middle.

    Vectors of very many values are left out.
    """
    sizes = table["vector"].map(table["vector"].value_counts())
    rows = table[table["simulated"].notna() & ((table["vector"] == "") | (sizes <= LONG_VECTOR))].copy()
    middle, half = (rows["high"] + rows["low"]) / 2.0, (rows["high"] - rows["low"]) / 2.0
    for name, column in (("place", "simulated"), ("from", "simulated_low"), ("to", "simulated_high")):
        rows[name] = (rows[column] - middle) / half
    return rows.reset_index(drop=True)


@frame.styled
def draw(found: pd.DataFrame, whole: Validation) -> frame.Plot:
    """Draw the frame of :func:`numbers`, of this scorecard."""
    fitted = whole.fitted
    inside = float((fitted["weight"] * (fitted["verdict"] == "inside")).sum())
    bins = [name for name in BINS if (found["bin"] == name).any()]
    over = "sets of parameters" if whole.of == "sets" else "seeds, parameters as in the register"
    figure = frame.framed(
        (frame.WIDTH, (len(found) + _HEADING * len(bins)) * _ROW_INCHES + 0.4),
        "Published figures and simulated ones",
        f"Each row in units of its own range (the band). {inside:.3g} of {whole.figures_counted} figures that count are inside.",
        f"Marks: middle of {whole.runs} {over}; lines: {whole.predictive_in_words}. "
        "Simulated, not a record. A range is a judgement of how sure the "
        "published figure is and how alike its definition. Numbers at the right: simulated, and published in brackets.",
        1,
        found,
    )
    axes = figure.subplots()
    at, ticks = 0.0, {}
    for name in bins:
        axes.text(-MOST, at + _HEADING - 0.5, BINS[name].capitalize(), weight="bold", va="center", size=8.5)
        at += _HEADING + 0.5
        for row in found[found["bin"] == name].to_dict("records"):
            _row(axes, row, at)
            ticks[at] = textwrap.fill(str(row["measures"]), LABEL_LETTERS)
            at += 1.0
    axes.axvspan(-1.0, 1.0, color=BAND_COLOUR, zorder=0, linewidth=0)
    axes.axvline(0.0, color="white", linewidth=1.0, zorder=1)
    axes.set_ylim(at - 0.3, -0.2)
    axes.set_xlim(-MOST - 0.2, MOST + 0.2)
    axes.set_yticks(list(ticks), list(ticks.values()), size=7.0, linespacing=0.9)
    axes.set_xticks([-1, 0, 1], ["low end", "middle", "high end"])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.grid(visible=False)
    marks = {
        "inside its range": frame.key(INSIDE_COLOUR, line="-"),
        "outside": frame.key(OUTSIDE_COLOUR, "D", line="-"),
    }
    frame.legend(figure, {**marks, "range of the published figure": Patch(color=BAND_COLOUR)})
    return figure


def _row(axes: Axes, row: Mapping[Any, Any], at: float) -> None:
    """Draw one figure; a mark further away than the edge becomes an arrow there."""
    inside = row["verdict"] == "inside"
    colour = INSIDE_COLOUR if inside else OUTSIDE_COLOUR
    low, high, place = (float(np.clip(row[name], -MOST, MOST)) for name in ("from", "to", "place"))
    frame.segment(axes, low, high, at, colour, linewidth=1.4, zorder=2)
    marker = "o" if inside else "D"
    if abs(row["place"]) > MOST:
        marker = ">" if place > 0 else "<"
    axes.plot(place, at, marker=marker, color=colour, markersize=5, zorder=3)
    text = f"{number(row['simulated'])}  ({number(row['published'])} published)"
    frame.beside(axes, text, at, 1.01, size=7.5, color=style.QUIET)
