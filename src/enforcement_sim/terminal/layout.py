"""How a table is laid out in the columns there are: nothing is cut, and words, numbers and headings stay whole.

Tried in this order, until one fits:

1. a grid, with words wrapped at blanks where need be; then without the columns that the table can spare;
2. where all columns are of one kind, bands of as many as fit, under each other;
3. a grid under each group, where the first column says the same for many rows;
4. a grid with the first column on a line of its own above the rest of its row;
5. rows one after another, each cell after its heading; this fits any width, save that a longer word sticks out.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from enforcement_sim.terminal.grid import GAP, HANG, begins_part, folded, grid_of, head_of, side_by_side, widths_of
from enforcement_sim.terminal.printing import columns, paragraph, say, wrapped
from enforcement_sim.terminal.streams import as_printed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enforcement_sim.tables.table import Table


def laid_out(table: Table, width: int) -> tuple[list[str], list[str]]:
    """Return the lines of a table, and the headings of columns that were left out.

    Parameters
    ----------
    table : Table
    width : int
        Columns of the terminal.

    Examples
    --------
    >>> from enforcement_sim.tables.table import Table
    >>> table = Table(("measure", "A", "B"), (("removed", "12,597,693", "12,600,000"),))
    >>> for line in laid_out(table, 40)[0]: print(line)
    measure           A           B
    ───────  ──────────  ──────────
    removed  12,597,693  12,600,000
    >>> for line in laid_out(table, 14)[0]: print(line)
    removed
      A:
        12,597,693
      B:
        12,600,000
    """
    if not table.rows:
        return [], []
    table = _without_empty(table)
    grid = grid_of(table, width, whole=table.alike)
    if grid is not None:
        return grid, []
    slim, left_out = table, list[str]()
    for heading in [name for name in table.headings if name in table.spare]:
        slim, left_out = slim.without(heading), [*left_out, heading]
        grid = grid_of(slim, width, whole=table.alike)
        if grid is not None:
            return grid, left_out
    for layout in (_banded, _under_groups, _led):
        lines = layout(slim, width)
        if lines is not None:
            return lines, left_out
    return _rows(slim, width), left_out


def _without_empty(table: Table) -> Table:
    """Return the table without columns in which no row says anything; without names of rows there is nothing under a group."""
    named = table.headings[1] if table.grouped else None
    for place in range(len(table.headings) - 1, 0, -1):
        if not any(row[place].strip() for row in table.rows):
            table = table.without(table.headings[place])
    return replace(table, grouped=table.grouped and table.headings[1:2] == (named,))


def _groups(table: Table) -> Iterator[tuple[str, Table]]:
    """Yield each group's name with its rows, without the first column."""
    inner = replace(table, grouped=False, sections=frozenset())
    for name, rows in groupby(table.rows, key=lambda row: row[0]):
        yield name, replace(replace(inner, rows=tuple(rows)).without(table.headings[0]), led=True)


def _under_groups(table: Table, width: int) -> list[str] | None:
    """Return a grid under each group's own line, or None where there are no groups or no room."""
    if not table.grouped:
        return None
    lines: list[str] = []
    for name, group in _groups(table):
        grid = grid_of(group, width) or _led(group, width)
        if grid is None:
            return None
        lines += [*_apart(lines), *wrapped(f"{table.headings[0]}: {name}", width, more=HANG), *grid]
    return lines


def _led(table: Table, width: int) -> list[str] | None:
    """Return rows whose first cell has a line of its own, with the others in columns below; None where they do not fit."""
    if len(table.headings) < 3 or table.grouped:
        return None
    below = table.without(table.headings[0])
    grid = grid_of(replace(below, sections=frozenset()), width - len(HANG), most_lines=2)
    widths = widths_of(below, width - len(HANG))
    if grid is None or widths is None:
        return None
    right = [below.is_number(column) for column in range(len(below.headings))]
    lines = [table.headings[0], *(HANG + line for line in head_of(below, widths, right))]
    for place, row in enumerate(table.rows):
        lines += _apart(lines) if begins_part(table, place) else []
        lines += folded(row[0].strip(), width, " " * (len(row[0]) - len(row[0].lstrip())), HANG * 2)
        if any(cell.strip() for cell in row[1:]):
            lines += [(HANG + line).rstrip() for line in side_by_side(row[1:], widths, right)]
    return lines


def _banded(table: Table, width: int) -> list[str] | None:
    """Return columns of one kind in bands, each with the first column; None where they are not, or one does not fit."""
    if not table.alike:
        return None
    grids = _bands(table, width, whole=True) or _bands(table, width, whole=False)
    return None if grids is None else [line for grid in grids for line in ("", *grid)][1:]


def _bands(table: Table, width: int, whole: bool) -> list[list[str]] | None:
    """Return grids of alike many columns, as few as fit."""
    columns = range(1, len(table.headings))
    for size in range(len(columns), 0, -1):
        count = -(-len(columns) // size)
        even = -(-len(columns) // count)
        parts = [columns[first : first + even] for first in range(0, len(columns), even)]
        grids = [grid_of(_chosen(table, part), width, whole=whole) for part in parts]
        if all(grid is not None for grid in grids):
            return [grid for grid in grids if grid is not None]
    return None


def _chosen(table: Table, columns: Sequence[int]) -> Table:
    """Return the table with its first column and these."""
    kept = [0, *columns]
    rows = tuple(tuple(row[column] for column in kept) for row in table.rows)
    return replace(table, headings=tuple(table.headings[column] for column in kept), rows=rows)


def _rows(table: Table, width: int) -> list[str]:
    """Return every row by itself: its first cell, then each other cell after its heading, several on a line if short."""
    lines: list[str] = []
    group = None
    for row in table.rows:
        lead = 0
        if table.grouped:
            if row[0] != group:
                group = row[0]
                lines += [*_apart(lines), *wrapped(f"{table.headings[0]}: {group}", width, more=HANG)]
            lead = 1
        begins = " " * (len(row[lead]) - len(row[lead].lstrip()))
        lines += folded(row[lead].strip(), width, begins, begins + HANG * 2)
        pairs = [
            f"{heading}: {cell.strip()}"
            for heading, cell in zip(table.headings[lead + 1 :], row[lead + 1 :], strict=True)
            if cell.strip()
        ]
        lines += _flowing(pairs, width, begins + HANG)
    return lines


def _flowing(pairs: Sequence[str], width: int, indent: str) -> list[str]:
    """Return pairs of heading and cell with an indent, as many on a line as fit whole."""
    lines: list[str] = []
    open_line = False
    for pair in pairs:
        if open_line and len(lines[-1]) + len(GAP) + len(pair) <= width:
            lines[-1] += GAP + pair
            continue
        told = folded(pair, width, indent, indent + HANG)
        lines += told
        open_line = len(told) == 1
    return lines


def _apart(lines: Sequence[str]) -> list[str]:
    """Return a blank line where something stands above."""
    return [""] if lines else []


def print_table(table: Table) -> None:
    """Print a table in as many columns as there are; see :func:`laid_out`."""
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


def _as_printed(table: Table) -> Table:
    """Return the table in the characters that will be printed, whose width may differ."""
    rows = tuple(tuple(as_printed(cell) for cell in row) for row in table.rows)
    spare = frozenset(as_printed(heading) for heading in table.spare)
    return replace(table, headings=tuple(as_printed(name) for name in table.headings), rows=rows, spare=spare)
