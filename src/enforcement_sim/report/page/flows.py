"""Flows of people: the funnel, the months, and the section on counties with single ones in detail.

They describe the reference setting. Each figure has its numbers in a table, for readers who cannot see the figure. No
place is smaller than a county. County numbers are labelled as simulated, and marked where they rest on few people.
"""

from __future__ import annotations

import pandas as pd

from enforcement_sim import labels, plots
from enforcement_sim.places.geography import load_geography
from enforcement_sim.plots.months import county_months
from enforcement_sim.plots.sources import Runs
from enforcement_sim.report.notebook_tables import funnel_rows
from enforcement_sim.report.page.cautions import county_levels
from enforcement_sim.report.page.county_facts import known_in_short, named_in_scope
from enforcement_sim.report.page.county_level import numbers_of, reads_own_bookings
from enforcement_sim.report.page.matrix import relative
from enforcement_sim.results.intervals import Difference
from enforcement_sim.studies.county.booking_level import STANDARD_DEVIATION, level_of_bookings
from enforcement_sim.studies.jail_cost.compute import JailCost
from enforcement_sim.studies.jail_cost.page import difference_rows, how_to_read, indented, level_rows
from enforcement_sim.studies.page_parts import Choice, Fold, Grid, Part, Section, marked, picture_of, words
from enforcement_sim.studies.reading import COUNTY_EVENTS, Reading
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL, amount, difference_in_words, level_in_words, whole

SMALL_COUNTS = (
    "Every county number is simulated, not a record, and makes no claim about what happened there. Cells marked "
    "\u201cfew\u201d rest on fewer than twenty simulated people in all runs together and are mostly chance."
)
DETAINERS_BY_COUNTY = "Detainers issued are those to people in jails; those in state prisons have no county."
OF_ALL_PLACES = (
    "Jail days and refunds only: officers, rented beds and so the net cost are counted for all places together, in the "
    "section on jail time and money."
)
LEVELS_DIFFER = (
    "Where no figure of a county's bookings is published, its level is drawn, and its row may be several times too high or "
    "too low: compare counties in per cent."
)
MAPPED_EVENT = "removed"
MOST_DRAWN = 500
"""Most counties whose map is embedded as a drawing; of more it is a picture, which is a fifth as large."""
SHOWN = ("booked", "matched", "detainer_issued", "ice_custody", "removed")


def funnel_by_programme(reading: Reading) -> tuple[Part, ...]:
    """Return the picture of people at each stage, by the programme that found them."""
    figure = plots.funnel(reading.drawable)
    title = f"People who reached each stage{reading.with_intervals}"
    grid = Grid(funnel_rows(figure.numbers), title, labels.ABOUT_DETAINERS)
    return (picture_of(figure, grid, data=reading.data_file("figures/funnel.csv")),)


def months(reading: Reading) -> tuple[Part, ...]:
    """Return the picture of throughput by month, with policy dates."""
    figure = plots.throughput(reading.drawable)
    rows = [
        [f"{month:%Y-%m}", labels.event(event), labels.programme(programme), amount(mean, low, high, "people")]
        for month, event, programme, mean, low, high in figure.numbers[
            ["month", "event", "programme", "mean", "low", "high"]
        ].itertuples(index=False)
    ]
    heads = ["Month", "Event", "Programme", "People [95% interval]"]
    numbers = Grid(pd.DataFrame(rows, columns=heads), "Numbers drawn")
    return (picture_of(figure, numbers, data=reading.data_file("figures/throughput.csv")),)


