"""The picture of an answer: what the policy changes at each stage with the interval to quote, and when it changes it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date
from math import isnan
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from enforcement_sim.notebook import SIMULATED
from enforcement_sim.plots import frame, style
from enforcement_sim.plots.captions import provenance_of
from enforcement_sim.studies.answer import answer_sentences as sentences
from enforcement_sim.studies.answer.answer_table import MONTHS_A_QUARTER, quarter_rows, stage_rows
from enforcement_sim.studies.answer.check_in_words import failed
from enforcement_sim.studies.answer.compute import Answer
from enforcement_sim.studies.single_page import PAGE_INCHES
from enforcement_sim.studies.under_doubt import FOR_A_MEMO, counted
from enforcement_sim.tables.amounts import IDENTICAL, whole

ROW_INCHES, AXIS_INCHES, QUARTERS_INCHES = 0.62, 0.5, 1.9
NARROW_INCHES = 3.8
"""Width of the picture for a phone."""
CHANCE_WIDTH, BOTH_WIDTH, DOT = 6.0, 1.6, 2.4
"""Widths of the lines of the two intervals, over seeds and over seeds and sets, and of the dot of the mean, in points."""
TEXT_SIZE, ABOVE, LINE_POINTS = 8.5, 7.0, 11.0
"""Size of a row's text, how far above its line it stands, and the height of a line of text, in points."""
FEWEST_QUARTERS, MOST_NAMED, NAME_SIZE = 3, 8, 7.0
"""So many quarters are drawn by themselves; each of so many is named, of more the years; the size of these letters, in points."""
CHANGE = "change from history"
COLOUR = style.SERIES_COLOURS[0]


@frame.styled
def answer_figure(answer: Answer, narrow: bool = False) -> frame.Plot:
    """Draw the change at each stage of a question, and that of its own measure by quarter where the period has three.

    Parameters
    ----------
    answer : Answer
    narrow : bool
        Draw it for a phone.

    Returns
    -------
    Plot
        Its ``numbers`` have a row for each stage: ``measure``, ``history``, ``policy``, ``difference``, the ends of both
        intervals (people) and ``verdict``.
    """
    found, quarters = stage_rows(answer), quarter_rows(answer)
    over_time = len(quarters) >= FEWEST_QUARTERS
    heights = [ROW_INCHES * len(found) + AXIS_INCHES, *([QUARTERS_INCHES] if over_time else [])]
    first, last = answer.history.period_start, answer.history.period_end
    where = "" if answer.place.name in sentences.title(answer) else f"{answer.place.name}, "
    figure = frame.framed(
        (NARROW_INCHES if narrow else PAGE_INCHES, sum(heights)),
        sentences.title(answer),
        f"{where}{first:%B %Y} to {last:%B %Y}: {CHANGE}",
        _small_print(answer, over_time),
        0,
        found,
    )
    about = provenance_of(
        answer.history.resolved(),
        answer.found.engine,
        ("",) * answer.found.runs,
        answer.found.seeds,
        2,
        answer.found.sets,
    )
    # Only for the text fields of the file: in the title, what was run would take more than two lines.
    figure.about = replace(about, title=sentences.title(answer), place=answer.place.name)
    panels = figure.subplots(len(heights), 1, squeeze=False, gridspec_kw={"height_ratios": heights})[:, 0]
    _draw_stages(panels[0], found)
    if over_time:
        _draw_quarters(panels[1], quarters, sentences.label_of(answer.question.measure))
    return figure


