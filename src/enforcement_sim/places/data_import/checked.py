"""What every kind of table comes out as once it is checked: its rows, and an account of all that is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from enforcement_sim.places.imported import COLUMNS, FORM, name_of

__all__ = ["Account", "Checked", "in_words", "several"]

NAMED = 12
"""So many places are named in a sentence; all of them stand in the table's note and in the list."""


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


def in_words(why: str, accounts: Sequence[Account]) -> str:
    """Return how many counties or rows something became of, and which.

    Examples
    --------
    >>> in_words("of territories", [Account("of territories", "72001", "roster.csv row 4")])
    '1 row of territories left aside (72001)'
    """
    counties = several(len({account.fips for account in accounts}), "county")
    if len(accounts) > NAMED and not any(account.where for account in accounts):
        return f"{why}: {counties}"
    places = list(dict.fromkeys(account.place or account.where for account in accounts))
    shown = "; ".join(places[:NAMED]) + (f"; and {len(places) - NAMED:,} more" if len(places) > NAMED else "")
    return (
        f"{why}: {counties} ({shown})"
        if accounts[0].fips
        else f"{several(len(accounts), 'row')} {why} left aside ({shown})"
    )


def several(count: int, noun: str) -> str:
    """Return a number of things in words.

    Examples
    --------
    >>> several(1, "county"), several(3142, "county"), several(2, "row")
    ('1 county', '3,142 counties', '2 rows')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
