"""Do two changes add up: what both do together, beside the sum of what each does alone, over the same seeds.

Only where a sweep varies two quantities and holds every combination of them, because the sum needs each change alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.plots import seed_means
from enforcement_sim.plots.sources import Drawable
from enforcement_sim.report.page.sentence import headline, in_short
from enforcement_sim.results.intervals import HIGHER, LOWER, Difference, Key, difference_between
from enforcement_sim.studies.page_parts import Fold, Grid, Part, words
from enforcement_sim.studies.reading import Reading
from enforcement_sim.tables.amounts import difference_in_words, whole, written

NOTE = (
    "Differences from the reference, paired: every setting has the same synthetic people. The last column is what both changes "
    "do together, less the sum of what each does alone. Zero would mean that they add up."
)


@dataclass(frozen=True)
class Pair:
    """Two changes of a sweep, together and alone.

    Attributes
    ----------
    point : int
        The setting with both.
    together, added, beyond : Difference
        The change with both; the sum of the changes with one of them each; the first less the second.
    """

    point: int
    together: Difference
    added: Difference
    beyond: Difference


def pairs_of(drawable: Drawable, reference: int, measure: str) -> list[Pair]:
    """Return every setting that differs from the reference in both quantities; empty unless all combinations are there.

    Parameters
    ----------
    drawable : Drawable
    reference : int
        The setting with neither change.
    measure : str
    """
    points = drawable.points.set_index("point")[drawable.addresses]
    if points.shape[1] != 2 or len(points) != points.nunique().prod():
        return []
    at = {tuple(row): int(point) for point, *row in points.itertuples()}
    values = _values(drawable, measure)
    base = next(setting for setting, point in at.items() if point == reference)
    found = []
    for (one, other), point in at.items():
        if one != base[0] and other != base[1]:
            runs = [values[number] for number in (reference, at[one, base[1]], at[base[0], other], point)]
            found.append(_pair(point, *runs))
    return found


def _pair(
    point: int,
    none: Mapping[Key, float],
    first: Mapping[Key, float],
    second: Mapping[Key, float],
    both: Mapping[Key, float],
) -> Pair:
    keys = none.keys() & first.keys() & second.keys() & both.keys()
    before, added = {key: none[key] for key in keys}, {key: first[key] + second[key] - none[key] for key in keys}
    together, alone = difference_between(before, both), difference_between(before, added)
    return Pair(point, together, alone, difference_between(added, both))


def adding_up(reading: Reading, found: pd.DataFrame) -> tuple[Part, ...]:
    """Return whether two changes add up, as a sentence and a table; nothing unless the design has every combination.

    Parameters
    ----------
    reading : Reading
    found : DataFrame
        From :func:`enforcement_sim.report.page.changes.changes_of`.
    """
    name = headline(found)
    pairs = pairs_of(reading.drawable, reading.points[0], name)
    if not pairs:
        return ()
    label, unit = labels.measure(name)
    text_of = whole if unit == "people" else written(unit)
    rows = [
        [
            reading.drawable.label(pair.point),
            *(
                difference_in_words(one.difference, one.low, one.high, one.verdict, text_of)
                for one in (pair.together, pair.added, pair.beyond)
            ),
        ]
        for pair in pairs
    ]
    heads = ["Both changes", "Together", "Sum of each alone", "Together less the sum"]
    grid = Grid(pd.DataFrame(rows, columns=heads), f"{label}: {unit}", NOTE, stacked=True)
    return words(_in_a_sentence(reading, pairs, name)), Fold("Every combination of the two changes", (grid,))


def _in_a_sentence(reading: Reading, pairs: list[Pair], name: str) -> str:
    """Return the combination that is furthest from the sum, of those whose direction can be told."""
    known = [pair for pair in pairs if pair.beyond.verdict in (HIGHER, LOWER)]
    what = labels.COUNTED[name]
    if not known:
        return (
            f"Do the two changes add up? In {what}, no combination can be told from the sum of its two changes alone."
        )
    pair = max(known, key=lambda one: abs(one.beyond.difference))
    together, added, beyond = (
        in_short({**vars(one), "mean": one.difference, "verdict": one.verdict}, name)
        for one in (pair.together, pair.added, pair.beyond)
    )
    size = "less" if pair.beyond.difference * pair.added.difference < 0 else "more"
    return (
        f"Do the two changes add up? {what[:1].upper()}{what[1:]} with {reading.drawable.label(pair.point)}: {together}. The two "
        f"changes alone add up to {added}. Both together, against that sum: {beyond}; so each changes {size} "
        f"where the other is there. No other combination is further from its sum; in {len(known)} of {len(pairs)} the direction "
        "can be told."
    )


def _values(drawable: Drawable, measure: str) -> Mapping[int, Mapping[Key, float]]:
    """Return a measure by setting and run."""
    found: dict[int, dict[Key, float]] = {}
    counted = drawable.measures[drawable.measures["measure"] == measure]
    for point, seed, value in counted[["point", "seed", "value"]].itertuples(index=False):
        found.setdefault(int(point), {})[seed_means.key_of(seed)] = float(value)
    return found
