"""Every published figure in one picture: its range as a band of one width, and where the simulated one falls.

Figures differ by six orders of magnitude, so each row is drawn in units of its own range: the band runs from its low to
its high end. A mark is the middle of the sets or seeds, its line their interval, and the numbers stand beside. Rows
stand by bin: those that may be fitted, those held out, those of a context the model does not share, those taken over.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from enforcement_sim.evidence.validate import Validation
from enforcement_sim.report import style
from enforcement_sim.report.provenance import DOTS_PER_INCH

__all__ = ["draw", "draw_validation", "numbers"]

INSIDE_COLOUR, OUTSIDE_COLOUR, BAND_COLOUR = "#117733", "#CC3311", "#DDDDDD"
BINS = {
    "fit": "may be fitted",
    "heldout": "held out: never fitted",
    "context": "context: the model does not describe the same thing",
    "imported": "taken over as an assumption",
}
MOST = 3.0
"""Half ranges from the middle at which a mark is drawn at the edge, with an arrow."""
_ROW_INCHES = 0.24
_HEADING = 1.4


def draw_validation(found: Validation, path: Path) -> None:
    """Draw every figure to a file; the ending decides the format."""
    figure = draw(numbers(found.table), found.runs, found.of)
    figure.savefig(path, dpi=DOTS_PER_INCH)


def numbers(table: pd.DataFrame) -> pd.DataFrame:
    """What the figure shows: the expressible rows with ``place``, ``from`` and ``to`` in half ranges from the middle."""
    rows = table[table["simulated"].notna()].copy()
    middle, half = (rows["high"] + rows["low"]) / 2.0, (rows["high"] - rows["low"]) / 2.0
    for name, column in (("place", "simulated"), ("from", "simulated_low"), ("to", "simulated_high")):
        rows[name] = (rows[column] - middle) / half
    return rows.reset_index(drop=True)


@style.styled
def draw(rows: pd.DataFrame, runs: int, of: str) -> Figure:
    """Draw the rows of :func:`numbers`.

    Parameters
    ----------
    rows : DataFrame
    runs : int
        How many sets or seeds.
    of : str
        ``sets`` or ``seeds``.
    """
    fitted = rows[rows["bin"] == "fit"]
    inside = int((fitted["verdict"] == "inside").sum())
    bins = [name for name in BINS if (rows["bin"] == name).any()]
    height = (len(rows) + _HEADING * len(bins)) * _ROW_INCHES + 0.4
    over = "sets of parameters that fit" if of == "sets" else "seeds, parameters as in the register"
    figure = style.framed_figure(
        12.0,
        height,
        "Published figures and simulated ones",
        f"Each row in units of its own range (the band). {inside} of {len(fitted)} figures that may be fitted are inside.",
        f"Marks: middle of {runs} {over}; lines: "
        + (f"the interval that holds 95% of {of}. " if of == "sets" else "95% interval over seeds. ")
        + "Simulated, not a record. A range is a judgement of how sure the published figure is and how alike its definition.",
        legend_lines=1,
    )
    axes = figure.subplots()
    at, ticks, labels = 0.0, [], []
    for name in bins:
        at += _HEADING - 0.5
        axes.text(-MOST, at, BINS[name].capitalize(), weight="bold", va="center", size=8.5)
        at += 1.0
        for _, row in rows[rows["bin"] == name].iterrows():
            _row(axes, row, at)
            ticks.append(at)
            labels.append(_shortened(str(row["measures"])))
            at += 1.0
    axes.axvspan(-1.0, 1.0, color=BAND_COLOUR, zorder=0, linewidth=0)
    axes.axvline(0.0, color="white", linewidth=1.0, zorder=1)
    axes.set_ylim(at - 0.3, -0.2)
    axes.set_xlim(-MOST - 0.2, MOST + 2.4)
    axes.set_yticks(ticks, labels, size=7.5)
    axes.set_xticks([-1, 0, 1], ["low end", "middle", "high end"])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.grid(visible=False)
    marks = [
        Line2D([], [], marker="o", linestyle="-", color=INSIDE_COLOUR),
        Line2D([], [], marker="D", linestyle="-", color=OUTSIDE_COLOUR),
        Patch(color=BAND_COLOUR),
    ]
    style.legend(figure, marks, ["inside its range", "outside", "range of the published figure"], 3)
    return figure


def _row(axes: object, row: pd.Series, at: float) -> None:
    inside = row["verdict"] == "inside"
    colour = INSIDE_COLOUR if inside else OUTSIDE_COLOUR
    low, high = (float(np.clip(row[name], -MOST, MOST)) for name in ("from", "to"))
    if np.isfinite(low) and np.isfinite(high):
        axes.plot([low, high], [at, at], color=colour, linewidth=1.4, zorder=2)  # type: ignore[attr-defined]
    place = float(row["place"])
    marker = "o" if inside else "D"
    if abs(place) > MOST:
        marker = ">" if place > 0 else "<"
    axes.plot(  # type: ignore[attr-defined]
        [float(np.clip(place, -MOST, MOST))], [at], marker=marker, color=colour, markersize=5, zorder=3
    )
    text = f"{_number(row['simulated'])}  ({_number(row['published'])} published)"
    axes.text(MOST + 0.15, at, text, va="center", size=7.5, color=style.QUIET)  # type: ignore[attr-defined]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _shortened(text: str, most: int = 74) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"
