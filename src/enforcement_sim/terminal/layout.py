"""Layout of a table in the available terminal width. No cell is cut, and words, numbers and headings stay unbroken.

The first layout that fits is used:

1. a grid, with text wrapped at spaces if necessary; then the same without the optional columns;
2. bands of columns below each other, if all columns are of one kind;
3. a grid below each group, if consecutive rows share the first column;
4. a grid with the first column on a separate line above the other cells of the row;
5. one row after another, each cell after its heading. This fits any width, except that a longer word extends beyond it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from enforcement_sim.terminal.grid import (
    GAP,
    HANG,
    begins_section,
    column_widths,
    grid_lines,
    heading_lines,
    side_by_side,
    wrap_cell,
)
from enforcement_sim.terminal.printing import columns, paragraph, print_text, wrapped
from enforcement_sim.terminal.streams import as_printed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enforcement_sim.tables.table import Table


def layout_lines(table: Table, width: int) -> tuple[list[str], list[str]]:
    """Return the lines of a table and the headings of omitted columns.

    Examples
    --------
    >>> from enforcement_sim.tables.table import Table
    >>> table = Table(("measure", "A", "B"), (("removed", "12,597,693", "12,600,000"),))
    >>> for line in layout_lines(table, 40)[0]: print(line)
    measure           A           B
    ───────  ──────────  ──────────
    removed  12,597,693  12,600,000
    >>> for line in layout_lines(table, 14)[0]: print(line)
    removed
      A:
        12,597,693
      B:
        12,600,000
    """
    if not table.rows:
        return [], []
    table = _without_empty_columns(table)
    grid = grid_lines(table, width, unbroken=table.uniform)
    if grid is not None:
        return grid, []
    slim, left_out = table, list[str]()
    for heading in [name for name in table.headings if name in table.optional]:
        slim, left_out = slim.without(heading), [*left_out, heading]
        grid = grid_lines(slim, width, unbroken=table.uniform)
        if grid is not None:
            return grid, left_out
    for layout in (_in_bands, _under_groups, _rows_under_first_cell):
        lines = layout(slim, width)
        if lines is not None:
            return lines, left_out
    return _row_by_row(slim, width), left_out


def _without_empty_columns(table: Table) -> Table:
    """Return the table without empty columns; it is no longer grouped if the column of row names is removed."""
    named = table.headings[1] if table.grouped else None
    for place in range(len(table.headings) - 1, 0, -1):
        if not any(row[place].strip() for row in table.rows):
            table = table.without(table.headings[place])
    return replace(table, grouped=table.grouped and table.headings[1:2] == (named,))


def _groups(table: Table) -> Iterator[tuple[str, Table]]:
    """Yield each group's name with its rows, without the first column."""
    inner = replace(table, grouped=False, sections=frozenset())
    for name, rows in groupby(table.rows, key=lambda row: row[0]):
        yield name, replace(replace(inner, rows=tuple(rows)).without(table.headings[0]), has_row_labels=True)


def _under_groups(table: Table, width: int) -> list[str] | None:
    """Return a grid below each group's heading, or None if there are no groups or it does not fit."""
    if not table.grouped:
        return None
    lines: list[str] = []
    for name, group in _groups(table):
        grid = grid_lines(group, width) or _rows_under_first_cell(group, width)
        if grid is None:
            return None
        lines += [*_blank_line(lines), *wrapped(f"{table.headings[0]}: {name}", width, more=HANG), *grid]
    return lines


def _rows_under_first_cell(table: Table, width: int) -> list[str] | None:
    """Return rows with the first cell on a separate line above the others; None if they do not fit."""
    if len(table.headings) < 3 or table.grouped:
        return None
    below = table.without(table.headings[0])
    grid = grid_lines(replace(below, sections=frozenset()), width - len(HANG), most_lines=2)
    widths = column_widths(below, width - len(HANG))
    if grid is None or widths is None:
        return None
    right = [below.is_number(column) for column in range(len(below.headings))]
    lines = [table.headings[0], *(HANG + line for line in heading_lines(below, widths, right))]
    for place, row in enumerate(table.rows):
        lines += _blank_line(lines) if begins_section(table, place) else []
        lines += wrap_cell(row[0].strip(), width, " " * (len(row[0]) - len(row[0].lstrip())), HANG * 2)
        if any(cell.strip() for cell in row[1:]):
            lines += [(HANG + line).rstrip() for line in side_by_side(row[1:], widths, right)]
    return lines


