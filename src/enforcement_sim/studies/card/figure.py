"""The both-sides card on one page: two columns with the same number of rows, and money below both.

A row shows the levels under A and under B and the difference with its interval, as numbers and as a mark on the row's own
scale, with its source below. Marks have one colour on both sides, because no direction is good or bad.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from enforcement_sim.place_labels import scope_in_words
from enforcement_sim.plots import frame, style
from enforcement_sim.plots.captions import Provenance, differing, provenance_of
from enforcement_sim.plots.frame import save
from enforcement_sim.results.intervals import Difference
from enforcement_sim.runs.atomic_files import new_folder
from enforcement_sim.studies.card.card_rows import MONEY
from enforcement_sim.studies.card.compute import Card, CardLine
from enforcement_sim.tables.amounts import (
    CANNOT_TELL,
    EVERY_RUN,
    IDENTICAL,
    NOT_APPLICABLE,
    amount,
    difference_in_words,
    level_in_words,
    written,
)

MONEY_TITLE = "Money, which both sides count"

_WIDTH = 15.0
_PANEL, _GAP = 7.2, 0.35
_LINE = 0.165
_BETWEEN_ROWS = 0.17
_HEAD = 0.55
_LABEL_CHARACTERS = 43
_UNDER_CHARACTERS = 135
_AT_A, _AT_B, _AT_DIFFERENCE, _AT_MARK = 0.54, 0.695, 0.872, 0.945
"""Ends of the columns, as shares of a panel, and position of the mark's zero."""
_MARK = 0.048
"""Half the width of a mark's scale, as a share of a panel."""
_SMALL, _NORMAL = 7.6, 9.0
MINUS = "\N{MINUS SIGN}"


def about(card: Card) -> Provenance:
    """Return the provenance of the numbers."""
    metas = card.metas
    runs = tuple(dict.fromkeys(str(meta["run"]) for meta in metas))
    seeds = tuple(sorted({int(meta["seed"]) for meta in metas}))
    scenarios = [meta["scenario"] for meta in metas]
    draws = max((line.found.draws for line in card.lines if line.found is not None), default=1)
    named = provenance_of(
        scenarios[0], metas[0]["engine_version"], runs, seeds, settings=2, draws=draws, scenarios=scenarios
    )
    a, b = (label.partition(", ")[0] for label in (card.a, card.b))
    both = "{} (A) and {} (B)".format(*card.headings)
    return Provenance(**{**vars(named), "scenario": a if a == b else both, "title": both})


def sides(card: Card) -> str:
    """Return A and B in one line."""
    a, b = card.headings
    return f"A: {a}. B: {b}. {differing(card.changed)}"


def titles(card: Card) -> dict[str, str]:
    """Return the heading of each side and of the money, in their order."""
    return {**card.layout.sides, MONEY: MONEY_TITLE}


def note(card: Card) -> str:
    """Return notes on how rows were counted, as full sentences."""
    parts = [*(f"{text[:1].upper()}{text[1:]}." for text in card.notes)]
    if card.sample and any(line.row.from_sample and line.found is not None for line in card.lines):
        kind = "counties" if card.sample[0].isdigit() else "states"
        where = scope_in_words({kind: card.sample})
        parts.append(f"Rows marked \u201csample\u201d need single synthetic lives and are counted in {where} only.")
    return " ".join(parts)


# ---- numbers in words --------------------------------------------------------------------------------------------------


def _level(level: Difference | None, unit: str) -> tuple[str, str]:
    """Return a level and its interval as text; not applicable if it is None."""
    if level is None:
        return NOT_APPLICABLE, ""
    value, _, ends = level_in_words(level.mean, level.low, level.high, written(unit)).partition(" [")
    return value, ends.removesuffix("]")


def difference(found: Difference, unit: str) -> tuple[str, str]:
    """Return a difference and its interval as text, with the verdict if the sign is uncertain."""
    if found.verdict in (IDENTICAL, NOT_APPLICABLE):
        return (written(unit)(0.0), EVERY_RUN) if found.verdict == IDENTICAL else (NOT_APPLICABLE, "")
    ends = found.difference, found.low, found.high
    value, _, within = difference_in_words(*ends, "", written(unit)).partition(" [")
    return value, within.removesuffix("]")


