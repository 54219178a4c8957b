"""A recognised table, a row a county and a column a meaning, whichever way round the file has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.own_data.files import Sheet
from enforcement_sim.own_data.layouts import FIGURES, WHERE, Layout, spelling

__all__ = ["Table", "in_rows"]

VARIABLES = {
    "total": "b05001_?001e?|total",
    "noncitizens": "b05001_?006e?|non_?cit(izens?)?|not_a_u_s_citizen",
    "naturalised": "b05001_?005e?|naturali[sz]ed",
}
"""Figure -> what the variable of its rows is called."""


@dataclass(frozen=True)
class Table:
    """A recognised table.

    Attributes
    ----------
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
        heading = None if column is None else self.headings.get(column, column.removeprefix("group: "))
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
    where = [column for column in WHERE if column in table.frame]
    spelt = table.frame["variable"].map(spelling)
    what = pd.Series("", index=spelt.index, dtype=object)
    for figure, name in VARIABLES.items():
        what[spelt.str.fullmatch(name)] = figure
    rows = table.frame.assign(what=what, row=what.index)[what != ""]
    double = rows.index[rows.duplicated([*where, "what"])]
    if len(double):
        message = f"a second row of {table.frame.at[double[0], 'variable']!r} for one county"
        raise table.error(message, int(double[0]), "variable")
    frame = rows.groupby(where, sort=False)[["row"]].min()
    frame = frame.join(rows.set_index([*where, "what"])["estimate"].unstack("what"))
    for column, of in (("total", "total"), ("moe", "noncitizens")):
        if column in rows:
            values = (
                rows[rows["what"] == of].set_index(where)[column]
                if column == "moe"
                else rows.groupby(where)[column].max()
            )
            frame["margin" if column == "moe" else column] = values
    for figure in FIGURES:
        if figure not in frame:
            message = f"no row of the {figure}: {'B05001_001' if figure == 'total' else 'B05001_006'} is missing"
            raise table.error(message, None, "variable")
    frame = frame.fillna("").reset_index().set_index("row")
    headings = {**table.headings, **dict.fromkeys((*VARIABLES, "margin"), table.headings["estimate"])}
    return replace(table, frame=frame, unread=table.unread.loc[frame.index], headings=headings)


def _of_across(table: Table) -> Table:
    """Return a table with a row a county from one with a column a county, as data.census.gov shows it."""
    labels = table.frame["label"].map(lambda text: spelling(f"estimate {text}"))
    rows: dict[str, int] = {}
    for what in ("total", "noncitizens", "naturalised"):
        (name,) = table.layout.columns[what]
        there = labels.index[labels.str.fullmatch(name)]
        if len(there) == 0 and what in FIGURES:
            raise table.error(f"no row of the {what}", None, "label", "table B05001")
        rows |= {what: there[0]} if len(there) else {}
    counties: dict[str, dict[str, str]] = {}
    for heading in table.frame.columns:
        place, _, what = heading.partition("!!")
        if what in ("Estimate", "Margin of Error"):
            one = counties.setdefault(place, {"county": place})
            names = rows if what == "Estimate" else {"margin": rows["noncitizens"]}
            one |= {column: str(table.frame.at[row, heading]) for column, row in names.items()}
    frame = pd.DataFrame(counties.values(), index=[rows["noncitizens"]] * len(counties)).fillna("")
    headings = {**table.headings, "county": "county"} | dict.fromkeys((*rows, "margin"), "Estimate")
    return replace(table, frame=frame, unread=pd.DataFrame(index=frame.index), headings=headings)