def _draw_stages(axes: Axes, found: pd.DataFrame) -> None:
    """Draw a row for each stage: its name and its numbers, and below them the difference with both intervals."""
    places = frame.rows(axes, list(found["measure"]))
    axes.set_yticks([])
    axes.set_ylim(-len(places) + 0.65, 0.85)
    axes.axvline(0.0, color=style.QUIET, linewidth=1.0)
    for row in found.to_dict("records"):
        place = places[row["measure"]]
        frame.segment(axes, row["low"], row["high"], place, COLOUR, linewidth=BOTH_WIDTH)
        chance = {"linewidth": CHANCE_WIDTH, "solid_capstyle": "butt"}
        frame.segment(axes, row["seeds_low"], row["seeds_high"], place, COLOUR, **chance)
        axes.plot([row["difference"]], [place], "o", markersize=DOT + 2.0, markerfacecolor="white", color=COLOUR)
        _above(axes, place, sentences.label_of(row["measure"]), beside(row))
    frame.value_axis(axes, "x", "people")
    axes.margins(x=0.04)


def _above(axes: Axes, place: float, name: str, numbers: str) -> None:
    """Write a row's name at the left and its two lines of numbers at the right, above its line."""
    fixed: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "bottom", "size": TEXT_SIZE,
        "annotation_clip": False, "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.8},
    }  # fmt: skip
    axes.annotate(name, (0.0, place), (3.0, ABOVE + LINE_POINTS), weight="bold", **fixed)
    axes.annotate(numbers, (1.0, place), (0.0, ABOVE), ha="right", linespacing=1.25, **fixed)


def beside(row: Mapping[Hashable, Any]) -> str:
    """Return a row's change with its interval, and below it both levels."""
    levels = f"{whole(row['policy'])} instead of {whole(row['history'])}"
    if row["verdict"] == IDENTICAL:
        return f"{IDENTICAL}\n{whole(row['policy'])} in both"
    change, low, high = sentences.in_people(row["difference"]), row["low"], row["high"]
    span = "" if isnan(low) else f" ({sentences.ends(low, high, brief=True)})"
    return f"{change}{span}\n{levels}"


def _draw_quarters(axes: Axes, quarters: pd.DataFrame, label: str) -> None:
    places = list(range(len(quarters)))
    shown = quarters.rename(columns={"difference": "mean"})
    axes.axhline(0.0, color=style.QUIET, linewidth=1.0)
    frame.whiskers(axes, shown, places, COLOUR, "o", across=False)
    frame.heading(axes, f"{label}, by quarter (people)")
    frame.value_axis(axes, "y", "")
    named = [
        (place, name)
        for place, first, last in zip(places, quarters["from"], quarters["to"], strict=True)
        if (name := _named(date.fromisoformat(first), date.fromisoformat(last), len(places)))
    ]
    axes.set_xticks([place for place, _ in named], [name for _, name in named], size=NAME_SIZE)


def _named(begins: date, ends: date, quarters: int) -> str:
    """Return a quarter by its months and, below, the year in which it begins; of many, only the first in each year."""
    if quarters > MOST_NAMED:
        return f"{begins:%b}\n{begins:%Y}" if begins.month <= MONTHS_A_QUARTER else ""
    return f"{begins:%b}\N{EN DASH}\n{ends:%b}\n{begins:%Y}"


def _small_print(answer: Answer, over_time: bool) -> str:
    """Return whether it can be quoted, a check that fails, what the marks are and what was run, in the words of the page."""
    found = answer.found
    sets, seeds = counted(found.sets, "set"), counted(len(found.seeds), "seed")
    marks = ""
    if not isnan(answer.difference.low):
        thin = f"{found.spread}, chance included; in brackets in numbers" if found.sets > 1 else f"95% over {seeds}"
        thick = " Thick line: chance alone, 95%." if len(found.seeds) > 1 and found.sets > 1 else ""
        bars = " Bars by quarter: as the thin line." if over_time else ""
        marks = f"Dot: mean over {sets} and {seeds}. Thin line: {thin}.{thick}{bars} "
    first = f"A first look, not to be quoted (ask for {FOR_A_MEMO} sets). " if found.sets < FOR_A_MEMO else ""
    fails = " ".join((*failed(answer), ""))
    return (
        f"{first}{fails}{marks}{SIMULATED} {found.runs} runs: {sets} of parameters (choices of the uncertain numbers) and "
        f"{seeds} (draws of chance), the same people in history and policy. Engine {found.engine[:12]}."
    )
