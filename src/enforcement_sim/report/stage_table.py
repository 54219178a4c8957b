"""Who counts as "non-criminal", by stage and definition: one simulated world as a table of shares, the published beside it.

Stages are rows, definitions columns, ordered from the narrowest headline to the widest; the same people are in every cell of
a row. A cell in which something was published is framed. Below, each published figure stands beside the simulated share of
its own stage, definition, programme and months.
"""

from __future__ import annotations

import textwrap
from math import isnan
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from enforcement_sim.report import style, words
from enforcement_sim.report.provenance import Provenance

__all__ = ["definition_rows", "draw", "numbers", "published_rows"]

TITLE = "One simulated world, many answers: who counts as “non-criminal”"
_SHARES = LinearSegmentedColormap.from_list("shares", ["#f7fbff", "#9ecae1", "#2f79b5", "#08306b"])
_FRAME = "#D55E00"
_WIDTH = 11.5
_ROW_INCHES = 0.47
_HEAD_CHARACTERS = 10
_DOT_INCHES = 0.44
_UNSHOWN = ("charge",)
"""Definitions that sort by offence and have no headline of their own anywhere."""


def numbers(cells: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """What the figure shows: the table in long form, with what was published in each cell.

    Parameters
    ----------
    cells : DataFrame
        From :func:`enforcement_sim.evidence.stage_table.stage_cells`.
    published : DataFrame
        From :func:`enforcement_sim.evidence.published.published_cells`; may be empty.

    Returns
    -------
    DataFrame
        ``cells`` without what is not shown, definitions ordered by their mean share, with ``published`` (names of the
        figures), ``published_low`` and ``published_high`` (the smallest and the largest of them).
    """
    shown = cells[~cells["definition"].isin(_UNSHOWN)]
    order = list(shown.groupby("definition")["share"].mean().sort_values(kind="stable").index)
    stages = list(dict.fromkeys(shown["stage"]))
    found = shown.set_index(["stage", "definition"]).loc[[(stage, name) for stage in stages for name in order]]
    found["published"], found["published_low"], found["published_high"] = "", float("nan"), float("nan")
    if len(published):
        for place, here in published.groupby(["stage", "definition"]):
            if place in found.index:
                names = " ".join(str(name) for name in here["target"])
                columns = ["published", "published_low", "published_high"]
                found.loc[[place], columns] = [names, here["published"].min(), here["published"].max()]
    return found.reset_index()


@style.styled
def draw(found: pd.DataFrame, published: pd.DataFrame, about: Provenance, asked: str = "") -> Figure:
    """Draw the table of shares, and under it the published figures beside their own cells.

    Parameters
    ----------
    found : DataFrame
        From :func:`numbers`.
    published : DataFrame
        From :func:`enforcement_sim.evidence.published.published_cells`; rows without a simulated value are left out.
    about : Provenance
        For the caption.
    asked : str
        Whose people the table counts, and in which months, where that is not everybody of the whole run.
    """
    stages, names = (list(dict.fromkeys(found[column])) for column in ("stage", "definition"))
    beside = published[published["simulated"].notna()] if len(published) else published
    spread = ((found["high"] - found["low"]) / 2).max()
    intervals = "" if isnan(spread) else f"No 95% interval over runs is wider than ±{100 * spread:.1f} points. "
    layer = "Small: as the file showed people. " if "recorded" in found else ""
    table_inches, dots_inches = 0.95 + _ROW_INCHES * len(stages), 0.75 + _DOT_INCHES * len(beside)
    figure = style.framed_figure(
        _WIDTH,
        table_inches + (dots_inches if len(beside) else 0),
        TITLE,
        "Share of the people at each stage whom each definition's source adds up in its headline: from nobody charged to all but "
        f"the seriously convicted. {asked}".strip(),
        about.caption(
            "Whiskers" if len(beside) else "",
            f"{layer}{intervals}A frame marks a cell in which figures were published, for their own programme and months"
            f"{'; below, those are simulated alike' if len(beside) else ''}. Definitions: enforcement-sim definitions.",
        ),
        legend_lines=0,
    )
    if len(beside):
        table, dots = figure.subplots(2, 1, height_ratios=[table_inches, dots_inches])
        _draw_published(dots, beside)
    else:
        table = figure.subplots()
    _draw_table(table, found, stages, names)
    return figure


def _draw_table(axes: Axes, found: pd.DataFrame, stages: list[str], names: list[str]) -> None:
    """Draw the shares as coloured cells with their numbers."""
    column, row = ({name: place for place, name in enumerate(order)} for order in (names, stages))
    for cell in found.to_dict("records"):
        x, y = column[cell["definition"]], row[cell["stage"]]
        known = not isnan(cell["share"])
        colour = _SHARES(cell["share"]) if known else style.NO_DATA
        axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=1.2))
        ink = style.ink_on(colour)  # type: ignore[arg-type]
        recorded = cell.get("recorded", float("nan"))
        high = 0.2 if not isnan(recorded) else 0.0
        axes.text(x, y - high, _percent(cell["share"]), ha="center", va="center", size=9.5, color=ink)
        if not isnan(recorded):
            axes.text(x, y + 0.14, _percent(recorded), ha="center", va="center", size=7.0, color=ink)
    for cell in found[found["published"] != ""].to_dict("records"):
        x, y = column[cell["definition"]], row[cell["stage"]]
        axes.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, fill=False, edgecolor=_FRAME, linewidth=2.0))
        ends = dict.fromkeys(f"{100 * cell[end]:.0f}" for end in ("published_low", "published_high"))
        box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": _FRAME, "linewidth": 1.0}
        axes.text(x, y + 0.45, f"publ. {'–'.join(ends)}%", ha="center", va="center", size=6.3, zorder=5, bbox=box)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(len(stages) - 0.5, -0.5)
    axes.set_yticks(range(len(stages)), [words.event(stage) for stage in stages])
    heads = ["\n".join(textwrap.wrap(words.definition(name), _HEAD_CHARACTERS)) for name in names]
    axes.set_xticks(range(len(names)), heads)
    axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _draw_published(axes: Axes, beside: pd.DataFrame) -> None:
    """Draw each published figure with its range, and the simulated share of its own cell."""
    rows = beside.to_dict("records")
    recorded = "recorded" in beside
    for y, row in enumerate(rows):
        axes.plot(
            [row["published_low"], row["published_high"]], [y, y], color=_FRAME, linewidth=7, alpha=0.25, zorder=1
        )
        axes.plot(row["published"], y, marker="|", color=_FRAME, markersize=13, markeredgewidth=2.2, zorder=2)
        if not isnan(row["low"]):
            axes.plot([row["low"], row["high"]], [y, y], color=style.INK, linewidth=1.1, zorder=3)
        axes.plot(row["simulated"], y, marker="o", color=style.INK, markersize=5.5, zorder=4)
        if recorded and not isnan(row["recorded"]):
            axes.plot(
                row["recorded"], y, marker="o", color=style.INK, markerfacecolor="white", markersize=5.5, zorder=3
            )
        axes.text(1.01, y, f"{_points(row['gap'])} points", va="center", size=8.0, color=style.QUIET)
        axes.text(0.005, y - 0.42, _label(row), va="center", size=7.8, color=style.INK)
    axes.set_yticks([])
    axes.set_ylim(len(rows) - 0.4, -0.8)
    axes.set_xlim(0, 1.13)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.xaxis.set_major_formatter(style.SHARES)
    axes.set_title(
        "Published figures, each in its own cell (right: simulated less published)", loc="left", weight="bold"
    )
    style.only_grid(axes, "x")
    handles: list[Any] = [
        Line2D([], [], marker="|", color=_FRAME, linestyle="none", markersize=11, markeredgewidth=2.2),
        Line2D([], [], marker="o", color=style.INK, linestyle="none", markersize=5.5),
    ]
    labels = ["published, and its range", "simulated"]
    if recorded:
        handles.append(
            Line2D([], [], marker="o", color=style.INK, markerfacecolor="white", linestyle="none", markersize=5.5)
        )
        labels.append("as the file showed people")
    axes.legend(handles, labels, loc="upper right", bbox_to_anchor=(1.0, -0.12), ncols=len(labels), borderaxespad=0.0)


