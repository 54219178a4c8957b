"""The section of one county: its own funnel, months and jail cost, and what each setting changes there.

A county is the smallest place that is ever told. Every number says that it is simulated and no record, and is marked where
few simulated people stand behind it.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from enforcement_sim.amounts import CANNOT_TELL, IDENTICAL, difference_in_words, level_in_words
from enforcement_sim.experiment.difference import Difference
from enforcement_sim.report import intervals, jail_cost, style, words
from enforcement_sim.report.page.answers import settings
from enforcement_sim.report.page.money import indented
from enforcement_sim.report.page.parts import Grid, Part, Section, Words, marked, picture_of
from enforcement_sim.report.page.read import COUNTY_EVENTS, MONTHLY_EVENTS, Reading
from enforcement_sim.report.provenance import Provenance
from enforcement_sim.world.geography import load_geography

__all__ = ["county"]

COLOURS = dict(zip(MONTHLY_EVENTS, ("#0072B2", "#E69F00", "#332288"), strict=True))
MARKERS = dict(zip(MONTHLY_EVENTS, ("o", "s", "^"), strict=True))


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
        parts.append(picture_of(_draw(months, name, about)))
    cost = reading.cost
    if fips in cost.places:
        rows = jail_cost.level_rows(cost, [fips])
        parts.append(
            Grid(
                indented(rows),
                f"{name}: jail cost of detainers at the reference",
                f"{OF_ALL_PLACES} {jail_cost.how_to_read(cost)}",
            )
        )
        for place in range(1, len(reading.points)):
            changed = indented(jail_cost.difference_rows(cost, [fips], place))
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
        cells = [marked(level_in_words(level.mean, level.low, level.high, style.whole), simulated)]
        for place in range(1, len(reading.points)):
            cells.append(_change(reading.change_at_county(fips, event, place), thin))
        rows.append([words.event(event), *cells])
    return pd.DataFrame(rows, columns=["Stage", "At the reference", *settings(reading)])


def _change(found: Difference, thin: int) -> str:
    text = difference_in_words(found.difference, found.low, found.high, found.verdict, style.whole)
    if found.verdict in (IDENTICAL, CANNOT_TELL):
        return text
    return marked(text, min(found.mean, found.reference_mean) * found.runs / thin)


@style.styled
def _draw(months: pd.DataFrame, name: str, about: Provenance) -> Figure:
    """Draw a county's months: detainers, ICE custody and removals, with 95% intervals as bands."""
    figure = style.framed_figure(
        10.5,
        3.2,
        f"{name}: people a month",
        "Detainers issued, people taken into ICE custody, and removals by the month in which they happened; all programmes.",
        about.caption("Bands", "A single county's months are few people: most of the up and down is chance."),
        legend_lines=1,
    )
    axes = figure.subplots()
    first, last = (pd.Timestamp(day) for day in about.period)
    span = pd.date_range(first.replace(day=1), last, freq="MS").strftime("%Y-%m")
    for event in MONTHLY_EVENTS:
        wide = months[months["event"] == event].pivot_table(
            index="month", columns="seed", values="count", aggfunc="sum"
        )
        wide = wide.reindex(index=span, columns=sorted(set(months["seed"]), key=str)).fillna(0.0)
        found = intervals.interval_of(wide)
        days = pd.to_datetime(wide.index)
        axes.plot(
            days, found["mean"], color=COLOURS[event], marker=MARKERS[event], markersize=3, label=words.event(event)
        )
        low = found["low"].fillna(found["mean"])
        axes.fill_between(days, low, found["high"].fillna(found["mean"]), color=COLOURS[event], alpha=0.2, linewidth=0)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("people a month")
    axes.yaxis.set_major_formatter(style.COUNTS)
    style.only_grid(axes, "y")
    handles, labels = axes.get_legend_handles_labels()
    style.legend(figure, handles, labels, columns=3)
    return figure
