"""A roster of Secure Communities: the day from which each county's prints were shared.

ICE's lists of activated jurisdictions and its workbooks of interoperability statistics have a row a jurisdiction. A
list by month is understood too; the day is then the Tuesday nearest the month's middle, as in the package's own table.
A county without a day, or not listed, keeps the package's date; only a roster that says "never" makes one never active.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from enforcement_sim.places.data_import.county_rows import Rows
from enforcement_sim.places.data_import.declarations import (
    DECLARED,
    TABLES,
    day_in,
    has_figure,
    middle_tuesday,
    month_in,
)
from enforcement_sim.places.data_import.stored_tables import Checked
from enforcement_sim.places.geography import load_geography, secure_communities_dates
from enforcement_sim.tables.amounts import several

DAY = TABLES["activation"].columns["day"]
UNKNOWN = date.min
DAYS_A_MONTH = 30.4


def check_activation(rows: Rows, accept_sums: bool) -> Checked:
    """Return the days of a roster, one a county.

    Raises
    ------
    InputError
        If a day cannot be read or lies outside the programme's life, a county is listed twice, or no row has a day.
    """
    rows.unmark("day", "year", "month")
    # A city that is counted with its county (county_changes.csv) does not say when the county began.
    frame = rows.frame
    joined = frame.index[(frame["written"] != frame["fips"]) & frame["fips"].isin(frame["written"])].tolist()
    rows.refuse_repeated()
    for at in joined:
        rows.note("of a place that is counted with its county, whose own row is read", at)
    rows.frame = frame.drop(joined)
    days: dict[str, date | None] = {}
    for at in rows.frame.index.tolist():
        day = _day(rows, at)
        if day == UNKNOWN:
            rows.note("without a day, with the package's date", at)
            continue
        days[rows.text(at, "fips")] = day
        if day is None:
            rows.note("never active, as the file says", at)
    if not days:
        column = "day" if "day" in frame else "year"
        raise rows.tables[0].error("no row has a day", None, column, DAY.allowed)
    table = ((fips, "" if day is None else day.isoformat()) for fips, day in sorted(days.items()))
    dated = sum(day is not None for day in days.values())
    counts = {"counties": len(days), "dated": dated, "not_listed": len(load_geography().names) - len(days)}
    return rows.checked(table, counts, [f"{several(dated, 'county')} with a day", *_beside_the_package(days)])


def _day(rows: Rows, at: int) -> date | None:
    """Return the day of a row; None if it says that there was none, UNKNOWN if it says nothing."""
    column = "day" if rows.text(at, "day") or "year" not in rows.frame else "year"
    cells = [rows.text(at, one) for one in (("day",) if column == "day" else ("month", "year"))]
    if any(cell.lower() in DECLARED.cells["never"] for cell in cells):
        return None
    given = [has_figure(cell) and cell != "0" for cell in cells]
    shown = " and ".join(map(repr, reversed(cells)))
    if not all(given):
        if any(map(has_figure, cells)) and column == "year":
            raise rows.error(f"{shown} are not a year and a month", at, column, "such as 2010 and 6")
        return UNKNOWN
    day, month = day_in(cells[0]) if column == "day" else None, month_in(*cells)
    if day is None and month is not None:
        # Of the programme's first month, its first day.
        day = DAY.first if month == DAY.first.replace(day=1) else middle_tuesday(month)
    if day is None:
        raise rows.error(f"{shown:.60} is not a day", at, column, DAY.allowed)
    return rows.in_range(day, at, column, "day")


def _beside_the_package(days: dict[str, date | None]) -> list[str]:
    """Return in words how far the days are from the package's."""
    places, embedded = load_geography(), secure_communities_dates()
    before = np.array([embedded[places.index_of(fips)] for fips in days], dtype="datetime64[D]")
    moved = (np.array([*days.values()], dtype="datetime64[D]") - before).astype("timedelta64[D]")
    moved = moved[~np.isnat(moved)].astype(int)
    if not moved.size:
        return []
    earlier, later, same = (moved < 0).sum(), (moved > 0).sum(), (moved == 0).sum()
    apart = f"{np.median(np.abs(moved)) / DAYS_A_MONTH:.1f} months apart in the middle"
    return [f"beside the package's dates: {earlier:,} earlier, {later:,} later, {same:,} the same; {apart}"]
