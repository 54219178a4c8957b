"""A table as a grid: column widths, and rows with their cells side by side; None if the grid does not fit."""

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
"""Indent of continuation lines."""

LEGIBLE = 24
"""Characters that the first column gets before other columns grow beyond their minimum width."""

MOST_LINES = 4
"""Maximum number of lines of a row; beyond it, another layout is more readable."""

_BREAKABLE = re.compile(r" (?=[\[(]|\N{PLUS-MINUS SIGN}|\+/-|cannot tell)")
"""Where a cell with a number may be broken: before its interval and before the note on it."""

_UNBREAKABLE = (
    re.compile(r"(?<=\S)( )(?:[-\N{MINUS SIGN}\N{EN DASH}\N{PLUS-MINUS SIGN}/]|\+/-)( )(?=\S)"),
    re.compile(r"(?<=[\d%kMBx])( )to( )(?=[-+\N{MINUS SIGN}]?\$?[\d.])"),
    re.compile(r"cannot( )tell"),
    re.compile(r"(?<=\d)( )[hd]\b"),
)
"""Spaces at which no line breaks: inside an interval and around an operator."""

_NO_BREAK = "\N{NO-BREAK SPACE}"


def grid_lines(table: Table, width: int, most_lines: int = MOST_LINES, unbroken: bool = False) -> list[str] | None:
    """Return the lines of the grid, or None if it does not fit."""
    widths = column_widths(table, width, unbroken)
    if widths is None:
        return None
    right = [table.is_number(column) for column in range(len(table.headings))]
    stacked: list[list[str]] = []
    before = ""
    for row in table.rows:
        repeated = table.grouped and row[0] == before
        before = row[0]
        cells = ("", *row[1:]) if repeated else row
        stacked.append(side_by_side(cells, widths, right))
        if len(stacked[-1]) > most_lines:
            return None
    lines = heading_lines(table, widths, right)
    for place, row_lines in enumerate(stacked):
        if begins_section(table, place):
            lines.append("")
        lines += row_lines
    return lines


def heading_lines(table: Table, widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    """Return the headings and the line under them."""
    rule = as_printed("\N{BOX DRAWINGS LIGHT HORIZONTAL}")
    words = side_by_side(table.headings, widths, right, headings=True)
    return [*words, GAP.join(rule * wide for wide in widths)]


def begins_section(table: Table, place: int) -> bool:
    """Return whether a row begins a new section or group."""
    other_group = table.grouped and place > 0 and table.rows[place][0] != table.rows[place - 1][0]
    return place > 0 and (other_group or place in table.sections)


def column_widths(table: Table, width: int, unbroken: bool = False) -> list[int] | None:
    """Return the width of each column, or None if they do not fit; numbers get their full width first, then text."""
    columns = range(len(table.headings))
    cells = [[row[column] for row in table.rows] for column in columns]
    numbers = [table.is_number(column) for column in columns]
    found = [
        max(
            _longest_unbroken(table.headings[at]),
            *(_longest_unbroken(cell, numbers[at], unbroken, at) for cell in cells[at]),
        )
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
        fullest = max(words, key=lambda at: _estimated_lines(cells[at], found[at]))
        room -= _widen(found, fullest, found[fullest] + 1, room)
        words = [at for at in words if found[at] < full[at]]
    for at in columns:  # keep a heading on one line if it fits
        if len(table.headings[at]) - found[at] <= room:
            room -= _widen(found, at, len(table.headings[at]), room)
    return found


def _widen(widths: list[int], column: int, wanted: int, room: int) -> int:
    """Widen a column up to the wanted width or the available room; return the number of characters added."""
    more = min(room, max(0, wanted - widths[column]))
    widths[column] += more
    return more


def _estimated_lines(cells: Sequence[str], width: int) -> float:
    """Return the approximate number of lines of a column; its longest cell has the greatest weight."""
    return max(len(cell) for cell in cells) / width + sum(len(cell) for cell in cells) / width / len(cells) / 10


def without_breaks(text: str, number: bool = False, unbroken: bool = False) -> str:
    """Return a text with no-break spaces inside intervals and around operators.

    A number breaks only before its interval, or not at all if ``unbroken``.

    Examples
    --------
    >>> [part.replace("\N{NO-BREAK SPACE}", " ") for part in without_breaks("B - A, −0.3 to +2 here").split(" ")]
    ['B - A,', '−0.3 to +2', 'here']
    >>> [part.replace("\N{NO-BREAK SPACE}", " ") for part in without_breaks("12 [10 to 14]", number=True).split(" ")]
    ['12', '[10 to 14]']
    """
    if number:
        pieces = [text] if unbroken else _BREAKABLE.split(text)
        return " ".join(piece.replace(" ", _NO_BREAK) for piece in pieces)
    for together in _UNBREAKABLE:
        text = together.sub(lambda found: found[0].replace(" ", _NO_BREAK), text)
    return text


def wrap_cell(text: str, width: int, first: str = "", more: str = "", number: bool = False) -> list[str]:
    """Return the lines of a cell, broken at spaces only and never inside an interval."""
    return [line.replace(_NO_BREAK, " ") for line in wrapped(without_breaks(text, number), width, first, more)]


def _longest_unbroken(cell: str, number: bool = False, unbroken: bool = False, column: int = 1) -> int:
    """Return the length of the longest unbreakable part of a cell; in the first column, its indent included."""
    indent = 0 if column else len(cell) - len(cell.lstrip())
    return indent + max(map(len, without_breaks(cell, number, unbroken).split(" ")))


def side_by_side(
    cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], headings: bool = False
) -> list[str]:
    """Return the lines of one row; headings are wrapped as text, also above numbers."""
    stacks = [
        _cell_lines(cell, wide, number and not headings, at)
        for at, (cell, wide, number) in enumerate(zip(cells, widths, right, strict=True))
    ]
    lines = []
    for level in range(max(map(len, stacks))):
        line = [stack[level] if level < len(stack) else "" for stack in stacks]
        padded = (
            text.rjust(wide) if number else text.ljust(wide)
            for text, wide, number in zip(line, widths, right, strict=True)
        )
        lines.append(GAP.join(padded).rstrip())
    return lines


def _cell_lines(cell: str, width: int, number: bool, column: int) -> list[str]:
    """Return the lines of a cell; the first column has a hanging indent if there is room."""
    if len(cell) <= width:
        return [cell]
    indent = " " * (len(cell) - len(cell.lstrip()))
    hangs = column == 0 and _longest_unbroken(cell.strip()) + len(indent + HANG) <= width
    return wrap_cell(cell.strip(), width, indent, indent + HANG if hangs else indent, number)
