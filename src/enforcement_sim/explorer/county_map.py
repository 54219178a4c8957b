"""The map: one event in every county of the chosen places, by month or over the whole period.

Colours are the what-if's people per 1,000 bookings; a county with few simulated people is hatched, because its colour
is mostly chance. A county is the smallest place that is ever shown.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from bokeh.models import ColorBar, ColumnDataSource, LinearColorMapper, NumeralTickFormatter

from enforcement_sim import labels
from enforcement_sim.explorer.change_tables import html_table, row_of
from enforcement_sim.explorer.choices import Choices
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.summary import MAP_EVENTS
from enforcement_sim.explorer.theme import hover, plain_figure
from enforcement_sim.explorer.why_asked import Asked, number_of
from enforcement_sim.explorer.why_links import rows_with_links
from enforcement_sim.notebook import FEW_PEOPLE
from enforcement_sim.places.county_codes import county_names
from enforcement_sim.plots import style
from enforcement_sim.plots.maps import outlines
from enforcement_sim.tables.amounts import NOT_APPLICABLE

HEIGHT = 430
PER = 1000
TOP_QUANTILE = 0.97
FEWEST_COLOURED = 4
PALETTE = ("#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494", "#081d58")
"""ColorBrewer's YlGnBu, which readers with any common colour blindness can order."""
HEADINGS = ("people", "history", "what-if", "difference", "95% interval")
LISTED = 40
"""Counties of the table, those with the most people first."""
COARSE_FROM, COARSE_STEP, FEWEST_POINTS = 400, 3, 12
"""From this many counties on, outlines are drawn with every third point; short outlines keep all points."""


def county_rows(picture: Picture, event: str, month: str) -> dict[str, np.ndarray]:
    """Return by county: mean people under history and what-if, the what-if's rate, and whether people are few."""
    position = 1 + MAP_EVENTS.index(event)
    months = picture.any().months
    when = slice(None) if month not in months else slice(months.index(month), months.index(month) + 1)
    history, what_if = (
        picture.mean(world, lambda one: one.by_county[:, when].sum(axis=1)) for world in ("history", "what-if")
    )
    people, booked = what_if[:, position], what_if[:, 0]
    rate = np.divide(people * PER, booked, out=np.full(people.size, np.nan), where=booked > 0)
    few = np.maximum(history[:, position], people) * len(picture.seeds) / picture.thin < FEW_PEOPLE
    return {"history": history[:, position], "what_if": people, "rate": rate, "few": few}


class CountyMap:
    """A map of counties that can be recoloured without being redrawn.

    Parameters
    ----------
    counties : tuple of str
        Five-digit FIPS codes.
    """

    def __init__(self, counties: tuple[str, ...]) -> None:
        self.counties = counties
        coarse = len(counties) > COARSE_FROM
        rings = [[_thinned(ring, COARSE_STEP if coarse else 1) for ring in _outlines()[fips]] for fips in counties]
        empty, blank = np.zeros(len(counties)), [""] * len(counties)
        self.source = ColumnDataSource(
            {axis: [[[ring[:, at]] for ring in county] for county in rings] for at, axis in enumerate(("xs", "ys"))}
            | {"name": [county_names()[fips] for fips in counties], "hatch": [" "] * len(counties), "note": blank}
            | {"rate": empty, "people": empty, "before": empty}
        )
        self.colours = LinearColorMapper(palette=PALETTE, low=0, high=1, nan_color=style.NO_DATA)
        self.figure = drawn = plain_figure(height=HEIGHT, match_aspect=True)
        drawn.axis.visible = drawn.grid.visible = False
        hatch: dict[str, Any] = {"hatch_pattern": "hatch", "hatch_color": style.QUIET, "hatch_alpha": 0.55}
        line = {"line_color": "#8f8f8f", "line_width": 0.2 if coarse else 0.6}
        fill = {"field": "rate", "transform": self.colours}
        areas = drawn.multi_polygons("xs", "ys", source=self.source, fill_color=fill, hatch_weight=0.6, **hatch, **line)
        hover(
            drawn,
            areas,
            ("", "@name"),
            ("what-if", "@people{0,0.0} people, @rate{0,0.0} per 1,000 bookings"),
            ("history", "@before{0,0.0} people"),
            ("", "@note simulated, not a record"),
        )
        title, form = "people per 1,000 bookings, what-if", NumeralTickFormatter(format="0.[0]")
        bar: dict[str, Any] = {
            "title": title,
            "title_text_font_style": "normal",
            "formatter": form,
            "label_standoff": 4,
        }
        drawn.add_layout(ColorBar(color_mapper=self.colours, height=10, **bar), "below")

    def show(self, picture: Picture, event: str, choices: Choices) -> str:
        """Colour the counties by an event in the chosen month, or in the whole period if there is no such month.

        Returns
        -------
        str
            The counties with the most people as an HTML table, with warnings.
        """
        month = choices.month if choices.month in picture.any().months else ""
        rows = county_rows(picture, event, month)
        finite = rows["rate"][np.isfinite(rows["rate"])]
        enough = rows["rate"][~rows["few"] & np.isfinite(rows["rate"])]
        top = float(np.quantile(enough, TOP_QUANTILE)) if enough.size >= FEWEST_COLOURED else 0.0
        self.colours.high = top or float(max(finite.max(initial=0.0), 1.0))
        self.source.data.update(
            rate=rows["rate"],
            people=rows["what_if"],
            before=rows["history"],
            hatch=np.where(rows["few"], "/", " ").tolist(),
            note=np.where(rows["few"], "few people, mostly chance;", "").tolist(),
        )
        order = np.argsort(-np.maximum(rows["what_if"], rows["history"]), kind="stable")[:LISTED]
        asked = [Asked(event, county=self.counties[at], month=month) for at in order]
        cells = [
            _cells(picture, one, float(rows["rate"][at]), choices.changes_nothing)
            for one, at in zip(asked, order, strict=True)
        ]
        more = f" (the {LISTED} largest of {len(self.counties):,})" if len(self.counties) > LISTED else ""
        title = f"Counties, simulated, not a record{more}: {labels.event(event)}"
        headings = HEADINGS[:2] if choices.changes_nothing else HEADINGS
        return rows_with_links(html_table(title, (*headings, f"per {PER:,} bookings"), cells), choices, asked)


def _cells(picture: Picture, asked: Asked, rate: float, unchanged: bool) -> tuple[str, ...]:
    """Return the numbers of a county as text."""
    row = row_of(asked.measure, county_names()[asked.county], "people", picture.difference(number_of(asked)), picture)
    numbers = (row.history,) if unchanged else (row.history, row.what_if, row.difference, row.interval)
    return row.warned_label, *numbers, NOT_APPLICABLE if np.isnan(rate) else f"{rate:,.1f}"


@cache
def _outlines() -> dict[str, list[np.ndarray]]:
    return outlines()


def _thinned(ring: np.ndarray, step: int) -> np.ndarray:
    """Return an outline with fewer points; a short one unchanged."""
    return ring if step == 1 or len(ring) < FEWEST_POINTS else ring[::step]
