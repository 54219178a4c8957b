"""The both-sides card on one page: two columns of equally many rows, and money under both.

A row shows what is counted under A and under B and the difference with its interval, in numbers and as a mark on a scale
of the row's own; who leads with it stands under it. Marks have one colour on both sides, because no direction is good
here. Also the same as a table for a terminal, and as files. Nothing is computed.
"""

from __future__ import annotations

import shutil
import tempfile
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from enforcement_sim.amounts import (
    CANNOT_TELL,
    EVERY_RUN,
    IDENTICAL,
    NOT_APPLICABLE,
    difference_in_words,
    level_in_words,
)
from enforcement_sim.evidence.card import NOT_COUNTED, Card, CardLine
from enforcement_sim.evidence.card_rows import MONEY
from enforcement_sim.experiment.difference import Difference
from enforcement_sim.place_labels import scope_in_words
from enforcement_sim.report import style
from enforcement_sim.report.folder import provenance_of
from enforcement_sim.report.provenance import Provenance, save
from enforcement_sim.report.tables import amount, written

__all__ = ["MONEY_TITLE", "about", "draw", "not_counted", "rows_of", "sides", "titles", "write"]

MONEY_TITLE = "Money, which both sides count"
MOST_CHANGES = 3
"""Settings named under a title."""

_WIDTH = 15.0
_PANEL, _GAP = 7.2, 0.35
_LINE = 0.165
_BETWEEN_ROWS = 0.17
_HEAD = 0.55
_LABEL_CHARACTERS = 43
_UNDER_CHARACTERS = 135
_AT_A, _AT_B, _AT_DIFFERENCE, _AT_MARK = 0.54, 0.695, 0.872, 0.945
"""Where columns end, as shares of a panel, and where the mark's zero is."""
_MARK = 0.048
"""Half the width of a mark's scale, as a share of a panel."""
_SMALL, _NORMAL = 7.6, 9.0
_MINUS = "\N{MINUS SIGN}"


def about(card: Card) -> Provenance:
    """Where the numbers come from."""
    metas = card.metas
    runs = tuple(dict.fromkeys(str(meta["run"]) for meta in metas))
    seeds = tuple(sorted({int(meta["seed"]) for meta in metas}))
    worlds = [meta["scenario"] for meta in metas]
    named = provenance_of(worlds[0], metas[0], runs, seeds, settings=2, draws=_draws(card), worlds=worlds)
    a, b = (label.partition(", ")[0] for label in (card.a, card.b))
    return Provenance(**{**vars(named), "scenario": a if a == b else f"{a} (A) and {b} (B)"})


def _draws(card: Card) -> int:
    return max((line.found.draws for line in card.lines if line.found is not None), default=1)


def sides(card: Card) -> str:
    """A and B in one line."""
    changed = "; ".join(card.changed[:MOST_CHANGES]) or "nothing"
    if len(card.changed) > MOST_CHANGES:
        changed += f"; and {len(card.changed) - MOST_CHANGES} more settings"
    return f"A: {card.a}. B: {card.b}. They differ in: {changed}."


def titles(card: Card) -> dict[str, str]:
    """Return the heading of each side and of the money, in the order in which they stand."""
    return {**card.layout.sides, MONEY: MONEY_TITLE}


def note(card: Card) -> str:
    """What must be known of how rows were counted, as full sentences."""
    parts = [*(f"{text[:1].upper()}{text[1:]}." for text in card.notes)]
    if card.sample and any(line.row.of_lives and line.found is not None for line in card.lines):
        kind = "counties" if card.sample[0].isdigit() else "states"
        where = scope_in_words({kind: card.sample})
        parts.append(f"Rows marked \u201csample\u201d need single synthetic lives and are counted in {where} only.")
    return " ".join(parts)


# ---- numbers in words --------------------------------------------------------------------------------------------------


def _level(level: Difference | None, unit: str) -> tuple[str, str]:
    """A level and its interval in words; there is no such thing where it is None."""
    if level is None:
        return NOT_APPLICABLE, ""
    value, _, ends = level_in_words(level.mean, level.low, level.high, written(unit)).partition(" [")
    return value, ends.removesuffix("]")


def _difference(found: Difference, unit: str) -> tuple[str, str]:
    """A difference and its interval in words, with the verdict where there is no sign to read off."""
    if found.verdict in (IDENTICAL, NOT_APPLICABLE):
        return (written(unit)(0.0), EVERY_RUN) if found.verdict == IDENTICAL else (NOT_APPLICABLE, "")
    ends = found.difference, found.low, found.high
    value, _, within = difference_in_words(*ends, "", written(unit)).partition(" [")
    return value, within.removesuffix("]")


