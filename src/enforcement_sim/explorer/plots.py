"""What is drawn of a change: differences with their intervals, the offence mix, the months.

Bokeh figures that fill the width they are given, so that they serve a desk and a phone, in the colours and words of the
report. Each has its numbers beside it as text (``tables``), because a drawing alone cannot be read aloud.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool, NumeralTickFormatter, Span, Whisker
from bokeh.plotting import figure

from enforcement_sim import labels
from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.explorer.summary import STAGES
from enforcement_sim.explorer.tables import SHOWN, ChangeRow
from enforcement_sim.plots import style

if TYPE_CHECKING:
    from enforcement_sim.explorer.answer import Picture

__all__ = ["changes", "months", "offence_mix", "plain_figure"]

HISTORY_COLOUR = style.QUIET
WHAT_IF_COLOUR = "#0072B2"
FEW_COLOUR = "#b8b8b8"
ROW_HEIGHT = 30
LEGEND_HEIGHT = 26
FRAME_HEIGHT = 70
SERIES_HEIGHT = 260
FEW_TICKS = 4
"""Dates along an axis that a phone has room for."""
MOST_PERCENT = 400.0
"""Changes beyond this are drawn at the edge; their numbers stand in the table."""
ALL = "all programmes"


def plain_figure(**settings: Any) -> figure:
    """Return an empty figure in the explorer's look: no toolbar, quiet grid, as wide as its place."""
    drawn = figure(
        sizing_mode="stretch_width",
        toolbar_location=None,
        tools="",
        background_fill_color="white",
        border_fill_color="white",
        outline_line_color=None,
        **settings,
    )
    drawn.grid.grid_line_color = style.GRID
    drawn.axis.axis_line_color = "#888888"
    drawn.axis.major_tick_line_color = None
    drawn.axis.minor_tick_line_color = None
    drawn.axis.major_label_text_color = style.INK
    drawn.axis.major_label_text_font_size = "12px"
    drawn.axis.axis_label_text_font_style = "normal"
    drawn.axis.axis_label_text_color = style.INK
    return drawn


def changes(rows: Sequence[ChangeRow]) -> figure:
    """Draw how much each number changes, in percent of history, with 95% intervals.

    A filled mark is a difference whose sign can be told; a hollow one is not; grey marks rest on few people.
    """
    drawable = [row for row in rows if row.percent is not None and row.measure in SHOWN][::-1]
    names = [row.label for row in drawable]
    drawn = plain_figure(y_range=names or [""], height=FRAME_HEIGHT + ROW_HEIGHT * max(3, len(names)))
    clipped = [tuple(float(np.clip(value, -100.0, MOST_PERCENT)) for value in row.percent or ()) for row in drawable]
    source = ColumnDataSource(
        {
            "name": names,
            "middle": [one[0] for one in clipped],
            "low": [one[1] for one in clipped],
            "high": [one[2] for one in clipped],
            "told": [row.difference for row in drawable],
            "interval": [row.interval for row in drawable],
            "colour": [FEW_COLOUR if row.few else WHAT_IF_COLOUR for row in drawable],
            "fill": [_fill(row) for row in drawable],
        }
    )
    drawn.add_layout(Span(location=0, dimension="height", line_color="#444444", line_width=1))
    drawn.add_layout(
        Whisker(
            base="name", lower="low", upper="high", dimension="width", source=source, line_color="colour", line_width=2
        )
    )
    marks = drawn.scatter(
        "middle", "name", size=11, source=source, line_color="colour", fill_color="fill", line_width=2
    )
    drawn.add_tools(HoverTool(renderers=[marks], tooltips=[("", "@name"), ("change", "@told"), ("95%", "@interval")]))
    drawn.xaxis.formatter = NumeralTickFormatter(format="+0")
    drawn.xaxis.axis_label = "change in percent of history"
    drawn.ygrid.grid_line_color = None
    drawn.yaxis.major_label_text_align = "right"
    return drawn


def _fill(row: ChangeRow) -> str:
    if not row.told:
        return "white"
    return FEW_COLOUR if row.few else WHAT_IF_COLOUR


