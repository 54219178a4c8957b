"""A table of text for the terminal: the one form in which every command hands its numbers to be printed.

How it is laid out in the columns there are is in ``layout``; nothing of it is ever cut. Numbers stand to the right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TextTable", "print_table", "table_of", "table_of_records"]

_NUMBER = re.compile(
    r"[<>]?[+\-\N{MINUS SIGN}]?\$?[\d.][\d.,]*(e[+-]?\d+)?"  # the number itself
    r"( ?[^\W\d]{0,12}%?| ?%( [^\W\d]{1,12})?)"  # its unit, or "% more"
    r"( (to|\N{PLUS-MINUS SIGN}|\+/-|[\[(\N{PLUS-MINUS SIGN}]).*)?( cannot tell)?"  # its interval, and what is said of both
)
"""A cell that is a number, whatever its unit and interval."""

_NOTHING = {"", "-", "\N{EN DASH}", "none", "unknown", "None"}


@dataclass(frozen=True)
class TextTable:
    """Headings and rows of text, with what stands over and under them.

    Attributes
    ----------
    headings : tuple of str
    rows : tuple of tuple of str
        As many cells in each as there are headings. The first column is what a row is about.
    title, caption : str
        In sentences; nothing is printed where they are empty.
    sections : frozenset of int
        Rows before which a new part begins.
    grouped : bool
        The first column is the same for many rows one after another, and is told once for all of them.
    alike : bool
        All columns but the first are of one kind (a column a programme), so that they may stand under each other in bands.
    spare : frozenset of str
        Headings of columns that may be left out where there is no room; ``rest`` then says where they are.
    rest : str
    led : bool
        The first column says what a row is about; without it, numbers may stand in the first column.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    caption: str = ""
    sections: frozenset[int] = frozenset()
    grouped: bool = False
    alike: bool = False
    spare: frozenset[str] = field(default_factory=frozenset)
    rest: str = ""
    led: bool = True

    def __post_init__(self) -> None:
        """Refuse rows that have another number of cells than there are headings."""
        for row in self.rows:
            if len(row) != len(self.headings):
                raise ValueError(f"{len(row)} cells under {len(self.headings)} headings: {row}")

    def without(self, heading: str) -> TextTable:
        """Return the table without a column."""
        at = self.headings.index(heading)
        rows = tuple((*row[:at], *row[at + 1 :]) for row in self.rows)
        led = self.led and at > 0
        return replace(self, headings=(*self.headings[:at], *self.headings[at + 1 :]), rows=rows, led=led)

    def is_number(self, column: int) -> bool:
        """Return whether a column holds numbers, which stand to the right; what a row is about never does."""
        if self.alike:
            return column > 0
        cells = [row[column] for row in self.rows]
        told = [cell for cell in cells if cell.strip() not in _NOTHING]
        return (column > 0 or not self.led) and bool(told) and all(_NUMBER.fullmatch(cell.strip()) for cell in told)


def table_of(rows: pd.DataFrame, title: str = "", caption: str = "", alike: bool = False) -> TextTable:
    """Return a frame of text as a table.

    Parameters
    ----------
    rows : DataFrame
        Text in words and rounded numbers; its index is not shown.
    title, caption : str
    alike : bool
        See :class:`TextTable`.

    Examples
    --------
    >>> import pandas as pd
    >>> table_of(pd.DataFrame({"stage": ["removed"], "people": ["1,234"]})).rows
    (('removed', '1,234'),)
    """
    cells = tuple(tuple(str(cell) for cell in row) for row in rows.itertuples(index=False))
    return TextTable(tuple(str(name) for name in rows.columns), cells, title, caption, alike=alike)


def table_of_records(rows: Sequence[Mapping[str, str]], title: str = "", caption: str = "") -> TextTable:
    """Return rows under the names of their columns as a table; those of the first row are everybody's.

    Examples
    --------
    >>> table_of_records([{"run": "a1", "seed": "1"}]).headings
    ('run', 'seed')
    """
    headings = tuple(rows[0]) if rows else ()
    return TextTable(headings, tuple(tuple(row[name] for name in headings) for row in rows), title, caption)


def print_table(table: TextTable) -> None:
    """Print a table in as many columns as there are; see ``layout``."""
    from enforcement_sim.terminal.layout import laid_out
    from enforcement_sim.terminal.printing import columns, paragraph, say

    spelt = _as_printed(table)
    lines, left_out = laid_out(spelt, columns())
    if table.title:
        say(paragraph(table.title), strongly=True)
    if lines:
        say("\n".join(lines))
    left = f"Not shown: {', '.join(left_out)}. {table.rest}" if left_out else ""
    under = [text for text in (table.caption, left) if text]
    if under and lines:
        say()
    for text in under:
        say(paragraph(text))


def _as_printed(table: TextTable) -> TextTable:
    """Return the table in the characters that will be printed, whose width may differ."""
    from enforcement_sim.terminal.streams import as_printed

    rows = tuple(tuple(as_printed(cell) for cell in row) for row in table.rows)
    spare = frozenset(as_printed(heading) for heading in table.spare)
    return replace(table, headings=tuple(as_printed(name) for name in table.headings), rows=rows, spare=spare)
