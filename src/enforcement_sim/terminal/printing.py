"""Text on a terminal: how wide it is, paragraphs, labelled parts and lines; JSON; and the error for an unknown name."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


LINE = 100
"""Columns to which sentences are wrapped at most, because longer lines are hard to read; and what is taken where no
terminal and no ``COLUMNS`` says how many columns there are."""

LABEL = 12
"""Columns of a label such as ``citation:``, its blanks included."""

LARGEST_INDENT = 4
"""An indent takes one part in so many of the columns at most."""


def columns() -> int:
    """Return how many columns there are: what ``COLUMNS`` says, also in a pipe; else the terminal's; else 100."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    if sys.stdout is not None and sys.stdout.isatty():
        return shutil.get_terminal_size((LINE, 24)).columns
    return LINE


def text_columns() -> int:
    """Return to how many columns sentences are wrapped."""
    return min(LINE, columns())


def say(text: str = "", strongly: bool = False) -> None:
    """Print a text and end the line; in bold on a terminal if ``strongly``."""
    typer.echo(typer.style(text, bold=True) if strongly else text)


def command(*parts: str) -> str:
    """Return a command of this program as it can be typed, or copied from where it is suggested.

    Examples
    --------
    >>> command("card", "my results:0", "my results:1")
    "enforcement-sim card 'my results:0' 'my results:1'"
    """
    return shlex.join(["enforcement-sim", *parts])


def wrapped(text: str, width: int, first: str = "", more: str = "") -> list[str]:
    """Return the lines of a text, broken at blanks only: a word or number that is longer than a line stays whole.

    Examples
    --------
    >>> wrapped("removed: 12,597,693 people", 12, more="  ")
    ['removed:', '  12,597,693', '  people']
    """
    lines = wrap(
        text,
        max(1, width),
        initial_indent=first,
        subsequent_indent=more,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return lines or [first.rstrip()]


def paragraph(text: str, first: int = 0, more: int = 0) -> str:
    """Return sentences wrapped to the terminal, with the first line and the others indented."""
    from enforcement_sim.terminal.streams import as_printed

    width = text_columns()
    most = width // LARGEST_INDENT
    return "\n".join(wrapped(as_printed(text), width, " " * min(first, most), " " * min(more, most)))


def print_part(label: str, text: str, indent: int = 4, width: int = LABEL) -> None:
    """Print a labelled part, its further lines under the text."""
    width = max(width, len(label) + 2)
    say(paragraph(f"{label + ':' if label else '':{width}}{text}", indent, indent + width))


def print_lines(lines: Iterable[str], indent: int = 4) -> None:
    """Print lines with an indent, wrapped."""
    for line in lines:
        say(paragraph(line, indent, indent + 4))


def print_json(data: object) -> None:
    """Print JSON, days as YYYY-MM-DD; where not every character can be printed, in escapes that read back as the same text."""
    from enforcement_sim.terminal.streams import prints_unicode

    say(json.dumps(data, indent=1, ensure_ascii=not prints_unicode(), allow_nan=False, default=date.isoformat))


def print_csv(frame: pd.DataFrame) -> None:
    """Print a frame as CSV, without its index."""
    from enforcement_sim.tables.csv_text import csv_text

    typer.echo(csv_text(frame), nl=False)
