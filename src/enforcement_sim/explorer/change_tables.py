"""Tables and text about a change: its rows, and the caption.

Every number that is drawn is also given here as text. Small numbers of people and all county numbers have a warning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from enforcement_sim import labels
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.summary import Summary
from enforcement_sim.notebook import FEW_PEOPLE, SIMULATED
from enforcement_sim.place_labels import places_in_words
from enforcement_sim.plots.captions import INTERVAL
from enforcement_sim.process.jit import engine_version
from enforcement_sim.results.intervals import Difference, within
from enforcement_sim.runs.cost_bridge import below_zero, costs_in
from enforcement_sim.runs.shown_measures import shortly
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.tables.amounts import (
    CANNOT_TELL,
    NOT_APPLICABLE,
    Written,
    dollars,
    ends_in_words,
    share,
    signed,
)
from enforcement_sim.tables.table import Table

SHARE = "share"
PERCENT = 100.0
_PROSE = re.compile(r"<td>(?=[^<]{60})")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
MOSTLY_CHANCE = "few people: mostly chance"


@dataclass(frozen=True)
class ChangeRow:
    """One measure under history and under the what-if, as text.

    Attributes
    ----------
    measure, label, unit : str
    history, what_if, difference, interval, verdict : str
    percent : tuple of float or None
        Difference and its interval in percent of history; None where history has zero.
    sign_known : bool
        Whether the interval excludes zero, or both are identical in every run.
    few : bool
        Whether it rests on few people.
    """

    measure: str
    label: str
    unit: str
    history: str
    what_if: str
    difference: str
    interval: str
    verdict: str
    percent: tuple[float, float, float] | None
    sign_known: bool
    few: bool

    @property
    def warned_label(self) -> str:
        """The label, with a warning where people are few."""
        return f"{self.label} (few people)" if self.few else self.label


def row_of(measure: str, label: str, unit: str, found: Difference, picture: Picture) -> ChangeRow:
    """Return the row of a measure, with its numbers in a unit."""
    least, most = (within(end, *labels.bounds_of_difference(measure)) for end in (found.low, found.high))
    percent = None
    if found.runs and found.reference_mean > 0:
        ends = [PERCENT * value / found.reference_mean for value in (found.difference, found.low, found.high)]
        middle, low, high = (value if math.isfinite(value) else ends[0] for value in ends)
        percent = (middle, low, high)
    return ChangeRow(
        measure,
        label,
        unit,
        number(found.reference_mean, unit),
        number(found.mean, unit),
        signed_in(unit)(found.difference) if found.runs else NOT_APPLICABLE,
        ends_in_words(least, most, signed_in(unit)) if found.runs else NOT_APPLICABLE,
        found.verdict,
        percent,
        found.verdict not in (CANNOT_TELL, NOT_APPLICABLE),
        unit == "people" and few_people(picture, found.reference_mean, found.mean),
    )


def few_people(picture: Picture, *means: float) -> bool:
    """Return whether both scenarios have too few simulated people, all seeds together, for a reliable number."""
    return max(filter(math.isfinite, means)) * len(picture.seeds) / picture.thin < FEW_PEOPLE


def number(value: float, unit: str, *, more: int = 0) -> str:
    """Return a number in its unit; small mean numbers have more digits.

    Examples
    --------
    >>> number(1234.5, "people"), number(1.25, "people"), number(0.1, "share")
    ('1,234', '1.2', '10.0%')
    """
    if math.isnan(value):
        return NOT_APPLICABLE
    if unit == "dollars":
        return dollars(value, more=more)
    digits = 0 if abs(value) >= 20 else 1 if abs(value) >= 1 else 2
    return f"{share(value, more=more)}%" if unit == SHARE else shortly(round(value, digits + more), more=0)


def signed_in(unit: str) -> Written:
    """Return a function that formats a difference in a unit, with its sign."""

    def text(value: float, *, more: int = 0) -> str:
        if unit == SHARE:
            return f"{share(value, more=more)} points"
        return number(value, unit, more=more).replace("-", "\N{MINUS SIGN}")

    return signed(text)


def html_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return an accessible HTML table, which scrolls if it is wider than the page."""
    table = Table(tuple(headings), tuple(map(tuple, rows)), title).html("number")
    table = _PROSE.sub('<td class="prose">', table)
    table = _DAY.sub(r'<span class="day">\g<0></span>', table)  # a day does not end its line at a hyphen
    return f'<div class="scrolls" tabindex="0" role="region" aria-label="{escape(title)}">{table}</div>'


def about_change(picture: Picture) -> str:
    """Return the definition of the net cost, and why one in the table is below zero, if one is."""
    runs_by_world = ((picture.history, " in history"), (picture.what_if, " in the what-if"))
    notes = [below_zero(costs_in([one.measures for one in runs.values()]), where) for runs, where in runs_by_world]
    return " ".join(filter(None, (labels.ABOUT_NET_COST, *dict.fromkeys(notes))))


def numbers_table(
    picture: Picture,
    title: str,
    rows: Iterable[tuple[str, Callable[[Summary], float]]],
    *,
    unchanged: bool = False,
) -> str:
    """Return counts of people under both scenarios with their paired differences, as an HTML table.

    Parameters
    ----------
    picture : Picture
    title : str
    rows : iterable of tuple
        The label of each row, and the function that counts it in a run.
    unchanged : bool
        Whether there is only history to show.
    """
    cells = []
    for label, of in rows:
        row = row_of("removed", label, "people", picture.difference(of), picture)
        cells.append(
            (row.warned_label, row.history, row.what_if, row.difference, row.interval)[: 2 if unchanged else None]
        )
    headings = ("people", "history", "what-if", "difference", "95% interval")[: 2 if unchanged else None]
    return html_table(f"{title}, simulated, not a record", headings, cells)


def rules_text(what_if: Scenario) -> str:
    """Return the rules laid over history, and how closely each is followed, as sentences; empty for none."""
    changes = [change.written() for change in what_if.changes]
    return labels.rules_in_words([{"changes": changes, "parameters": what_if.parameters}])


def caption(picture: Picture, pair: tuple[Scenario, Scenario]) -> str:
    """Return the provenance of the numbers: scenario, places, seeds, rules, thinning, and what intervals cover."""
    history, what_if = pair
    first, last = (f"{day.day} {day:%b %Y}" for day in (history.period_start, history.period_end))
    seeds, rules = picture.seeds, rules_text(what_if)
    several = f"{len(seeds)} of {picture.wanted} seeds ({seeds[0]} to {seeds[-1]}),"
    thinned = (
        f"Thinned: one booking in {picture.thin} was simulated and counts are scaled up. Small capacities run out "
        "more often when thinned, so the effect of a longer hold is overstated until the exact result is shown."
    )
    parts = (
        f"{SIMULATED} Scenario baseline against the what-if; {places_in_words(history.resolved())}; {first} to {last};",
        several if len(seeds) > 1 else f"seed {seeds[0]},",
        "the same synthetic people under both. A seed is one play of chance; counts are means over the seeds.",
        rules and f"Laid over history: {rules}",
        thinned if picture.thin > 1 else "Every booking was simulated.",
        f"Intervals: {INTERVAL}.",
        labels.ABOUT_DETAINERS,
        f"Engine {engine_version()}.",
    )
    return " ".join(filter(None, parts))