def _cell(level: Difference | None, unit: str) -> str:
    value, ends = _level(level, unit)
    return f"{value} [{ends}]" if ends else value


def _beside(line: CardLine) -> list[str]:
    told = (line.beside or {}).items()
    return [f"{words}: {_share(a)} under A, {_share(b)} under B" for words, (a, b) in told]


def _share(level: Difference) -> str:
    return amount(level.mean, level.low, level.high, "share")


def _unit(line: CardLine) -> str:
    unit = "percentage points" if line.row.unit == "points" else line.row.unit
    return f"{unit}, sample" if line.row.of_lives and line.found is not None else unit


# ---- as a table --------------------------------------------------------------------------------------------------------


def rows_of(card: Card, side: str) -> pd.DataFrame:
    """The rows of a side, or of ``money``, as text for a terminal or a page."""
    rows = []
    for line in card.of(side):
        label = f"{line.row.label} ({_unit(line).removeprefix('percentage ')})"
        if line.found is None:
            rows.append([label, *[""] * 4, line.verdict])
            continue
        levels = [_cell(level, line.row.unit) for level in (line.a, line.b)]
        difference, ends = _difference(line.found, line.row.unit)
        rows.append([label, *levels, difference, ends, line.verdict])
        for words, (a, b) in (line.beside or {}).items():
            rows.append([f"  {words}", _share(a), _share(b), "", "", ""])
    return pd.DataFrame(rows, columns=["Counted", "A [95%]", "B [95%]", f"B {_MINUS} A", "95% interval", "Verdict"])


def not_counted(card: Card, side: str) -> str:
    """Which rows of a side were not counted, or have no difference, and why; empty if all have one."""
    parts = []
    for verdict in (NOT_COUNTED, NOT_APPLICABLE):
        told = " ".join(f"{line.row.label}: {line.why}." for line in card.of(side) if line.verdict == verdict)
        parts += [f"{verdict.capitalize()}. {told}"] if told else []
    return " ".join(parts)


# ---- as a figure -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """One line of a card, laid out: its label and what stands under it."""

    line: CardLine
    label: tuple[str, ...]
    under: tuple[str, ...]

    @property
    def height(self) -> float:
        """In inches."""
        return _LINE * (max(2, len(self.label)) + len(self.under)) + _BETWEEN_ROWS


def _block(line: CardLine) -> _Block:
    label = [*textwrap.wrap(line.row.label, _LABEL_CHARACTERS), _unit(line)]
    led_by = "; ".join(f"{source.short} ({source.kind})" for source in line.row.sources)
    under = [*textwrap.wrap(line.row.remark, _UNDER_CHARACTERS), *_beside(line)]
    under += textwrap.wrap(f"Led with by: {led_by}", _UNDER_CHARACTERS)
    return _Block(line, tuple(label), tuple(under))


@style.styled
def draw(card: Card) -> Figure:
    """Draw a card on one page."""
    left, right = card.layout.sides
    blocks = {side: [_block(line) for line in card.of(side)] for side in titles(card)}
    heights = [max(a.height, b.height) for a, b in zip(blocks[left], blocks[right], strict=True)]
    money = [blocks[MONEY][start : start + 2] for start in range(0, len(blocks[MONEY]), 2)]
    money_heights = [max(block.height for block in pair) for pair in money]
    total = 2 * _HEAD + sum(heights) + sum(money_heights)
    figure = style.framed_figure(
        _WIDTH,
        total,
        "Both sides of the debate on the same two policies",
        sides(card),
        about(card).caption(
            "Intervals and whiskers",
            f"Mark: the difference B {_MINUS} A, each row on a scale of its own, the line is zero; filled where the interval "
            f"leaves the sign no doubt, hollow where it cannot be told, a cross where A and B are {IDENTICAL} in every run. "
            f"{note(card)}".strip(),
        ),
    )
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_xlim(0, 2 * _PANEL + _GAP)
    axes.set_ylim(total, 0)
    at = {left: 0.0, right: _PANEL + _GAP}
    for side, x in at.items():
        _heading(axes, x, 0.0, card.layout.sides[side])
    y = _HEAD
    for height, pair in zip(heights, zip(blocks[left], blocks[right], strict=True), strict=True):
        for block, x in zip(pair, at.values(), strict=True):
            _draw_block(axes, block, x, y, height)
        y += height
    for x, title in zip(at.values(), (MONEY_TITLE, ""), strict=True):
        _heading(axes, x, y, title)
    y += _HEAD
    for height, row in zip(money_heights, money, strict=True):
        for block, x in zip(row, at.values(), strict=False):
            _draw_block(axes, block, x, y, height)
        y += height
    return figure


