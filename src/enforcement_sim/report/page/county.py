"""The section of one county: its own funnel, months and jail cost, and what each setting changes there.

A county is the smallest place that is ever told. Every number says that it is simulated and no record, and is marked where
few simulated people stand behind it.
"""

from __future__ import annotations

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.amounts import CANNOT_TELL, IDENTICAL, difference_in_words, level_in_words, whole
from enforcement_sim.places.geography import load_geography
from enforcement_sim.plots.months import draw_county, numbers
from enforcement_sim.report.page.answers import settings
from enforcement_sim.results.intervals import Difference
from enforcement_sim.studies.jail_cost import cost_tables
from enforcement_sim.studies.jail_cost.jail_cost import JailCost
from enforcement_sim.studies.jail_cost.page import indented
from enforcement_sim.studies.page_parts import Grid, Part, Section, Words, marked, picture_of
from enforcement_sim.studies.reading import COUNTY_EVENTS, MONTHLY_EVENTS, Reading

__all__ = ["county"]

OF_ALL_PLACES = (
    "Jail days and refunds only: officers, rented beds and so the net cost are counted for all places together, in the "
    "section on jail time and money."
)


def county(reading: Reading, fips: str) -> Section:
    """Tell one county."""
    name = county_name(fips)
    about = reading.drawable.about([reading.points[0]])
    parts: list[Part] = [
        Words(
            (
                f"{name} in this simulation: simulated, not a record. The people are synthetic, the county's mix of charges is "
                "the nation's, and its jail's practice is typical unless a source says otherwise.",
            ),
            warning=True,
        ),
        Grid(_rows(reading, fips, about.thin), f"{name}: people at each stage{reading.with_intervals}"),
    ]
    months = reading.monthly(fips)
    if len(months):
        monthly = numbers(months, about.period, MONTHLY_EVENTS, by="event")
        parts.append(picture_of(draw_county(monthly, name, about)))
    cost = JailCost("county", reading.found)
    if fips in cost.places:
        rows = cost_tables.level_rows(cost, [fips])
        parts.append(
            Grid(
                indented(rows),
                f"{name}: jail cost of detainers at the reference",
                f"{OF_ALL_PLACES} {cost_tables.how_to_read(cost)}",
            )
        )
        for place in range(1, len(reading.points)):
            changed = indented(cost_tables.difference_rows(cost, [fips], place))
            parts.append(
                Grid(changed, f"{name}: jail cost, setting {place} ({reading.labels[place]}) less the reference")
            )
    return Section(f"county-{fips}", name, tuple(parts))


def county_name(fips: str) -> str:
    """Name and state of a county.

    Examples
    --------
    >>> county_name("12021")
    'Collier County, Florida'
    """
    places = load_geography()
    index = places.index_of(fips)
    return f"{places.names[index]}, {places.states[int(places.counties['state'][index])].name}"


def _rows(reading: Reading, fips: str, thin: int) -> pd.DataFrame:
    rows = []
    for event in COUNTY_EVENTS:
        level = reading.at_county(fips, event)
        simulated = level.mean * level.runs / thin
        cells = [marked(level_in_words(level.mean, level.low, level.high, whole), simulated)]
        for place in range(1, len(reading.points)):
            cells.append(_change(reading.change_at_county(fips, event, place), thin))
        rows.append([labels.event(event), *cells])
    return pd.DataFrame(rows, columns=["Stage", "At the reference", *settings(reading)])


def _change(found: Difference, thin: int) -> str:
    text = difference_in_words(found.difference, found.low, found.high, found.verdict, whole)
    if found.verdict in (IDENTICAL, CANNOT_TELL):
        return text
    return marked(text, min(found.mean, found.reference_mean) * found.runs / thin)
