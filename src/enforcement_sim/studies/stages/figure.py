"""The share counted as "non-criminal", by stage and definition, as a table, with published figures below.

Stages are rows and definitions columns, ordered from the narrowest headline to the widest; all cells of a row have the same
people. A cell with a published figure is framed. Below, each published figure is drawn with the simulated share of its own
stage, definition, programme and months.
"""

from __future__ import annotations

import textwrap
from math import isnan
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from enforcement_sim import labels
from enforcement_sim.plots import frame, style
from enforcement_sim.plots.captions import Provenance

TITLE = "One simulated world, many answers: who counts as “non-criminal”"
_SHARES = LinearSegmentedColormap.from_list("shares", ["#f7fbff", "#9ecae1", "#2f79b5", "#08306b"])
_FRAME = style.CONTRAST
_ROW_INCHES = 0.47
_HEAD_CHARACTERS = 10
_DOT_INCHES = 0.44
_UNSHOWN = ("charge",)
"""Definitions that sort by offence and have no headline."""


def definitions(cells: pd.DataFrame, published: pd.DataFrame, about: Provenance, asked: str = "") -> frame.Plot:
    """Draw the share counted as non-criminal, by stage and definition, and published shares beside their own cells.

    Parameters
    ----------
    cells : DataFrame
        From :func:`enforcement_sim.studies.stages.compute.stage_cells`.
    published : DataFrame
        From :func:`enforcement_sim.studies.stages.published_cells.published_cells`; may be empty.
    about : Provenance
        The runs behind the cells, for the caption.
    asked : str
        Whose people the table counts, and in which months, where that is not everybody of the whole run.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are the cells in the order of the figure, with ``published`` (names of the
        published figures), ``published_low`` and ``published_high``.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots, run
    >>> from enforcement_sim.studies.stages.compute import stage_cells
    >>> kent = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10001"]}, "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> result = run(kent, seed=1)
    >>> figure = definitions(stage_cells([result]), pd.DataFrame(), plots.about_results(result))
    >>> figure.axes[0].get_yticklabels()[0].get_text()
    'Matched in DHS records'
    """
    return draw(numbers(cells, published), published, about, asked)


