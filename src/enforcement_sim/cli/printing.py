"""Text on a terminal: labelled parts and lines, wrapped; JSON; and the error for a name that does not exist."""

from __future__ import annotations

import json
from textwrap import fill
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["LINE", "print_json", "print_lines", "print_part", "unknown"]

LINE = 100
"""Columns to which text is wrapped."""

LABEL = 12
"""Columns of a label such as ``citation:``, its blanks included."""


def print_part(label: str, text: str) -> None:
    width = max(LABEL, len(label) + 2)
    indent = " " * (4 + width)
    typer.echo(fill(f"    {label + ':':{width}}{text}", LINE, subsequent_indent=indent, break_on_hyphens=False))


def print_lines(lines: Iterable[str], indent: int = 4) -> None:
    first, more = " " * indent, " " * (indent + 4)
    for line in lines:
        typer.echo(fill(line, LINE, initial_indent=first, subsequent_indent=more, break_on_hyphens=False))


def print_json(data: object) -> None:
    typer.echo(json.dumps(data, indent=1, ensure_ascii=False))


def unknown(kind: str, name: str, known: Mapping[str, Any] | list[str], key: str | None = None) -> Exception:
    """Return the error for a name that does not exist, with the nearest that does."""
    from enforcement_sim.errors import InputError, nearest_names

    near = nearest_names(name, known, at_most=2)
    return InputError(f"no {kind} {name!r}", key=key, allowed=None if near else sorted(known), nearest=near or None)
