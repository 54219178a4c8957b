"""What settings change in two sweeps, as rows of text: in A, in B, and the difference, each with its interval.

The rows are made from the frame of a comparison of sweeps, so that a terminal, a notebook and a page show the same cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from enforcement_sim import labels
from enforcement_sim.results.intervals import within
from enforcement_sim.results.measures import MEASURES
from enforcement_sim.runs.shown_measures import UNITS, formatter_of
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL, NOT_APPLICABLE, difference_in_words
from enforcement_sim.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.results.data_dictionary import Meanings

HEADINGS = ("setting", "measure", "unit", "changes in A [95%]", "changes in B [95%]", "B - A [95%]", "B - A is")
NOT_PAIRED = "not paired"


def effect_table(frame: pd.DataFrame, measures: Sequence[str], title: str = "", caption: str = "") -> Table:
    """Return the rows of some measures as a table of text."""
    order = {name: place for place, name in enumerate(measures)}
    settings = list(dict.fromkeys(frame["setting"]))
    chosen = frame[frame["measure"].isin(order)].to_dict("records")
    chosen.sort(key=lambda row: (settings.index(row["setting"]), order[row["measure"]]))
    return Table(HEADINGS, tuple(_cells(row) for row in chosen), title, caption, grouped=True)


def effect_sentence(frame: pd.DataFrame, measure: str, names: tuple[str, str]) -> str:
    """Return what the setting that changes most in A changes in both sweeps, as a sentence."""
    here = frame[(frame["measure"] == measure) & frame["a_difference"].notna()].to_dict("records")
    if not here:
        return ""
    row = max(here, key=lambda one: abs(one["a_difference"]))
    unit = UNITS.get(str(row["unit"]), str(row["unit"]))
    setting = str(row["setting"])
    a, b = (_in_words(row, side).replace(f" {CANNOT_TELL}", " (sign not known)") for side in ("a_", "b_"))
    first = (
        f"{setting[:1].upper()}{setting[1:]}: {row['label']} ({unit}) changes by {a} in {names[0]} (A) and by {b} in "
        f"{names[1]} (B)."
    )
    if row["verdict"] == NOT_PAIRED:
        return first
    told = {CANNOT_TELL: "cannot be told from zero", IDENTICAL: "is zero in every run"}
    verdict = told.get(str(row["verdict"]), f"is {'above' if row['difference'] > 0 else 'below'} zero")
    between = "" if row["verdict"] == IDENTICAL else f", {_in_words(row, '')},"
    return f"{first} The difference of the two{between} {verdict}."


def effect_meanings(table: str) -> Meanings:
    """Return what the columns of the frame are: label, unit and meaning, by table and column.

    Examples
    --------
    >>> effect_meanings("sweeps")["sweeps", "a_low"][0]
    'A, low'
    """
    ends = {"difference": "mean", "low": "low end of the 95% interval", "high": "high end of the 95% interval"}
    told = {
        f"{side.lower()}_{end}": (f"{side}, {end}", "of the measure", f"{words} of what the setting changes in {side}")
        for side in "AB"
        for end, words in ends.items()
    }
    told |= {f"{side.lower()}_verdict": (f"{side}, verdict", "text", f"of what it changes in {side}") for side in "AB"}
    told |= {
        end: (f"B - A, {end}", "of the measure", f"{words} of the difference of the two; empty where people differ")
        for end, words in ends.items()
    }
    told["setting"] = ("Setting", "text", "of both sweeps, compared with the reference of each")
    told["runs"] = ("Runs", "number", "that both sweeps have, pair by pair")
    return {(table, column): words for column, words in told.items()}


def _cells(row: dict[Any, Any]) -> tuple[str, ...]:
    unit = str(row["unit"])
    return (
        str(row["setting"]),
        str(row["label"]),
        UNITS.get(unit, unit),
        _in_words(row, "a_"),
        _in_words(row, "b_"),
        NOT_APPLICABLE if row["verdict"] == NOT_PAIRED else _in_words(row, ""),
        str(row["verdict"]),
    )


def _in_words(row: Mapping[Any, Any], which: str) -> str:
    """Return a difference with its interval, which stays within what is possible."""
    mean, low, high = (float(row[f"{which}{end}"]) for end in ("difference", "low", "high"))
    if isnan(mean):
        return NOT_APPLICABLE
    name = str(row["measure"])
    if name in MEASURES and which:
        low, high = (within(end, *labels.bounds_of_difference(name)) for end in (low, high))
    text = difference_in_words(mean, low, high, str(row[f"{which}verdict"]), formatter_of(str(row["unit"])))
    return text if which else text.removesuffix(f" {CANNOT_TELL}")
