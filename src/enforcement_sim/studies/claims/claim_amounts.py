"""Figures of claims and of the simulated world as text: an amount with its unit, what a claim states, an interval."""

from __future__ import annotations

import math

from enforcement_sim.studies.claims.published import Claim
from enforcement_sim.studies.claims.verdicts import SIGNS, Estimate

DIGITS = 3


def amount(value: float, unit: str, exactly: bool = False) -> str:
    """Return a figure with its unit, to three digits unless it is told exactly.

    Examples
    --------
    >>> amount(55.286, "percent more"), amount(-12.04, "percent more"), amount(57412.0, "people")
    ('55.3% more', '12% less', '57,400')
    >>> amount(0.476, "million dollars"), amount(279311.0, "people", exactly=True)
    ('$0.476 million', '279,311')
    """
    if not math.isfinite(value):
        return "no value"
    if unit in SIGNS:
        up = (value >= 0) == (unit == "percent more")
        return f"{_rounded(abs(value))}% {'more' if up else 'less'}"
    if unit == "people":
        return f"{value:,.0f}" if exactly else _rounded(value)
    written = _rounded(value)
    if unit == "million dollars":
        return f"${written} million" if value >= 0 else f"\N{MINUS SIGN}${_rounded(-value)} million"
    return {"percent": f"{written}%", "ratio": written}.get(unit, f"{written} {unit}")


def stated(claim: Claim) -> str:
    """Return a claim's figure as stated, and whether it is only implied.

    Examples
    --------
    >>> from enforcement_sim.studies.claims.published import load_claims
    >>> stated(load_claims()["cheaper-efficient"])
    'below 1 (implied)'
    >>> stated(load_claims()["minor-55"])
    'at least 55%'
    """
    claimed = claim.claimed
    bound = "" if claimed.kind == "value" else f"{claimed.kind.replace('_', ' ')} "
    return f"{bound}{amount(claimed.value, claimed.unit, exactly=True)}{' (implied)' if claimed.implied else ''}"


def interval(estimate: Estimate, unit: str) -> str:
    """Return an interval in words, or that there is none."""
    low, high = estimate.low, estimate.high
    if not math.isfinite(low) or (low == high and estimate.seeds == 1):
        return "one seed, no interval"
    if low == high:
        return "in every seed"
    if unit in SIGNS and (low < 0) != (high < 0):
        return f"{amount(low, unit)} to {amount(high, unit)}"
    ends = sorted((abs(low), abs(high))) if unit in SIGNS else (low, high)
    return " to ".join(map(_rounded, ends))


def _rounded(value: float) -> str:
    """Return a number to three digits, with commas and without trailing zeros behind the point."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "no value"
    places = DIGITS - 1 - math.floor(math.log10(abs(value)))
    text = f"{round(value, places):,.{max(places, 0)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "\N{MINUS SIGN}")
