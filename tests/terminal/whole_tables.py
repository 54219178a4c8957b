"""Check that a printed table is complete."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from enforcement_sim.tables.table import Table
from enforcement_sim.terminal.layout import layout_lines

FITS = 60
"""From this width on, no line is longer than the terminal."""


def assert_whole(table: Table, width: int) -> None:
    """Check that every word and number of a table is printed, as often as in the table, within the width."""
    lines, left_out = layout_lines(table, width)
    shown = table
    for heading in left_out:
        assert heading in table.optional and table.optional_note, f"{heading} is left out, and nothing says where it is"
        shown = shown.without(heading)
    printed = Counter(word.rstrip(":") for line in lines for word in line.split())
    wanted = Counter(word.rstrip(":") for cell in _cells(shown) for word in cell.split())
    assert wanted <= printed, f"at {width} columns these are output_error: {wanted - printed}"
    if shown.rows:
        named = [name for name in shown.headings[1 + shown.grouped :] if _has_text(shown, name)]
        headings = {word.rstrip(":") for name in named for word in name.split()}
        assert headings <= set(printed), f"at {width} columns headings are broken: {headings - set(printed)}"
    if width >= FITS:
        assert max(map(len, lines), default=0) <= width


def _has_text(table: Table, heading: str) -> bool:
    """Return whether any row has text in a column."""
    return any(row[table.headings.index(heading)].strip() for row in table.rows)


def _cells(table: Table) -> list[str]:
    """Return every cell; the shared first cell of a group once."""
    if not table.grouped:
        return [cell for row in table.rows for cell in row]
    first = [name for name, _ in groupby(row[0] for row in table.rows)]
    return [*first, *(cell for row in table.rows for cell in row[1:])]