def counties(reading: Reading) -> Section:
    """Return the section with a map of removals by county, the counties asked for, and a table with a search box."""
    frame, about = reading.by_county, reading.drawable.about([reading.points[0]])
    rate = 1000.0 * frame[MAPPED_EVENT] / frame["booked"].where(frame["booked"] > 0)
    counted = frame.assign(count=frame[MAPPED_EVENT], per_1000_bookings=rate)
    figure = plots.county_map(Runs(about, lambda *_: counted, note=reading.drawable.note), MAPPED_EVENT)
    means = frame.groupby(["fips", "name", "state"], sort=False)[list(SHOWN)].mean().reset_index()
    runs = frame["seed"].nunique()
    rows = []
    for row in means.sort_values(MAPPED_EVENT, ascending=False, kind="stable").to_dict("records"):
        cells = [marked(whole(row[event]), row[event] * runs / about.thin) for event in SHOWN]
        rows.append([f"{row['name']} ({row['state']}, {row['fips']})", *cells])
    example, numbers, own_file = reading.example, numbers_of(reading), reads_own_bookings(reading)
    levels = LEVELS_DIFFER if numbers[STANDARD_DEVIATION] and not own_file else ""
    grid = Grid(
        pd.DataFrame(rows, columns=["County", *map(labels.event, SHOWN)]),
        "Counties at the reference setting, means over runs",
        f"{levels} For a county in detail, such as {county_name(example)}, run in the folder of these results: enforcement-sim "
        f"report . --county {example}. What is known of it, and what was never recorded: enforcement-sim county {example}. "
        f"{DETAINERS_BY_COUNTY}",
        find="Find a county by name, state or code",
    )
    own = [Fold(county_name(fips), county(reading, fips), wide=True) for fips in reading.counties]
    named = [fips for fips in named_in_scope(reading.scenario) if fips not in reading.counties]
    own += [
        Fold(f"What is known of {county_name(fips)}", known_in_short(fips, level_of_bookings(fips, numbers, own_file)))
        for fips in named
    ]
    drawn = Fold(
        f"{labels.event(MAPPED_EVENT)}, by county, at the reference ({reading.labels[0]})",
        (picture_of(figure, raster=len(reading.fips) > MOST_DRAWN, data=reading.data_file("figures/county-map.csv")),),
        wide=True,
    )
    table = Fold("Every county at the reference", (grid,), wide=True)
    cautions = filter(None, (SMALL_COUNTS, county_levels(reading)))
    return Section("counties", "Counties", (words(*cautions, warning=True), *own, drawn, table))


def county(reading: Reading, fips: str) -> tuple[Part, ...]:
    """Return the parts on one county: what is known, its funnel, months and jail cost, and what each setting changes there."""
    name = county_name(fips)
    about = reading.drawable.about([reading.points[0]])
    opening = (
        f"{name}: simulated, not a record. The people are synthetic, the mix of charges is the nation's, and the jail's "
        "practice is typical unless a source says otherwise."
    )
    title = f"{name}: people at each stage{reading.with_intervals}"
    level = level_of_bookings(fips, numbers_of(reading), reads_own_bookings(reading))
    funnel = Grid(_county_rows(reading, fips, about.thin), title, level.sentence)
    parts: list[Part] = [words(opening, level.sentence, warning=True), *known_in_short(fips, level), funnel]
    monthly = reading.monthly(fips)
    if len(monthly):
        parts.append(picture_of(county_months(monthly, name, about)))
    cost = JailCost("county", reading.found)
    if fips in cost.places:
        note = f"{OF_ALL_PLACES} {how_to_read(cost)}"
        rows = indented(level_rows(cost, [fips]))
        parts.append(Grid(rows, f"{name}: jail cost of detainers at the reference", note))
        options = []
        for place in range(1, len(reading.points)):
            rows = indented(difference_rows(cost, [fips], place))
            title = f"{name}: jail cost, {reading.labels[place]} less the reference"
            options.append((reading.labels[place], (Grid(rows, title),)))
        if options:
            asks = "Setting compared with the reference"
            parts.append(Choice(f"county-cost-{fips}", asks, tuple(options), reading.answered - 1))
    return tuple(parts)


def county_name(fips: str) -> str:
    """Return name and state of a county.

    Examples
    --------
    >>> county_name("12021")
    'Collier County, Florida'
    """
    places = load_geography()
    index = places.index_of(fips)
    return f"{places.names[index]}, {places.states[int(places.counties['state'][index])].name}"


def _county_rows(reading: Reading, fips: str, thin: int) -> pd.DataFrame:
    """Return a row for each stage: the county's count at the reference, and what each setting changes."""
    rows = []
    for event in COUNTY_EVENTS:
        level = reading.at_county(fips, event)
        cell = marked(level_in_words(level.mean, level.low, level.high, whole), level.mean * level.runs / thin)
        places = range(1, len(reading.points))
        changes = [_change(reading.change_at_county(fips, event, place), thin) for place in places]
        rows.append([labels.event(event), cell, *changes])
    return pd.DataFrame(rows, columns=["Stage", "At the reference", *reading.labels[1:]])


def _change(found: Difference, thin: int) -> str:
    """Return a difference as a cell, marked if it rests on few simulated people."""
    text = difference_in_words(found.difference, found.low, found.high, found.verdict, whole)
    share = relative(found.difference, found.reference_mean, "people")
    text = text.replace(" [", f" ({share}) [", 1) if share else text
    few = min(found.mean, found.reference_mean) * found.runs / thin
    return text if found.verdict in (IDENTICAL, CANNOT_TELL) else marked(text, few)