def _write(axes: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """Write a text as it is: a dollar sign begins no formula."""
    axes.text(x, y, text, va="center", parse_math=False, **how)


def _heading(axes: Axes, x: float, y: float, title: str) -> None:
    """Write a panel's title and the heads of its columns."""
    _write(axes, x, y + 0.17, title, size=10.5, weight="bold")
    for share, head in ((_AT_A, "A"), (_AT_B, "B"), (_AT_DIFFERENCE, f"B {_MINUS} A")):
        _write(axes, x + share * _PANEL, y + 0.4, head, size=_NORMAL, weight="bold", ha="right")
    axes.plot([x, x + _PANEL], [y + _HEAD - 0.03] * 2, color=style.INK, linewidth=0.9)


def _draw_block(axes: Axes, block: _Block, x: float, y: float, height: float) -> None:
    """Write one row and draw its mark."""
    line, top = block.line, y + 0.6 * _BETWEEN_ROWS + _LINE / 2
    for place, text in enumerate(block.label):
        last = place == len(block.label) - 1
        _write(
            axes,
            x,
            top + place * _LINE,
            text,
            size=_SMALL if last else _NORMAL,
            color=style.QUIET if last else style.INK,
        )
    for place, text in enumerate(block.under):
        _write(
            axes,
            x,
            top + (max(2, len(block.label)) + place) * _LINE,
            text,
            size=_SMALL - 0.4,
            color=style.QUIET,
        )
    axes.plot([x, x + _PANEL], [y + height] * 2, color=style.GRID, linewidth=0.7)
    if line.found is None or line.verdict == NOT_APPLICABLE:
        why = textwrap.wrap(f"{line.verdict.capitalize()}: {_why(line)}.", 58)
        for place, text in enumerate(why):
            _write(
                axes, x + _PANEL, top + place * _LINE, text, size=_SMALL, color=style.QUIET, ha="right", style="italic"
            )
        return
    unit = line.row.unit
    difference, ends = _difference(line.found, unit)
    columns = [
        (_AT_A, *_level(line.a, unit)),
        (_AT_B, *_level(line.b, unit)),
        (_AT_DIFFERENCE, difference, ends),
    ]
    for share, value, under in columns:
        weight = "bold" if share == _AT_DIFFERENCE else "normal"
        _write(axes, x + share * _PANEL, top, value, size=_NORMAL + 0.5, weight=weight, ha="right")
        _write(axes, x + share * _PANEL, top + _LINE, under, size=_SMALL, color=style.QUIET, ha="right")
    _mark(axes, line.found, x + _AT_MARK * _PANEL, top)
    if line.verdict in (CANNOT_TELL, IDENTICAL):
        _write(axes, x + _AT_MARK * _PANEL, top + 1.15 * _LINE, line.verdict, size=_SMALL, ha="center")


def _why(line: CardLine) -> str:
    """Why a row has no difference, with the level of the side that has one."""
    levels = [f"{side}: {_cell(level, line.row.unit)}" for side, level in (("A", line.a), ("B", line.b)) if level]
    return "; ".join([line.why, *levels])


def _mark(axes: Axes, found: Difference, zero: float, y: float) -> None:
    """Draw a difference about zero, on a scale of its own."""
    axes.plot([zero, zero], [y - 0.1, y + 0.1], color=style.QUIET, linewidth=0.9)
    if found.verdict == IDENTICAL:
        axes.plot(zero, y, "x", color=style.INK, markersize=6)
        return
    ends = [found.difference] if isnan(found.low) else [found.difference, found.low, found.high]
    scale = _MARK * _PANEL / max(max(abs(end) for end in ends), 1e-12)
    if not isnan(found.low):
        axes.plot([zero + found.low * scale, zero + found.high * scale], [y, y], color=style.INK, linewidth=1.3)
    filled = style.INK if found.verdict != CANNOT_TELL else "white"
    axes.plot(
        zero + found.difference * scale,
        y,
        "o",
        markersize=6,
        markerfacecolor=filled,
        markeredgecolor=style.INK,
        zorder=3,
    )


# ---- as files ----------------------------------------------------------------------------------------------------------


def write(cards: Sequence[Card], folder: Path) -> list[Path]:
    """Write each card as PNG, SVG and CSV into a new folder, whole or not at all.

    Returns
    -------
    list of Path
        ``card.png``, ``card.svg`` and ``card.csv``; with several cards ``card-1.png`` and so on.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".card-", dir=folder.parent))
    try:
        names = ["card"] if len(cards) == 1 else [f"card-{place}" for place in range(1, len(cards) + 1)]
        written: list[str] = []
        for name, card in zip(names, cards, strict=True):
            written += [path.name for path in save(draw(card), made, name, card.frame(), about(card))]
        made.chmod(0o755)  # as a folder made plainly; the temporary one is private
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return [folder / name for name in written]
