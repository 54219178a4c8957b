"""Text on a terminal: width, paragraphs, labelled parts, lists of lines, JSON and CSV."""

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
"""Maximum width of wrapped text, for readability; also the default width without a terminal or ``COLUMNS``."""

LABEL = 12
"""Width of a label such as ``citation:``, with trailing spaces."""

THOUSAND = 1000

LARGEST_INDENT = 4
"""An indent takes at most this fraction (1/n) of the width."""


def columns() -> int:
    """Return the terminal width: ``COLUMNS`` if set, also in a pipe; otherwise that of the terminal, or 100."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    if sys.stdout is not None and sys.stdout.isatty():
        return shutil.get_terminal_size((LINE, 24)).columns
    return LINE


def text_columns() -> int:
    """Return the width of wrapped text."""
    return min(LINE, columns())


def print_text(text: str = "", bold: bool = False) -> None:
    """Print a text and a line break; in bold on a terminal if ``bold``."""
    typer.echo(typer.style(text, bold=True) if bold else text)


def command(*parts: str) -> str:
    """Return a command of this program, quoted for a shell.

    Examples
    --------
    >>> command("card", "my results:0", "my results:1")
    "enforcement-sim card 'my results:0' 'my results:1'"
    """
    return shlex.join(["enforcement-sim", *parts])


def wrapped(text: str, width: int, first: str = "", more: str = "") -> list[str]:
    """Return the lines of a text, broken at spaces only: a word longer than the line is not split.

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
    """Return text wrapped to the terminal, with indents of the first and the following lines."""
    from enforcement_sim.terminal.streams import as_printed

    width = text_columns()
    most = width // LARGEST_INDENT
    return "\n".join(wrapped(as_printed(text), width, " " * min(first, most), " " * min(more, most)))


def print_part(label: str, text: str, indent: int = 4, width: int = LABEL) -> None:
    """Print a labelled text with a hanging indent."""
    width = max(width, len(label) + 2)
    print_text(paragraph(f"{label + ':' if label else '':{width}}{text}", indent, indent + width))


def print_lines(lines: Iterable[str], indent: int = 4) -> None:
    """Print indented lines, wrapped."""
    for line in lines:
        print_text(paragraph(line, indent, indent + 4))


def print_json(data: object) -> None:
    """Print JSON, with dates as YYYY-MM-DD and with escapes for characters that the terminal cannot print."""
    from enforcement_sim.terminal.streams import prints_unicode

    print_text(json.dumps(data, indent=1, ensure_ascii=not prints_unicode(), allow_nan=False, default=date.isoformat))


def print_csv(frame: pd.DataFrame) -> None:
    """Print a frame as CSV, without its index."""
    from enforcement_sim.tables.csv_text import csv_text

    typer.echo(csv_text(frame), nl=False)


def number(value: object) -> str:
    """Return a number with three digits, or as a whole number from a thousand on; nothing for one that is none.

    Examples
    --------
    >>> number(0.06561), number(1234.5), number(float("nan")), number("text")
    ('0.0656', '1,234', '', 'text')
    """
    if not isinstance(value, (int, float)):
        return str(value)
    if value != value:
        return ""
    return f"{value:,.0f}" if abs(value) >= THOUSAND else f"{value:.3g}"
