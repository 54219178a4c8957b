"""The answer of a report in one sentence with its interval, and what each swept quantity changes on its own.

The direction follows from the sign of the difference alone. Where the interval includes zero, the sentence says that the
direction cannot be told; where every run is the same, it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, isnan
from typing import Any

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.studies.answer.answer_sentences import ends, in_people
from enforcement_sim.studies.reading import Reading
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL, NOT_APPLICABLE, dollars, ends_in_words, signed, whole

HEADLINES = ("removed", "ice_custody", "detainer_issued", "net_cost.county")
"""The first of these that changes is in the sentence."""
_MONEY = "net_cost.county"
AS_LARGE = 0.99
"""Share of the largest change from which another change is as good as equal to it."""
_LEVEL_ONLY = "These results hold one setting, so there is no change to report."


def headline(found: pd.DataFrame) -> str:
    """Return the measure of the sentence and of the picture's first panel."""
    changed = found[~found["verdict"].isin([IDENTICAL, NOT_APPLICABLE])]
    return next((name for name in HEADLINES if (changed["measure"] == name).any()), HEADLINES[0])


def answered(reading: Reading, found: pd.DataFrame) -> Mapping[Any, Any]:
    """Return the row of the sentence: the headline measure under the setting with the largest change."""
    here = found[(found["measure"] == headline(found)) & (found["point"] != reading.points[0])]
    return _largest(here, reading)


def sentence(reading: Reading, found: pd.DataFrame) -> str:
    """Return the answer: the setting with the largest change, its number and its interval.

    Parameters
    ----------
    reading : Reading
    found : DataFrame
        From :func:`enforcement_sim.report.page.changes.changes_of`.
    """
    name = headline(found)
    if len(reading.points) == 1:
        return _of_one(reading, found[found["measure"] == name])
    row = answered(reading, found)
    label, reference = in_which_they_differ(reading, int(row["point"]))
    if row["verdict"] in (IDENTICAL, NOT_APPLICABLE):
        return f"No setting changes the number of {labels.COUNTED[name]}: {whole(row['reference_mean'])} in each, in every run."
    others = [other for other in _as_large(found[found["measure"] == name], reading) if other["point"] != row["point"]]
    if others:
        with_held = f"With {label} instead of {reference}{_held(reading, row)}"
        return f"{with_held}, {_change(row, name)}; {_as_well(reading, row, others)}."
    largest = f"The largest change of {len(reading.points) - 1} settings: with" if len(reading.points) > 2 else "With"
    return f"{largest} {label} instead of {reference}, {_change(row, name)}."


def alone(reading: Reading, found: pd.DataFrame) -> str:
    """Return the largest change by each swept quantity on its own; empty unless two or more are swept.

    Parameters
    ----------
    reading, found
        As for :func:`sentence`.
    """
    points = _settings(reading)
    name = headline(found)
    here = found[(found["measure"] == name) & (found["point"] != reading.points[0])]
    parts, above = [], answered(reading, found)["point"]
    for address in points.columns:
        moved = [point for point in reading.points[1:] if _moved(points, reading.points[0], point) == [address]]
        if moved:
            row = _largest(here[here["point"].isin(moved)], reading)
            value = labels.setting_value(address, points.loc[int(row["point"]), address])
            told = "as above" if row["point"] == above else in_short(row, name)
            parts.append(f"{_called(reading, address)} ({value}): {told}")
    return f"Changed alone, {'; '.join(parts)}." if len(parts) > 1 else ""


def _moved(points: pd.DataFrame, reference: int, point: int) -> list[str]:
    """Return the swept quantities in which a setting differs from the reference; one by one, as rows mix numbers and names."""
    one, other = (dict(points.loc[number]) for number in (point, reference))
    return [str(address) for address in one if one[address] != other[address]]


def in_which_they_differ(reading: Reading, point: int) -> tuple[str, str]:
    """Return a setting and the reference in words: the quantities in which they differ."""
    settings = reading.drawable.sweep.settings
    one, other = settings[point], settings[reading.points[0]]
    found = [
        labels.named_settings({address: side[address] for address in one if one[address] != other.get(address)})
        for side in (one, other)
        if set(one) == set(other)
    ]
    if len(found) == 2 and all(found):
        return found[0], found[1]
    return reading.labels[reading.points.index(point)], reading.labels[0]


def _largest(here: pd.DataFrame, reading: Reading) -> Mapping[Any, Any]:
    """Return the row with the largest change, one with a certain direction if there is one.

    Of changes that are as good as equal, the setting that differs from the reference in the fewest quantities is taken.
    """
    points = _settings(reading)
    return min(_as_large(here, reading), key=lambda row: len(_moved(points, reading.points[0], int(row["point"]))))


