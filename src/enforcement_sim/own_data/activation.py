"""A roster of Secure Communities: on which day each county's prints began to be shared.

ICE's lists of activated jurisdictions and its workbooks of interoperability statistics have a row a jurisdiction, with
state, county and the day. A list by month is understood too; the day is then the Tuesday nearest the month's middle, as in
the package's own table. A county that is listed without a day was never activated; one that is not listed keeps the
package's date, and how many do is told.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from enforcement_sim.own_data.cells import NOTHING, day_of, middle_tuesday, month_of
from enforcement_sim.own_data.checked import Checked, note_aside, only_once, several
from enforcement_sim.own_data.places import Found, Placed
from enforcement_sim.world.geography import load_geography, secure_communities_dates

__all__ = ["FIRST_DAY", "LAST_DAY", "check_activation"]

FIRST_DAY, LAST_DAY = date(2008, 10, 27), date(2014, 11, 20)
"""Life of the programme: Harris County, Texas, first; ended by the Secretary's memorandum of 20 November 2014."""
LIFE = f"{FIRST_DAY} to {LAST_DAY}, the life of the programme"
DAYS_A_MONTH = 30.4


def check_activation(found: Found, accept_sums: bool) -> Checked:
    """Return the days of a roster, one a county.

    Raises
    ------
    InputError
        If a day cannot be read or lies outside the programme's life, or a county is listed twice.
    """
    # A city that is counted with its county (county_changes.csv) does not say when the county began.
    codes = {row.written for row in found.rows}
    rows = [row for row in found.rows if row.written == row.fips or row.fips not in codes]
    for _ in range(len(found.rows) - len(rows)):
        found.leave("of cities that are counted with their county")
    days = {row.fips: _day(row) for row in only_once(rows)}
    table = tuple((fips, "" if day is None else day.isoformat()) for fips, day in sorted(days.items()))
    dated = sum(day is not None for day in days.values())
    places = load_geography()
    embedded = secure_communities_dates()
    earlier = later = 0
    moved = []
    for fips, day in days.items():
        before = embedded[places.index_of(fips)]
        if day is None or np.isnat(before):
            continue
        difference = int((np.datetime64(day) - before).astype(int))
        earlier, later = earlier + (difference < 0), later + (difference > 0)
        moved.append(abs(difference))
    notes = [f"{several(dated, 'county')} with a day, {len(days) - dated:,} listed without one (never active)"]
    notes.append(f"not listed, with the package's date: {several(len(places.names) - len(days), 'county')}")
    if moved:
        median = float(np.median(moved)) / DAYS_A_MONTH
        notes.append(
            f"beside the package's dates: {earlier:,} earlier, {later:,} later, "
            f"{len(moved) - earlier - later:,} the same; {median:.1f} months apart in the middle"
        )
    counts = {"counties": len(days), "dated": dated, "not_listed": len(places.names) - len(days)}
    return Checked("activation", table, counts, (*notes, *note_aside(found)))


def _day(row: Placed) -> date | None:
    """Return the day of a row; None if it says that there was none."""
    table, line = row.table, row.line
    if "activation_date" in table.columns:
        column, cell = "activation_date", table.cell(line, "activation_date")
        if str(cell).lower() in (*NOTHING, "not activated", "never"):
            return None
        day = day_of(cell)
        if day is None:
            month = month_of(cell)
            day = None if month is None else _in(month)
        if day is None:
            raise table.error(f"{cell!s:.40} is not a day", line, column, "days such as 2010-06-30 or 6/30/2010")
    else:
        column = "activation_year"
        year, month_number = (table.text(line, f"activation_{part}") for part in ("year", "month"))
        if year.lower() in NOTHING:
            return None
        month = month_of(f"{year}-{month_number}")
        if month is None:
            raise table.error(f"{year}, {month_number} are not a year and a month", line, column, "such as 2010 and 6")
        day = _in(month)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise table.error(f"{day} is outside the programme's life", line, column, LIFE)
    return day


def _in(month: date) -> date:
    """Return the day that stands for a month: of the programme's first, the programme's first day."""
    return FIRST_DAY if month == FIRST_DAY.replace(day=1) else middle_tuesday(month)
