"""A county's own bookings by month.

Bookings are counts by month, of one county or several; where they are split by group, groups are added up, because the model's
mix of charges is the nation's. A file that has a row a booking is refused by its columns and cells, and also when every row
counts one. A month without a figure is left out.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.county_codes import county_label
from enforcement_sim.places.data_import.added_groups import parts_only
from enforcement_sim.places.data_import.county_rows import Rows
from enforcement_sim.places.data_import.declarations import DECLARED, TABLES, day_in, matching, month_in
from enforcement_sim.places.data_import.stored_tables import Checked
from enforcement_sim.places.geography import load_geography
from enforcement_sim.tables.amounts import several

MONTH = TABLES["bookings"].columns["month"]
MONTHS_A_YEAR = 12
AVERAGE_YEAR = 2010
"""The year whose bookings a county is held against; the table of people is of it too."""
MOST_TIMES = 5.0
"""How many times more, or fewer, bookings a head a county may count than the nation has on average."""
MOST_A_MONTH = 100_000
"""Bookings of one county in a month, accepted or not: Los Angeles County has some 36,000."""
ROWS_OF_ONE = 20
"""Rows that all count one booking, from which a file is taken for a list of persons."""


def check_bookings(rows: Rows, accept_sums: bool) -> Checked:
    """Return bookings by county and month.

    Raises
    ------
    InputError
        If the rows look like single bookings, a month is outside the history or there twice, a county has no bookings at
        all, or (unless accepted) many times more or fewer a head than the nation.
    """
    counts = rows.counts("bookings")
    if len(counts) >= ROWS_OF_ONE and (counts.dropna() == 1).all():
        advice = "they look like records of persons; add them up by county and month"
        raise rows.tables[0].error(f"all {len(counts):,} rows count one booking: {advice}", None, "bookings")
    rows.unmark("year", "month")
    totals = matching(DECLARED.cells["total_row"], rows.frame["month"])
    for at in rows.frame.index[totals].tolist():
        rows.note("a total over months, not read", at, f" {rows.text(at, 'month')}")
    rows.frame, counts = rows.frame[~totals], counts[~totals]
    if rows.frame.empty:
        raise rows.tables[0].error("no row is of a month", None, "month", MONTH.allowed)
    month = pd.Series({at: _month(rows, at) for at in rows.frame.index.tolist()}, dtype=object)
    rows.refuse_repeated(month)
    kept = parts_only(rows, month, counts)
    parts = pd.DataFrame({"fips": rows.frame["fips"], "month": month, "count": counts}).loc[kept]
    unknown = parts["count"].isna().groupby([parts["fips"], parts["month"]]).transform("any")
    for at in parts.index[unknown].tolist():
        rows.note("a month without a figure, left out", at, f" {month[at]:%Y-%m}")
    added = parts[~unknown].groupby(["fips", "month"])["count"].sum()
    if added.empty:
        raise rows.tables[0].error("no month has a figure", None, "bookings")
    notes = [_compared(rows, str(fips), own, accept_sums) for fips, own in added.groupby(level=0)]
    table = [(fips, f"{first:%Y-%m}", str(added[fips, first])) for fips, first in sorted(added.index.tolist())]
    counted = {"counties": len(notes), "months": len(table), "bookings": int(added.sum())}
    return rows.checked(table, counted, notes)


def _month(rows: Rows, at: int) -> date:
    """Return the first day of a row's month."""
    cell, year = rows.text(at, "month"), rows.text(at, "year")
    month = month_in(cell, year)
    if month is None and day_in(cell) is not None:
        message = f"{cell} is a day; only counts by month are taken, no records of single bookings"
        raise rows.error(message, at, "month", MONTH.allowed)
    if month is None:
        of = f" of {year}" if year else ""
        raise rows.error(f"{cell!r:.60} is not a month{of}", at, "month", MONTH.allowed)
    return rows.in_range(month, at, "month", "month", "%Y-%m")


def _compared(rows: Rows, fips: str, own: pd.Series[int], accept_sums: bool) -> str:
    """Return a county's bookings beside the nation's average in words, having refused what cannot be."""
    places = load_geography()
    people = int(places.counties["population"][places.index_of(fips)])
    per_year = load_register()[f"booking.national_per_year.{AVERAGE_YEAR}"].default
    average = per_year / float(places.counties["population"].sum()) * people / MONTHS_A_YEAR * len(own)
    bookings, months = int(own.sum()), several(len(own), "month")
    table, _ = rows.place(rows.frame.index[rows.frame["fips"] == fips].tolist()[0])
    name = county_label(fips).partition(" ")[2]
    if not bookings:
        raise table.error(f"{name} has no bookings in any month", None, "bookings")
    times = bookings / average
    if not accept_sums and not 1 / MOST_TIMES <= times <= MOST_TIMES:
        message = f"{name} has {bookings:,} bookings in {months}, {times:.2g} times the nation's average a head"
        allowed = f"{1 / MOST_TIMES:g} to {MOST_TIMES:g} times, or --accept-sums"
        raise table.error(message, None, "bookings", allowed)
    if int(own.max()) > MOST_A_MONTH:
        message = f"{name} has {int(own.max()):,} bookings in one month"
        raise table.error(message, None, "bookings", f"up to {MOST_A_MONTH:,}, three times the largest county's")
    return f"{name}: {bookings:,} bookings in {months}, {times:.2f} times the nation's average a head"