def cell(level: Difference | None, unit: str) -> str:
    """Return a level with its interval, as one text."""
    value, ends = _level(level, unit)
    return f"{value} [{ends}]" if ends else value


def _beside(line: CardLine) -> list[str]:
    shares = (line.beside or {}).items()
    return [f"{what}: {share(a)} under A, {share(b)} under B" for what, (a, b) in shares]


def share(level: Difference) -> str:
    """Return a share with its interval."""
    return amount(level.mean, level.low, level.high, "share")


def unit_of(line: CardLine) -> str:
    """Return the unit of a line, and whether it was counted in a sample."""
    unit = "percentage points" if line.row.unit == "points" else line.row.unit
    return f"{unit}, sample" if line.row.from_sample and line.found is not None else unit


# ---- as a figure -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """One line of a card as drawn: its label and the lines below it."""

    line: CardLine
    label: tuple[str, ...]
    under: tuple[str, ...]


def _block(line: CardLine) -> _Block:
    label = [*textwrap.wrap(line.row.label, _LABEL_CHARACTERS), unit_of(line)]
    led_by = "; ".join(f"{source.short} ({source.kind})" for source in line.row.sources)
    under = [*textwrap.wrap(line.row.remark, _UNDER_CHARACTERS), *_beside(line)]
    under += textwrap.wrap(f"Led with by: {led_by}", _UNDER_CHARACTERS)
    return _Block(line, tuple(label), tuple(under))


@frame.styled
def card(card: Card) -> frame.Plot:
    """Draw what each side of the debate leads with, for two policies, on one page.

    Parameters
    ----------
    card : Card
        From :func:`enforcement_sim.studies.card.compute.cards_of`.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have a row for each line of the card.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> from enforcement_sim.studies.card.compute import cards_of
    >>> history = load_scenario("baseline").with_(**{"scope": {"counties": ["10001"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> longer = history.with_(**{"name": "longer", "detainer.hold_hours": 96})
    >>> figure = card(*cards_of(history, longer, replications=2, workers=1))
    >>> len(figure.numbers)
    14
    """
    blocks = {side: [_block(line) for line in card.of(side)] for side in titles(card)}
    left, right = (blocks[side] for side in card.layout.sides)
    money: list[Sequence[_Block]] = [blocks[MONEY][start : start + 2] for start in range(0, len(blocks[MONEY]), 2)]
    sections: list[tuple[list[str], list[Sequence[_Block]]]]
    sections = [([*card.layout.sides.values()], [*zip(left, right, strict=True)]), ([MONEY_TITLE, ""], money)]
    total = sum(_HEAD + sum(_height(pair) for pair in pairs) for _, pairs in sections)
    origin = about(card)
    figure = frame.framed(
        (_WIDTH, total),
        "Both sides of the debate on the same two policies",
        sides(card),
        origin.caption(
            "Intervals and whiskers",
            f"Mark: the difference B {MINUS} A, each row on a scale of its own, the line is zero; filled where the interval "
            f"excludes zero, hollow where it includes zero, a cross where A and B are {IDENTICAL} in every run. "
            f"{note(card)}".strip(),
        ),
        numbers=card.frame(),
        about=origin,
    )
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_xlim(0, 2 * _PANEL + _GAP)
    axes.set_ylim(total, 0)
    y, columns = 0.0, (0.0, _PANEL + _GAP)
    for heads, pairs in sections:
        for title, x in zip(heads, columns, strict=True):
            _heading(axes, x, y, title)
        y += _HEAD
        for pair in pairs:
            height = _height(pair)
            for block, x in zip(pair, columns, strict=False):
                _draw_block(axes, block, x, y)
                axes.plot([x, x + _PANEL], [y + height] * 2, color=style.GRID, linewidth=0.7)
            y += height
    return figure


def _height(pair: Sequence[_Block]) -> float:
    return max(_LINE * (max(2, len(block.label)) + len(block.under)) + _BETWEEN_ROWS for block in pair)


def _write(axes: Axes, x: float, y: float, text: str, **how: Any) -> None:
    axes.text(x, y, text, va="center", **how)


