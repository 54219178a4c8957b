"""How a comparison shows itself in a notebook: the funnel under both settings, with an interval at every number.

People are counted in the order in which things happen to them, then come shares, days and money. A and B are means over
the runs that were paired, so that B less A is the difference beside them. With many settings fewer measures of each are
shown; all of them are in ``frame()``, under the names that a row tells when pointed at. All numbers
are those of ``results.intervals``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from enforcement_sim import labels
from enforcement_sim.notebook import COUNTED_CLOSELY, FUNNEL, about_places, few_warning, made_of, number, page
from enforcement_sim.results.intervals import Key, branch_of, difference_between, level_of, within
from enforcement_sim.runs.comparison import FEWEST_MEASURES, HEADLINES, SHORT_TABLE
from enforcement_sim.runs.design import label_of
from enforcement_sim.tables.amounts import (
    CANNOT_TELL,
    NOT_APPLICABLE,
    Written,
    difference_in_words,
    dollars,
    level_in_words,
    share,
)
from enforcement_sim.tables.table import Table

if TYPE_CHECKING:
    from enforcement_sim.runs.comparison import Comparison

__all__ = ["comparison_html"]

HEAD = ("Measure", "Unit", "A [95%]", "B [95%]", "B \N{MINUS SIGN} A [95%]", "Verdict")
SHARES = "%, difference in points"


def comparison_html(found: Comparison) -> str:
    """Return a comparison as a page.

    Examples
    --------
    >>> from enforcement_sim.runs.comparison import Comparison, Sample
    >>> a = Sample({"hold": 48}, {1: {"removed": 100.0}, 2: {"removed": 120.0}})
    >>> b = Sample({"hold": 96}, {1: {"removed": 110.0}, 2: {"removed": 131.0}})
    >>> "+10.5 [+4.15 to +16.9]" in comparison_html(Comparison((a, b)))
    True
    """
    shown, left = _chosen(found)
    rows, titles = [], []
    reference = found.samples[0]
    for sample in found.samples[1:]:
        if len(found.samples) > 2:
            rows.append([f"B: {label_of(dict(sample.settings))}", *[""] * (len(HEAD) - 1)])
            titles.append("")
        for measure in shown:
            rows.append(_row(measure, reference.values(measure), sample.values(measure)))
            titles.append(measure)
    names = [label_of(dict(sample.settings)) or "the reference" for sample in found.samples]
    title = (
        f"{names[0]} (A) and {names[1]} (B)"
        if len(names) == 2
        else f"{names[0]} (A) and {len(names) - 1} other settings (B)"
    )
    lines = [f"A: {names[0]}", *found.preamble(places=False)]
    about_counties = ""
    if found.made_from:
        engine = str(found.made_from.get("engine_version", ""))
        lines += made_of(found.made_from, _seeds(found), engine)
        about_counties = about_places(found.made_from)
    more = f"{left} more measures of each setting are in frame()." if left else ""
    return page(
        title,
        lines,
        Table(HEAD, tuple(map(tuple, rows)), hints=tuple(titles)).html(),
        [_few(found, shown), f"{found.how_to_read(gain=False, shown=shown)} {about_counties}", more],
    )


def _chosen(found: Comparison) -> tuple[list[str], int]:
    """Return the measures to show, people before everything else, and how many are left out."""
    known = list(dict.fromkeys(name for sample in found.samples for run in sample.measures.values() for name in run))
    room = max(FEWEST_MEASURES, SHORT_TABLE // max(1, len(found.samples) - 1))
    wanted = [name for name in (*HEADLINES, *FUNNEL) if name in known] or known
    kept = list(dict.fromkeys(wanted))[:room]
    order = {name: place for place, name in enumerate(dict.fromkeys((*FUNNEL, *HEADLINES)))}
    return sorted(kept, key=lambda name: order.get(name, len(order))), len(known) - len(kept)


def _row(measure: str, reference: Mapping[Key, float], other: Mapping[Key, float]) -> list[str]:
    """Return one measure under both settings in words."""
    label, unit = labels.measure(measure)
    difference = difference_between(reference, other)
    bounds = labels.bounds(measure)
    if not difference.runs:
        alone = (
            level_of({key: x for key, x in side.items() if math.isfinite(x)}, *bounds) for side in (reference, other)
        )
        cells = [level_in_words(level.mean, level.low, level.high, _written(unit)) for level in alone]
        return [label, SHARES if unit == "share" else unit, *cells, NOT_APPLICABLE, difference.verdict]
    # Levels of the pairs only, so that B less A is the difference beside them.
    pairs = [
        key for key, value in reference.items() if math.isfinite(value) and math.isfinite(other.get(key, math.nan))
    ]
    levels = (level_of({key: side[key] for key in pairs}, *bounds) for side in (reference, other))
    cells = [level_in_words(level.mean, level.low, level.high, _written(unit)) for level in levels]
    low, high = (within(end, *labels.bounds_of_difference(measure)) for end in (difference.low, difference.high))
    gap = difference_in_words(difference.difference, low, high, difference.verdict, _written(unit)).removesuffix(
        f" {CANNOT_TELL}"
    )
    return [label, SHARES if unit == "share" else unit, *cells, gap, difference.verdict]


def _written(unit: str) -> Written:
    """Return what writes a number in its unit."""
    return {"share": share, "dollars": dollars}.get(unit, number)


def _seeds(found: Comparison) -> str:
    seeds = sorted({branch_of(key).seed for sample in found.samples for key in sample.measures})
    return f"seed {seeds[0]}" if len(seeds) == 1 else f"{len(seeds)} seeds, {seeds[0]} to {seeds[-1]}"


def _few(found: Comparison, shown: list[str]) -> str:
    """Return the warning about small counts: of each event, the setting with fewest people counts."""
    thin = int(found.made_from.get("thin", 1))
    people: dict[str, float] = {}
    for event in (name for name in COUNTED_CLOSELY if name in shown):
        sums = (math.fsum(filter(math.isfinite, sample.values(event).values())) / thin for sample in found.samples)
        people[event] = min((count for count in sums if count), default=0.0)
    return few_warning(people)
