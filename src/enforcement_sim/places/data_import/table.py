"""A recognised table, a row a county and a column a meaning, whichever way round the file has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.places.data_import.files import Sheet
from enforcement_sim.places.data_import.tables import COUNTY, Layout, matching, spelling

__all__ = ["GROUP", "Table", "in_rows"]

GROUP = "group: "
"""Begins the name of a column by which counts are split."""
LINES = {"total": "B05001_001", "noncitizens": "B05001_006"}
"""Lines of table B05001 that must be there."""


@dataclass(frozen=True)
class Table:
    """A recognised table.

    Attributes
    ----------
    kind : str
    layout : Layout
    sheet : Sheet
    headings : mapping
        What is understood -> how the file calls it.
    frame : DataFrame
        Text by what is understood, below the heading, and ``group: HEADING`` for each column by which counts are split;
        indexed by the row in the file.
    unread : DataFrame
        The other columns, by the file's headings; same index.
    notes : tuple of str
        How the file was read.
    """

    kind: str
    layout: Layout
    sheet: Sheet
    headings: Mapping[str, str]
    frame: pd.DataFrame
    unread: pd.DataFrame
    notes: tuple[str, ...] = ()

    def error(
        self, message: str, row: int | None = None, column: str | None = None, allowed: str | None = None
    ) -> InputError:
        """Return the error for a cell, with file, sheet, row and the column as the file calls it."""
        heading = None if column is None else self.headings.get(column, column.removeprefix(GROUP))
        return self.sheet.error(message, row, heading, allowed)


def in_rows(table: Table) -> Table:
    """Return a table with a row a county (or a county and month).

    Raises
    ------
    InputError
        If a figure is missing that every county needs, or is there twice.
    """
    if table.layout.shape == "long":
        return _of_long(table)
    return _of_across(table) if table.layout.shape == "across" else table


def _of_long(table: Table) -> Table:
    """Return a table with a row a county from one with a row a figure."""
    where = [column for column in COUNTY if column in table.frame]
    what = _figures(table, table.frame["variable"])
    rows = table.frame.assign(what=what, row=what.index)[what != ""]
    double = rows.index[rows.duplicated([*where, "what"])]
    if len(double):
        message = f"a second row of {table.frame.at[double[0], 'variable']!r} for one county"
        raise table.error(message, int(double[0]), "variable")
    by_county = rows.groupby(where, sort=False)
    frame = by_county[["row"]].min().join(rows.pivot(index=where, columns="what", values="estimate"))
    if "total" in rows:
        frame["total"] = by_county["total"].max()
    if "moe" in rows:
        frame["margin"] = rows[rows["what"] == "noncitizens"].set_index(where)["moe"]
    for figure, line in LINES.items():
        if figure not in frame:
            raise table.error(f"no row of the {figure}: {line} is missing", None, "variable")
    frame = frame.fillna("").reset_index().set_index("row")
    headings = {**table.headings, **dict.fromkeys((*table.layout.rows, "margin"), table.headings["estimate"])}
    return replace(table, frame=frame, unread=table.unread.loc[frame.index], headings=headings)


def _of_across(table: Table) -> Table:
    """Return a table with a row a county from one with a column a county, as data.census.gov shows it."""
    what = _figures(table, table.frame["label"]).drop_duplicates()
    rows = {figure: row for row, figure in zip(what.index.tolist(), what.tolist(), strict=True) if figure}
    for figure in LINES:
        if figure not in rows:
            raise table.error(f"no row of the {figure}", None, "label", "table B05001")
    counties: dict[str, dict[str, str]] = {}
    for heading in table.frame.columns:
        place, _, of = heading.partition("!!")
        names = {"Estimate": rows, "Margin of Error": {"margin": rows["noncitizens"]}}.get(of, {})
        for column, row in names.items():
            counties.setdefault(place, {"county": place})[column] = str(table.frame.at[row, heading])
    frame = pd.DataFrame(counties.values(), index=[rows["noncitizens"]] * len(counties)).fillna("")
    headings = {**table.headings, "county": "county"} | dict.fromkeys((*rows, "margin"), "Estimate")
    return replace(table, frame=frame, unread=pd.DataFrame(index=frame.index), headings=headings)


def _figures(table: Table, names: pd.Series[str]) -> pd.Series[str]:
    """Return which figure each row is of, by what its row is called; empty if of none."""
    figures = pd.Series("", index=names.index)
    for figure, declared in table.layout.rows.items():
        figures[matching(declared, names.map(spelling))] = figure
    return figures
