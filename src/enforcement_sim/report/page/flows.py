"""The sections that show how people move: the funnel, the months, and the counties.

Drawn at the reference setting by the package's own figures; the numbers drawn stand beside each as a table, which is also
what a reader gets who cannot see the figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from enforcement_sim import labels, plots
from enforcement_sim.amounts import amount, whole
from enforcement_sim.plots import maps
from enforcement_sim.report import tables
from enforcement_sim.studies.page_parts import Grid, Part, Section, Words, marked, picture_of
from enforcement_sim.studies.reading import Reading

__all__ = ["counties_of_the_scope", "funnel_by_programme", "months"]

SMALL_COUNTS = (
    "Every number of a county is simulated, not a record, and no claim about what happened there. Cells marked "
    "\u201cfew\u201d rest on fewer than twenty simulated people in all runs together and are mostly chance."
)
DETAINERS_BY_COUNTY = "Detainers issued are those to people in jails; those in state prisons have no county."
MAPPED_EVENT = "removed"
SHOWN = ("booked", "matched", "detainer_issued", "ice_custody", "removed")


def funnel_by_programme(reading: Reading) -> Section:
    """How many people reached each stage, by the programme that found them."""
    figure = plots.funnel(reading.drawable)
    grid = Grid(
        tables.funnel_rows(figure.numbers),
        f"People who reached each stage{reading.with_intervals}",
        labels.ABOUT_DETAINERS,
    )
    return Section("funnel", "Funnel by programme", (picture_of(figure, grid),))


def months(reading: Reading) -> Section:
    """Throughput over time, with the dates of the period's policies."""
    figure = plots.throughput(reading.drawable)
    rows = [
        [f"{row['month']:%Y-%m}", labels.event(row["event"]), labels.programme(row["programme"]), _people(row)]
        for row in figure.numbers.to_dict("records")
    ]
    numbers = Grid(
        pd.DataFrame(rows, columns=["Month", "Event", "Programme", "People [95% interval]"]), "Numbers drawn"
    )
    parts = (picture_of(figure, numbers),)
    return Section("months", "Throughput over time", parts)


def counties_of_the_scope(reading: Reading) -> Section:
    """Map of removals by county, and a table of counties with a box to find one."""
    frame = reading.by_county
    rate = 1000.0 * frame[MAPPED_EVENT] / frame["booked"].where(frame["booked"] > 0)
    found = maps.numbers(frame.assign(count=frame[MAPPED_EVENT], per_1000_bookings=rate))
    about = reading.drawable.about([reading.points[0]])
    figure = maps.draw(found, MAPPED_EVENT, about, reading.drawable.note)
    means = frame.groupby(["fips", "name", "state"], sort=False)[list(SHOWN)].mean().reset_index()
    runs = frame["seed"].nunique()
    rows = []
    for row in means.sort_values(MAPPED_EVENT, ascending=False, kind="stable").to_dict("records"):
        cells = [marked(whole(row[event]), row[event] * runs / about.thin) for event in SHOWN]
        rows.append([f"{row['name']} ({row['state']}, {row['fips']})", *cells])
    heads = ["County", *(labels.event(event) for event in SHOWN)]
    grid = Grid(
        pd.DataFrame(rows, columns=heads),
        "Counties at the reference setting, means over runs",
        f"Intervals of a county, here of the largest, in the folder of these results: enforcement-sim report . --county "
        f"{reading.largest}. {DETAINERS_BY_COUNTY}",
        find="Find a county by name, state or code",
    )
    parts: tuple[Part, ...] = (Words((SMALL_COUNTS,), warning=True), picture_of(figure), grid)
    return Section("counties", "Counties", parts)


def _people(row: Mapping[Any, Any]) -> str:
    return amount(row["mean"], row["low"], row["high"], "people")
