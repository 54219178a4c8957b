"""The timeline: rules of history and what is laid over them on one axis of time, and the same as tables.

Bars of history are grey; bars laid over it are coloured, with later changes on top because they take precedence. Numbered
lines are dates of policy, listed below with their citations.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from enforcement_sim.explorer.change_tables import html_table
from enforcement_sim.explorer.charts import WHAT_IF_COLOUR, dates_along
from enforcement_sim.explorer.evidence import GRADES_IN_WORDS
from enforcement_sim.explorer.theme import hover, milliseconds, plain_figure
from enforcement_sim.explorer.timeline_bars import A_DAY, ROW_LABELS, Bar, bars_of, marks_of
from enforcement_sim.plots import style
from enforcement_sim.scenarios.schema import Scenario

HISTORY_COLOUR = "#d0d0d0"
ROW_HEIGHT = 34
FRAME_HEIGHT = 60
BAR_HEIGHT = 0.36
TOOLTIPS = (("", "@decision"), ("@what", "@label"), ("", "@days"), ("", "@followed"), ("", "@source"))


def lanes(bars: Iterable[Bar]) -> list[int]:
    """Return for each bar of history in a row the lane in which it overlaps no earlier one.

    Examples
    --------
    >>> days = [(date(2010, 1, 1), date(2011, 1, 1)), (date(2010, 6, 1), date(2012, 1, 1)), (date(2011, 1, 1), date(2012, 1, 1))]
    >>> lanes(Bar("agreement", "", *both, False) for both in days)
    [0, 1, 0]
    """
    free: list[date] = []
    found = []
    for bar in bars:
        lane = next((at for at, day in enumerate(free) if day <= bar.start), len(free))
        free[lane : lane + 1] = [bar.end]
        found.append(lane)
    return found


def _rows(bars: list[Bar]) -> tuple[list[int], dict[int, str]]:
    """Return the row of each bar, from 0 at the bottom, and the labels of the rows that have one."""
    places: dict[tuple[str, int], int] = {}
    for name in ROW_LABELS:
        past = lanes(bar for bar in bars if bar.decision == name and not bar.is_change)
        for lane in range(max(past, default=0) + 1 if any(bar.decision == name for bar in bars) else 0):
            places[name, lane] = len(places)
    last = len(places) - 1
    waiting = {
        name: iter(lanes(bar for bar in bars if bar.decision == name and not bar.is_change)) for name in ROW_LABELS
    }
    rows = [last - places[bar.decision, 0 if bar.is_change else next(waiting[bar.decision])] for bar in bars]
    return rows, {last - row: ROW_LABELS[name] for (name, lane), row in places.items() if lane == 0}


def draw(history: Scenario, what_if: Scenario) -> figure:
    """Draw the timeline of a pair of scenarios."""
    bars = bars_of(history, what_if)
    rows, names = _rows(bars)
    count = max(rows, default=0) + 1
    drawn = plain_figure(
        x_axis_type="datetime",
        x_range=(milliseconds(history.period_start), milliseconds(history.period_end + A_DAY)),
        y_range=(-0.6, count + 0.15),
        height=FRAME_HEIGHT + ROW_HEIGHT * (count + 1),
    )
    for bar, row in sorted(zip(bars, rows, strict=True), key=lambda one: one[0].start):
        _draw_bar(drawn, bar, row)
    dates_along(drawn, history.period_start, history.period_end, "#8a8a8a")
    _number_marks(drawn, history, count)
    drawn.yaxis.ticker = list(names)
    drawn.yaxis.major_label_overrides = names
    drawn.ygrid.grid_line_color = None
    return drawn


def _draw_bar(drawn: figure, bar: Bar, row: int) -> None:
    """Draw a bar and its name; where the name is longer than the bar, the next bar covers the rest."""
    colour, ink, shift = (WHAT_IF_COLOUR, "white", -0.2) if bar.is_change else (HISTORY_COLOUR, style.INK, 0.2)
    found = {
        "row": row + shift,
        "left": milliseconds(bar.start),
        "right": milliseconds(bar.end),
        "label": bar.label,
        "decision": ROW_LABELS[bar.decision],
        "days": f"{bar.start} to {bar.end - A_DAY}",
        "followed": bar.followed,
        "what": bar.what,
        "source": bar.source,
    }
    source = ColumnDataSource({name: [value] for name, value in found.items()})
    bar_style = {"height": BAR_HEIGHT, "color": colour, "line_color": "white"}
    area = drawn.hbar(y="row", left="left", right="right", source=source, **bar_style)
    text = {"text_font_size": "11px", "text_color": ink, "text_baseline": "middle"}
    drawn.text(x="left", y="row", text="label", source=source, x_offset=4, **text)
    hover(drawn, area, *TOOLTIPS)


def _number_marks(drawn: figure, history: Scenario, above: float) -> None:
    """Number the dates of policy above the bars, on two levels in turn."""
    marks = marks_of(history)
    source = ColumnDataSource(
        {
            "x": [milliseconds(mark.day) for mark in marks],
            "y": [above - 0.03 - 0.34 * (number % 2) for number in range(len(marks))],
            "number": [str(number) for number in range(1, len(marks) + 1)],
        }
    )
    text = {"text_font_size": "11px", "text_color": style.INK, "text_align": "center", "text_baseline": "middle"}
    drawn.text(x="x", y="y", text="number", source=source, background_fill_color="white", **text)


def table(history: Scenario, what_if: Scenario) -> str:
    """Return the bars of the timeline, and the dates of policy, as HTML tables."""
    bars = bars_of(history, what_if)
    days = [f"{bar.start} to {bar.end - A_DAY}" for bar in bars]
    cells = [
        (ROW_LABELS[bar.decision], bar.what, _named(bar), when, bar.followed, bar.source)
        for bar, when in zip(bars, days, strict=True)
    ]
    headings = (
        "decision",
        "whose",
        "rule, setting or agreement",
        "first and last day",
        "how closely followed",
        "source",
    )
    marks = [
        (str(number), mark.day.isoformat(), mark.text, mark.citation, mark.grade)
        for number, mark in enumerate(marks_of(history), start=1)
    ]
    dates = html_table("Dates of policy", ("number", "day", "what", "source", "how well known"), marks) if marks else ""
    if dates:
        dates += f"<p class='quiet'>{GRADES_IN_WORDS}</p>"
    return html_table("Rules of history, and rules laid over it", headings, cells) + dates


def _named(bar: Bar) -> str:
    """Return the name of a bar as it is drawn, and what its rule says."""
    return f"{bar.label}: {bar.title}" if bar.title else bar.label
