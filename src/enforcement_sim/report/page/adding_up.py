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
from enforcement_sim.studies.answer.answer_sentences import in_people
from enforcement_sim.studies.page_parts import Fold, Grid, Part, words
from enforcement_sim.studies.reading import Reading
from enforcement_sim.tables.amounts import difference_in_words, dollars, signed, whole, written

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
    alone, beside : tuple of Difference
        What each change does where the other is not made, and where it is.
    """

    point: int
    together: Difference
    added: Difference
    beyond: Difference
    alone: tuple[Difference, Difference]
    beside: tuple[Difference, Difference]


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
    each = difference_between(none, first), difference_between(none, second)
    beside = difference_between(second, both), difference_between(first, both)
    return Pair(point, together, alone, difference_between(added, both), each, beside)


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
        return f"Interaction: in {what}, no combination can be told from the sum of its two changes alone."
    pair = max(known, key=lambda one: abs(one.beyond.difference))
    beyond = in_short({**vars(pair.beyond), "mean": pair.beyond.difference}, name)
    together, added = (_in_words(one.difference, name) for one in (pair.together, pair.added))
    return (
        f"Interaction, {what}: {beyond}. Both changes together make {together} ({reading.drawable.label(pair.point)}); the "
        f"two alone add up to {added}. {_where_the_other_is(reading, pair, name)} No other combination is further from its sum; "
        f"in {len(known)} of {len(pairs)} the direction can be told."
    )


def _in_words(change: float, name: str) -> str:
    return signed(dollars)(change) if name.startswith("net_cost") else in_people(change)


def _where_the_other_is(reading: Reading, pair: Pair, name: str) -> str:
    """Return what the smaller of two changes does where the other is made, against where it is not."""
    settings, addresses = reading.drawable.sweep.settings, reading.drawable.addresses
    one = min((0, 1), key=lambda place: abs(pair.alone[place].difference))
    there, base = settings[pair.point], settings[reading.points[0]]
    changed, held = addresses[one], addresses[1 - one]
    with_it, without = (_in_words(side[one].difference, name) for side in (pair.beside, pair.alone))
    return (
        f"With {labels.named_settings({held: there[held]})}, {labels.named_settings({changed: there[changed]})} instead of "
        f"{labels.setting_value(changed, base[changed])} makes a difference of {with_it}; with "
        f"{labels.named_settings({held: base[held]})}, {without}."
    )


def _values(drawable: Drawable, measure: str) -> Mapping[int, Mapping[Key, float]]:
    """Return a measure by setting and run."""
    found: dict[int, dict[Key, float]] = {}
    counted = drawable.measures[drawable.measures["measure"] == measure]
    for point, seed, value in counted[["point", "seed", "value"]].itertuples(index=False):
        found.setdefault(int(point), {})[seed_means.key_of(seed)] = float(value)
    return found
