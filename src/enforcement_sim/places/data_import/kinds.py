"""What each kind of table must hold: a roster of Secure Communities, a census table of citizenship, a county's own bookings.

A roster has the day from which each county's prints were shared. ICE's lists of activated jurisdictions and its workbooks of
interoperability statistics have a row a jurisdiction. A list by month is understood too; the day is then the Tuesday nearest
the month's middle, as in the package's own table. A county without a day, or not listed, keeps the package's date; only a
roster that says "never" makes one never active.

Table B05001 of the American Community Survey has a row a county, with everyone, naturalised citizens and people who are not
citizens, each with a margin of error. The package's own figures are estimates for about 2010 that add up to the nation's
published total; a table whose sum is far from theirs is likelier another year, another column or half a country, and must be
accepted by name. A county without a figure keeps the package's.

Bookings are counts by month, of one county or several; where they are split by group, groups are added up, because the model's
mix of charges is the nation's. A file that has a row a booking is refused by its columns and cells, and also when every row
counts one. A month without a figure is left out.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.county_codes import county_label
from enforcement_sim.places.data_import.county_rows import Rows
from enforcement_sim.places.data_import.declarations import (
    DECLARED,
    TABLES,
    day_in,
    has_figure,
    matching,
    middle_tuesday,
    month_in,
    spelling,
)
from enforcement_sim.places.data_import.recognise import GROUP
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


TOLERANCE_OF_THE_NATION = 0.10
"""How far the sum of a table of every county may be from the package's."""
TOLERANCE_OF_A_PART = 0.35
"""The same for a table of some counties: single counties of the package are estimates."""
PERCENT = 100


def check_noncitizens(rows: Rows, accept_sums: bool) -> Checked:
    """Return people who are not citizens, and naturalised citizens where the table has them, one row a county.

    Raises
    ------
    InputError
        If a figure is larger than the county's people, a county is there twice, no row has a figure, or (unless accepted)
        the sum is far from the package's.
    """
    rows.refuse_repeated()
    figures = pd.DataFrame({column: rows.counts(column) for column in TABLES["noncitizens"].of_type("count")})
    fips = rows.frame["fips"]
    blank = figures[["total", "noncitizens"]].isna().any(axis=1)
    for at in figures.index[blank]:
        rows.note("without a figure, with the package's", at)
    known = figures[~blank]
    foreign = known["noncitizens"] + known["naturalised"].fillna(0)
    for at in known.index[foreign > known["total"]].tolist():
        of = f"among {known['total'][at]:,} in county {rows.text(at, 'written')}"
        raise rows.error(f"{foreign[at]:,} people not born as citizens {of}", at, "noncitizens")
    added = known.groupby(fips)[["noncitizens", "naturalised"]].sum()
    added["naturalised"] = added["naturalised"].mask(known["naturalised"].isna().groupby(fips).any())
    if added.empty:
        raise rows.tables[0].error("no county has a figure", None, "noncitizens")
    # A place that joined a county is counted with it, so a county of which one part is blank is blank.
    added = added.drop(added.index[added.index.isin(fips[blank])])
    places = load_geography()
    embedded = sum(int(places.counties["noncitizens"][places.index_of(one)]) for one in added.index)
    total = int(added["noncitizens"].sum())
    _check_sum(rows, len(added), total, embedded, accept_sums)
    given = int(added["naturalised"].notna().sum())
    notes = [
        f"{several(len(added), 'county')}, {total:,} people who are not citizens (the package: {embedded:,})",
        f"naturalised citizens are the table's in {several(given, 'county')}, the package's in the others",
    ]
    share = (figures["margin"] / figures["noncitizens"].where(figures["noncitizens"] > 0)).dropna()
    if len(share):
        notes.append(f"margin of error of the middle county: {float(share.median()) * PERCENT:.0f}% of its figure")
    text = added.astype("string").fillna("").reset_index()
    counts = {"counties": len(added), "noncitizens": total, "noncitizens_of_the_package": embedded}
    return rows.checked(text.itertuples(index=False, name=None), counts, notes)


def _check_sum(rows: Rows, counties: int, total: int, embedded: int, accept_sums: bool) -> None:
    """Raise unless a table's sum is near the package's for the same counties."""
    whole = counties == len(load_geography().names)
    tolerance = TOLERANCE_OF_THE_NATION if whole else TOLERANCE_OF_A_PART
    if not accept_sums and abs(total - embedded) > tolerance * embedded:
        of = "the nation" if whole else f"its {several(counties, 'county')}"
        message = f"people who are not citizens sum to {total:,}, the package's figures for {of} to {embedded:,}"
        raise rows.tables[0].error(message, None, "noncitizens", f"within {tolerance:.0%}, or --accept-sums")


NAMED = 8
FEWEST_PARTS, FEWEST_MONTHS = 2, 2
"""From so many groups beside it, in so many months, a group that equals the sum of the others is no accident."""
BY = ["written", "month"]
TOTAL = DECLARED.cells["total"]


