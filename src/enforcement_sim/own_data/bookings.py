"""A county's own bookings: how many people its jail booked in each month.

Counts by month, of one county or several; where they are split by group, groups are added up, because the model's mix of
charges is the nation's. Counts only: a file that has a row a booking is refused by its columns and cells, and also when
every row counts one. A month without a figure is left out.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from enforcement_sim.own_data.cells import MONTHS, TOTAL_ROW, day_of, month_of, year_and_month
from enforcement_sim.own_data.checked import Checked, both_in_one, counts_in, notes_and_accounts, several, without_marks
from enforcement_sim.own_data.found import Found
from enforcement_sim.own_data.groups import GROUPS, parts_only
from enforcement_sim.own_data.places import county_name
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
    counts = counts_in(found, "bookings")
    _refuse_persons(found, counts)
    for column in ("year", "month"):
        without_marks(found, column)
    totals = found.rows["month"].str.fullmatch(TOTAL_ROW)
    for at in found.rows.index[totals].tolist():
        found.note("a total over months, not read", at, f" {found.text(at, 'month')}")
    found.rows, counts = found.rows[~totals], counts[~totals]
    if found.rows.empty:
        raise found.tables[0].error("no row is of a month", None, "month", MONTHS)
    month = pd.Series({at: _month(found, at) for at in found.rows.index.tolist()}, dtype=object)
    _refuse_twice(found, month)
    kept = parts_only(found, month, counts)
    by_month = [found.rows.loc[kept, "fips"], month[kept]]
    unknown = counts[kept].isna().groupby(by_month).transform("any")
    for at in kept[unknown].tolist():
        found.note("a month without a figure, left out", at, f" {month[at]:%Y-%m}")
    added = counts[kept][~unknown].groupby([one[~unknown] for one in by_month]).sum()
    if added.empty:
        raise found.tables[0].error("no month has a figure", None, "bookings")
    notes = [_compared(found, str(fips), own, accept_sums) for fips, own in added.groupby(level=0)]
    rows = tuple((fips, f"{first:%Y-%m}", str(added[fips, first])) for fips, first in sorted(added.index.tolist()))
    said, accounts = notes_and_accounts(found, {fips for fips, _, _ in rows}, notes)
    counted = {"counties": len(notes), "months": len(rows), "bookings": int(added.sum())}
    return Checked("bookings", rows, counted, said, accounts)


def _month(found: Found, at: int) -> date:
    """Return the first day of a row's month."""
    cell, year = found.text(at, "month"), found.text(at, "year")
    month = year_and_month(year, cell) if year else month_of(cell)
    if month is None and day_of(cell) is not None:
        message = f"{cell} is a day; only counts by month are taken, no records of single bookings"
        raise found.error(message, at, "month", MONTHS)
    if month is None:
        of = f" of {year}" if year else ""
        raise found.error(f"{cell!r:.60} is not a month{of}", at, "month", MONTHS)
    if not FIRST_MONTH <= month <= LAST_MONTH:
        raise found.error(f"{month:%Y-%m} lies outside the history", at, "month", HISTORY)
    return month


def _refuse_persons(found: Found, counts: pd.Series[int]) -> None:
    """Raise if every row counts one: then the rows are persons."""
    if len(counts) >= ROWS_OF_ONE and (counts.dropna() == 1).all():
        rows = f"all {len(counts):,} rows count one booking"
        advice = "they look like records of persons; add them up by county and month"
        raise found.tables[0].error(f"{rows}: {advice}", None, "bookings")


def _refuse_twice(found: Found, month: pd.Series[Any]) -> None:
    """Raise if two rows are of one county, month and group, whether by one code or by two of the same land."""
    groups = [str(column) for column in found.rows if str(column).startswith(GROUPS)]
    keys = found.rows[["written", "fips", *groups]].apply(lambda column: column.str.lower()).assign(month=month)
    for by in ("written", "fips"):
        key = [by, "month", *groups]
        for at in keys.index[keys.duplicated(key)].tolist():
            first = keys.index[(keys[key] == keys.loc[at, key]).all(axis=1)].tolist()[0]
            if by == "fips" and both_in_one(found, first, at):
                continue
            of = "".join(f" of {found.text(at, column)!r}" for column in groups)
            codes = found.text(at, "written")
            codes += f", of the same land as {found.text(first, 'written')}," if by == "fips" else ""
            where = found.where(first)
            message = f"county {codes} has {month[at]:%Y-%m}{of} twice (first in {where})"
            raise found.error(f"{message}{found.differing(first, at)}", at, "month")


def _compared(found: Found, fips: str, own: pd.Series[int], accept_sums: bool) -> str:
    """Return a county's bookings beside the nation's average in words, having refused what cannot be."""
    places = load_geography()
    people = int(places.counties["population"][places.index_of(fips)])
    per_year = load_register()[f"booking.national_per_year.{AVERAGE_YEAR}"].default
    average = per_year / float(places.counties["population"].sum()) * people / MONTHS_A_YEAR * len(own)
    bookings, months = int(own.sum()), several(len(own), "month")
    table = found.table(found.rows.index[found.rows["fips"] == fips].tolist()[0])
    name = county_name(fips).partition(" ")[2]
    if not bookings:
        raise table.error(f"{name} has no bookings in any month", None, "bookings")
    times = bookings / average
    if not accept_sums and not 1 / MOST_TIMES <= times <= MOST_TIMES:
        message = f"{name} has {bookings:,} bookings in {months}, {times:.2g} times the nation's average a head"
        allowed = f"{1 / MOST_TIMES:g} to {MOST_TIMES:g} times, or --accept-sums"
        raise table.error(message, None, "bookings", allowed)
    return f"{name}: {bookings:,} bookings in {months}, {times:.2f} times the nation's average a head"