def _heading(axes: Axes, x: float, y: float, title: str) -> None:
    _write(axes, x, y + 0.17, title, size=10.5, weight="bold")
    for share, head in ((_AT_A, "A"), (_AT_B, "B"), (_AT_DIFFERENCE, f"B {MINUS} A")):
        _write(axes, x + share * _PANEL, y + 0.4, head, size=_NORMAL, weight="bold", ha="right")
    axes.plot([x, x + _PANEL], [y + _HEAD - 0.03] * 2, color=style.INK, linewidth=0.9)


def _draw_block(axes: Axes, block: _Block, x: float, y: float) -> None:
    line, top = block.line, y + 0.6 * _BETWEEN_ROWS + _LINE / 2
    *label, unit_line = block.label
    for place, text in enumerate(label):
        _write(axes, x, top + place * _LINE, text, size=_NORMAL)
    _write(axes, x, top + len(label) * _LINE, unit_line, size=_SMALL, color=style.QUIET)
    for place, text in enumerate(block.under, start=max(2, len(block.label))):
        _write(axes, x, top + place * _LINE, text, size=_SMALL - 0.4, color=style.QUIET)
    if line.found is None or line.verdict == NOT_APPLICABLE:
        why = textwrap.wrap(f"{line.verdict.capitalize()}: {_why(line)}.", 58)
        for place, text in enumerate(why):
            _write(
                axes, x + _PANEL, top + place * _LINE, text, size=_SMALL, color=style.QUIET, ha="right", style="italic"
            )
        return
    unit = line.row.unit
    change, ends = difference(line.found, unit)
    columns = [(_AT_A, *_level(line.a, unit)), (_AT_B, *_level(line.b, unit)), (_AT_DIFFERENCE, change, ends)]
    for share, value, under in columns:
        weight = "bold" if share == _AT_DIFFERENCE else "normal"
        _write(axes, x + share * _PANEL, top, value, size=_NORMAL + 0.5, weight=weight, ha="right")
        _write(axes, x + share * _PANEL, top + _LINE, under, size=_SMALL, color=style.QUIET, ha="right")
    _mark(axes, line.found, x + _AT_MARK * _PANEL, top)
    if line.verdict in (CANNOT_TELL, IDENTICAL):
        _write(axes, x + _AT_MARK * _PANEL, top + 1.15 * _LINE, line.verdict, size=_SMALL, ha="center")


def _why(line: CardLine) -> str:
    """Return why a row has no difference, with the level of the side that has one."""
    levels = [f"{side}: {cell(level, line.row.unit)}" for side, level in (("A", line.a), ("B", line.b)) if level]
    return "; ".join([line.why, *levels])


def _mark(axes: Axes, found: Difference, zero: float, y: float) -> None:
    """Draw a difference about zero, on a scale of its own."""
    axes.plot([zero, zero], [y - 0.1, y + 0.1], color=style.QUIET, linewidth=0.9)
    if found.verdict == IDENTICAL:
        axes.plot(zero, y, "x", color=style.INK, markersize=6)
        return
    ends = [found.difference] if isnan(found.low) else [found.difference, found.low, found.high]
    scale = _MARK * _PANEL / max(max(abs(end) for end in ends), 1e-12)
    frame.segment(axes, zero + found.low * scale, zero + found.high * scale, y)
    filled = style.INK if found.verdict != CANNOT_TELL else "white"
    at = zero + found.difference * scale
    axes.plot(at, y, "o", markersize=6, markerfacecolor=filled, markeredgecolor=style.INK, zorder=3)


def write(cards: Sequence[Card], folder: Path) -> list[Path]:
    """Write each card as PNG, SVG and CSV into a new folder, all of them or none.

    Returns
    -------
    list of Path
        ``card.png``, ``card.svg`` and ``card.csv``; with several cards ``card-1.png`` and so on.
    """
    with new_folder(folder) as made:
        names = ["card"] if len(cards) == 1 else [f"card-{place}" for place in range(1, len(cards) + 1)]
        written: list[str] = []
        for name, one in zip(names, cards, strict=True):
            written += [path.name for path in save(card(one), made, name)]
    return [folder / name for name in written]
