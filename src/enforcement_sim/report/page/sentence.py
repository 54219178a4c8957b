"""The answer of a report in one sentence with its interval, and what each swept quantity changes on its own.

The direction follows from the sign of the difference alone. Where the interval includes zero, the sentence says that the
direction cannot be told; where every run is the same, it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.studies.answer.answer_sentences import ends, in_people
from enforcement_sim.studies.reading import Reading
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL, NOT_APPLICABLE, dollars, ends_in_words, signed, whole

HEADLINES = ("removed", "ice_custody", "detainer_issued", "net_cost.county")
"""The first of these that changes is in the sentence."""
_WORDS = {
    "removed": "people removed",
    "ice_custody": "people taken into ICE custody",
    "detainer_issued": "detainers issued",
    "net_cost.county": "the net cost to counties",
}
_MONEY = "net_cost.county"
_LEVEL_ONLY = "These results hold one setting, so there is no change to report."


def headline(found: pd.DataFrame) -> str:
    """Return the measure of the sentence and of the picture's first panel."""
    changed = found[~found["verdict"].isin([IDENTICAL, NOT_APPLICABLE])]
    return next((name for name in HEADLINES if (changed["measure"] == name).any()), HEADLINES[0])


def sentence(reading: Reading, found: pd.DataFrame) -> str:
    """Return the answer: the setting with the largest change, its number and its interval.

    Parameters
    ----------
    reading : Reading
    found : DataFrame
        From :func:`enforcement_sim.report.page.changes.changes_of`.
    """
    name = headline(found)
    here = found[found["measure"] == name]
    if len(reading.points) == 1:
        return _of_one(reading, here)
    row = _largest(here[here["point"] != reading.points[0]])
    label, reference = reading.labels[reading.points.index(int(row["point"]))], reading.labels[0]
    if row["verdict"] in (IDENTICAL, NOT_APPLICABLE):
        return f"No setting changes the number of {_WORDS[name]}: {whole(row['reference_mean'])} in each, in every run."
    largest = "The largest change: with" if len(reading.points) > 2 else "With"
    return f"{largest} {label} instead of {reference}, {_change(row, name)}."


def alone(reading: Reading, found: pd.DataFrame) -> str:
    """Return the largest change by each swept quantity on its own; empty unless two or more are swept.

    Parameters
    ----------
    reading, found
        As for :func:`sentence`.
    """
    points = reading.drawable.points.set_index("point")[reading.drawable.addresses]
    base, name = points.loc[reading.points[0]], headline(found)
    here = found[(found["measure"] == name) & (found["point"] != reading.points[0])]
    parts = []
    for address in points.columns:
        # Compared one by one: a row of settings mixes numbers and names.
        moved = [
            point
            for point in reading.points[1:]
            if [other for other in points.columns if points.loc[point, other] != base[other]] == [address]
        ]
        if moved:
            row = _largest(here[here["point"].isin(moved)])
            value = labels.setting_value(address, points.loc[int(row["point"]), address])
            what = labels.setting(address, reading.drawable.decisions).partition(" (")[0]
            parts.append(f"{what[:1].lower()}{what[1:]} ({value}): {_short(row, name)}")
    return f"Changed alone, {'; '.join(parts)}." if len(parts) > 1 else ""


def _largest(here: pd.DataFrame) -> Mapping[Any, Any]:
    """Return the row with the largest change, one with a certain direction if there is one."""
    known = here[~here["verdict"].isin([CANNOT_TELL, NOT_APPLICABLE, IDENTICAL])]
    rows = known if len(known) else here[here["verdict"] == CANNOT_TELL]
    rows = rows if len(rows) else here
    return dict(rows.loc[rows["mean"].abs().fillna(-1.0).idxmax()])


def _change(row: Mapping[Any, Any], name: str) -> str:
    """Return a change as a clause with its interval and both levels."""
    before, change, what = row["reference_mean"], row["mean"], _WORDS[name]
    money = name == _MONEY
    text_of = dollars if money else whole
    interval = _interval(row, name)
    levels = f"{text_of(before + change)} instead of {text_of(before)}"
    if row["verdict"] == CANNOT_TELL and not isnan(row["low"]):
        start = f"it cannot be told whether {what if money else f'the number of {what}'} rises or falls"
        estimate = signed(dollars)(change) if money else in_people(change)
        return f"{start}; the estimate is {estimate} ({interval}), {levels}"
    if money:
        return f"{what} {'falls' if change < 0 else 'rises'} by {dollars(abs(change))} ({interval}), to {levels}"
    percent = f", {_percent(change / before)}" if before else ""
    return f"{in_people(change, what)} ({interval}{percent}): {levels}"


def _short(row: Mapping[Any, Any], name: str) -> str:
    if row["verdict"] == IDENTICAL:
        return "no change in any run"
    estimate = signed(dollars)(row["mean"]) if name == _MONEY else in_people(row["mean"])
    return f"{estimate} ({_interval(row, name)})"


def _interval(row: Mapping[Any, Any], name: str) -> str:
    if isnan(row["low"]):
        return "one run, no interval"
    text = ends_in_words(row["low"], row["high"], signed(dollars)) if name == _MONEY else ends(row["low"], row["high"])
    return f"95% interval {text}"


def _percent(change: float) -> str:
    size = 100 * abs(change)
    written = f"{size:.0f}" if size >= 1 else f"{size:.1f}" if size >= 0.1 else "under 0.1"
    return f"{written}% {'fewer' if change < 0 else 'more'}"


def _of_one(reading: Reading, here: pd.DataFrame) -> str:
    row = dict(here.iloc[0])
    ends_of = "one run, no interval"
    if not isnan(row["reference_low"]):
        ends_of = f"95% interval {ends_in_words(row['reference_low'], row['reference_high'], whole)}"
    same = " = ".join(reading.labels)
    return f"With {same}, {whole(row['reference_mean'])} people are removed ({ends_of}). {_LEVEL_ONLY}"
