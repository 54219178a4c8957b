"""The gap between two sets of assumptions as a waterfall: from what one side gets to what the other gets, step by step.

A panel for each measure, all with the same rows: where A starts, one bar for each assumption that they do not share, and
where B ends. Bars hang where the one before ended, so that they add up before the eye. A bar whose sign the seeds
cannot tell is drawn hollow, and an assumption that changed nothing in any run is a tick.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isnan

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from enforcement_sim.report import style, words
from enforcement_sim.report.provenance import Provenance

MEASURES = (
    "detainer_issued",
    "ice_custody",
    "removed",
    "days_per_detainer.induced",
    "detainers_on_citizens",
    "net_cost.county",
)
START, END, GAP = "start", "end", "gap"
HIGHER_COLOUR, LOWER_COLOUR = "#D55E00", "#0072B2"
_COLUMNS = 3
_ROW_INCHES = 0.27
_BAR = 0.62
_ROOM_FOR_NUMBERS = 0.34


def numbers(gap: pd.DataFrame, measures: Sequence[str] = MEASURES) -> pd.DataFrame:
    """What the waterfall shows.

    Parameters
    ----------
    gap : DataFrame
        Columns ``measure``, ``part``, ``value``, ``low``, ``high``, ``order_error`` and any others, in the order of the
        rows: one policy, and either levels or differences.
    measures : sequence of str
        Those to keep, in the order of the panels; those without values are left out.

    Returns
    -------
    DataFrame
        The rows of these measures without the gap itself, and ``left``, where the bar of a part begins.
    """
    panels = []
    for name in measures:
        here = gap[(gap["measure"] == name) & (gap["part"] != GAP)]
        if here.empty or here["value"].isna().any():
            continue
        parts = here["part"].isin([START, END])
        before = here["value"].where(here["part"] != END, 0.0).cumsum().shift(1).fillna(0.0)
        panels.append(here.assign(left=before.where(~parts, 0.0)))
    return pd.concat(panels, ignore_index=True) if panels else gap.head(0).assign(left=0.0)


@style.styled
def draw(found: pd.DataFrame, sides: tuple[str, str], about: Provenance, effect: str = "", notes: str = "") -> Figure:
    """Draw the waterfall.

    Parameters
    ----------
    found : DataFrame
        From :func:`numbers`.
    sides : tuple of str
        The names of the two sets.
    about : Provenance
        For the caption.
    effect : str
        For differences: the policy and what it is compared with, in words; empty for levels.
    notes : str
        What else a reader must know, as full sentences.
    """
    names = list(dict.fromkeys(found["measure"]))
    rows = list(dict.fromkeys(found["part"]))
    columns = min(_COLUMNS, len(names))
    lines = ceil(len(names) / columns)
    what = f"What a policy changes ({effect})" if effect else "What comes out"
    figure = style.framed_figure(
        12.0,
        lines * (_ROW_INCHES * len(rows) + 0.95),
        f"From {words.spelt_out(sides[0])} to {words.spelt_out(sides[1])}: which assumption makes the gap",
        f"{what} under the assumptions of each side, and the step that each assumption makes when it gives way to the other "
        "side's: the mean over all orders of changing them (Shapley). The same synthetic people throughout.",
        about.caption("Whiskers", notes),
        legend_lines=1,
    )
    panels = figure.subplots(lines, columns, squeeze=False, sharey=True)
    for axes, name in zip(panels.flat, names, strict=False):
        _panel(axes, found[found["measure"] == name], rows, sides, bool(effect))
    for axes in panels.flat[len(names) :]:
        axes.set_visible(False)
    style.legend(
        figure,
        [
            Patch(facecolor=HIGHER_COLOUR, edgecolor=HIGHER_COLOUR),
            Patch(facecolor=LOWER_COLOUR, edgecolor=LOWER_COLOUR),
            Patch(facecolor="white", edgecolor=style.QUIET),
        ],
        ["raises it", "lowers it", "the interval includes zero, so the sign cannot be told"],
        columns=3,
    )
    return figure


def _panel(axes: Axes, here: pd.DataFrame, rows: Sequence[str], sides: tuple[str, str], effect: bool) -> None:
    label, unit = words.measure(str(here["measure"].iloc[0]))
    factor = 100.0 if unit == "share" else 1.0
    by_part = {str(row["part"]): row for row in here.to_dict("records")}
    places = {part: -place for place, part in enumerate(rows)}
    reach: list[float] = []
    for part in rows:
        row = by_part[part]
        value, left, y = float(row["value"]) * factor, float(row["left"]) * factor, places[part]
        low, high = ((float(row[end]) * factor if not isnan(row[end]) else value) for end in ("low", "high"))
        reach += [left + value, left + low, left + high]
        if part in (START, END):
            axes.plot(value, y, "D", color=style.INK, markersize=5.5)
        elif value == 0:
            axes.plot(left, y, "|", color=style.QUIET, markersize=9)
        else:
            colour = HIGHER_COLOUR if value > 0 else LOWER_COLOUR
            known = not isnan(row["low"]) and (low > 0 or high < 0)
            axes.barh(y, value, left=left, height=_BAR, facecolor=colour if known else "white", edgecolor=colour)
        if high > low:
            axes.plot([left + low, left + high], [y, y], color=style.INK, linewidth=1.1)
        if part != rows[-1]:
            joint = left + value
            axes.plot([joint, joint], [y - _BAR / 2, y - 1 + _BAR / 2], color=style.QUIET, linewidth=0.7)
    _scale(axes, reach, effect)
    for part in rows:
        row = by_part[part]
        value, left = float(row["value"]) * factor, float(row["left"]) * factor
        high = float(row["high"]) * factor if not isnan(row["high"]) else value
        signed = part not in (START, END) or effect
        text = style.thousands(value)
        axes.annotate(
            f"+{text}" if signed and value > 0 else text,
            (max(left, left + value, left + high), places[part]),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            size=8,
            weight="bold" if part in (START, END) else "normal",
        )
    told = {START: words.spelt_out(sides[0]), END: words.spelt_out(sides[1])}
    axes.set_yticks(list(places.values()), [told.get(part, words.spelt_out(part)) for part in rows])
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    # Panels that are not at the left share the labels of the one that is, and have none of their own.
    for tick, part in zip(axes.get_yticklabels(), rows, strict=False):
        tick.set_fontweight("bold" if part in (START, END) else "normal")
    axes.set_title(label, loc="left", weight="bold", size=9)
    of_effect = "difference, " if effect else ""
    axes.set_xlabel(f"{of_effect}{'% points' if effect else '%'}" if unit == "share" else f"{of_effect}{unit}", size=8)
    axes.xaxis.set_major_formatter(style.COUNTS)
    axes.locator_params(axis="x", nbins=5)
    style.only_grid(axes, "x")


def _scale(axes: Axes, reach: Sequence[float], effect: bool) -> None:
    """Give the axis the range of the bars, with room at the right for their numbers; an effect's sign needs its zero."""
    low, high = (min(*reach, 0.0), max(*reach, 0.0)) if effect else (min(reach), max(reach))
    width = high - low
    if width == 0:
        width = abs(high) or 1.0
    axes.set_xlim(low - 0.06 * width, high + _ROOM_FOR_NUMBERS * width)
    if effect:
        axes.axvline(0, color=style.INK, linewidth=0.9, zorder=0.5)


def order_note(errors: Sequence[float], exact: bool, orders: int) -> str:
    """What a caption says about the orders over which steps are averaged."""
    if exact:
        return "Every combination of assumptions was run, so the steps add up to the gap."
    largest = float(np.nanmax(np.asarray(errors, dtype=float))) if len(errors) else float("nan")
    worst = "" if isnan(largest) else f"; the largest standard error that this leaves is {style.thousands(largest)}"
    return f"Averaged over {orders} orders drawn by key, so the steps add up to the gap and their sizes are estimates{worst}."
