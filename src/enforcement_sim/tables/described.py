"""Objects of data that describe themselves: in one line in a console, and as a table of their fields in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from enforcement_sim.tables.table import Table

LONGEST = 60
"""Characters of a value in one line."""
LONGEST_CELL = 300
"""Characters of a value in a table."""
MOST_ROWS = 60
"""Rows of a table in a notebook."""


class Plain(str):
    """Text that stands for a value in one line, without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def in_one_line(value: Any) -> Any:
    """Return a value, or what stands for it if it is too long for one line.

    Examples
    --------
    >>> in_one_line("x" * 80).endswith("..."), in_one_line({"a": 1}), in_one_line(dict.fromkeys(range(90)))
    (True, {'a': 1}, 90 entries)
    """
    if isinstance(value, str):
        return value if len(value) <= LONGEST else value[: LONGEST - 3] + "..."
    if len(repr(value)) <= LONGEST:
        return value
    if isinstance(value, Mapping | Sequence):
        return Plain(f"{len(value)} entries" if len(value) != 1 else "1 entry")
    return Plain(f"{type(value).__name__}(...)")


def fields_html(title: str, fields: Mapping[str, Any]) -> str:
    """Return the fields of an object as a table for a notebook.

    Examples
    --------
    >>> "hold hours" in fields_html("Detainers", {"hold_hours": 48, "source": "8 CFR 287.7(d)"})
    True
    """
    rows = tuple((name.replace("_", " "), in_a_cell(value)) for name, value in fields.items())
    return f"<div><div><b>{escape(title)}</b></div>{Table(('Field', 'Value'), rows).html()}</div>"


def entries_html(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], more: str = "") -> str:
    """Return many entries as a table for a notebook: the first of them, and how to see the others.

    Examples
    --------
    >>> "and 40 more: ask by name" in entries_html("Numbers", ("n",), [(n,) for n in range(100)], "ask by name")
    True
    """
    listed = [tuple(in_a_cell(value) for value in row) for row in rows]
    shown, left = tuple(listed[:MOST_ROWS]), len(listed) - MOST_ROWS
    note = f"<div><small>{escape(f'and {left} more: {more}')}</small></div>" if left > 0 else ""
    return f"<div><div><b>{escape(title)}</b></div>{Table(tuple(headings), shown).html()}{note}</div>"


def in_a_cell(value: Any) -> str:
    """Return a value as the text of a cell.

    Examples
    --------
    >>> in_a_cell(48.0), in_a_cell(None), in_a_cell(("CA", "TX")), in_a_cell({"jail_day": 80.0})
    ('48', '-', 'CA, TX', 'jail_day: 80')
    """
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        text = "; ".join(f"{name}: {in_a_cell(one)}" for name, one in list(value.items())[:MOST_ROWS])
    elif isinstance(value, list | tuple):
        text = ", ".join(in_a_cell(one) for one in value[:MOST_ROWS])
    else:
        text = str(value)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 3] + "..."