def _in_bands(table: Table, width: int) -> list[str] | None:
    """Return columns in bands, each with the first column; None if they are of different kinds or do not fit."""
    if not table.uniform:
        return None
    grids = _bands(table, width, unbroken=True) or _bands(table, width, unbroken=False)
    return None if grids is None else [line for grid in grids for line in ("", *grid)][1:]


def _bands(table: Table, width: int, unbroken: bool) -> list[list[str]] | None:
    """Return as few grids as fit, with equal numbers of columns."""
    columns = range(1, len(table.headings))
    for size in range(len(columns), 0, -1):
        count = -(-len(columns) // size)
        even = -(-len(columns) // count)
        parts = [columns[first : first + even] for first in range(0, len(columns), even)]
        grids = [grid_lines(_with_columns(table, part), width, unbroken=unbroken) for part in parts]
        if all(grid is not None for grid in grids):
            return [grid for grid in grids if grid is not None]
    return None


def _with_columns(table: Table, columns: Sequence[int]) -> Table:
    """Return the table with its first column and the given columns."""
    kept = [0, *columns]
    rows = tuple(tuple(row[column] for column in kept) for row in table.rows)
    return replace(table, headings=tuple(table.headings[column] for column in kept), rows=rows)


def _row_by_row(table: Table, width: int) -> list[str]:
    """Return one row after another: the first cell, then each other cell after its heading."""
    lines: list[str] = []
    group = None
    for row in table.rows:
        lead = 0
        if table.grouped:
            if row[0] != group:
                group = row[0]
                lines += [*_blank_line(lines), *wrapped(f"{table.headings[0]}: {group}", width, more=HANG)]
            lead = 1
        indent = " " * (len(row[lead]) - len(row[lead].lstrip()))
        lines += wrap_cell(row[lead].strip(), width, indent, indent + HANG * 2)
        pairs = [
            f"{heading}: {cell.strip()}"
            for heading, cell in zip(table.headings[lead + 1 :], row[lead + 1 :], strict=True)
            if cell.strip()
        ]
        lines += _pairs_in_lines(pairs, width, indent + HANG)
    return lines


def _pairs_in_lines(pairs: Sequence[str], width: int, indent: str) -> list[str]:
    """Return indented pairs of heading and cell, as many on each line as fit."""
    lines: list[str] = []
    open_line = False
    for pair in pairs:
        if open_line and len(lines[-1]) + len(GAP) + len(pair) <= width:
            lines[-1] += GAP + pair
            continue
        pair_lines = wrap_cell(pair, width, indent, indent + HANG)
        lines += pair_lines
        open_line = len(pair_lines) == 1
    return lines


def _blank_line(lines: Sequence[str]) -> list[str]:
    """Return a blank line if there are lines above."""
    return [""] if lines else []


def print_table(table: Table) -> None:
    """Print a table in the layout that fits the terminal; see :func:`layout_lines`."""
    printable = _as_printed(table)
    lines, left_out = layout_lines(printable, columns())
    if table.title:
        print_text(paragraph(table.title), bold=True)
    if lines:
        print_text("\n".join(lines))
    left = f"Not shown: {', '.join(left_out)}. {table.optional_note}" if left_out else ""
    under = [text for text in (table.caption, left) if text]
    if under and lines:
        print_text()
    for text in under:
        print_text(paragraph(text))


def _as_printed(table: Table) -> Table:
    """Return the table in the characters that will be printed, because replacements can change widths."""
    rows = tuple(tuple(as_printed(cell) for cell in row) for row in table.rows)
    optional = frozenset(as_printed(heading) for heading in table.optional)
    return replace(table, headings=tuple(as_printed(name) for name in table.headings), rows=rows, optional=optional)
