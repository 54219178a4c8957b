"""One table: what a command prints, a notebook or a page shows, and a file holds for a spreadsheet.

Cells are text as a person reads it, a number with its interval and unit in one cell
(:mod:`enforcement_sim.tables.amounts`). The numbers behind them may come along for programs: CSV and spreadsheets then get
these. How a table is laid out in a terminal is in :mod:`enforcement_sim.terminal.layout`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_NUMBER = re.compile(
    r"[<>]?[+\-\N{MINUS SIGN}]?\$?[\d.][\d.,]*(e[+-]?\d+)?"  # the number itself
    r"( ?[^\W\d]{0,12}%?| ?%( [^\W\d]{1,12})?)"  # its unit, or "% more"
    r"( (to|\N{PLUS-MINUS SIGN}|\+/-|[\[(\N{PLUS-MINUS SIGN}]).*)?( cannot tell)?"  # its interval, and what is said of both
)
"""A cell that is a number, whatever its unit and interval."""

_LEFT = ' style="text-align: left"'
_NOTHING = {"", "-", "\N{EN DASH}", "none", "unknown", "None"}


@dataclass(frozen=True)
class Table:
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
    hints : tuple of str
        What a row's first cell tells when pointed at, a text a row; none if empty.
    numbers : DataFrame or None
        What stands in the cells, as numbers with their intervals in columns of their own; for files.
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
    hints: tuple[str, ...] = ()
    numbers: pd.DataFrame | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse rows that have another number of cells than there are headings."""
        for row in self.rows:
            if len(row) != len(self.headings):
                raise ValueError(f"{len(row)} cells under {len(self.headings)} headings: {row}")

    def without(self, heading: str) -> Table:
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

    @property
    def frame(self) -> pd.DataFrame:
        """The numbers if they are there, else the text."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=list(self.headings)) if self.numbers is None else self.numbers

    def html(self, number_class: str = "") -> str:
        """Return the table as HTML that a screen reader can walk: a heading for every column and row.

        Parameters
        ----------
        number_class : str
            Class of the cells of columns of numbers, for a page that styles them; none unless given.

        Examples
        --------
        >>> Table(("Who", "People"), (("A & B", "12"),)).html("number").partition("<tbody>")[2]
        '<tr><th scope="row" style="text-align: left">A &amp; B</th><td class="number">12</td></tr></tbody></table>'
        """
        marked = f' class="{number_class}"' if number_class else ""
        numeric = [marked if self.is_number(at) else "" for at in range(len(self.headings))]
        head = "".join(
            f'<th scope="col"{numeric[at] if at else _LEFT}>{escape(text)}</th>'
            for at, text in enumerate(self.headings)
        )
        lines = []
        for row, hint in zip(self.rows, self.hints or ("",) * len(self.rows), strict=True):
            told = f' title="{escape(hint)}"' if hint else ""
            cells = "".join(f"<td{numeric[at]}>{escape(cell)}</td>" for at, cell in enumerate(row) if at)
            lines.append(f'<tr><th scope="row"{_LEFT}{told}>{escape(row[0])}</th>{cells}</tr>')
        title = f"<caption>{escape(self.title)}</caption>" if self.title else ""
        under = f"<p>{escape(self.caption)}</p>" if self.caption else ""
        return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>{under}"

    def _repr_html_(self) -> str:
        return self.html()

    def __str__(self) -> str:
        """Return the table as plain text, a line a row."""
        widths = [max(map(len, column)) for column in zip(self.headings, *self.rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (self.headings, *self.rows)]
        return "\n".join(filter(None, (self.title, *lines, self.caption)))

    def csv(self) -> str:
        """Return the table as CSV."""
        from enforcement_sim.tables.csv_text import csv_text

        return csv_text(self.frame)

    def to_excel(self, path: Path | str) -> None:
        """Write the table as a workbook; needs the extra ``data``."""
        from enforcement_sim.tables.csv_text import harmless_frame

        harmless_frame(self.frame).to_excel(path, sheet_name="table", index=False, engine="openpyxl")


def table_of(rows: pd.DataFrame, title: str = "", caption: str = "", alike: bool = False) -> Table:
    """Return a frame of text as a table.

    Parameters
    ----------
    rows : DataFrame
        Text in words and rounded numbers; its index is not shown.
    title, caption, alike
        See :class:`Table`.

    Examples
    --------
    >>> import pandas as pd
    >>> table_of(pd.DataFrame({"stage": ["removed"], "people": ["1,234"]})).rows
    (('removed', '1,234'),)
    """
    cells = tuple(tuple(str(cell) for cell in row) for row in rows.itertuples(index=False))
    return Table(tuple(str(name) for name in rows.columns), cells, title, caption, alike=alike)


def table_of_records(rows: Sequence[Mapping[str, str]], title: str = "", caption: str = "") -> Table:
    """Return rows under the names of their columns as a table; those of the first row are everybody's.

    Examples
    --------
    >>> table_of_records([{"run": "a1", "seed": "1"}]).headings
    ('run', 'seed')
    """
    headings = tuple(rows[0]) if rows else ()
    return Table(headings, tuple(tuple(row[name] for name in headings) for row in rows), title, caption)
