"""Lives on a terminal: one after another, or two worlds' side by side where there is room for both."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from enforcement_sim.cli.grid import folded
from enforcement_sim.cli.printing import columns, say
from enforcement_sim.cli.streams import as_printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enforcement_sim.report.trace import Line, TwoLives

SIDE_BY_SIDE = 140
"""Columns from which two lives stand beside each other; in fewer, one follows the other."""

GAP, HANG = "  ", "  "


def print_lives(lives: TwoLives) -> None:
    """Print what two lives share, and then each of them."""
    width = columns()
    _say(lives.together, width)
    if len(lives.apart) == 2 and width >= SIDE_BY_SIDE:
        half = (width - len(GAP)) // 2
        for row in zip_longest(*(_lines(side, half) for side in lives.apart), fillvalue=""):
            say(f"{row[0]:{half}}{GAP}{row[1]}".rstrip())
    else:
        for side in lives.apart:
            say()
            _say(side, width)


def _say(lines: Sequence[Line], width: int) -> None:
    for line in lines:
        say("\n".join(_lines([line], width)), strongly=line.strong)


def _lines(lines: Sequence[Line], width: int) -> list[str]:
    """Return lines wrapped to a width, with their indent, which gets smaller where there is little room."""
    found = []
    for line in lines:
        indent = " " * min(line.indent, width // 10)
        found += folded(as_printed(line.text), width, indent, indent + HANG)
    return found
