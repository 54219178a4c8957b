"""The both-sides card in a report and as tables of text."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from enforcement_sim.results.result import Result
from enforcement_sim.studies.card.card_rows import ledger_measures, load_layout
from enforcement_sim.studies.card.compute import NOT_COUNTED, Card, card_of
from enforcement_sim.studies.card.figure import MINUS, cell, difference, note, share, titles, unit_of
from enforcement_sim.studies.page_parts import Choice, Fold, Grid, Part, Section, Words
from enforcement_sim.studies.reading import NO_OTHER, Reading
from enforcement_sim.tables.amounts import NOT_APPLICABLE


def measured(result: Result) -> Mapping[str, float]:
    """Return the measures of the rows that need no sample."""
    return ledger_measures(result)


def section(reading: Reading) -> Section:
    """Return the section with the card of each setting."""
    if len(reading.points) == 1:
        return Section("sides", "What each side would ask first", (Words((NO_OTHER,)),))
    options = []
    for place, found in enumerate(_cards(reading), start=1):
        parts: list[Part] = []
        for side, title in titles(found).items():
            parts.append(Grid(rows_of(found, side), title, not_counted(found, side), stacked=True))
        notes = note(found)
        options.append((reading.labels[place], (*parts, *([Words((notes,))] if notes else []))))
    opening = Words(
        (
            "A is the reference, B the setting chosen. Each row is led with by somebody in the debate; who, and the full "
            "definition, stand in the card's own file. No direction is good here, and rows with doubt about their sign say "
            "so.",
        )
    )
    lives = Words(
        (
            "The cards' own files, with the rows that need single lives counted in one county, are made by this command, "
            "given in the folder of these results:",
        )
    )
    command = f"enforcement-sim card .:{reading.points[0]} .:{reading.points[1]} --lives {reading.largest} --out card"
    choice = Choice("card-setting", "B is", tuple(options), reading.answered - 1)
    cards = Fold("The card of each setting", (choice,), wide=True)
    files = Fold("The cards' own files", (lives, Words((command,), command=True)))
    return Section("sides", "What each side would ask first", (opening, cards, files))


def _cards(reading: Reading) -> list[Card]:
    layout = load_layout()
    return [
        card_of(reading.found, place, layout, (*reading.metas[0], *reading.metas[place]))
        for place in range(1, len(reading.points))
    ]


def rows_of(card: Card, side: str) -> pd.DataFrame:
    """Return the rows of a side, or of ``money``, as text for a terminal or a page."""
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
    """Return the rows of a side without a count or a difference, with the reason; empty if there are none."""
    parts = []
    for verdict in (NOT_COUNTED, NOT_APPLICABLE):
        notes = " ".join(f"{line.row.label}: {line.why}." for line in card.of(side) if line.verdict == verdict)
        parts += [f"{verdict.capitalize()}. {notes}"] if notes else []
    return " ".join(parts)
