"""A roster of Secure Communities: on which day each county's prints began to be shared.

ICE's lists of activated jurisdictions and its workbooks of interoperability statistics have a row a jurisdiction, with
state, county and the day. A list by month is understood too; the day is then the Tuesday nearest the month's middle, as in
the package's own table. A county without a day, or not listed, keeps the package's date; only a roster that says "never"
makes one never active. All of them are named.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from enforcement_sim.own_data.cells import NEVER, day_of, has_figure, middle_tuesday, month_of, year_and_month
from enforcement_sim.own_data.checked import Checked, notes_and_accounts, only_once, several, without_marks
from enforcement_sim.own_data.found import Found
from enforcement_sim.world.geography import load_geography, secure_communities_dates

__all__ = ["FIRST_DAY", "LAST_DAY", "check_activation"]

FIRST_DAY, LAST_DAY = date(2008, 10, 27), date(2014, 11, 20)
"""Life of the programme: Harris County, Texas, first; ended by the Secretary's memorandum of 20 November 2014."""
LIFE = f"{FIRST_DAY} to {LAST_DAY}, the life of the programme"
DAYS_A_MONTH = 30.4
NO_DAY = ("", "0")
ALLOWED = "days such as 2010-06-30 or 6/30/2010, months such as June 2010, or never; blank is unknown"


def check_activation(found: Found, accept_sums: bool) -> Checked:
    """Return the days of a roster, one a county.

    Raises
    ------
    InputError
        If a day cannot be read or lies outside the programme's life, a county is listed twice, or no row has a day.
    """
    for column in ("day", "year", "month"):
        without_marks(found, column)
    # A city that is counted with its county (county_changes.csv) does not say when the county began.
    own = set(found.rows["written"])
    joined = found.rows.index[(found.rows["written"] != found.rows["fips"]) & found.rows["fips"].isin(own)].tolist()
    only_once(found)
    for at in joined:
        found.note("of a place that is counted with its county, whose own row is read", at)
    found.rows = found.rows.drop(joined)
    days: dict[str, date | None] = {}
    for at in found.rows.index.tolist():
        day, fips = _day(found, at), found.text(at, "fips")
        if day == UNKNOWN:
            found.note("without a day, with the package's date", at)
            continue
        days[fips] = day
        if day is None:
            found.note("never active, as the file says", at)
    if not days:
        column = "day" if "day" in found.rows else "year"
        raise found.tables[0].error("no row has a day", None, column, ALLOWED)
    table = tuple((fips, "" if day is None else day.isoformat()) for fips, day in sorted(days.items()))
    dated = sum(day is not None for day in days.values())
    notes, accounts = notes_and_accounts(
        found, days, [f"{several(dated, 'county')} with a day", *_beside_the_package(days)]
    )
    counts = {"counties": len(days), "dated": dated, "not_listed": len(load_geography().names) - len(days)}
    return Checked("activation", table, counts, notes, accounts)


UNKNOWN = date.min


def _day(found: Found, at: int) -> date | None:
    """Return the day of a row; None if it says that there was none, UNKNOWN if it says nothing."""
    by_day = bool(found.text(at, "day")) or "year" not in found.rows
    column, cells = (
        ("day", [found.text(at, "day")]) if by_day else ("year", [found.text(at, one) for one in ("year", "month")])
    )
    if any(cell.lower() in NEVER for cell in cells):
        return None
    if not all(has_figure(cell) and cell not in NO_DAY for cell in cells):
        if any(has_figure(cell) for cell in cells) and len(cells) > 1:
            raise found.error(
                f"{' and '.join(map(repr, cells))} are not a year and a month", at, column, "such as 2010 and 6"
            )
        return UNKNOWN
    month = month_of(cells[0]) if by_day else year_and_month(*cells)
    day = day_of(cells[0]) if by_day else None
    if day is None and month is not None:
        # Of the programme's first month, its first day.
        day = FIRST_DAY if month == FIRST_DAY.replace(day=1) else middle_tuesday(month)
    if day is None:
        raise found.error(f"{' and '.join(map(repr, cells)):.60} is not a day", at, column, ALLOWED)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise found.error(f"{day} is outside the programme's life", at, column, LIFE)
    return day


def _beside_the_package(days: dict[str, date | None]) -> list[str]:
    """Return in words how far the days are from the package's."""
    places, embedded = load_geography(), secure_communities_dates()
    before = {fips: embedded[places.index_of(fips)] for fips in days}
    moved = [
        int((np.datetime64(day) - before[fips]).astype(int))
        for fips, day in days.items()
        if day and not np.isnat(before[fips])
    ]
    if not moved:
        return []
    earlier, later = sum(days < 0 for days in moved), sum(days > 0 for days in moved)
    median = float(np.median(np.abs(moved))) / DAYS_A_MONTH
    same = len(moved) - earlier - later
    apart = f"{median:.1f} months apart in the middle"
    return [f"beside the package's dates: {earlier:,} earlier, {later:,} later, {same:,} the same; {apart}"]
