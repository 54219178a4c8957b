"""What every kind of table comes out as once it is checked, and the checks that they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from enforcement_sim.own_data.places import Found, Placed
from enforcement_sim.world.imported import COLUMNS, FORM, name_of

__all__ = ["Checked", "note_aside", "only_once", "several"]


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
    """

    kind: str
    rows: tuple[tuple[str, ...], ...]
    counts: Mapping[str, int]
    notes: tuple[str, ...]

    @property
    def content(self) -> bytes:
        """The table as bytes: the same figures give the same, whatever file they came in."""
        head = f"# enforcement-sim, imported {self.kind}, form {FORM}\n{','.join(COLUMNS[self.kind])}\n"
        return (head + "".join(f"{','.join(row)}\n" for row in self.rows)).encode()

    @property
    def name(self) -> str:
        """What the table is called: a hash of its content."""
        return name_of(self.content)


def only_once(rows: Iterable[Placed]) -> Iterator[Placed]:
    """Yield rows of which no two may be about one county.

    Raises
    ------
    InputError
        If two are.
    """
    seen: dict[str, Placed] = {}
    for row in rows:
        if row.written in seen:
            first = seen[row.written]
            where = f"row {first.line.number}"
            if first.table.sheet.path != row.table.sheet.path:
                where += f" of {first.table.sheet.path.name}"
            column = "fips" if "fips" in row.table.columns else "county"
            raise row.table.error(f"county {row.written} is there twice (first in {where})", row.line, column)
        seen[row.written] = row
        yield row


def note_aside(found: Found) -> list[str]:
    """Return in words which rows were left aside."""
    return [f"{several(count, 'row')} {why} left aside" for why, count in found.aside.items()]


def several(count: int, noun: str) -> str:
    """Return a number of things in words.

    Examples
    --------
    >>> several(1, "county"), several(3142, "county"), several(2, "row")
    ('1 county', '3,142 counties', '2 rows')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
