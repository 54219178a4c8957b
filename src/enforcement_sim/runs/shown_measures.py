"""Which measures a short table shows, and how their numbers are written in it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from enforcement_sim import labels
from enforcement_sim.results.measures import MEASURES
from enforcement_sim.tables.amounts import NOT_APPLICABLE, Written, dollars, share

HEADLINES = (
    "removed",
    "removed.secure_communities",
    "removed.jail_287g",
    "ice_custody",
    "no_conviction_share.removed",
    "days_per_detainer.induced",
    "days_per_detainer.statutory_hold",
    "detainer_issued",
    "detainer_declined",
    "detainer_lapsed",
    "overdetained",
    "custody_per_detainer",
    "level_1_share.removed",
    "removed.criminal_alien_program",
    "returned",
    "detainers_on_citizens",
    "net_cost.county",
    "net_cost.federal",
    "matched",
    "booked",
)
"""Measures of a short table, in order of importance; the complete table is ``frame()``."""

SHORT_TABLE = 40
"""Approximate number of rows of a short table; with many settings it has fewer measures."""

FEWEST_MEASURES = 5

NO_GAIN = "-"
MINUS = "\N{MINUS SIGN}"
UNITS = {"share": "% (points)", "dollars": "$"}
"""Units of columns of numbers that need no word of their own."""


def rows_a_setting(settings: int) -> int:
    """Return how many measures a short table has of each setting: fewer, the more settings there are.

    Examples
    --------
    >>> rows_a_setting(2), rows_a_setting(30)
    (40, 5)
    """
    return max(FEWEST_MEASURES, SHORT_TABLE // max(1, settings - 1))


def about_measures(shown: Iterable[str]) -> str:
    """Return notes on measures as full sentences: which detainers are counted, what a net cost is; empty for none."""
    names = set(shown)
    detainers = any(name.startswith(("detainer_issued", "days_per_detainer")) for name in names)
    costs = any(name.startswith("net_cost") for name in names)
    return " ".join([labels.ABOUT_DETAINERS] * detainers + [labels.ABOUT_NET_COST] * costs)


def labelled(measure: str) -> tuple[str, str]:
    """Return the label and the unit of a measure; of one that is not the package's, its name and no unit.

    Examples
    --------
    >>> labelled("net_cost.county"), labelled("my_own")
    (('Net cost to counties', 'dollars'), ('my_own', ''))
    """
    return labels.measure(measure) if measure in MEASURES else (measure, "")


def formatter_of(unit: str) -> Written:
    """Return what writes numbers of a unit in a table: shares in percent, dollars short, others with four digits."""
    return {"share": share, "dollars": dollars}.get(unit, _counted)


def _counted(value: float, *, more: int = 0) -> str:
    """Return a number as :func:`shortly` does, with the minus sign of shares and dollars."""
    return shortly(value, more=more).replace("-", MINUS)


def shortly(value: float, *, more: int = 0) -> str:
    """Return a number for a table: with separators if large or whole, otherwise four significant digits."""
    if math.isnan(value):
        return NOT_APPLICABLE
    if abs(value) >= 1000 or value == int(value):
        return f"{value:,.{more}f}"
    return f"{value:.{4 + more}g}"


def gain_in_words(ratio: float) -> str:
    """Return a ratio of variances as text; a dash without variance."""
    return (
        f"{ratio:,.0f}x"
        if ratio >= 10 and math.isfinite(ratio)
        else f"{ratio:.1f}x"
        if math.isfinite(ratio)
        else NO_GAIN
    )
