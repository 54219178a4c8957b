"""Bokeh figures of a change: the offence mix, and axes of dates.

They fill the available width, on a desktop and on a phone, and use the colours and labels of the report. The numbers of
each are also given as a table (``change_tables``), for screen readers.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from bokeh.models import ColumnDataSource, FixedTicker, NumeralTickFormatter, Span
from bokeh.plotting import figure

from enforcement_sim import labels
from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.summary import STAGES
from enforcement_sim.explorer.theme import hover, legend_above, milliseconds, plain_figure
from enforcement_sim.explorer.why_asked import groups_of
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.plots import style

WHAT_IF_COLOUR = style.MAIN
ROW_HEIGHT = 30
LEGEND_HEIGHT = 26
FRAME_HEIGHT = 70
FEW_TICKS = 4
"""Dates along an axis, few enough for a phone."""
ALL = "all programmes"


def dates_along(drawn: figure, first: date, last: date, colour: str) -> None:
    """Set up an axis of dates, with dotted lines at dates of national policy."""
    for mark in load_rulebook().marks:
        if mark.where.kind == "nation" and first <= mark.day <= last:
            line = {"line_color": colour, "line_dash": "dotted"}
            drawn.add_layout(Span(location=milliseconds(mark.day), dimension="height", **line))
    drawn.xaxis[0].ticker.desired_num_ticks = FEW_TICKS


def offence_mix(picture: Picture, stage: str, definition: str) -> figure:
    """Draw the offence mix at a stage under a definition: history and what-if, by the programme that found people."""
    categories, rows = mix_rows(picture, stage, definition)
    names = [labels.category(category) for category in categories]
    shares = {row_label(*names): people / max(1.0, people.sum()) for *names, people in rows[::-1]}
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


def row_label(programme: str, world: str) -> str:
    """Return the name of a row of the mix."""
    return f"{labels.programme(programme) if programme else ALL}, {world}"


def mix_rows(
    picture: Picture, stage: str, definition: str
) -> tuple[tuple[str, ...], list[tuple[str, str, np.ndarray]]]:
    """Return the categories, and for each programme (empty for all) and scenario the mean number of people in each category.

    Offence classes are summed to groups that have distinct colours.
    """
    groups = groups_of(definition)
    categories = tuple(dict.fromkeys(groups.tolist()))
    people_by_world = {
        world: picture.mean(world, lambda one: one.mixes[definition][STAGES.index(stage)])
        for world in ("history", "what-if")
    }
    programmes = [(name, slice(row, row + 1)) for row, name in enumerate(PROGRAMMES) if row]
    rows = [
        (programme, world, np.array([people[which][:, groups == one].sum() for one in categories], float))
        for programme, which in [("", slice(None)), *programmes]
        for world, people in people_by_world.items()
        if any(each[which].sum() > 0 for each in people_by_world.values())
    ]
    return categories, rows
