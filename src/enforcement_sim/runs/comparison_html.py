"""A comparison as HTML for notebooks: the headline measures under both settings, with their differences.

Counts of people come first, in the order of events, then shares, days and money.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from enforcement_sim import labels
from enforcement_sim.notebook import (
    AROUND_REFUSAL,
    COUNTED_CLOSELY,
    FUNNEL,
    SIMULATED,
    about_places,
    few_warning,
    made_of,
    number,
    page,
)
from enforcement_sim.results.intervals import Key, branch_of, difference_between, level_of, within
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.shown_measures import HEADLINES, UNITS, formatter_of, labelled, rows_a_setting
from enforcement_sim.tables.amounts import (
    CANNOT_TELL,
    NOT_APPLICABLE,
    difference_in_words,
    dollars,
    level_in_words,
    share,
)
from enforcement_sim.tables.table import Table

HTML_HEAD = ("Measure", "Unit", "A [95%]", "B [95%]", "B \N{MINUS SIGN} A [95%]", "Verdict")
SHARES = "%, difference in points"


class Shown(Protocol):
    """What is asked of a comparison that is shown."""

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The first is the reference."""

    @property
    def made_from(self) -> Mapping[str, Any]:
        """The inputs of the reference."""

    def shown(self) -> list[str]:
        """Return the measures of a short table."""

    def preamble(self, places: bool = True) -> list[str]:
        """Return places, notes and differences, a line each."""

    def how_to_read(self, gain: bool = True, shown: Iterable[str] | None = None) -> str:
        """Return the meaning of the intervals."""


def comparison_html(found: Shown) -> str:
    """Return a comparison as HTML.

    Examples
    --------
    >>> from enforcement_sim.runs.comparison import Comparison
    >>> a = Sample({"hold": 48}, {1: {"removed": 100.0}, 2: {"removed": 120.0}})
    >>> b = Sample({"hold": 96}, {1: {"removed": 110.0}, 2: {"removed": 131.0}})
    >>> "+10.5 [+4.15 to +16.9]" in comparison_html(Comparison((a, b)))
    True
    """
    shown, omitted = _html_measures(found)
    rows, tooltips = [], []
    reference = found.samples[0]
    for sample in found.samples[1:]:
        if len(found.samples) > 2:
            rows.append([f"B: {sample.label}", *[""] * (len(HTML_HEAD) - 1)])
            tooltips.append("")
        for measure in shown:
            rows.append(_html_row(measure, reference.values(measure), sample.values(measure)))
            tooltips.append(measure)
    names = [sample.label or "the reference" for sample in found.samples]
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
    more = f"{omitted} more measures of each setting are in frame()." if omitted else ""
    return page(
        title,
        lines,
        Table(HTML_HEAD, tuple(map(tuple, rows)), hints=tuple(tooltips)).html(),
        [_small_count_warning(found, shown), f"{found.how_to_read(gain=False, shown=shown)} {about_counties}", more],
    )


def levels_html(found: Shown, title: str) -> str:
    """Return the reference of a comparison as HTML: its headline measures with their intervals.

    Examples
    --------
    >>> from enforcement_sim.runs.comparison import Comparison
    >>> found = Comparison((Sample({}, {1: {"removed": 10.0}, 2: {"removed": 12.0}}),))
    >>> "Removed" in levels_html(found, "History") and "11" in levels_html(found, "History")
    True
    """
    rows = []
    for name in found.shown():
        label, unit = labelled(name)
        values = {key: value for key, value in found.samples[0].values(name).items() if math.isfinite(value)}
        level = level_of(values, *labels.bounds(name))
        rows.append(
            (label, UNITS.get(unit, unit), level_in_words(level.mean, level.low, level.high, formatter_of(unit)))
        )
    lines = made_of(found.made_from, _seeds(found), str(found.made_from["engine_version"])) if found.made_from else []
    return page(title, lines, Table(("Measure", "Unit", "Mean [95%]"), tuple(rows)).html(), [SIMULATED])


def _html_measures(found: Shown) -> tuple[list[str], int]:
    """Return the measures to show, counts of people first, and the number of omitted ones."""
    known = list(dict.fromkeys(name for sample in found.samples for run in sample.measures.values() for name in run))
    happened = {name for sample in found.samples for run in sample.measures.values() for name in run if run[name]}
    shown = [name for name in (*HEADLINES, *FUNNEL) if name in happened or name not in AROUND_REFUSAL]
    wanted = [name for name in shown if name in known] or known
    selected = list(dict.fromkeys(wanted))[: rows_a_setting(len(found.samples))]
    order = {name: place for place, name in enumerate(dict.fromkeys((*FUNNEL, *HEADLINES)))}
    return sorted(selected, key=lambda name: order.get(name, len(order))), len(known) - len(selected)


def _html_row(measure: str, reference: Mapping[Key, float], other: Mapping[Key, float]) -> list[str]:
    """Return one formatted row of HTML cells: a measure under both settings."""
    label, unit = labels.measure(measure)
    written = {"share": share, "dollars": dollars}.get(unit, number)
    difference = difference_between(reference, other)
    sides = [{key: value for key, value in side.items() if math.isfinite(value)} for side in (reference, other)]
    difference_text = NOT_APPLICABLE
    if difference.runs:
        # Use the levels of paired runs only, so that the difference is B minus A as shown.
        pairs = [key for key in sides[0] if key in sides[1]]
        sides = [{key: side[key] for key in pairs} for side in sides]
        low, high = (within(end, *labels.bounds_of_difference(measure)) for end in (difference.low, difference.high))
        difference_text = difference_in_words(difference.difference, low, high, difference.verdict, written)
    levels = (level_of(side, *labels.bounds(measure)) for side in sides)
    cells = [level_in_words(level.mean, level.low, level.high, written) for level in levels]
    unit = SHARES if unit == "share" else unit
    return [label, unit, *cells, difference_text.removesuffix(f" {CANNOT_TELL}"), difference.verdict]


def _seeds(found: Shown) -> str:
    seeds = sorted({branch_of(key).seed for sample in found.samples for key in sample.measures})
    return f"seed {seeds[0]}" if len(seeds) == 1 else f"{len(seeds)} seeds, {seeds[0]} to {seeds[-1]}"


def _small_count_warning(found: Shown, shown: list[str]) -> str:
    """Return the warning about small counts, by the smallest setting for each event."""
    thin = int(found.made_from.get("thin", 1))
    people: dict[str, float] = {}
    for event in (name for name in COUNTED_CLOSELY if name in shown):
        sums = (math.fsum(filter(math.isfinite, sample.values(event).values())) / thin for sample in found.samples)
        people[event] = min((count for count in sums if count), default=0.0)
    return few_warning(people)
