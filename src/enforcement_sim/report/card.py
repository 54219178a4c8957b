"""The both-sides card as a table of text, and as files. Nothing is computed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from enforcement_sim.amounts import NOT_APPLICABLE
from enforcement_sim.plots import card as drawn_card
from enforcement_sim.plots import save
from enforcement_sim.plots.cards import MINUS, cell, difference, share, unit_of
from enforcement_sim.studies.card.card import NOT_COUNTED, Card

__all__ = ["not_counted", "rows_of", "write"]


def rows_of(card: Card, side: str) -> pd.DataFrame:
    """The rows of a side, or of ``money``, as text for a terminal or a page."""
    rows = []
    for line in card.of(side):
        label = f"{line.row.label} ({unit_of(line).removeprefix('percentage ')})"
        if line.found is None:
            rows.append([label, *[""] * 4, line.verdict])
            continue
        levels = [cell(level, line.row.unit) for level in (line.a, line.b)]
        change, ends = difference(line.found, line.row.unit)
        rows.append([label, *levels, change, ends, line.verdict])
        for words, (a, b) in (line.beside or {}).items():
            rows.append([f"  {words}", share(a), share(b), "", "", ""])
    return pd.DataFrame(rows, columns=["Counted", "A [95%]", "B [95%]", f"B {MINUS} A", "95% interval", "Verdict"])


def not_counted(card: Card, side: str) -> str:
    """Which rows of a side were not counted, or have no difference, and why; empty if all have one."""
    parts = []
    for verdict in (NOT_COUNTED, NOT_APPLICABLE):
        told = " ".join(f"{line.row.label}: {line.why}." for line in card.of(side) if line.verdict == verdict)
        parts += [f"{verdict.capitalize()}. {told}"] if told else []
    return " ".join(parts)


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
            written += [path.name for path in save(drawn_card(card), made, name)]
        made.chmod(0o755)  # as a folder made plainly; the temporary one is private
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return [folder / name for name in written]
