"""A matrix of changes: measures by settings, coloured by size and certainty, with the interval on hover and on focus.

The colour of a cell says how far a measure moves from the reference and in which direction; neither direction is good or bad.
The text repeats what the colour says, so that nobody needs the colour. A cell holds its whole sentence, interval included: a
screen reader reads it, and the page shows it for the cell under the pointer or with the focus.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

LOWER, HIGHER, UNSURE, SAME, NONE = "lower", "higher", "unsure", "same", "none"
"""Kinds of a cell: a change with a direction, one whose interval includes zero, no change in any run, nothing to count."""
KEY = (
    (f"{LOWER} size-3", "less than at the reference"),
    (f"{HIGHER} size-3", "more"),
    (f"{UNSURE}", "?: the interval includes zero, so the direction cannot be told"),
    (f"{SAME}", "=: identical in every run"),
)


@dataclass(frozen=True)
class Cell:
    """One measure under one setting.

    Attributes
    ----------
    change : str
        The change in the measure's unit, short.
    relative : str
        The change as a share of the level at the reference; empty where that says nothing.
    brief : str
        What a phone shows instead of both: at most six characters.
    sentence : str
        Setting, change, interval and unit in full.
    kind : str
        One of the kinds of this module.
    size : int
        0 to 4, the larger the stronger the colour.
    """

    change: str
    relative: str
    brief: str
    sentence: str
    kind: str
    size: int = 0

    @property
    def html(self) -> str:
        """The cell; what is short is hidden from screen readers, which read the sentence."""
        relative = f'<small class="relative">{escape(self.relative)}</small>' if self.relative else ""
        return (
            f'<td tabindex="0" class="{self.kind} size-{self.size}"><span aria-hidden="true">'
            f'<b class="change">{escape(self.change)}</b>{relative}<b class="brief">{escape(self.brief)}</b></span>'
            f'<span class="tip">{escape(self.sentence)}</span></td>'
        )


@dataclass(frozen=True)
class Line:
    """A row of a matrix: its level at the reference with its unit, and a cell for each setting."""

    label: str
    level: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """Measures by settings: the heads of the columns, and heading and rows of each group; an only group may have no heading."""

    title: str
    settings: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    note: str = ""
    kind: str = "matrix"

    @property
    def html(self) -> str:
        """Body of the table: a heading and rows for each group.

        Examples
        --------
        >>> cell = Cell("-12", "-3%", "-3%", "96 h: 12 fewer [10 to 14]", LOWER, 2)
        >>> Matrix("", ("96 h",), (("People", (Line("Removed", "400", (cell,)),)),)).html.count("12 fewer [10 to 14]")
        1
        """
        columns = len(self.settings) + 1
        found = []
        for heading, lines in self.groups:
            head = f'<tr><th scope="rowgroup" class="group" colspan="{columns}">{escape(heading)}</th></tr>'
            rows = [head] if heading else []
            rows += [
                f'<tr><th scope="row">{escape(line.label)}<span class="level">{escape(line.level)}</span></th>'
                + "".join(cell.html for cell in line.cells)
                + "</tr>"
                for line in lines
            ]
            found.append("<tbody>\n" + "\n".join(rows) + "\n</tbody>")
        return "\n".join(found)

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """Classes and meaning of the colours."""
        return KEY
