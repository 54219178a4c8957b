"""The rows of some tables with their counties, and the checks that all kinds of tables share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.places.county_codes import County, county_label, county_names, read_county
from enforcement_sim.places.data_import.declarations import COUNTS, COUNTY, TABLES, count_in, has_figure, unmarked
from enforcement_sim.places.data_import.recognise import GROUP, Table
from enforcement_sim.places.data_import.row_places import UNKNOWN, NoCounty, full_code, place_of
from enforcement_sim.places.data_import.stored_tables import Account, Checked, in_words
from enforcement_sim.places.geography import county_changes
from enforcement_sim.tables.amounts import several

SHOWN = 40
"""Unknown places that are named in the error."""
NOT_LISTED = "not listed, with the package's figure"


@dataclass
class Rows:
    """The rows about counties of some tables of one kind.

    Attributes
    ----------
    frame : DataFrame
        The tables' columns, with ``fips`` (the model's code), ``written`` (the code that the row has), ``table`` (which one)
        and ``row`` (in its file).
    notes : list of str
        What was read otherwise than it is written.
    """

    tables: Sequence[Table]
    frame: pd.DataFrame
    accounts: list[Account] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def groups(self) -> list[str]:
        """The columns by which counts are split."""
        return [str(column) for column in self.frame if str(column).startswith(GROUP)]

    def text(self, at: int, column: str) -> str:
        """Return a cell of a row, given by its label in ``frame``; empty if there is no such column."""
        return str(self.frame.at[at, column]) if column in self.frame else ""

    def place(self, at: int) -> tuple[Table, int]:
        """Return the table and the row in its file of a row."""
        return self.tables[int(self.text(at, "table"))], int(self.text(at, "row"))

    def error(self, message: str, at: int, column: str, allowed: str | None = None) -> InputError:
        """Return the error for a cell of a row."""
        table, row = self.place(at)
        if column in COUNTY and column not in table.headings:
            column = next((one for one in COUNTY if one in table.headings), column)
        return table.error(message, row, column, allowed)

    def note(self, why: str, at: int, more: str = "") -> None:
        """Write down what became of a row's county."""
        fips = self.text(at, "fips")
        self.accounts.append(Account(why, f"{county_label(fips)}{more}", _where(*self.place(at)), fips))

    def unmark(self, *columns: str) -> None:
        """Take footnotes' marks from columns, and note in which rows there were some."""
        for column in set(columns) & set(self.frame):
            plain = self.frame[column].map(unmarked)
            marked = self.frame.index[plain != self.frame[column]].tolist()
            if marked:
                shown = ", ".join(
                    f"row {self.text(at, 'row')} {self.text(at, column)!r} as {plain[at]}" for at in marked
                )
                cells = several(len(marked), "cell")
                self.notes.append(f"warning: footnotes' marks in {cells} of {column} are not read: {shown}")
                self.frame[column] = plain

    def counts(self, column: str) -> pd.Series[int]:
        """Return the counts of a column, missing where there is no figure."""
        self.unmark(column)
        cells = self.frame[column] if column in self.frame else pd.Series("", index=self.frame.index)
        if column == "margin":
            cells = cells.str.replace(r"^(\+/-|±|\+)\s*", "", regex=True)
        figures = cells[cells.map(has_figure)].map(count_in)
        for at in figures.index[figures.isna()].tolist():
            raise self.error(f"{cells[at]!r:.60} is not a count", at, column, COUNTS)
        return figures.reindex(cells.index).astype("Int64")

    def in_range(self, day: date, at: int, column: str, declared: str, form: str = "") -> date:
        """Return a date, having checked that it is in the range that is declared for a column."""
        limits = TABLES[self.tables[0].kind].columns[declared]
        if not limits.first <= day <= limits.last:
            said, allowed = limits.outside
            raise self.error(f"{day:{form}} {said}", at, column, allowed)
        return day

    def refuse_repeated(self, months: pd.Series[Any] | None = None) -> None:
        """Check that no two rows are about one county (month and group), by one code or by two of the same land.

        Raises
        ------
        InputError
            If two are. It says in which columns, that are not read, they differ.
        """
        keys = self.frame[["written", "fips", *self.groups]].apply(lambda column: column.str.lower())
        keys = keys if months is None else keys.assign(month=months)
        for by in ("written", "fips"):
            key = [column for column in keys if column == by or column not in ("written", "fips")]
            for at in keys.index[keys.duplicated(key)].tolist():
                first = keys.index[(keys[key] == keys.loc[at, key]).all(axis=1)].tolist()[0]
                if by == "fips" and self.joined(first, at):
                    continue
                land = f", of the same land as {self.text(first, 'written')}," if by == "fips" else ""
                of = "".join(f" of {self.text(at, column)!r}" for column in self.groups)
                what = "is there" if months is None else f"has {months[at]:%Y-%m}{of}"
                message = (
                    f"county {self.text(at, 'written')}{land} {what} twice (first in {_where(*self.place(first))})"
                )
                one, other = (table.unread.loc[[row]].iloc[0].to_dict() for table, row in map(self.place, (first, at)))
                differ = ", ".join(repr(name) for name in one if name in other and one[name] != other[name])
                message += f"; they differ in column {differ}" if differ else ""
                raise self.error(message, at, "code" if months is None else "month")

    def joined(self, *rows: int) -> bool:
        """Say whether one of two rows is about a place that joined the other's county, so that both have people of their own."""
        changes = [county_changes().get(self.text(at, "written")) for at in rows]
        return any(change is not None and change.how == "joined" for change in changes)

    def checked(self, rows: Iterable[tuple[str, ...]], counts: Mapping[str, int], notes: Sequence[str]) -> Checked:
        """Return the table that the rows come out as, with an account of every county that they do not list.

        Parameters
        ----------
        rows
            Of the table, the code of the county first.
        counts, notes
            What a kind's own checks count and say.
        """
        table = tuple(rows)
        known = {row[0] for row in table} | {*self.frame["fips"]}
        missing = (Account(NOT_LISTED, county_label(code), "", code) for code in county_names() if code not in known)
        accounts = (*self.accounts, *missing)
        reasons = dict.fromkeys(account.why for account in accounts)
        asides = (in_words(why, [account for account in accounts if account.why == why]) for why in reasons)
        read = (f"{one.sheet.path.name}: {note}" for one in self.tables for note in one.notes)
        return Checked(self.tables[0].kind, table, counts, (*read, *notes, *self.notes, *asides), accounts)