def _as_large(here: pd.DataFrame, reading: Reading) -> list[dict[Any, Any]]:
    """Return the rows with the largest change or one as good as equal, of those with a certain direction if there are any."""
    here = here[here["point"] != reading.points[0]]
    known = here[~here["verdict"].isin([CANNOT_TELL, NOT_APPLICABLE, IDENTICAL])]
    rows = known if len(known) else here[here["verdict"] == CANNOT_TELL]
    rows = rows if len(rows) else here
    sizes = rows["mean"].abs().fillna(0.0)
    return [dict(row) for row in rows[sizes >= AS_LARGE * sizes.max()].to_dict("records")]


def _settings(reading: Reading) -> pd.DataFrame:
    return reading.drawable.points.set_index("point")[reading.drawable.addresses]


def _held(reading: Reading, row: Mapping[Any, Any]) -> str:
    """Return in brackets the swept quantities that the setting of the answer leaves as they are at the reference."""
    points = _settings(reading)
    moved = _moved(points, reading.points[0], int(row["point"]))
    held = [
        f"{_called(reading, address)} {labels.setting_value(address, points.loc[reading.points[0], address])}"
        for address in points.columns
        if address not in moved
    ]
    return f" ({', '.join(held)})" if held and moved else ""


def _as_well(reading: Reading, row: Mapping[Any, Any], others: list[dict[Any, Any]]) -> str:
    """Return which other settings change as much, by the one quantity in which they differ if it is one, and to within what."""
    points = _settings(reading)
    here = int(row["point"])
    apart = max(abs(other["mean"] - row["mean"]) for other in others)
    within = dollars(apart) if row["measure"] == _MONEY else in_people_within(apart)
    ways = {tuple(_moved(points, here, int(other["point"]))) for other in others}
    if len(ways) == 1 and len(way := next(iter(ways))) == 1:
        [address] = way
        values = [labels.setting_value(address, points.loc[int(other["point"]), address]) for other in others]
        where = f"with {_called(reading, address)} {' or '.join(values)}"
    else:
        where = "with " + " or ".join(reading.labels[reading.points.index(int(other["point"]))] for other in others)
    return f"{where} the change is the same to within {within}"


def in_people_within(apart: float) -> str:
    """Return how far numbers of people are apart, rounded up.

    Examples
    --------
    >>> in_people_within(2.25), in_people_within(0.0)
    ('3 people', '1 person')
    """
    size = max(1, ceil(apart))
    return f"{size:,} {'person' if size == 1 else 'people'}"


def _called(reading: Reading, address: str) -> str:
    """Return the name of a swept quantity inside a sentence, without its unit."""
    what = labels.setting(address, reading.drawable.decisions).partition(" (")[0]
    return f"{what[:1].lower()}{what[1:]}"


def _change(row: Mapping[Any, Any], name: str) -> str:
    """Return a change as a clause with its interval and both levels."""
    before, change, what = row["reference_mean"], row["mean"], labels.COUNTED[name]
    money = name == _MONEY
    text_of = dollars if money else whole
    interval = interval_in_words(row, name)
    levels = f"{text_of(before + change)} instead of {text_of(before)}"
    if row["verdict"] == CANNOT_TELL and not isnan(row["low"]):
        start = f"it cannot be told whether {what if money else f'the number of {what}'} rises or falls"
        estimate = signed(dollars)(change) if money else in_people(change)
        return f"{start}; the estimate is {estimate} ({interval}), {levels}"
    if money:
        return f"{what} {'falls' if change < 0 else 'rises'} by {dollars(abs(change))} ({interval}), to {levels}"
    percent = f", {_percent(change / before)}" if before else ""
    return f"{in_people(change, what)} ({interval}): {levels}{percent}"


def in_short(row: Mapping[Any, Any], name: str) -> str:
    """Return a change of a headline measure as a number with its direction and its interval."""
    if row["verdict"] == IDENTICAL:
        return "no change in any run"
    estimate = signed(dollars)(row["mean"]) if name == _MONEY else in_people(row["mean"])
    return f"{estimate} ({interval_in_words(row, name)})"


def interval_in_words(row: Mapping[Any, Any], name: str = HEADLINES[0]) -> str:
    """Return the interval of a change as words, in people unless the measure is money."""
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
    interval = "one run, no interval"
    if not isnan(row["reference_low"]):
        interval = f"95% interval {ends_in_words(row['reference_low'], row['reference_high'], whole)}"
    told = f"{whole(row['reference_mean'])} people are removed ({interval})"
    if reading.same.get(reading.points[0]):
        return f"No setting changes anything: every number is the same in every run. {told} under each."
    return f"With {reading.labels[0]}, {told}. {_LEVEL_ONLY}"
