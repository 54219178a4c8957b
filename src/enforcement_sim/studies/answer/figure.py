"""The picture of an answer: what the policy changes at each stage with the interval to quote, and when it changes it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date
from math import ceil, isnan
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from enforcement_sim.notebook import SIMULATED
from enforcement_sim.plots import frame, style
from enforcement_sim.plots.captions import provenance_of
from enforcement_sim.studies.answer import answer_sentences as sentences
from enforcement_sim.studies.answer.answer_table import quarter_rows, stage_rows
from enforcement_sim.studies.answer.check_in_words import failed
from enforcement_sim.studies.answer.compute import Answer
from enforcement_sim.studies.single_page import PAGE_INCHES
from enforcement_sim.studies.under_doubt import FOR_A_MEMO, counted
from enforcement_sim.tables.amounts import IDENTICAL, whole

ROW_INCHES, AXIS_INCHES, QUARTERS_INCHES = 0.62, 0.7, 1.9
SEEDS_WIDTH, BOTH_WIDTH, DOT = 12.0, 1.6, 3.0
"""Widths of the lines of the two intervals, over seeds and over seeds and sets, and of the dot of the mean, in points."""
FEWEST_QUARTERS, MOST_NAMED, NAME_SIZE = 3, 4, 7.0
"""So many quarters are drawn by themselves, and at most so many named at the axis, in letters of so many points."""
COLOUR = style.SERIES_COLOURS[0]


@frame.styled
def answer_figure(answer: Answer) -> frame.Plot:
    """Draw the change at each stage of a question, and that of its own measure by quarter where the period has three.

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
        (PAGE_INCHES, sum(heights)),
        sentences.title(answer),
        f"{where}{first:%B %Y} to {last:%B %Y}: difference from history at each stage, in people.",
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
    """Draw a row for each stage, with the difference, its interval and the levels in numbers at the right."""
    places = frame.rows(axes, list(found["measure"]), [sentences.label_of(name) for name in found["measure"]])
    axes.axvline(0.0, color=style.QUIET, linewidth=1.0)
    for row in found.to_dict("records"):
        place = places[row["measure"]]
        frame.segment(
            axes,
            row["seeds_low"],
            row["seeds_high"],
            place,
            COLOUR,
            linewidth=SEEDS_WIDTH,
            alpha=0.5,
            solid_capstyle="butt",
        )
        frame.segment(axes, row["low"], row["high"], place, COLOUR, linewidth=BOTH_WIDTH)
        axes.plot([row["difference"]], [place], "o", color=COLOUR, markersize=DOT)
        frame.beside(axes, beside(row), place, linespacing=1.3)
    frame.value_axis(axes, "x", "people, difference from history", ticks=4)


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
    frame.heading(axes, f"{label}, by quarter")
    frame.value_axis(axes, "y", "people")
    step = ceil(len(quarters) / MOST_NAMED)
    names = [_named(first, last) for first, last in zip(quarters["from"], quarters["to"], strict=True)]
    axes.set_xticks(places, [name if place % step == 0 else "" for place, name in enumerate(names)], size=NAME_SIZE)
    axes.set_xlabel("quarter" if step == 1 else f"quarter (one in {step} named)")


def _named(first: str, last: str) -> str:
    """Return a quarter by its months and, below, the year in which it begins."""
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    return f"{begins:%b}\N{EN DASH}{ends:%b}\n{begins:%Y}"


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