def offence_mix(picture: Picture, stage: str, definition: str) -> figure:
    """Draw the offence mix at a stage under a definition: history and what-if, by the programme that found people."""
    categories, rows = mix_rows(picture, stage, definition)
    factors = [(programme, world) for programme, world, _ in rows][::-1]
    drawn = plain_figure(
        y_range=[f"{programme}, {world}" for programme, world in factors] or [""],
        x_range=(0, 1),
        height=FRAME_HEIGHT + LEGEND_HEIGHT * (1 + len(categories) // 2) + ROW_HEIGHT * max(2, len(rows)),
    )
    shares = {(programme, world): people / max(1.0, people.sum()) for programme, world, people in rows}
    left = np.zeros(len(factors))
    for number, (category, colour) in enumerate(
        zip(categories, style.category_colours(_groups(categories)), strict=True)
    ):
        width = np.array([shares[factor][number] for factor in factors])
        source = ColumnDataSource(
            {
                "row": [f"{programme}, {world}" for programme, world in factors],
                "left": left,
                "right": left + width,
                "share": width,
                "category": [labels.category(category)] * len(factors),
            }
        )
        bars = drawn.hbar(
            y="row",
            left="left",
            right="right",
            height=0.78,
            color=colour,
            line_color="white",
            source=source,
            legend_label=labels.category(category),
        )
        drawn.add_tools(
            HoverTool(renderers=[bars], tooltips=[("", "@row"), ("", "@category"), ("share", "@share{0.0%}")])
        )
        left = left + width
    drawn.xaxis.formatter = NumeralTickFormatter(format="0%")
    drawn.xaxis.ticker = FixedTicker(ticks=[0, 0.25, 0.5, 0.75, 1])
    drawn.xaxis.axis_label = "share of people"
    drawn.ygrid.grid_line_color = None
    if drawn.legend:
        legend = drawn.legend[0]
        drawn.add_layout(legend, "above")
        legend.ncols, legend.border_line_color, legend.label_text_font_size = 2, None, "12px"
        legend.margin, legend.padding = 0, 0
    return drawn


def mix_rows(
    picture: Picture, stage: str, definition: str
) -> tuple[tuple[str, ...], list[tuple[str, str, np.ndarray]]]:
    """Return the categories, and for every programme and world the mean number of people in each.

    Offence classes are added up to the groups that can be told apart by colour.
    """
    at = STAGES.index(stage)
    found = picture.any().mixes[definition].categories
    groups = _groups(found)
    categories = tuple(dict.fromkeys(groups))
    rows = []
    worlds = {
        world: picture.mean(world, lambda one: one.mixes[definition].people[at]) for world in ("history", "what-if")
    }
    chosen = [
        (ALL, slice(None)),
        *((labels.programme(name), slice(row, row + 1)) for row, name in enumerate(PROGRAMMES) if row),
    ]
    for label, which in chosen:
        for world, people in worlds.items():
            summed = people[which].sum(axis=0)
            grouped = np.array([summed[[one == category for one in groups]].sum() for category in categories], float)
            if sum(worlds[one][which].sum() for one in worlds) > 0:
                rows.append((label, world, grouped))
    return categories, rows


def _groups(categories: Sequence[str]) -> tuple[str, ...]:
    return tuple(labels.OFFENCE_GROUPS.get(name, name) for name in categories)


def months(picture: Picture, event: str) -> figure:
    """Draw an event by month in both worlds, with the range of the seeds, and the dates that history marks."""
    from enforcement_sim.law.rules import load_rulebook

    days = [np.datetime64(f"{month}-15") for month in picture.any().months]
    drawn = plain_figure(x_axis_type="datetime", height=SERIES_HEIGHT)
    for world, colour, dash in (("history", HISTORY_COLOUR, "dashed"), ("what-if", WHAT_IF_COLOUR, "solid")):
        runs = picture.history if world == "history" else picture.what_if
        by_seed = np.array([summary.monthly(event) for summary in runs.values()])
        source = ColumnDataSource(
            {
                "month": days,
                "name": list(picture.any().months),
                "people": by_seed.mean(axis=0),
                "low": by_seed.min(axis=0),
                "high": by_seed.max(axis=0),
            }
        )
        drawn.varea("month", "low", "high", source=source, fill_color=colour, fill_alpha=0.18)
        line = drawn.line(
            "month", "people", source=source, line_color=colour, line_width=2.2, line_dash=dash, legend_label=world
        )
        drawn.add_tools(
            HoverTool(renderers=[line], tooltips=[(world, "@name"), ("people", "@people{0,0}")], mode="vline")
        )
    first, last = (date.fromisoformat(f"{month}-01") for month in (picture.any().months[0], picture.any().months[-1]))
    for mark in load_rulebook().marks:
        if mark.where.kind == "nation" and first <= mark.day <= last:
            drawn.add_layout(
                Span(
                    location=np.datetime64(mark.day).astype("datetime64[ms]").astype(int),
                    dimension="height",
                    line_color="#aaaaaa",
                    line_dash="dotted",
                )
            )
    drawn.xaxis[0].ticker.desired_num_ticks = FEW_TICKS
    drawn.y_range.start = 0
    drawn.yaxis.formatter = NumeralTickFormatter(format="0,0")
    drawn.yaxis.axis_label = "people a month"
    drawn.xgrid.grid_line_color = None
    legend = drawn.legend[0]
    drawn.add_layout(legend, "above")
    legend.orientation, legend.border_line_color, legend.padding = "horizontal", None, 0
    return drawn
