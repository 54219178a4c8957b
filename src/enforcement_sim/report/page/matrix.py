"""The matrix of a report and the table with its intervals: every main measure under every setting."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.report.page.changes import GROUPS, HELD_FIXED, MEASURES
from enforcement_sim.studies.matrix_part import HIGHER, LOWER, NONE, SAME, UNSURE, Cell, Line, Matrix
from enforcement_sim.studies.page_parts import Grid
from enforcement_sim.studies.reading import Reading
from enforcement_sim.tables.amounts import (
    CANNOT_TELL,
    IDENTICAL,
    NOT_APPLICABLE,
    amount,
    difference_in_words,
    signed,
    whole,
    written,
)

STEPS = (0.01, 0.05, 0.2, 0.5)
"""Shares of the level at the reference at which a colour grows stronger; of shares, changes of as many points times five."""
_POINTS = 5.0
_COUNTS = ("people", "bookings")
"""Units of which a change rounds to a whole number."""
TITLE = "What each setting changes, against the reference"
HOW_TO_READ = (
    "Point at a cell, tap it or move to it with the keyboard for its 95% interval. The darker, the larger the change is beside "
    "the level at the reference: from 1%, 5%, 20% and 50%; of shares from a fifth as many points."
)
ONE_RUN = "One run of each setting has no interval: how much of a change is chance cannot be told."


def matrix(reading: Reading, found: pd.DataFrame) -> Matrix:
    """Return the matrix of changes.

    Parameters
    ----------
    reading : Reading
    found : DataFrame
        From :func:`enforcement_sim.report.page.changes.changes_of`.
    """
    rows = by_measure(found)
    zero = [name for name, by_point in rows.items() if always_zero(by_point)]
    groups = []
    for heading, names in GROUPS:
        shown = [name for name in names if name in rows and name not in zero]
        lines = tuple(line(reading, rows[name], *labels.measure(name)) for name in shown)
        groups += [(heading, lines)] if lines else []
    none = ", ".join(labels.measure(name)[0].lower() for name in zero)
    notes = [
        HOW_TO_READ,
        f"Zero in every run under every setting: {none}." if none else "",
        "" if found["low"].notna().any() else ONE_RUN,
    ]
    return Matrix(
        f"{TITLE} ({reading.labels[0]})", tuple(reading.labels[1:]), tuple(groups), " ".join(filter(None, notes))
    )


def with_intervals(reading: Reading, found: pd.DataFrame) -> Grid:
    """Return the same numbers as text with their intervals: the level at the reference, then each paired difference."""
    rows = [row_of(reading, by_point, *labels.measure(name)) for name, by_point in by_measure(found).items()]
    note = f"Differences are paired. {HELD_FIXED}"
    return grid_of(reading, rows, "Every main measure: level at the reference, and what changes", note)


def row_of(reading: Reading, by_point: Mapping[int, Mapping[Any, Any]], label: str, unit: str) -> list[str]:
    """Return a row of text: label, level at the reference, and the difference under each other setting."""
    changes = [difference(by_point[point], unit) if point in by_point else "" for point in reading.points[1:]]
    unit_of = {"share": " (%, points)", "": ""}.get(unit, f" ({unit})")
    return [f"{label}{unit_of}", level(next(iter(by_point.values())), unit), *changes]


def grid_of(reading: Reading, rows: list[list[str]], title: str, note: str = "") -> Grid:
    """Return rows of text as a table with a column for each setting."""
    heads = ["Measure", f"At the reference: {reading.labels[0]}", *reading.labels[1:]]
    return Grid(pd.DataFrame(rows, columns=heads), title, note, stacked=True)


def by_measure(found: pd.DataFrame) -> dict[str, dict[int, Mapping[Any, Any]]]:
    """Return the rows by measure, in the order of a report, and by setting."""
    rows: dict[str, dict[int, Mapping[Any, Any]]] = {}
    for row in found.to_dict("records"):
        rows.setdefault(str(row["measure"]), {})[int(row["point"])] = row
    return {name: rows[name] for name in MEASURES if name in rows}


def always_zero(by_point: Mapping[int, Mapping[Any, Any]]) -> bool:
    """Return whether a measure is zero in every run of every setting."""
    return all(row["reference_mean"] == 0 and row["verdict"] == IDENTICAL for row in by_point.values())


def line(reading: Reading, by_point: Mapping[int, Mapping[Any, Any]], label: str, unit: str) -> Line:
    """Return a row of the matrix: the level at the reference, and a cell for each other setting."""
    base = next(iter(by_point.values()))["reference_mean"]
    text = NOT_APPLICABLE if isnan(base) else short(base, unit)
    bare = unit == "dollars" or text == NOT_APPLICABLE
    at_reference = text if bare else f"{text}%" if unit == "share" else f"{text} {unit}"
    settings = zip(reading.points[1:], reading.labels[1:], strict=True)
    return Line(label, at_reference, tuple(cell(by_point[point], unit, named) for point, named in settings))


def short(value: float, unit: str) -> str:
    """Return a number without an interval: people as whole people."""
    return whole(value) if unit == "people" else written(unit)(value)


def cell(row: Mapping[Any, Any], unit: str, setting: str) -> Cell:
    """Return a cell of the matrix.

    Parameters
    ----------
    row : mapping
        A row of the differences.
    unit, setting : str
        Unit of the measure, and the setting in words.
    """
    verdict, mean, base = row["verdict"], row["mean"], row["reference_mean"]
    if verdict == NOT_APPLICABLE or isnan(mean):
        return Cell("\N{EN DASH}", "", "\N{EN DASH}", f"{setting}: {NOT_APPLICABLE}", NONE)
    if verdict == IDENTICAL:
        level_of = f"{short(base, unit)}{'' if unit == 'dollars' else '%' if unit == 'share' else f' {unit}'}"
        return Cell("=", "", "=", f"{setting}: {IDENTICAL} in every run, {level_of}", SAME)
    named = {"share": " points", "dollars": ""}.get(unit, f" {unit}")
    sentence = f"{setting}: {difference(row, unit)}{named}"
    unsure = verdict == CANNOT_TELL and not isnan(row["low"])
    mark = "?" if unsure else ""
    share_of = relative(mean, base, unit)
    # On a phone the hatching says what the mark says, and six characters are one too many.
    brief = share_of.removesuffix("%") + mark if unsure and share_of else (share_of or _brief(mean, unit)) + mark
    texts = _change(mean, unit) + (" pts" if unit == "share" else "") + mark, share_of and share_of + mark, brief
    if unsure:
        return Cell(*texts, sentence, UNSURE)
    return Cell(*texts, sentence, LOWER if mean < 0 else HIGHER, size_of(mean, base, unit))


def _change(mean: float, unit: str) -> str:
    text = signed(written(unit))(mean) if unit != "people" else signed(whole)(mean)
    return "under 1" if text == "0" and unit in _COUNTS else text


def _brief(mean: float, unit: str) -> str:
    """Return a change in at most five characters or so: +17k, -$35M."""
    if unit not in (*_COUNTS, "dollars") or abs(mean) < 1000:
        return _change(mean, unit)
    power, letter = next(
        (power, letter) for power, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")) if abs(mean) >= power
    )
    money = "$" if unit == "dollars" else ""
    return f"{'+' if mean > 0 else chr(0x2212)}{money}{abs(mean) / power:.0f}{letter}"


def relative(mean: float, base: float, unit: str) -> str:
    """Return a change as a share of the level at the reference; empty where that says nothing.

    Examples
    --------
    >>> relative(-12.0, 100.0, "people"), relative(300.0, 20.0, "people"), relative(0.01, 0.2, "share")
    ('\N{MINUS SIGN}12%', '\N{MULTIPLICATION SIGN}16', '')
    """
    if unit == "share" or isnan(base) or base <= 0:
        return ""
    change = 100 * mean / base
    if change >= 1000:
        return f"\N{MULTIPLICATION SIGN}{1 + change / 100:.0f}"
    size = f"{abs(change):.0f}" if abs(change) >= 1 else f"{abs(change):.1f}"
    if size == "100" and abs(change) < 100:  # a rest is left
        size = f"{min(abs(change), 99.9):.1f}"
    if size == "0.0":
        return "<0.1%"
    return f"{'+' if change > 0 else chr(0x2212)}{size}%"


def size_of(mean: float, base: float, unit: str) -> int:
    """Return how strongly a change is coloured, 0 to 4.

    Examples
    --------
    >>> size_of(-0.5, 100.0, "people"), size_of(-60.0, 100.0, "people"), size_of(0.05, 0.3, "share"), size_of(9.0, 0.0, "people")
    (0, 4, 3, 4)
    """
    beside = abs(mean) * _POINTS if unit == "share" else abs(mean / base) if base else float("inf")
    return sum(beside >= step for step in STEPS)


def level(row: Mapping[Any, Any], unit: str) -> str:
    """Return the level at the reference with its interval, as text."""
    return amount(row["reference_mean"], row["reference_low"], row["reference_high"], unit)


def difference(row: Mapping[Any, Any], unit: str) -> str:
    """Return a paired difference with its interval, as text."""
    return difference_in_words(row["mean"], row["low"], row["high"], row["verdict"], written(unit))
