"""The rows of some tables with their counties, and an account of every row and county that is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.own_data.cells import unmarked
from enforcement_sim.own_data.layouts import WHERE
from enforcement_sim.own_data.places import (
    COUNTY_DIGITS,
    Aside,
    Place,
    Unknown,
    county_name,
    place_of,
    state_code,
    whole,
)
from enforcement_sim.own_data.table import Table
from enforcement_sim.world.county_codes import read_county

__all__ = ["Account", "Found", "counties_of"]

SHOWN = 40
"""Unknown places that are named in the error."""


@dataclass(frozen=True)
class Account:
    """A row, or a county, that is left out or not taken as it is written.

    Attributes
    ----------
    why : str
        What became of it.
    place : str
        The county's code and name, or what the file says.
    where : str
        File and row; empty for a county that no file names.
    fips : str
        Code of the county; empty if it is none.
    """

    why: str
    place: str
    where: str = ""
    fips: str = ""


@dataclass
class Found:
    """The counties of some tables of one kind.

    Attributes
    ----------
    tables : sequence of Table
    rows : DataFrame
        The tables' columns, with ``fips`` (the model's code), ``written`` (the code that the row has), ``table`` (which one)
        and ``row`` (in its file).
    accounts : list of Account
    notes : list of str
        What was read otherwise than it is written.
    """

    tables: Sequence[Table]
    rows: pd.DataFrame
    accounts: list[Account] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self, at: int, column: str) -> str:
        """Return a cell of a row, given by its label in ``rows``; empty if there is no such column."""
        return str(self.rows.at[at, column]) if column in self.rows else ""

    def table(self, at: int) -> Table:
        """Return the table that a row is of."""
        return self.tables[int(self.text(at, "table"))]

    def error(self, message: str, at: int, column: str, allowed: str | None = None) -> InputError:
        """Return the error for a cell of a row."""
        table = self.table(at)
        if column in WHERE and column not in table.headings:
            column = next((one for one in WHERE if one in table.headings), column)
        return table.error(message, int(self.text(at, "row")), column, allowed)

    def where(self, at: int) -> str:
        """Return file and row of a row in words."""
        return _where(self.table(at), int(self.text(at, "row")))

    def note(self, why: str, at: int, more: str = "") -> None:
        """Write down what became of a row's county."""
        fips = self.text(at, "fips")
        self.accounts.append(Account(why, f"{county_name(fips)}{more}", self.where(at), fips))

    def differing(self, *rows: int) -> str:
        """Return in words in which columns, that are not read, two rows differ; empty if in none."""
        first, second = (self.table(at).unread.loc[[int(self.text(at, "row"))]].iloc[0].to_dict() for at in rows)
        names = [str(name) for name in first if name in second and first[name] != second[name]]
        return f"; they differ in column {', '.join(map(repr, names))}" if names else ""


def counties_of(tables: Sequence[Table], accept_unknown: bool, county: str | None = None) -> Found:
    """Return the rows of some tables with their counties.

    Parameters
    ----------
    tables
    accept_unknown
        Whether rows whose place is unknown may be left aside.
    county
        Code of the county of tables that name none.

    Raises
    ------
    InputError
        If a row is about a place below a county, or (unless accepted) about one that is unknown.
    """
    found = Found(tables, pd.DataFrame())
    unknown: list[tuple[Table, int, Unknown]] = []
    pieces = []
    for number, table in enumerate(tables):
        placed = _placed(table, county)
        for row, one in zip(placed.index.tolist(), placed, strict=True):
            if isinstance(one, Unknown):
                unknown.append((table, row, one))
                found.accounts.append(Account("of no county of 2008-2014", one.text, _where(table, row)))
            elif isinstance(one, Aside):
                found.accounts.append(Account(one.why, one.text, _where(table, row)))
        counties = placed.map(lambda one: isinstance(one, str)).to_numpy()
        piece = table.frame[counties]
        pieces.append(piece.assign(written=placed[counties].to_numpy(), table=number, row=piece.index))
    if unknown and not accept_unknown:
        raise _unknown(unknown)
    found.rows = pd.concat(pieces, ignore_index=True).fillna("")
    if found.rows.empty:
        raise tables[0].error("no row is about a county")
    read = {code: read_county(code) for code in found.rows["written"].unique()}
    found.rows["fips"] = found.rows["written"].map(lambda code: read[code].fips)
    found.notes += [one.notice for one in read.values() if one.notice]
    return found


def _unknown(unknown: Sequence[tuple[Table, int, Unknown]]) -> InputError:
    """Return the error for rows that name no county."""
    table, row, _ = unknown[0]
    shown = "; ".join(
        f"row {row} {one.text!r}{one.near and f' (nearest: {one.near})'}" for _, row, one in unknown[:SHOWN]
    )
    left = len(unknown) - SHOWN
    more = f"; and {left} more (--accept-unknown --list FILE names all)" if left > 0 else ""
    rows = "1 row names" if len(unknown) == 1 else f"{len(unknown)} rows name"
    hint = "codes and names of 2010 to 2014, or --accept-unknown to leave such rows aside"
    column = next(one for one in WHERE if one in table.headings)
    return table.error(f"{rows} no county of 2008-2014: {shown}{more}", row, column, hint)


def _placed(table: Table, county: str | None) -> pd.Series[Any]:
    """Return the code that each row has, or why it has none, by row."""
    where = [column for column in WHERE if column in table.frame]
    named = "code" in where or "county" in where
    if not named and county is None:
        message = f"no column says which county the {table.layout.kind} are of"
        hint = "a column such as fips, or state and county; or --county CODE if all rows are of one county"
        raise table.error(message, allowed=hint)
    cells = table.frame[where].map(unmarked) if where else table.frame[[]]
    three_digits = {"code", "state"} <= set(where) and cells["code"].str.fullmatch(r"\d{1,3}(\.0)?|").all()
    alone = _texts_alone(table)
    known: dict[tuple[str, ...], Place] = {}
    places: list[Place] = []
    for row, given in zip(cells.index.tolist(), cells.itertuples(index=False, name=None), strict=True):
        if row in alone:
            places.append(Aside("with one cell, a title or a note,", alone[row]))
            continue
        if given not in known:
            code, state, name = (dict(zip(where, given, strict=True)).get(column, "") for column in WHERE)
            if three_digits and code and state_code(state):
                code = f"{state_code(state)}{whole(code):0>{COUNTY_DIGITS}}"
            known[given] = place_of(table, row, code, state, name) if named else str(county)
        places.append(known[given])
    return pd.Series(places, index=cells.index, dtype=object)


def _texts_alone(table: Table) -> dict[int, str]:
    """Return the rows that have one cell only, which begins with no digit: titles and notes, by row."""
    cells = pd.concat([table.frame, table.unread], axis=1)
    some = cells[(cells != "").sum(axis=1) == 1]
    texts = {int(row): max(map(str, one)) for row, one in zip(some.index, some.itertuples(index=False), strict=True)}
    return {row: text for row, text in texts.items() if not text[:2].strip("'\"").isdigit()}


def _where(table: Table, row: int) -> str:
    sheet = f" sheet {table.sheet.name!r}" if table.sheet.name else ""
    return f"{table.sheet.path.name}{sheet} row {row}"
