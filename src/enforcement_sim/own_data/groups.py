"""Counts that are split by group (race, sex, charge): the parts are added up, a row of their total is not counted again."""

from __future__ import annotations

from typing import Any

import pandas as pd

from enforcement_sim.own_data.cells import TOTAL
from enforcement_sim.own_data.checked import several
from enforcement_sim.own_data.found import Found
from enforcement_sim.own_data.layouts import spelling

__all__ = ["GROUPS", "parts_only"]

GROUPS = "group: "
"""Begins the name of a column of groups."""
CHARACTERISTICS = (
    "(by_)?(race|ethnicity|race_ethnicity|sex|gender|age|age_group|charge|offen[cs]e|citizenship)(_groups?)?"
)
"""What a column says that does not split bookings but tells how they are split."""
NAMED = 8
FEWEST_PARTS, FEWEST_MONTHS = 2, 2
"""From so many groups beside it, in so many months, a group that equals the sum of the others is no accident."""


def parts_only(found: Found, month: pd.Series[Any], counts: pd.Series[int]) -> pd.Index[int]:
    """Return the rows that together count everybody once, and note which columns are added up.

    Where a month of a county has rows of a total and of parts, the total is taken if it is there for every combination of
    the other columns, or else the parts.

    Raises
    ------
    InputError
        If totals and parts cannot be told apart, or a column says by which characteristic a row is split.
    """
    columns = [str(column) for column in found.rows if str(column).startswith(GROUPS)]
    rows = (
        found.rows[columns]
        .apply(lambda column: column.str.lower().str.strip())
        .assign(written=found.rows["written"], month=month, count=counts)
    )
    for column in columns:
        _note_groups(found, rows[column], column)
    for column in columns:
        rows = _without_totals(found, rows, column, columns)
    for column in columns:
        _refuse_unnamed_total(found, rows, column)
    _note_gaps(found, rows, columns)
    kept: pd.Index[int] = rows.index
    return kept


def _note_groups(found: Found, cells: pd.Series[str], column: str) -> None:
    """Note by which groups counts are split."""
    heading = column.removeprefix(GROUPS)
    kinds = cells.index[cells.map(spelling).str.fullmatch(CHARACTERISTICS)].tolist()
    if kinds:
        message = f"{found.text(kinds[0], column)!r}: the same bookings by several characteristics would be added up"
        raise found.error(message, kinds[0], column, "rows of one characteristic, such as race, or of the total")
    written = found.rows[column][~cells.str.fullmatch(TOTAL) & ~cells.duplicated()]
    groups = [group or "(blank)" for group in written]
    if len(groups) == 1:
        message = f"column {heading!r} has one group only, {groups[0]!r}: others' bookings are not in the file"
        found.notes.append(f"warning: {message}")
    elif groups:
        shown = ", ".join(groups[:NAMED]) + (", …" if len(groups) > NAMED else "")
        found.notes.append(f"column {heading!r} is added up ({several(len(groups), 'group')}: {shown})")


def _without_totals(found: Found, rows: pd.DataFrame, column: str, columns: list[str]) -> pd.DataFrame:
    """Return rows of which, in one column, none is the total of others."""
    others = [one for one in columns if one != column]
    is_total = rows[column].str.fullmatch(TOTAL)
    blank = rows[column] == ""
    if not (is_total | blank).any():
        return rows
    mixed = rows.assign(total=is_total, blank=blank).groupby(["written", "month"], sort=False)
    gone: list[int] = []
    unequal: list[str] = []
    for (written, month), part in mixed:
        totals, parts = part[part["total"]], part[~part["total"]]
        if (
            0 < part["blank"].sum() < len(parts)
            and part.loc[part["blank"], "count"].sum() == parts.loc[~parts["blank"], "count"].sum()
        ):
            message = f"no {column.removeprefix(GROUPS)}, and as many bookings as the month's other rows together"
            raise found.error(message, part.index[part["blank"]][0], column, "Total, or a group such as Unknown")
        if totals.empty or parts.empty:
            continue
        of_totals, of_parts = ({*one[others].itertuples(index=False, name=None)} for one in (totals, parts))
        known = bool(totals["count"].notna().all())
        if of_parts <= of_totals and (known or not of_totals <= of_parts):
            gone += parts.index.tolist()
        elif of_totals <= of_parts:
            gone += totals.index.tolist()
        else:
            at = totals.index.tolist()[0]
            message = (
                f"{found.text(at, column)!r} is a total, but neither totals nor parts of {month:%Y-%m} are complete"
            )
            raise found.error(message, at, column, "rows of groups only, or of totals only")
        if of_totals == of_parts and part["count"].notna().all() and totals["count"].sum() != parts["count"].sum():
            unequal.append(f"{written} {month:%Y-%m}: {totals['count'].sum():,} and {parts['count'].sum():,}")
    if gone:
        found.notes.append(f"totals of column {column.removeprefix(GROUPS)!r} are not counted beside their groups")
    if unequal:
        found.notes.append(f"warning: the total is taken where it and the groups differ: {'; '.join(unequal)}")
    return rows.drop(gone)


def _refuse_unnamed_total(found: Found, rows: pd.DataFrame, column: str) -> None:
    """Raise for a group that is as large as the others together in every month: it is their total by another name."""
    months = rows.groupby(["written", "month"])
    known = rows[
        (months[column].transform("nunique") > FEWEST_PARTS)
        & months["count"].transform("count").eq(months["count"].transform("size"))
    ]
    if known.empty:
        return
    by_group = known.groupby(["written", "month", column], sort=False)["count"].sum()
    alike = (by_group * 2 == by_group.groupby(["written", "month"]).transform("sum")).groupby(column)
    for group in alike.all()[alike.all() & (alike.size() >= FEWEST_MONTHS)].index.tolist():
        at = rows.index[rows[column] == group].tolist()[0]
        message = f"{found.text(at, column)!r} has as many bookings as the other groups together in every month"
        raise found.error(message, at, column, "Total, if it is one; without such rows otherwise")


def _note_gaps(found: Found, rows: pd.DataFrame, columns: list[str]) -> None:
    """Note the months in which a county has fewer groups than in its other months: rows may be missing."""
    if not columns:
        return
    numbers = rows.groupby(["written", "month"], sort=False).size().rename("groups").reset_index()
    numbers["most"] = numbers.groupby("written")["groups"].transform("max")
    fewer = [
        f"{code} {month:%Y-%m} ({number} of {most})"
        for code, month, number, most in numbers.itertuples(index=False, name=None)
        if number < most
    ]
    if fewer:
        found.notes.append(f"warning: fewer groups than in other months, so rows may be missing: {'; '.join(fewer)}")
