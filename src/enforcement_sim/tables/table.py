"""The table model shared by commands, notebooks, pages, CSV files and spreadsheets.

Cells are formatted text; a number, its interval and its unit share one cell (:mod:`enforcement_sim.tables.amounts`). A
table may also hold the unformatted numbers, which CSV files and spreadsheets then contain. The layout for terminals is in
:mod:`enforcement_sim.terminal.layout`.
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
    r"( (to|\N{PLUS-MINUS SIGN}|\+/-|[\[(\N{PLUS-MINUS SIGN}]).*)?( cannot tell)?"  # its interval and the note on it
)
"""A cell that contains a number, with any unit and interval."""

SHOWN_HEADINGS = 6
"""Most headings that a table names of itself in a console."""
_LEFT = ' style="text-align: left"'
_EMPTY = {"", "-", "\N{EN DASH}", "none", "unknown", "None"}


@dataclass(frozen=True)
class Table:
    """Headings and rows of text, with a title and a caption.

    Attributes
    ----------
    rows : tuple of tuple of str
        One cell for each heading. The first column labels the row.
    title, caption : str
        Text above and below the table; not printed if empty.
    sections : frozenset of int
        Rows that begin a new section.
    grouped : bool
        Consecutive rows share a value in the first column, which is printed once for each group.
    uniform : bool
        All columns but the first are of one kind (such as a column for each programme), so that a narrow terminal can stack
        them in bands.
    optional : frozenset of str
        Headings of columns that a narrow terminal may omit.
    optional_note : str
        Printed if a column is omitted: where to find it.
    has_row_labels : bool
        Whether the first column labels the rows; otherwise it may contain numbers.
    hints : tuple of str
        Tooltips of the first cells, one for each row; none if empty.
    numbers : DataFrame or None
        The unformatted numbers, with intervals in separate columns; used for files.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    caption: str = ""
    sections: frozenset[int] = frozenset()
    grouped: bool = False
    uniform: bool = False
    optional: frozenset[str] = field(default_factory=frozenset)
    optional_note: str = ""
    has_row_labels: bool = True
    hints: tuple[str, ...] = ()
    numbers: pd.DataFrame | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check that every row has one cell for each heading."""
        for row in self.rows:
            if len(row) != len(self.headings):
                raise ValueError(f"{len(row)} cells under {len(self.headings)} headings: {row}")

    def without(self, heading: str) -> Table:
        """Return the table without a column."""
        at = self.headings.index(heading)
        rows = tuple((*row[:at], *row[at + 1 :]) for row in self.rows)
        has_row_labels = self.has_row_labels and at > 0
        return replace(
            self, headings=(*self.headings[:at], *self.headings[at + 1 :]), rows=rows, has_row_labels=has_row_labels
        )

    def is_number(self, column: int) -> bool:
        """Return whether a column contains numbers, which are right-aligned; row labels never are."""
        if self.uniform:
            return column > 0
        filled = [cell for row in self.rows if (cell := row[column].strip()) not in _EMPTY]
        return (column > 0 or not self.has_row_labels) and bool(filled) and all(map(_NUMBER.fullmatch, filled))

    @property
    def frame(self) -> pd.DataFrame:
        """The unformatted numbers if present, otherwise the text."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=list(self.headings)) if self.numbers is None else self.numbers

    def html(self, number_class: str = "") -> str:
        """Return the table as accessible HTML, with a header cell for every column and row.

        Parameters
        ----------
        number_class : str
            CSS class of cells in columns of numbers; none by default.

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
            tooltip = f' title="{escape(hint)}"' if hint else ""
            cells = "".join(f"<td{numeric[at]}>{escape(cell)}</td>" for at, cell in enumerate(row) if at)
            lines.append(f'<tr><th scope="row"{_LEFT}{tooltip}>{escape(row[0])}</th>{cells}</tr>')
        title = f"<caption>{escape(self.title)}</caption>" if self.title else ""
        under = f"<p>{escape(self.caption)}</p>" if self.caption else ""
        return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>{under}"

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        """Return the size of the table and its headings in one line; ``print`` shows the whole."""
        return f"Table({len(self.rows)} rows of {', '.join(self.headings[:SHOWN_HEADINGS])})"

    def __str__(self) -> str:
        """Return the table as plain text, one line for each row."""
        widths = [max(map(len, column)) for column in zip(self.headings, *self.rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (self.headings, *self.rows)]
        return "\n".join(filter(None, (self.title, *lines, self.caption)))

    def csv(self) -> str:
        """Return the table as CSV."""
        from enforcement_sim.tables.csv_text import csv_text

        return csv_text(self.frame)

    def to_excel(self, path: Path | str) -> None:
        """Write the table as a workbook; requires the extra ``data``."""
        from enforcement_sim.tables.csv_text import harmless_frame

        harmless_frame(self.frame).to_excel(path, sheet_name="table", index=False, engine="openpyxl")


def table_of(rows: pd.DataFrame, title: str = "", caption: str = "", uniform: bool = False) -> Table:
    """Return a frame of text as a table.

    Examples
    --------
    >>> import pandas as pd
    >>> table_of(pd.DataFrame({"stage": ["removed"], "people": ["1,234"]})).rows
    (('removed', '1,234'),)
    """
    cells = tuple(tuple(str(cell) for cell in row) for row in rows.itertuples(index=False))
    return Table(tuple(str(name) for name in rows.columns), cells, title, caption, uniform=uniform)


def table_of_records(rows: Sequence[Mapping[str, str]], title: str = "", caption: str = "") -> Table:
    """Return records as a table; the keys of the first record are the headings.

    Examples
    --------
    >>> table_of_records([{"run": "a1", "seed": "1"}]).headings
    ('run', 'seed')
    """
    headings = tuple(rows[0]) if rows else ()
    return Table(headings, tuple(tuple(row[name] for name in headings) for row in rows), title, caption)