def parts_only(rows: Rows, month: pd.Series[Any], counts: pd.Series[int]) -> pd.Index[int]:
    """Return the rows that together count everybody once, and note which columns are added up.

    Where a month of a county has rows of a total and of parts, the total is taken if it is there for every combination of
    the other columns, or else the parts.

    Raises
    ------
    InputError
        If totals and parts cannot be told apart, or a column says by which characteristic a row is split.
    """
    frame = rows.frame[rows.groups].apply(lambda column: column.str.lower().str.strip())
    frame = frame.assign(written=rows.frame["written"], month=month, count=counts)
    for column in rows.groups:
        _note_groups(rows, frame[column], column)
    for column in rows.groups:
        frame = _without_totals(rows, frame, column)
    for column in rows.groups:
        _refuse_unnamed_total(rows, frame, column)
    sizes = frame.groupby(BY, sort=False).size().rename("groups").reset_index()
    sizes["most"] = sizes.groupby("written")["groups"].transform("max")
    short = sizes[sizes["groups"] < sizes["most"]].itertuples(index=False, name=None)
    fewer = "; ".join(f"{code} {month:%Y-%m} ({number} of {most})" for code, month, number, most in short)
    if rows.groups and fewer:
        rows.notes.append(f"warning: fewer groups than in other months, so rows may be missing: {fewer}")
    kept: pd.Index[int] = frame.index
    return kept


def _note_groups(rows: Rows, cells: pd.Series[str], column: str) -> None:
    """Note by which groups counts are split."""
    heading = column.removeprefix(GROUP)
    for at in cells.index[matching(DECLARED.cells["characteristic"], cells.map(spelling))].tolist():
        message = f"{rows.text(at, column)!r}: the same bookings by several characteristics would be added up"
        raise rows.error(message, at, column, "rows of one characteristic, such as race, or of the total")
    groups = [group or "(blank)" for group in rows.frame[column][~matching(TOTAL, cells) & ~cells.duplicated()]]
    if len(groups) == 1:
        message = f"column {heading!r} has one group only, {groups[0]!r}: others' bookings are not in the file"
        rows.notes.append(f"warning: {message}")
    elif groups:
        shown = ", ".join(groups[:NAMED]) + (", …" if len(groups) > NAMED else "")
        rows.notes.append(f"column {heading!r} is added up ({several(len(groups), 'group')}: {shown})")


def _without_totals(rows: Rows, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return rows of which, in one column, none is the total of others."""
    heading, others = column.removeprefix(GROUP), [one for one in rows.groups if one != column]
    is_total = matching(TOTAL, frame[column])
    if not (is_total | (frame[column] == "")).any():
        return frame
    gone: list[int] = []
    unequal: list[str] = []
    for (written, month), part in frame.assign(total=is_total).groupby(BY, sort=False):
        totals, parts, blank = part[part["total"]], part[~part["total"]], part[part[column] == ""]
        if 0 < len(blank) < len(parts) and blank["count"].sum() * 2 == parts["count"].sum():
            message = f"no {heading}, and as many bookings as the month's other rows together"
            raise rows.error(message, blank.index[0], column, "Total, or a group such as Unknown")
        if totals.empty or parts.empty:
            continue
        of_totals, of_parts = ({*one[others].itertuples(index=False, name=None)} for one in (totals, parts))
        if of_parts <= of_totals and (totals["count"].notna().all() or not of_totals <= of_parts):
            gone += parts.index.tolist()
        elif of_totals <= of_parts:
            gone += totals.index.tolist()
        else:
            at = totals.index.tolist()[0]
            message = (
                f"{rows.text(at, column)!r} is a total, but neither totals nor parts of {month:%Y-%m} are complete"
            )
            raise rows.error(message, at, column, "rows of groups only, or of totals only")
        total, added = totals["count"].sum(), parts["count"].sum()
        if of_totals == of_parts and part["count"].notna().all() and total != added:
            unequal.append(f"{written} {month:%Y-%m}: {total:,} and {added:,}")
    if gone:
        rows.notes.append(f"totals of column {heading!r} are not counted beside their groups")
    if unequal:
        rows.notes.append(f"warning: the total is taken where it and the groups differ: {'; '.join(unequal)}")
    return frame.drop(gone)


def _refuse_unnamed_total(rows: Rows, frame: pd.DataFrame, column: str) -> None:
    """Raise for a group that is as large as the others together in every month: it is their total by another name."""
    months = frame.groupby(BY)
    enough = months[column].transform("nunique") > FEWEST_PARTS
    by_group = frame[enough & months["count"].transform("count").eq(months["count"].transform("size"))]
    sums = by_group.groupby([*BY, column], sort=False)["count"].sum()
    alike = (sums * 2 == sums.groupby(BY).transform("sum")).groupby(column)
    for group in alike.all()[alike.all() & (alike.size() >= FEWEST_MONTHS)].index.tolist():
        at = frame.index[frame[column] == group].tolist()[0]
        message = f"{rows.text(at, column)!r} has as many bookings as the other groups together in every month"
        raise rows.error(message, at, column, "Total, if it is one; without such rows otherwise")


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
