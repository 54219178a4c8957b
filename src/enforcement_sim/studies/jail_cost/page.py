"""Jail time and money in a report and as tables of text: the stay in two parts, its price, and each payer's net cost.

The statutory hold and the induced stay have a row each. Every amount has its interval, and a note gives the price of a
jail day and the effect of its range in the register. In the bridge, lines add up to the net cost of each payer, and B less A
is in the last column, in whole dollars that add up as printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from enforcement_sim import labels, plots
from enforcement_sim.notebook import SIMULATED
from enforcement_sim.results.result import Result
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.cost_bridge import BridgeLine, bridge_of, why_below_zero
from enforcement_sim.runs.pairing_words import spread_of
from enforcement_sim.studies.jail_cost.compute import (
    ALL_PARTS,
    ALL_PLACES,
    PARTS,
    PAST_LIMIT,
    PEOPLE,
    JailCost,
    jail_time,
    name_of_place,
)
from enforcement_sim.studies.jail_cost.price_range import at_other_prices
from enforcement_sim.studies.page_parts import Choice, Fold, Grid, Part, Section, Words, picture_of
from enforcement_sim.studies.reading import Reading
from enforcement_sim.studies.under_doubt import FOR_A_MEMO
from enforcement_sim.tables.amounts import (
    IDENTICAL,
    NO_INTERVAL,
    Written,
    difference_in_words,
    dollars,
    ends_in_words,
    level_in_words,
    thousands,
    whole,
)

COSTLY_PLACES = 8


def measured(result: Result) -> Mapping[str, float]:
    """Return the jail time of every county."""
    return jail_time("county")(result)


def section(reading: Reading) -> Section:
    """Return the section on the stay and its cost in two parts, and on who pays."""
    parts: list[Part] = [
        Words(
            (
                "A detainer lengthens a stay in two separate ways: the statutory hold, which begins when the criminal case "
                "releases a person, and the stay that a detainer induces before that, through bail and plea.",
            )
        ),
    ]
    found, cost = reading.found, JailCost("county", reading.found)
    places = places_shown(cost, COSTLY_PLACES)
    options = []
    for place in range(1, len(reading.points)):
        title = f"{BRIDGE_TITLE}: the reference (A) and this setting (B)"
        bridge = Grid(bridge_rows(found, place), title, about_bridge(found, place), stacked=True)
        rows = indented(difference_rows(cost, places, place))
        grid = Grid(rows, "Jail cost, difference from the reference", about_detainers(cost))
        options.append(
            (
                reading.labels[place],
                (bridge, Words((at_other_prices(cost, place),)), Fold("Stay and jail cost by place", (grid,))),
            )
        )
    if options:
        choice = Choice("cost-setting", "Setting compared with the reference", tuple(options), reading.answered - 1)
        parts.append(Fold("Who pays: from jail days and officers to the net costs", (choice,), wide=True))
    else:
        parts.append(Grid(bridge_rows(found), BRIDGE_TITLE, about_bridge(found), stacked=True))
    at_reference = f"at the reference ({reading.labels[0]})"
    levels = Grid(indented(level_rows(cost, places)), f"Jail cost of detainers {at_reference}", how_to_read(cost))
    parts.append(
        Fold(
            f"The stay in two parts, {at_reference}",
            (picture_of(plots.stay(reading.drawable), data=reading.data_file("figures/stay.csv")),),
            wide=True,
        )
    )
    parts.append(Fold(f"Stay and jail cost by place, {at_reference}", (levels,)))
    return Section("cost", "Jail time and money, in two parts", tuple(parts))


def indented(rows: pd.DataFrame) -> pd.DataFrame:
    """Indent the parts below their place with em spaces, because HTML ignores leading spaces."""
    first = rows.columns[0]
    return rows.assign(**{first: rows[first].str.replace(r"^ +", "\N{EM SPACE}", regex=True)})


# ---- the cost of detainers ---------------------------------------------------------------------------------------------

PART_WORDS = {
    "statutory_hold": "statutory hold",
    "induced": "induced stay",
    "past_limit": "past the limit",
    ALL_PARTS: "all together",
}
HELD_PAST_LIMIT = "held past the limit"
"""The row of the people whom the part past the limit is about."""


def places_shown(cost: JailCost, most: int) -> tuple[str, ...]:
    """Return the places of a table: all together, and those with most time; a single place is all of them, and stands once."""
    single = cost.places[1:]
    return single if len(single) == 1 else (ALL_PLACES, *cost.most(most))


def cost_grids(cost: JailCost, places: Sequence[str]) -> list[Grid]:
    """Return what detainers cost jails: the reference, every other setting less it, and the bridges to the net costs."""
    first, *others = cost.labels
    title = "Jail cost of detainers"
    paired = (
        "Differences seed by seed, with 95% intervals." if cost.found.draws == 1 else
        f"Differences set by set and seed by seed. {_intervals(cost, cost.found.draws)}"
    )  # fmt: skip
    about = f"{paired} {about_detainers(cost)} {SIMULATED}"
    grids = [Grid(level_rows(cost, places), f"{title}: {first}", how_to_read(cost))]
    for point, label in enumerate(others, start=1):
        grids.append(Grid(difference_rows(cost, places, point), f"{title}: {label} less {first}", about))
    for point in range(1, len(cost.labels)) or (0,):
        beside = f" (A) and {cost.labels[point]} (B)" if point else ""
        heading = f"{BRIDGE_TITLE}: {first}{beside}"
        grids.append(Grid(bridge_rows(cost.found, point), heading, about_bridge(cost.found, point)))
    return grids


def level_rows(cost: JailCost, places: Sequence[str]) -> pd.DataFrame:
    """Return the cost at the reference as text: for each place a row with its name and detainers, and one for each part.

    Returns
    -------
    DataFrame
        ``Place and part``, and a column for days, days a detainer, dollars and refunds, each with its 95% interval.
    """
    found = cost.levels(0, places)
    heads = {}
    for place in places:
        issued = cost.detainers(0, place)
        heads[place] = f"{level_in_words(issued.mean, issued.low, issued.high, whole)} detainers in jails"
    return _rows(found, "mean", places, heads)


def difference_rows(cost: JailCost, places: Sequence[str], point: int = 1) -> pd.DataFrame:
    """Return how the cost under a setting differs from the reference, as text; see :func:`level_rows`."""
    return _rows(cost.differences(point, places), "difference", places, {})


def how_to_read(cost: JailCost) -> str:
    """Return a note on the amounts: what they include, and the effect of another price of a jail day."""
    price, low, high = cost.prices()
    runs = len(cost.found.samples[0].measures)
    parts = [
        _intervals(cost, runs),
        "The time of the criminal case itself is excluded.",
        about_detainers(cost),
        f"A jail day at {dollars(price)}; the register's range is {dollars(low)} to {dollars(high)}, "
        f"which would make every amount {low / price:.2g} to {high / price:.3g} times the one given.",
        "Refunds are federal payments for the added days of unauthorised people; states pay nothing here, "
        "because nobody is held on a detainer in a prison. Jail days and refunds of all places are two lines of the net "
        "cost to counties.",
        SIMULATED,
    ]
    return " ".join(parts)


def _intervals(cost: JailCost, runs: int) -> str:
    """Return what the intervals are over."""
    if runs == 1:
        return f"{NO_INTERVAL.capitalize()}."
    sets = cost.found.samples[0].draws
    if sets == 1:
        return "95% intervals over runs."
    first = "" if sets >= FOR_A_MEMO else f" A first look: a number to quote needs {FOR_A_MEMO} sets."
    return f"Intervals over {sets} sets of parameters ({spread_of(sets)}), chance included.{first}"


def about_detainers(cost: JailCost) -> str:
    """Return a note on which detainers are counted here, and how many other tables count."""
    in_jails, everywhere = cost.detainers(0, ALL_PLACES).mean, cost.detainers_everywhere()
    text = "Detainers, and days a detainer: detainers issued to people in the jails"
    if not everywhere > in_jails:
        return f"{text}; in these places none are issued in state prisons, so other tables count the same."
    written = whole if whole(everywhere) != whole(in_jails) else thousands
    more = f"{written(everywhere)} with those in state prisons, against {written(in_jails)} here"
    return (
        f"{text}. The detainers issued and days per detainer of other tables are those in state prisons too ({more}), so "
        "days a detainer are higher here."
    )


def _rows(found: pd.DataFrame, value: str, places: Sequence[str], heads: Mapping[str, str]) -> pd.DataFrame:
    """Return levels or differences as text: a row with the place, and under it a row for each part."""
    cells = {(row["place"], row["part"], row["quantity"]): row for row in found.to_dict("records")}
    columns = {
        "days": ("Person-days", thousands),
        "days_per_detainer": ("Days a detainer", _two_digits),
        "dollars": ("Jail days", dollars),
        "refunds": ("Refunds", dollars),
        "dollars_less_refunds": ("Jail days less refunds", dollars),
    }
    rows = []
    for place in places:
        rows.append([name_of_place(place), heads.get(place, ""), *[""] * (len(columns) - 1)])
        for part in (*PARTS, ALL_PARTS):
            texts = [_cell(cells[place, part, name], value, written) for name, (_, written) in columns.items()]
            rows.append([f"  {PART_WORDS[part]}", *texts])
            if part == PAST_LIMIT:
                cell = _cell(cells[place, part, PEOPLE], value, whole)
                held = cell if cell == IDENTICAL else f"{cell} people"
                rows.append([f"  {HELD_PAST_LIMIT}", held, *[""] * (len(columns) - 1)])
    return pd.DataFrame(rows, columns=["Place and part", *(heading for heading, _ in columns.values())])


def _cell(row: Mapping[Any, Any], value: str, written: Written) -> str:
    ends = float(row[value]), float(row["low"]), float(row["high"])
    if value == "difference":
        return difference_in_words(*ends, str(row["verdict"]), written)
    return level_in_words(*ends, written)


def _two_digits(value: float, *, more: int = 0) -> str:
    return f"{value:.{2 + more}f}".replace("-", "\N{MINUS SIGN}")


# ---- the bridge to the net costs ----------------------------------------------------------------------------------------

BRIDGE_TITLE = "From jail days and officers to the net cost of each payer"
_MINUS = "\N{MINUS SIGN}"
STATES = (
    "States: nothing is counted, because nobody is held on a detainer in a prison and prison days belong to the criminal "
    "case."
)


def bridge_rows(found: Comparison, point: int = 0) -> pd.DataFrame:
    """Return the bridges as text: the reference's amounts with intervals; or A, B and the paired difference with its interval."""
    rows = [_bridge_row(line, point > 0) for line in bridge_of(found.samples, point, 1.0) if line.payer != "state"]
    interval = "95% interval" if found.samples[0].draws == 1 else "over the sets"
    heads = ["A", "B", f"B {_MINUS} A [{interval}]"] if point else ["Dollars", interval]
    return pd.DataFrame(rows, columns=["Payer and line", *heads])


def about_bridge(found: Comparison, point: int = 0) -> str:
    """Return a note on the bridge, and why a net cost in it is below zero, if one is."""
    points = (0, point) if point else (0,)
    several = len(found.samples[0].measures) > 1
    text = f"{'Means over runs' if several else 'One run'}, in whole dollars; lines add up to the net cost under them."
    return " ".join(filter(None, (text, labels.ABOUT_NET_COST, STATES, why_below_zero(found.samples, points))))


def _bridge_row(line: BridgeLine, compared: bool) -> list[str]:
    label = labels.measure(line.measure)[0]
    if line.found is None or not compared:
        return [label, _whole_dollars(line.a), ends_in_words(line.level.low, line.level.high, dollars)]
    found = line.found
    worded = difference_in_words(found.difference, found.low, found.high, found.verdict, dollars)
    change = _whole_dollars(line.b - line.a, signed=True)
    _, bracket, rest = worded.partition(" [")
    return [label, _whole_dollars(line.a), _whole_dollars(line.b), f"{change} [{rest}" if bracket else worded]


def _whole_dollars(amount: int, signed: bool = False) -> str:
    sign = _MINUS if amount < 0 else "+" if signed and amount > 0 else ""
    return f"{sign}${abs(amount):,}"
