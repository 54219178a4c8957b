"""Rows of groups that are added up, and totals beside them, so that everybody is counted once."""

from __future__ import annotations

from typing import Any

import pandas as pd

from enforcement_sim.places.data_import.county_rows import Rows
from enforcement_sim.places.data_import.declarations import DECLARED, matching, spelling
from enforcement_sim.places.data_import.recognise import GROUP
from enforcement_sim.tables.amounts import several

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
