"""The picture at the top: one event by month under history and the what-if, and their difference beside it.

Both figures are made once for a period and get new numbers afterwards, which is faster than new figures and does not move
the page. On a phone they stand one below the other. Time runs forwards.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, NumeralTickFormatter, Span
from bokeh.plotting import figure

from enforcement_sim import labels
from enforcement_sim.explorer.change_tables import numbers_table
from enforcement_sim.explorer.charts import WHAT_IF_COLOUR, dates_along
from enforcement_sim.explorer.choices import Choices
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.theme import WIDE, hover, html, plain_figure
from enforcement_sim.explorer.why_asked import Asked
from enforcement_sim.explorer.why_links import rows_with_links
from enforcement_sim.plots import style
from enforcement_sim.results.intervals import difference_of

HEIGHT = 250
SERIES = ("removed", "ice_custody", "detainer_issued", "detainer_declined", "detainer_lapsed", "identified", "matched")
"""Events that can be shown, the answer's first."""
FEW_MONTHS = 24
"""Up to this many months each has a mark; a line alone would hide a single month."""
SIDE: dict[str, Any] = {"flex": "1 1 300px", "min-width": "0"}
FORMER, PRESENT = {"opacity": "0.35"}, {"opacity": "1"}
"""Style of a picture whose question is no longer the one asked, and of one that answers it."""
WORLDS = (("what-if", WHAT_IF_COLOUR, "solid", 3.5), ("history", style.INK, "dashed", 1.6))
"""Scenario, colour, dash and width, in the order of drawing: history is seen where both are the same."""
CHANGE = "change"
NOBODY = "\u201c{}\u201d counts nobody in these places in any month; another event may be chosen above."
NOTE = (
    "Means over seeds; bands: their range, and beside it the 95% interval of the difference. Dotted: dates of national policy, "
    "listed under \u201cRules in time\u201d."
)


class BigPicture:
    """The two figures, their headings and their numbers.

    Attributes
    ----------
    content : Column
        To be put on the page.
    panes, headings : dict
        The two figures, ``levels`` and ``change``, and what stands above them.
    sources : dict
        The numbers of ``history``, ``what-if`` and ``change`` by month.
    """

    def __init__(self) -> None:
        self._months: tuple[str, ...] = ()
        self.sources: dict[str, ColumnDataSource] = {}
        self.panes = {name: pn.pane.Bokeh(**WIDE) for name in ("levels", CHANGE)}
        self.headings = {name: html() for name in self.panes}
        self._sides = {
            name: pn.Column(self.headings[name], pane, margin=0, styles=SIDE, **WIDE)
            for name, pane in self.panes.items()
        }
        self._figures = pn.FlexBox(*self._sides.values(), gap="16px", align_items="flex-start", **WIDE)
        self._numbers = html()
        self.content = pn.Column(self._figures, self._numbers, margin=0, visible=False, **WIDE)

    def show(self, picture: Picture, choices: Choices) -> None:
        """Show the chosen event of a picture; only history where nothing is changed."""
        event, unchanged = choices.event, choices.changes_nothing
        months = picture.any().months
        if months != self._months:
            self._months, self.sources = months, {}
            self.panes["levels"].object, self.panes[CHANGE].object = self._levels(), self._change()
        levels = {name: picture.each(name, lambda one: one.monthly(event)) for name in ("history", "what-if")}
        for name, by_seed in levels.items():
            ends = {"people": by_seed.mean(axis=0), "low": by_seed.min(axis=0), "high": by_seed.max(axis=0)}
            self.sources[name].data = self._times() | (ends if name == "history" or not unchanged else self._nothing())
        pairs = [
            difference_of(*sides) for sides in zip(*(by_seed.T.tolist() for by_seed in levels.values()), strict=True)
        ]
        self.sources[CHANGE].data = self._times() | {
            "people": [one.difference for one in pairs],
            "low": [one.low if math.isfinite(one.low) else one.difference for one in pairs],
            "high": [one.high if math.isfinite(one.high) else one.difference for one in pairs],
        }
        same = bool(np.array_equal(levels["history"], levels["what-if"]))
        self._sides[CHANGE].visible = not same
        what = labels.event(event)
        self.headings["levels"].object = f"<h2>{what}, people a month</h2>{_key(unchanged)}"
        self.headings[CHANGE].object = "<h2>What-if less history, people a month</h2><p class='key'>&nbsp;</p>"
        rows = [(month, lambda one, at=at: float(one.monthly(event)[at])) for at, month in enumerate(months)]
        asked = [Asked(event, month=month) for month in months]
        table = rows_with_links(numbers_table(picture, f"{what} by month", rows, unchanged=unchanged), choices, asked)
        said = "" if unchanged or not same else "<p class='quiet'>The same in every month under both.</p>"
        self._numbers.object = (
            f"{said}<p class='quiet'>{NOTE}</p><details><summary>The numbers by month</summary>{table}</details>"
        )
        self._figures.styles = PRESENT
        self._figures.visible = bool(max(by_seed.max() for by_seed in levels.values()) > 0)
        if not self._figures.visible:
            self._numbers.object = f"<p class='quiet'>{NOBODY.format(what)}</p>"
        self.content.visible = True

    def make_former(self) -> None:
        """Show that the picture belongs to a former question."""
        self._figures.styles = FORMER

    def clear(self) -> None:
        """Show nothing."""
        self.content.visible = False

    def _times(self) -> dict[str, Any]:
        return {"month": [np.datetime64(f"{month}-15") for month in self._months], "name": [*self._months]}

    def _frame(self) -> figure:
        drawn = plain_figure(x_axis_type="datetime", height=HEIGHT)
        dates_along(
            drawn, date.fromisoformat(f"{self._months[0]}-01"), date.fromisoformat(f"{self._months[-1]}-01"), "#aaaaaa"
        )
        drawn.yaxis.formatter = NumeralTickFormatter(format="0,0.[0]")
        drawn.xgrid.grid_line_color = None
        return drawn

    def _line(self, drawn: figure, name: str, colour: str, dash: str, width: float) -> None:
        source = self.sources[name] = ColumnDataSource(self._times() | self._nothing())
        drawn.varea("month", "low", "high", source=source, fill_color=colour, fill_alpha=0.18)
        line = drawn.line("month", "people", source=source, line_color=colour, line_width=width, line_dash=dash)
        if len(self._months) <= FEW_MONTHS:
            drawn.scatter("month", "people", source=source, size=6, color=colour)
        hover(drawn, line, (name, "@name"), ("people", "@people{0,0.[0]}"), mode="vline")

    def _nothing(self) -> dict[str, Any]:
        return dict.fromkeys(("people", "low", "high"), [math.nan] * len(self._months))

    def _levels(self) -> figure:
        drawn = self._frame()
        for name, colour, dash, width in WORLDS:
            self._line(drawn, name, colour, dash, width)
        drawn.y_range.start = 0
        return drawn

    def _change(self) -> figure:
        drawn = self._frame()
        drawn.add_layout(Span(location=0, dimension="width", line_color="#444444", line_width=1))
        times = self._times()["month"]
        drawn.line(times, [0] * len(times), line_alpha=0)  # so that zero is within the axis, however large the change
        self._line(drawn, CHANGE, WHAT_IF_COLOUR, "solid", 2.5)
        return drawn


def _key(unchanged: bool) -> str:
    """Return which line is which, as HTML."""
    history = "<span class='line history'></span> history"
    return f"<p class='key'>{history}{'' if unchanged else ' <span class="line what-if"></span> what-if'}</p>"