def definition_rows(cells: pd.DataFrame, value: str = "share") -> pd.DataFrame:
    """The table as text for a terminal: a row for each definition, a column for each stage, in per cent with half-widths.

    Parameters
    ----------
    cells : DataFrame
        From :func:`enforcement_sim.evidence.stage_table.stage_cells`.
    value : str
        ``share``, or ``recorded`` for the shares as the file showed people.
    """
    low, high = ("low", "high") if value == "share" else ("recorded_low", "recorded_high")
    stages = list(dict.fromkeys(cells["stage"]))
    rows = []
    for name, here in cells.groupby("definition", sort=False):
        of_stage = {row["stage"]: row for row in here.to_dict("records")}
        texts = (
            _with_interval(of_stage[stage][value], of_stage[stage][low], of_stage[stage][high]) for stage in stages
        )
        rows.append([str(name), *texts])
    return pd.DataFrame(rows, columns=["Definition", *(words.event(stage) for stage in stages)])


def published_rows(published: pd.DataFrame) -> tuple[pd.DataFrame, str, str]:
    """Published figures as text for a terminal, each beside the simulated share of its own cell, in per cent.

    Returns
    -------
    tuple
        The rows, of the figures whose place and time were run; a title; and a caption that names the others.
    """
    rows, left = [], []
    for row in published.to_dict("records"):
        if isnan(row["simulated"]):
            left.append(row["target"])
            continue
        value, low, high = (f"{100 * row[key]:.0f}" for key in ("published", "published_low", "published_high"))
        texts = [_with_interval(row["simulated"], row["low"], row["high"]), _points(row["gap"])]
        if "recorded" in row:
            recorded = _with_interval(row["recorded"], row["recorded_low"], row["recorded_high"])
            texts += [recorded, _points(row["recorded_gap"])]
        rows.append([row["target"], row["stage"], row["definition"], f"{value} ({low} to {high})", *texts, row["note"]])
    both = ["As recorded", "Gap as recorded"] if "recorded" in published else []
    heads = ["Figure", "Stage", "Definition", "Published (range)", "Simulated", "Gap", *both, "Note"]
    caption = f"Of places or months that were not run: {', '.join(left)}." if left else ""
    return pd.DataFrame(rows, columns=heads), "Published figures in their own cells, in %", caption


def _label(row: dict[Any, Any]) -> str:
    """A published figure in a line: what it measures, and its cell."""
    place = f"{words.event(row['stage'])}, {words.definition(row['definition'])}"
    return f"{row['measures']} [{place}; {row['start']:%b %Y} to {row['end']:%b %Y}]"


def _percent(share: float) -> str:
    """A share for a cell: one digit more where it is small."""
    if isnan(share):
        return "–"
    return f"{100 * share:.1f}%" if 0 < share < 0.095 else f"{100 * share:.0f}%"


def _with_interval(mean: float, low: float, high: float) -> str:
    if isnan(mean):
        return "–"
    return f"{100 * mean:.1f}" if isnan(low) else f"{100 * mean:.1f} ±{100 * (high - low) / 2:.1f}"


def _points(gap: float) -> str:
    """A difference in percentage points, with its sign."""
    if isnan(gap):
        return "–"
    return f"{100 * gap:+.0f}".replace("-", "\N{MINUS SIGN}")
