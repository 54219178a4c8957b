"""What several commands print with: a console that is wide enough, and a plain table of text."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

PIPED_WIDTH = 160
"""Columns of a table when nobody's terminal says how many there are."""


def wide_console() -> Console:
    """Return a console that is wide enough for the tables when nobody's terminal says how wide it is."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=PIPED_WIDTH)


def command(*parts: str) -> str:
    """Return a command of this program as it can be typed, or copied from where it is suggested.

    Examples
    --------
    >>> command("card", "my results:0", "my results:1")
    "enforcement-sim card 'my results:0' 'my results:1'"
    """
    return shlex.join(["enforcement-sim", *parts])


def print_rows(rows: Sequence[Mapping[str, str]], whole: Iterable[str] = (), caption: str = "") -> None:
    """Print rows of text under the names of their columns; the columns in ``whole`` are never broken."""
    from rich.table import Table

    if not rows:
        return
    unbroken = set(whole)
    table = Table(caption=caption, caption_justify="left")
    for name in rows[0]:
        table.add_column(name, no_wrap=name in unbroken, overflow="fold")
    for row in rows:
        table.add_row(*row.values())
    wide_console().print(table, markup=False)
