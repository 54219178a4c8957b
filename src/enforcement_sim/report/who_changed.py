"""Who changed, as tables of text and as files: outcomes of the same bookings, and the first decision that differs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from enforcement_sim import labels, plots
from enforcement_sim.law.adherence import rules_followed
from enforcement_sim.plots.outcome_changes import cause_in_words, mean_in_words
from enforcement_sim.runs.atomic_files import new_folder, readable_json
from enforcement_sim.runs.transitions import EVERYONE, Transitions
from enforcement_sim.tables.amounts import ends_in_words, signed, whole
from enforcement_sim.tables.csv_text import csv_text


def end_rows(found: Transitions) -> pd.DataFrame:
    """Return the number of bookings by outcome under A and under B, with the paired difference."""
    frame = found.differences()
    rows = [
        [
            *(labels.outcome(row["outcome"]), mean_in_words(row["a"]), mean_in_words(row["b"])),
            *(signed(whole)(row["difference"]), ends_in_words(row["low"], row["high"], signed(whole))),
        ]
        for row in frame[frame["dimension"] == EVERYONE].to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["End", "A", "B", "B \N{MINUS SIGN} A", "95% interval"])


def outcome_rows(found: Transitions) -> pd.DataFrame:
    """Return the bookings whose outcome differs: a row for each outcome under A and under B, the most frequent first."""
    frame = found.outcomes()
    moved = frame[(frame["dimension"] == EVERYONE) & (frame["outcome_a"] != frame["outcome_b"])]
    rows = [
        [labels.outcome(row["outcome_a"]), labels.outcome(row["outcome_b"]), *_bookings(row)]
        for row in moved.sort_values("mean", ascending=False, kind="stable").to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["Under A", "Under B", "Bookings", "95% interval"])


def cause_rows(found: Transitions) -> pd.DataFrame:
    """Return the first differences: a row for each cause, rule and next events, the most frequent first."""
    rows = []
    for row in found.divergences().to_dict("records"):
        rules = " / ".join(dict.fromkeys((row["rule_a"], row["rule_b"])))
        events = " / ".join(labels.event(name) if name else "nothing more" for name in (row["event_a"], row["event_b"]))
        rows.append([cause_in_words(row["cause"]), labels.CHANGES[row["change"]], events, rules, *_bookings(row)])
    heads = ["Parted by", "What changes", "Next event, A / B", "Rule, A / B", "Bookings", "95% interval"]
    return pd.DataFrame(rows, columns=heads)


def rules_followed_in(found: Transitions) -> list[str]:
    """Return how closely each rule that causes a first difference is followed, under A and under B; a line each.

    A rule that is not among a scenario's changes is followed as its parameters say.
    """
    frame = found.divergences()
    lines = []
    for letter, world in (("A", found.a), ("B", found.b)):
        named = dict.fromkeys(name for name in frame[f"rule_{letter.lower()}"] if name)
        stated = [change.written() for change in world.changes]
        by_history = [{"rule": name} for name in named if all(change["rule"] != name for change in stated)]
        lines += [
            f"{letter}: {one.rule.id}: {one.words}."
            for one in rules_followed([([*stated, *by_history], world.parameters)])
            if one.rule.id in named
        ]
    return lines


def write(found: Transitions, folder: Path) -> list[Path]:
    """Write the tables as CSV and the figures into a new folder, all of them or none.

    Raises
    ------
    InputError
        If the folder exists and is not empty.
    """
    with new_folder(folder) as made:
        tables = {
            "outcomes": found.outcomes(),
            "differences": found.differences(),
            "first_differences": found.divergences(),
            "causes": found.causes(),
        }
        for name, frame in tables.items():
            (made / f"{name}.csv").write_bytes(csv_text(frame).encode())
        (made / "about.json").write_bytes(readable_json(found.about()))
        plots.save(plots.who_changed(found), made / "figures", "who-changed-outcomes")
        if len(tables["causes"]):
            plots.save(plots.first_differences(found), made / "figures", "who-changed-causes")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _bookings(row: Mapping[Any, Any]) -> tuple[str, str]:
    """Return a mean number of bookings, and the ends of its interval."""
    return mean_in_words(row["mean"]), ends_in_words(row["low"], row["high"], whole)