def numbers(cells: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the figure: the table in long form, with the published figures of each cell."""
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


@frame.styled
def draw(found: pd.DataFrame, published: pd.DataFrame, about: Provenance, asked: str = "") -> frame.Plot:
    """Draw the frame of :func:`numbers`, and under it the published figures that have a simulated value."""
    stages, names = (list(dict.fromkeys(found[column])) for column in ("stage", "definition"))
    beside = published[published["simulated"].notna()] if len(published) else published
    half_width = ((found["high"] - found["low"]) / 2).max()
    intervals = "" if isnan(half_width) else f"No 95% interval over runs is wider than ±{100 * half_width:.1f} points. "
    layer = "Small: as the file showed people. " if "recorded" in found else ""
    table_inches, dots_inches = 0.95 + _ROW_INCHES * len(stages), 0.75 + _DOT_INCHES * len(beside)
    figure = frame.framed(
        (frame.WIDTH, table_inches + (dots_inches if len(beside) else 0)),
        TITLE,
        "Share of the people at each stage whom each definition's source adds up in its headline: from nobody charged to all but "
        f"the seriously convicted. {asked}".strip(),
        about.caption(
            "Whiskers" if len(beside) else "",
            f"{layer}{intervals}A frame marks a cell in which figures were published, for their own programme and months"
            f"{'; below, those are simulated alike' if len(beside) else ''}. Definitions: enforcement-sim definitions.",
        ),
        numbers=found,
        about=about,
    )
    if len(beside):
        table, dots = figure.subplots(2, 1, height_ratios=[table_inches, dots_inches])
        _draw_published(dots, beside)
    else:
        table = figure.subplots()
    _draw_table(table, found, stages, names)
    return figure


def _draw_table(axes: Axes, found: pd.DataFrame, stages: list[str], names: list[str]) -> None:
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
    axes.set_yticks(range(len(stages)), [labels.event(stage) for stage in stages])
    heads = ["\n".join(textwrap.wrap(labels.definition(name), _HEAD_CHARACTERS)) for name in names]
    axes.set_xticks(range(len(names)), heads)
    axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axes.grid(False)
    axes.spines[:].set_visible(False)


def _draw_published(axes: Axes, beside: pd.DataFrame) -> None:
    """Draw each published figure with its range, and the simulated share of its own cell."""
    rows = beside.to_dict("records")
    recorded = "recorded" in beside
    for y, row in enumerate(rows):
        axes.plot(
            [row["published_low"], row["published_high"]], [y, y], color=_FRAME, linewidth=7, alpha=0.25, zorder=1
        )
        axes.plot(row["published"], y, marker="|", color=_FRAME, markersize=13, markeredgewidth=2.2, zorder=2)
        frame.segment(axes, row["low"], row["high"], y, zorder=3)
        axes.plot(row["simulated"], y, marker="o", color=style.INK, markersize=5.5, zorder=4)
        if recorded and not isnan(row["recorded"]):
            axes.plot(row["recorded"], y, "o", color=style.INK, markerfacecolor="white", markersize=5.5, zorder=3)
        axes.text(1.01, y, f"{points(row['gap'])} points", va="center", size=8.0, color=style.QUIET)
        axes.text(0.005, y - 0.42, _label(row), va="center", size=7.8, color=style.INK)
    axes.set_yticks([])
    axes.set_ylim(len(rows) - 0.4, -0.8)
    axes.set_xlim(0, 1.13)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.xaxis.set_major_formatter(style.SHARES)
    axes.grid(False, axis="y")
    frame.heading(axes, "Published figures, each in its own cell (right: simulated less published)")
    marks = {"published, and its range": frame.key(_FRAME, "|", size=11), "simulated": frame.key(style.INK)}
    if recorded:
        marks["as the file showed people"] = frame.key(style.INK, filled=False)
    axes.legend(
        list(marks.values()),
        list(marks),
        loc="upper right",
        bbox_to_anchor=(1.0, -0.12),
        ncols=len(marks),
        borderaxespad=0.0,
    )


def _label(row: dict[Any, Any]) -> str:
    place = f"{labels.event(row['stage'])}, {labels.definition(row['definition'])}"
    return f"{row['measures']} [{place}; {row['start']:%b %Y} to {row['end']:%b %Y}]"


def _percent(share: float) -> str:
    """Return a share for a cell; a small one with one more digit."""
    if isnan(share):
        return "–"
    return f"{100 * share:.1f}%" if 0 < share < 0.095 else f"{100 * share:.0f}%"


def points(difference: float) -> str:
    """Return a difference in percentage points, with its sign."""
    if isnan(difference):
        return "–"
    return f"{100 * difference:+.0f}".replace("-", "\N{MINUS SIGN}")


# ---- as tables of text -------------------------------------------------------------------------------------------------


def definition_rows(cells: pd.DataFrame, value: str = "share") -> pd.DataFrame:
    """Return the table as text for a terminal: a row for each definition, a column for each stage, in per cent with half-widths.

    Parameters
    ----------
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
    return pd.DataFrame(rows, columns=["Definition", *(labels.event(stage) for stage in stages)])


def published_rows(published: pd.DataFrame) -> tuple[pd.DataFrame, str, str]:
    """Return published figures as text for a terminal, each beside the simulated share of its own cell, in per cent.

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
        texts = [_with_interval(row["simulated"], row["low"], row["high"]), points(row["gap"])]
        if "recorded" in row:
            recorded = _with_interval(row["recorded"], row["recorded_low"], row["recorded_high"])
            texts += [recorded, points(row["recorded_gap"])]
        rows.append([row["target"], row["stage"], row["definition"], f"{value} ({low} to {high})", *texts, row["note"]])
    both = ["As recorded", "Gap as recorded"] if "recorded" in published else []
    heads = ["Figure", "Stage", "Definition", "Published (range)", "Simulated", "Gap", *both, "Note"]
    caption = f"Of places or months that were not run: {', '.join(left)}." if left else ""
    return pd.DataFrame(rows, columns=heads), "Published figures in their own cells, in %", caption


def _with_interval(mean: float, low: float, high: float) -> str:
    if isnan(mean):
        return "–"
    return f"{100 * mean:.1f}" if isnan(low) else f"{100 * mean:.1f} ±{100 * (high - low) / 2:.1f}"
