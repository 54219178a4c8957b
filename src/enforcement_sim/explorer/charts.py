"""Bokeh figures of a change: differences with their intervals, the offence mix, the months.

They fill the available width, on a desktop and on a phone, and use the colours and labels of the report. The numbers of
each are also given as a table (``change_tables``), for screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, FixedTicker, NumeralTickFormatter, Span, Whisker
from bokeh.plotting import figure

from enforcement_sim import labels
from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.explorer.change_tables import SHOWN, ChangeRow
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.summary import STAGES
from enforcement_sim.explorer.theme import hover, legend_above, milliseconds, plain_figure
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.plots import style
from enforcement_sim.results.dimensions import categories_of

WHAT_IF_COLOUR = style.MAIN
FEW_COLOUR = "#b8b8b8"
ROW_HEIGHT = 30
LEGEND_HEIGHT = 26
FRAME_HEIGHT = 70
SERIES_HEIGHT = 260
FEW_TICKS = 4
"""Dates along an axis, few enough for a phone."""
MOST_PERCENT = 400.0
"""Larger changes are drawn at the edge; the table has their numbers."""
ALL = "all programmes"


def dates_along(drawn: figure, first: date, last: date, colour: str) -> None:
    """Set up an axis of dates, with dotted lines at dates of national policy."""
    for mark in load_rulebook().marks:
        if mark.where.kind == "nation" and first <= mark.day <= last:
            line = {"line_color": colour, "line_dash": "dotted"}
            drawn.add_layout(Span(location=milliseconds(mark.day), dimension="height", **line))
    drawn.xaxis[0].ticker.desired_num_ticks = FEW_TICKS


def changes(rows: Sequence[ChangeRow]) -> figure:
    """Draw how much each number changes, in percent of history, with 95% intervals.

    A filled mark is a difference whose sign is known, a hollow one is uncertain; grey marks rest on few people.
    """
    drawable = [row for row in rows if row.percent is not None and row.measure in SHOWN][::-1]
    found = [
        (
            row.label,
            *np.clip(row.percent or (), -100.0, MOST_PERCENT),
            row.difference,
            row.interval,
            colour := FEW_COLOUR if row.few else WHAT_IF_COLOUR,
            colour if row.sign_known else "white",
        )
        for row in drawable
    ]
    columns = ["name", "middle", "low", "high", "change", "interval", "colour", "fill"]
    source = ColumnDataSource(pd.DataFrame(found, columns=columns))
    names = [row.label for row in drawable] or [""]
    drawn = plain_figure(y_range=names, height=FRAME_HEIGHT + ROW_HEIGHT * max(3, len(drawable)))
    drawn.add_layout(Span(location=0, dimension="height", line_color="#444444", line_width=1))
    line: dict[str, Any] = {"source": source, "line_color": "colour", "line_width": 2}
    drawn.add_layout(Whisker(base="name", lower="low", upper="high", dimension="width", **line))
    marks = drawn.scatter("middle", "name", size=11, fill_color="fill", **line)
    hover(drawn, marks, ("", "@name"), ("change", "@change"), ("95%", "@interval"))
    drawn.xaxis.formatter = NumeralTickFormatter(format="+0")
    drawn.xaxis.axis_label = "change in percent of history"
    drawn.ygrid.grid_line_color = None
    drawn.yaxis.major_label_text_align = "right"
    return drawn


def offence_mix(picture: Picture, stage: str, definition: str) -> figure:
    """Draw the offence mix at a stage under a definition: history and what-if, by the programme that found people."""
    categories, rows = mix_rows(picture, stage, definition)
    names = [labels.category(category) for category in categories]
    shares = {f"{programme}, {world}": people / max(1.0, people.sum()) for programme, world, people in rows[::-1]}
    source = ColumnDataSource(
        {"row": [*shares]} | {name: [one[at] for one in shares.values()] for at, name in enumerate(names)}
    )
    height = FRAME_HEIGHT + LEGEND_HEIGHT * (1 + len(categories) // 2) + ROW_HEIGHT * max(2, len(rows))
    drawn = plain_figure(y_range=[*shares] or [""], x_range=(0, 1), height=height)
    colours = style.category_colours(categories)
    stacks = drawn.hbar_stack(
        names, y="row", height=0.78, color=[*colours], line_color="white", source=source, legend_label=names
    )
    for bars, name in zip(stacks, names, strict=True):
        hover(drawn, bars, ("", "@row"), ("", name), ("share", f"@{{{name}}}{{0.0%}}"))
    drawn.xaxis.formatter = NumeralTickFormatter(format="0%")
    drawn.xaxis.ticker = FixedTicker(ticks=[0, 0.25, 0.5, 0.75, 1])
    drawn.xaxis.axis_label = "share of people"
    drawn.ygrid.grid_line_color = None
    legend_above(drawn, ncols=2, label_text_font_size="12px", margin=0)
    return drawn


def mix_rows(
    picture: Picture, stage: str, definition: str
) -> tuple[tuple[str, ...], list[tuple[str, str, np.ndarray]]]:
    """Return the categories, and for each programme and scenario the mean number of people in each category.

    Offence classes are summed to groups that have distinct colours.
    """
    groups = np.array([labels.OFFENCE_GROUPS.get(name, name) for name in categories_of(definition)])
    categories = tuple(dict.fromkeys(groups.tolist()))
    people_by_world = {
        world: picture.mean(world, lambda one: one.mixes[definition][STAGES.index(stage)])
        for world in ("history", "what-if")
    }
    programmes = [(labels.programme(name), slice(row, row + 1)) for row, name in enumerate(PROGRAMMES) if row]
    rows = [
        (label, world, np.array([people[which][:, groups == one].sum() for one in categories], float))
        for label, which in [(ALL, slice(None)), *programmes]
        for world, people in people_by_world.items()
        if any(each[which].sum() > 0 for each in people_by_world.values())
    ]
    return categories, rows


def months(picture: Picture, event: str) -> figure:
    """Draw an event by month under both scenarios, with the range over seeds, and dates of national policy."""
    names = picture.any().months
    days = [np.datetime64(f"{month}-15") for month in names]
    drawn = plain_figure(x_axis_type="datetime", height=SERIES_HEIGHT)
    for world, colour, dash in (("history", style.QUIET, "dashed"), ("what-if", WHAT_IF_COLOUR, "solid")):
        by_seed = picture.each(world, lambda one: one.monthly(event))
        ends = {"people": by_seed.mean(axis=0), "low": by_seed.min(axis=0), "high": by_seed.max(axis=0)}
        source = ColumnDataSource({"month": days, "name": [*names], **ends})
        drawn.varea("month", "low", "high", source=source, fill_color=colour, fill_alpha=0.18)
        style_of_line = {"line_color": colour, "line_width": 2.2, "line_dash": dash, "legend_label": world}
        line = drawn.line("month", "people", source=source, **style_of_line)
        hover(drawn, line, (world, "@name"), ("people", "@people{0,0}"), mode="vline")
    dates_along(drawn, date.fromisoformat(f"{names[0]}-01"), date.fromisoformat(f"{names[-1]}-01"), "#aaaaaa")
    drawn.y_range.start = 0
    drawn.yaxis.formatter = NumeralTickFormatter(format="0,0")
    drawn.yaxis.axis_label = "people a month"
    drawn.xgrid.grid_line_color = None
    legend_above(drawn, orientation="horizontal")
    return drawn
