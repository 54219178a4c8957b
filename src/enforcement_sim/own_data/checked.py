"""What every kind of table comes out as once it is checked, and the checks that they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from enforcement_sim.own_data.cells import COUNTS, count_of, has_figure, unmarked
from enforcement_sim.own_data.found import Account, Found
from enforcement_sim.own_data.places import county_name
from enforcement_sim.world.geography import FIPS_DIGITS, county_changes, load_geography
from enforcement_sim.world.imported import COLUMNS, FORM, name_of

__all__ = ["Checked", "both_in_one", "counts_in", "only_once", "several", "notes_and_accounts", "without_marks"]

NAMED = 12
"""So many places are named in a sentence; all of them stand in the table's note and in the list."""


@dataclass(frozen=True)
class Checked:
    """A table that may replace the package's figures.

    Attributes
    ----------
    kind : str
    rows : tuple of tuple of str
        In the columns of ``imported.COLUMNS``, sorted.
    counts : mapping
        How many counties, months and the like, for the note beside the table.
    notes : tuple of str
        What the user should know, in words.
    accounts : tuple of Account
        Every row and county that is left out or not taken as it is written.
    """

    kind: str
    rows: tuple[tuple[str, ...], ...]
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    accounts: tuple[Account, ...] = ()

    @property
    def content(self) -> bytes:
        """The table as bytes: the same figures give the same, whatever file they came in."""
        head = f"# enforcement-sim, imported {self.kind}, form {FORM}\n{','.join(COLUMNS[self.kind])}\n"
        return (head + "".join(f"{','.join(row)}\n" for row in self.rows)).encode()

    @property
    def name(self) -> str:
        """What the table is called: a hash of its content."""
        return name_of(self.content)


def notes_and_accounts(
    found: Found, taken: Iterable[str], notes: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Account, ...]]:
    """Return notes and accounts of a table, with the counties that it does not list and what was left out.

    Parameters
    ----------
    found
    taken
        Codes of the counties that the table has a figure for.
    notes
        What a kind's own checks say.
    """
    known = {*taken, *found.rows["fips"]}
    codes = [f"{code:0{FIPS_DIGITS}d}" for code in load_geography().counties["fips"].tolist()]
    accounts = [
        *found.accounts,
        *(Account(NOT_LISTED, county_name(code), "", code) for code in codes if code not in known),
    ]
    by_reason: dict[str, list[Account]] = {}
    for account in accounts:
        by_reason.setdefault(account.why, []).append(account)
    read = [f"{table.sheet.path.name}: {note}" for table in found.tables for note in table.notes]
    return (*read, *notes, *found.notes, *(_named(why, some) for why, some in by_reason.items())), tuple(accounts)


NOT_LISTED = "not listed, with the package's figure"


def _named(why: str, accounts: Sequence[Account]) -> str:
    """Return how many counties or rows something became of, and which."""
    if why == NOT_LISTED and len(accounts) > NAMED:
        return f"{why}: {several(len(accounts), 'county')}"
    places = list(dict.fromkeys(account.place or account.where for account in accounts))
    shown = "; ".join(places[:NAMED]) + (f"; and {len(places) - NAMED:,} more" if len(places) > NAMED else "")
    if accounts[0].fips:
        return f"{why}: {several(len({account.fips for account in accounts}), 'county')} ({shown})"
    return f"{several(len(accounts), 'row')} {why} left aside ({shown})"


def only_once(found: Found) -> None:
    """Check that no two rows are about one county, by one code or by two of one land.

    Raises
    ------
    InputError
        If two are.
    """
    for by, what in (("written", "is there twice"), ("fips", "is there by two codes of the same land")):
        for at in found.rows.index[found.rows.duplicated(by)].tolist():
            first = found.rows.index[found.rows[by] == found.text(at, by)].tolist()[0]
            if by == "fips" and both_in_one(found, first, at):
                continue
            codes = "" if by == "written" else f" ({found.text(first, 'written')} and {found.text(at, 'written')})"
            message = f"county {found.text(at, by)} {what}{codes} (first in {found.where(first)})"
            raise found.error(f"{message}{found.differing(first, at)}", at, "code")


def both_in_one(found: Found, *rows: int) -> bool:
    """Say whether one of two rows is about a place that joined the other's county, so that both have people of their own."""
    changes = [county_changes().get(found.text(at, "written")) for at in rows]
    return any(change is not None and change.how == "joined" for change in changes)


def without_marks(found: Found, column: str) -> None:
    """Take footnotes' marks from a column, and note in which rows there were some."""
    if column not in found.rows:
        return
    plain = found.rows[column].map(unmarked)
    marked = found.rows.index[plain != found.rows[column]].tolist()
    if marked:
        shown = ", ".join(f"row {found.text(at, 'row')} {found.text(at, column)!r} as {plain[at]}" for at in marked)
        cells = several(len(marked), "cell")
        found.notes.append(f"warning: footnotes' marks in {cells} of {column} are not read: {shown}")
    found.rows[column] = plain


def counts_in(found: Found, column: str) -> pd.Series[int]:
    """Return the counts of a column, missing where there is no figure.

    Raises
    ------
    InputError
        If a cell is no whole number from 0.
    """
    without_marks(found, column)
    cells = found.rows[column] if column in found.rows else pd.Series("", index=found.rows.index)
    if column == "margin":
        cells = cells.str.replace(r"^(\+/-|±|\+)\s*", "", regex=True)
    counts = cells.where(cells.map(has_figure)).map(count_of, na_action="ignore")
    wrong = cells.index[cells.map(has_figure) & counts.isna()]
    if len(wrong):
        raise found.error(f"{cells[wrong[0]]!r:.60} is not a count", wrong[0], column, COUNTS)
    return counts.astype("Int64")


def several(count: int, noun: str) -> str:
    """Return a number of things in words.

    Examples
    --------
    >>> several(1, "county"), several(3142, "county"), several(2, "row")
    ('1 county', '3,142 counties', '2 rows')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
