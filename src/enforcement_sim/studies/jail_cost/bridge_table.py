"""The bridge to each payer's net cost as a table of text: whole dollars that add up as they stand there.

For a terminal or a page; the same numbers to the cent are in ``experiment.net_cost``. Lines are added down to the net cost
of each payer, and A and B subtracted across, and every sum comes out to the dollar. Nothing is computed.
"""

from __future__ import annotations

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.amounts import difference_in_words, dollars, ends_in_words
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.cost_bridge import BridgeLine, bridge_of, why_below_zero

__all__ = ["BRIDGE_TITLE", "about_bridge", "bridge_rows"]

BRIDGE_TITLE = "From jail days and officers to the net cost of each payer"
_MINUS = "\N{MINUS SIGN}"
STATES = (
    "States: nothing is counted, because nobody is held on a detainer in a prison and prison days belong to the criminal "
    "case."
)


def bridge_rows(found: Comparison, point: int = 0) -> pd.DataFrame:
    """Return the bridges as text.

    Parameters
    ----------
    found : Comparison
        Of measures that include the net costs and their lines.
    point : int
        The setting beside the reference; 0 for the reference alone.

    Returns
    -------
    DataFrame
        ``Line``, and the reference's amount with its interval; or A, B and the paired difference with its interval.
    """
    rows = [_row(line, point > 0) for line in bridge_of(found.samples, point, 1.0) if line.payer != "state"]
    heads = ["A", "B", f"B {_MINUS} A [95% interval]"] if point else ["Dollars", "95% interval"]
    return pd.DataFrame(rows, columns=["Payer and line", *heads])


def about_bridge(found: Comparison, point: int = 0) -> str:
    """Return how the bridge is read, and why a net cost in it is below nothing, if one is."""
    points = (0, point) if point else (0,)
    several = len(found.samples[0].measures) > 1
    told = f"{'Means over runs' if several else 'One run'}, in whole dollars; lines add up to the net cost under them."
    return " ".join(filter(None, (told, labels.ABOUT_NET_COST, STATES, why_below_zero(found.samples, points))))


def _row(line: BridgeLine, compared: bool) -> list[str]:
    label = labels.measure(line.measure)[0]
    if line.found is None or not compared:
        return [label, _whole_dollars(line.a), ends_in_words(line.level.low, line.level.high, dollars)]
    found = line.found
    worded = difference_in_words(found.difference, found.low, found.high, found.verdict, dollars)
    gap = _whole_dollars(line.b - line.a, signed=True)
    _, bracket, rest = worded.partition(" [")
    return [label, _whole_dollars(line.a), _whole_dollars(line.b), f"{gap} [{rest}" if bracket else worded]


def _whole_dollars(amount: int, signed: bool = False) -> str:
    sign = _MINUS if amount < 0 else "+" if signed and amount > 0 else ""
    return f"{sign}${abs(amount):,}"