def rows_of(tables: Sequence[Table], accept_unknown: bool, county: str | None = None) -> Rows:
    """Return the rows of some tables with their counties.

    Raises
    ------
    InputError
        If a row is about a place below a county, or (unless accepted) about one that is unknown.
    """
    found = Rows(tables, pd.DataFrame())
    unknown: list[tuple[Table, int, NoCounty]] = []
    frames: list[pd.DataFrame] = []
    for number, table in enumerate(tables):
        places = _places(table, county)
        others = [(row, one) for row, one in zip(table.frame.index, places, strict=True) if isinstance(one, NoCounty)]
        found.accounts += [Account(one.why, one.text, _where(table, row)) for row, one in others]
        unknown += [(table, row, one) for row, one in others if one.why == UNKNOWN]
        frame = table.frame.assign(
            place=pd.Series(places, table.frame.index, object), table=number, row=table.frame.index
        )
        frames.append(frame[[isinstance(one, County) for one in places]])
    if unknown and not accept_unknown:
        raise _unknown(unknown)
    found.frame = pd.concat(frames, ignore_index=True).fillna("")
    if found.frame.empty:
        raise tables[0].error("no row is about a county")
    for column in ("written", "fips"):
        found.frame[column] = [getattr(place, column) for place in found.frame["place"]]
    found.notes += [notice for notice in dict.fromkeys(place.notice for place in found.frame["place"]) if notice]
    return found


def _unknown(unknown: Sequence[tuple[Table, int, NoCounty]]) -> InputError:
    """Return the error for rows that name no county."""
    table, first, _ = unknown[0]
    shown = "; ".join(
        f"row {row} {one.text!r}{(one.near and f' (nearest: {" or ".join(one.near)})') or ''}"
        for _, row, one in unknown[:SHOWN]
    )
    left = len(unknown) - SHOWN
    more = f"; and {left} more (--accept-unknown --list FILE names all)" if left > 0 else ""
    rows = "1 row names" if len(unknown) == 1 else f"{len(unknown)} rows name"
    hint = "codes and names of 2010 to 2014, or --accept-unknown to leave such rows aside"
    column = next(one for one in COUNTY if one in table.headings)
    return table.error(f"{rows} no county of 2008-2014: {shown}{more}", first, column, hint)


def _places(table: Table, county: str | None) -> list[County | NoCounty]:
    """Return the place of each row."""
    where = [column for column in COUNTY if column in table.frame]
    named = "code" in where or "county" in where
    if not named and county is None:
        hint = "a column such as fips, or state and county; or --county CODE if all rows are of one county"
        raise table.error(f"no column says which county the {table.kind} are of", allowed=hint)
    cells = table.frame.reindex(columns=[*COUNTY], fill_value="").map(unmarked)
    if cells["code"].str.fullmatch(r"\d{1,3}(\.0)?|").all():  # numbers of counties within their states
        codes = cells[["state", "code"]].itertuples(index=False, name=None)
        cells["code"] = [full_code(state, code) or code for state, code in codes]
    alone = _texts_alone(table)
    return [
        NoCounty("with one cell, a title or a note,", alone[row])
        if row in alone
        else (place_of(table, row, *given) if named else read_county(str(county)))
        for row, given in zip(cells.index.tolist(), cells.itertuples(index=False, name=None), strict=True)
    ]


def _texts_alone(table: Table) -> dict[int, str]:
    """Return the rows that have one cell only, which begins with no digit: titles and notes, by row."""
    cells = pd.concat([table.frame, table.unread], axis=1)
    some = cells[(cells != "").sum(axis=1) == 1]
    texts = {int(row): max(map(str, one)) for row, one in zip(some.index, some.itertuples(index=False), strict=True)}
    return {row: text for row, text in texts.items() if not text[:2].strip("'\"").isdigit()}


def _where(table: Table, row: int) -> str:
    """Return file and row in words."""
    sheet = f" sheet {table.sheet.name!r}" if table.sheet.name else ""
    return f"{table.sheet.path.name}{sheet} row {row}"
