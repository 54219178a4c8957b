"""A table as a grid: how wide its columns are, and its rows side by side. What does not fit is left to other layouts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enforcement_sim.terminal.printing import wrapped
from enforcement_sim.terminal.streams import as_printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enforcement_sim.tables.table import Table

GAP = "  "
"""Between two columns."""

HANG = "  "
"""Before the further lines of a cell of the first column, and before what belongs under a line."""

LEGIBLE = 24
"""Columns that the first column gets before any other gets more than it must have."""

MOST_LINES = 4
"""Lines that a row of a grid may take; where it takes more, another layout reads better."""

_PIECES = re.compile(r" (?=[\[(]|\N{PLUS-MINUS SIGN}|\+/-|cannot tell)")
"""Where a cell with a number may be broken: before its interval, and before what is said of both."""

_TOGETHER = (
    re.compile(r"(?<=\S)( )(?:[-\N{MINUS SIGN}\N{EN DASH}\N{PLUS-MINUS SIGN}/]|\+/-)( )(?=\S)"),
    re.compile(r"(?<=[\d%kMBx])( )to( )(?=[-+\N{MINUS SIGN}]?\$?[\d.])"),
    re.compile(r"cannot( )tell"),
    re.compile(r"(?<=\d)( )[hd]\b"),
)
"""Blanks at which no line ends: within an interval, and around a sign between two things."""

_NO_BREAK = "\N{NO-BREAK SPACE}"


def grid_of(table: Table, width: int, most_lines: int = MOST_LINES, whole: bool = False) -> list[str] | None:
    """Return headings and rows side by side, or None where they do not fit.

    Parameters
    ----------
    table : Table
    width : int
    most_lines : int
        Lines that a row may take.
    whole : bool
        A number and its interval stay on one line.
    """
    widths = widths_of(table, width, whole)
    if widths is None:
        return None
    right = [table.is_number(column) for column in range(len(table.headings))]
    told: list[list[str]] = []
    before = ""
    for row in table.rows:
        repeated = table.grouped and row[0] == before
        before = row[0]
        cells = ("", *row[1:]) if repeated else row
        told.append(side_by_side(cells, widths, right))
        if len(told[-1]) > most_lines:
            return None
    lines = head_of(table, widths, right)
    for place, row_lines in enumerate(told):
        if begins_part(table, place):
            lines.append("")
        lines += row_lines
    return lines


def head_of(table: Table, widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    """Return the headings with the rule under them."""
    rule = as_printed("\N{BOX DRAWINGS LIGHT HORIZONTAL}")
    words = side_by_side(table.headings, widths, right, headings=True)
    return [*words, GAP.join(rule * wide for wide in widths)]


def begins_part(table: Table, place: int) -> bool:
    """Return whether a row begins a new part of the table."""
    other_group = table.grouped and place > 0 and table.rows[place][0] != table.rows[place - 1][0]
    return place > 0 and (other_group or place in table.sections)


def widths_of(table: Table, width: int, whole: bool = False) -> list[int] | None:
    """Return how wide each column is, or None where they do not fit: numbers first as they are, then words by need."""
    columns = range(len(table.headings))
    cells = [[row[column] for row in table.rows] for column in columns]
    numbers = [table.is_number(column) for column in columns]
    found = [
        max(_longest(table.headings[at]), *(_longest(cell, numbers[at], whole, at) for cell in cells[at]))
        for at in columns
    ]
    full = [max(found[at], *(len(cell) for cell in cells[at])) for at in columns]
    room = width - len(GAP) * (len(cells) - 1) - sum(found)
    if room < 0:
        return None
    room -= _widen(found, 0, min(full[0], LEGIBLE), room)
    for at in sorted((at for at in columns if numbers[at]), key=lambda at: full[at] - found[at]):
        if full[at] - found[at] <= room:
            room -= _widen(found, at, full[at], room)
    words = [at for at in columns if found[at] < full[at] and not numbers[at]]
    while room > 0 and words:
        fullest = max(words, key=lambda at: _height(cells[at], found[at]))
        room -= _widen(found, fullest, found[fullest] + 1, room)
        words = [at for at in words if found[at] < full[at]]
    for at in columns:  # a heading on one line, where there is room for it
        if len(table.headings[at]) - found[at] <= room:
            room -= _widen(found, at, len(table.headings[at]), room)
    return found


def _widen(widths: list[int], column: int, wanted: int, room: int) -> int:
    """Give a column what it wants of the room there is; returns how much that was."""
    more = min(room, max(0, wanted - widths[column]))
    widths[column] += more
    return more


def _height(cells: Sequence[str], width: int) -> float:
    """Return about how many lines a column takes: its longest cell counts most."""
    return max(len(cell) for cell in cells) / width + sum(len(cell) for cell in cells) / width / len(cells) / 10


def glued(text: str, number: bool = False, whole: bool = False) -> str:
    """Return a text whose intervals and signs a line break cannot part; of a number only its pieces, or nothing.

    Examples
    --------
    >>> [part.replace("\N{NO-BREAK SPACE}", " ") for part in glued("B - A, −0.3 to +2 here").split(" ")]
    ['B - A,', '−0.3 to +2', 'here']
    >>> [part.replace("\N{NO-BREAK SPACE}", " ") for part in glued("12 [10 to 14]", number=True).split(" ")]
    ['12', '[10 to 14]']
    """
    if number:
        pieces = [text] if whole else _PIECES.split(text)
        return " ".join(piece.replace(" ", _NO_BREAK) for piece in pieces)
    for together in _TOGETHER:
        text = together.sub(lambda found: found[0].replace(" ", _NO_BREAK), text)
    return text


def folded(text: str, width: int, first: str = "", more: str = "", number: bool = False) -> list[str]:
    """Return the lines of a cell, broken at blanks only, and never within an interval."""
    return [line.replace(_NO_BREAK, " ") for line in wrapped(glued(text, number), width, first, more)]


def _longest(cell: str, number: bool = False, whole: bool = False, column: int = 1) -> int:
    """Return how long what of a cell must stay on one line is, with what the first column begins with."""
    begins = 0 if column else len(cell) - len(cell.lstrip())
    return begins + max(map(len, glued(cell, number, whole).split(" ")))


def side_by_side(
    cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], headings: bool = False
) -> list[str]:
    """Return the lines of one row, or of the headings, which are words also over numbers."""
    stacks = [
        _stacked(cell, wide, number and not headings, at)
        for at, (cell, wide, number) in enumerate(zip(cells, widths, right, strict=True))
    ]
    lines = []
    for level in range(max(map(len, stacks))):
        told = [stack[level] if level < len(stack) else "" for stack in stacks]
        padded = (
            text.rjust(wide) if number else text.ljust(wide)
            for text, wide, number in zip(told, widths, right, strict=True)
        )
        lines.append(GAP.join(padded).rstrip())
    return lines


def _stacked(cell: str, width: int, number: bool, column: int) -> list[str]:
    """Return a cell's lines: a number's pieces, or words wrapped, in the first column with a hang."""
    if len(cell) <= width:
        return [cell]
    begins = " " * (len(cell) - len(cell.lstrip()))
    hangs = column == 0 and _longest(cell.strip()) + len(begins + HANG) <= width
    return folded(cell.strip(), width, begins, begins + HANG if hangs else begins, number)
