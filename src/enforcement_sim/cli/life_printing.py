"""Lives on a terminal: one after another, or two worlds' side by side where there is room for both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from enforcement_sim.terminal.grid import folded
from enforcement_sim.terminal.printing import columns, say
from enforcement_sim.terminal.streams import as_printed

if TYPE_CHECKING:
    from enforcement_sim.report.trace import Moment, Told

SIDE_BY_SIDE = 140
"""Columns from which two lives stand beside each other; in fewer, one follows the other."""

GAP, HANG = "  ", "  "
_UNDER, _INDENT = 2, 6


class Line(NamedTuple):
    """A line before it is wrapped: its text, how far it is indented, and whether it stands out."""

    text: str
    indent: int = 0
    strong: bool = False


def print_lives(told: Told, worlds: Sequence[str]) -> None:
    """Print what two lives share, and then each of them; one life under its world's name."""
    width = columns()
    alone = len(told.sides) == 1
    sides = [
        [*([] if alone else [Line(f"{letter}: {world}", strong=True)]), *_lines(side.moments, f"End: {side.end}")]
        for letter, world, side in zip("AB", worlds, told.sides, strict=False)
    ]
    top = Line(f"{worlds[0]}: {told.heading}" if alone else told.heading, strong=True)
    _say([top, *_lines(told.common, *told.parting)], width)
    if not alone and width >= SIDE_BY_SIDE:
        half = (width - len(GAP)) // 2
        for left, right in zip_longest(*(_wrapped(side, half) for side in sides), fillvalue=""):
            say(f"{left:{half}}{GAP}{right}".rstrip())
        return
    for side in sides:
        if not alone:
            say()
        _say(side, width)


def _lines(moments: Iterable[Moment], *more: str) -> list[Line]:
    """Lay out moments, each with what led to it, and what stands under them."""
    lines = []
    for one in moments:
        lines.append(Line(f"{one.when}  {one.what}".rstrip(), _UNDER, strong=True))
        lines += [Line(why, _INDENT) for why in one.why]
    return [*lines, *(Line(text, _UNDER, strong=True) for text in more)]


def _say(lines: Sequence[Line], width: int) -> None:
    for line in lines:
        say("\n".join(_wrapped([line], width)), strongly=line.strong)


def _wrapped(lines: Sequence[Line], width: int) -> list[str]:
    """Return lines wrapped to a width, with their indent, which gets smaller where there is little room."""
    found = []
    for line in lines:
        indent = " " * min(line.indent, width // 10)
        found += folded(as_printed(line.text), width, indent, indent + HANG)
    return found
