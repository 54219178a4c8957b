"""A county's own bookings: how many people its jail booked in each month.

Counts by month, of one county or several; where they are split by class of offence, classes are added up, because the
model's mix of charges is the nation's. Counts only: a file that has a row a booking is refused by its columns, and also
when every row counts one.
"""

from __future__ import annotations

from datetime import date

from enforcement_sim.errors import InputError
from enforcement_sim.own_data.cells import count_at, day_of, month_of
from enforcement_sim.own_data.checked import Checked, note_aside, several
from enforcement_sim.own_data.places import Found, Placed
from enforcement_sim.parameters.register import load_register
from enforcement_sim.world.geography import load_geography

__all__ = ["MOST_TIMES", "check_bookings"]

FIRST_MONTH, LAST_MONTH = date(2005, 10, 1), date(2014, 12, 1)
HISTORY = f"{FIRST_MONTH:%Y-%m} to {LAST_MONTH:%Y-%m}, the months of the model's history"
MONTHS_A_YEAR = 12
AVERAGE_YEAR = 2010
"""The year whose bookings a county is held against; the table of people is of it too."""
MOST_TIMES = 5.0
"""How many times more, or fewer, bookings a head a county may count than the nation has on average."""
ROWS_OF_ONE = 20
"""Rows that all count one booking, from which a file is taken for a list of persons."""


def check_bookings(found: Found, accept_sums: bool) -> Checked:
    """Return bookings by county and month.

    Raises
    ------
    InputError
        If the rows look like single bookings, a month is outside the history or there twice, a county has no bookings at
        all, or (unless accepted) many times more or fewer a head than the nation.
    """
    _refuse_persons(found)
    counted: dict[tuple[str, date], int] = {}
    seen: dict[tuple[str, date, str], int] = {}
    for row in found.rows:
        month, bookings = _month(row), count_at(row.table, row.line, "bookings")
        if bookings is None:
            raise row.table.error("has no figure; leave out months that were not counted", row.line, "bookings")
        offence = row.table.text(row.line, "offence_class").lower()
        key = row.written, month, offence
        if key in seen:
            of = f" of class {offence!r}" if offence else ""
            told = f"county {row.written} has {month:%Y-%m}{of} twice (first in row {seen[key]})"
            raise row.table.error(told, row.line, "month")
        seen[key] = row.line.number
        counted[row.fips, month] = counted.get((row.fips, month), 0) + bookings
    counties = sorted({fips for fips, _ in counted})
    notes = [_compared(found, fips, counted, accept_sums) for fips in counties]
    classes = {offence for _, _, offence in seen if offence}
    if classes:
        notes.append(f"classes of offence added up ({len(classes)}): the model's mix of charges is the nation's")
    table = tuple((fips, f"{month:%Y-%m}", str(bookings)) for (fips, month), bookings in sorted(counted.items()))
    counts = {"counties": len(counties), "months": len(counted), "bookings": sum(counted.values())}
    return Checked("bookings", table, counts, (*notes, *note_aside(found)))


def _month(row: Placed) -> date:
    """Return the first day of a row's month."""
    table, line = row.table, row.line
    if "year" in table.columns:
        cell = f"{table.text(line, 'year')}-{table.text(line, 'month'):0>2}"
        month = month_of(cell)
    else:
        cell = table.text(line, "month")
        month = month_of(table.cell(line, "month"))
        if month is None and day_of(table.cell(line, "month")) is not None:
            told = f"{cell} is a day; only counts by month are taken, no records of single bookings"
            raise table.error(told, line, "month", "months such as 2011-03")
    if month is None:
        raise table.error(f"{cell!r} is not a month", line, "month", "months such as 2011-03")
    if not FIRST_MONTH <= month <= LAST_MONTH:
        raise table.error(f"{month:%Y-%m} lies outside the history", line, "month", HISTORY)
    return month


def _refuse_persons(found: Found) -> None:
    """Raise if every row counts one: then the rows are persons."""
    if len(found.rows) < ROWS_OF_ONE:
        return
    if all(row.table.text(row.line, "bookings") == "1" for row in found.rows):
        table = found.rows[0].table
        rows = len(found.rows)
        told = (
            f"all {rows:,} rows count one booking: they look like records of persons; add them up by county and month"
        )
        raise InputError(told, table.sheet.path, key=table.headings["bookings"])


def _compared(found: Found, fips: str, counted: dict[tuple[str, date], int], accept_sums: bool) -> str:
    """Return a county's bookings beside the nation's average in words, having refused what cannot be."""
    places = load_geography()
    index = places.index_of(fips)
    own = [bookings for (code, _), bookings in counted.items() if code == fips]
    people = int(places.counties["population"][index])
    per_year = load_register()[f"booking.national_per_year.{AVERAGE_YEAR}"].default
    average = per_year / float(places.counties["population"].sum()) * people / MONTHS_A_YEAR * len(own)
    times = sum(own) / average
    name = f"{places.names[index]}, {places.states[places.counties['state'][index]].postal}"
    table = next(row.table for row in found.rows if row.fips == fips)
    if not sum(own):
        raise InputError(f"{name} has no bookings in any month", table.sheet.path, key=table.headings["bookings"])
    if not accept_sums and not 1 / MOST_TIMES <= times <= MOST_TIMES:
        raise InputError(
            f"{name} has {sum(own):,} bookings in {several(len(own), 'month')}, {times:.2g} times the nation's average a head",
            table.sheet.path,
            key=table.headings["bookings"],
            allowed=f"{1 / MOST_TIMES:g} to {MOST_TIMES:g} times, or --accept-sums",
        )
    return (
        f"{name}: {sum(own):,} bookings in {several(len(own), 'month')}, {times:.2f} times the nation's average a head"
    )
