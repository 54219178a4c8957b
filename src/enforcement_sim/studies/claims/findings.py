"""What a claim's numbers amount to: its verdict, and two plain sentences.

The first sentence says what was divided by what (or how else the figure was made) and what that gives; the second what the
simulated world gives, with its interval, and how many definitions come to the claim's figure. The verdict is that of
:func:`enforcement_sim.studies.claims.verdicts.judge`, which sees figures only. Nothing of this is typed: other numbers give other
words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from enforcement_sim.studies.claims.arithmetic import names_in
from enforcement_sim.studies.claims.published import Claim, Part
from enforcement_sim.studies.claims.verdicts import NOT_EXPRESSIBLE, Estimate, Figures, Verdict, figures_of, judge

__all__ = ["LABEL", "Estimate", "Finding", "amount", "claimed_by", "find", "headline", "interval", "stated"]

LABEL = "Verdict, by hand and in the simulated world"
"""What stands before a verdict wherever it is told."""
DIGITS = 3
WHOLE_FROM = 1000
"""A part of a division from which on decimals are left out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a claim's numbers amount to.

    Attributes
    ----------
    verdict : Verdict
    arithmetic : str
        A sentence: what was divided by what, and what that gives.
    world : str
        A sentence: what the simulated world gives.
    lowest, highest : Estimate or None
        Ends of the range over all definitions, the claim's own included.
    """

    verdict: Verdict
    arithmetic: str
    world: str
    lowest: Estimate | None
    highest: Estimate | None

    @property
    def sentences(self) -> str:
        """Both sentences."""
        return f"{self.arithmetic} {self.world}"


def find(claim: Claim, own: Estimate, others: Sequence[Estimate]) -> Finding:
    """Return the finding on a claim.

    Parameters
    ----------
    claim
        What is claimed, and its arithmetic.
    own
        The simulated figure under the claim's own definition.
    others
        Under every other definition, in the same unit; those without a value are left aside.
    """
    figures = figures_of(claim)
    verdict = judge(figures, own, others)
    known = sorted([one for one in (own, *others) if math.isfinite(one.mean)], key=lambda one: one.mean)
    lowest, highest = (known[0], known[-1]) if known else (None, None)
    arithmetic = _arithmetic(claim, figures, verdict)
    return Finding(verdict, arithmetic, _world(figures, own, known, verdict), lowest, highest)


def headline(claim: Claim) -> str:
    """Return a claim as a headline that nobody can take for a finding.

    Examples
    --------
    >>> from enforcement_sim.studies.claims.published import load_claims
    >>> headline(load_claims()["cost-60"])
    'Claim: 287(g) costs 60% less than Secure Communities.'
    """
    return f"Claim: {claim.says}"


def claimed_by(claim: Claim) -> str:
    """Return who makes a claim: its side, and its sources with theirs where that is another.

    Examples
    --------
    >>> from enforcement_sim.studies.claims.published import load_claims
    >>> claimed_by(load_claims()["cost-60"])[:73]
    'Claimed by advocacy for restriction: "The ongoing assault on 287(g)", 25 '
    """
    told = (f"{one.text}{'' if one.side == claim.side else f' [{one.side}]'}" for one in claim.said_by)
    return f"Claimed by {claim.side}: {' '.join(told)}"


# ---- two sentences ------------------------------------------------------------------------------------------------------


def _arithmetic(claim: Claim, figures: Figures, verdict: Verdict) -> str:
    """Say what was divided by what, and what that gives."""
    hand = claim.by_hand
    if hand is None:
        return f"Nothing can be divided by hand: {claim.no_arithmetic[0].lower()}{claim.no_arithmetic[1:].rstrip('.')}."
    if names_in(hand.expression) == (hand.expression,):
        return f"Nothing is divided: {hand.in_words}."
    made, told = amount(hand.value, claim.unit), hand.in_words
    if hand.divided:
        first, second = (f"{part.says} ({part.value:,.10g})" for part in _rounded_parts(hand.divided))
        told = f"{first} divided by {second}"
    as_stated = amount(claim.claimed.value, claim.unit, exactly=True)
    if not figures.follows:
        made += f", and what is stated is {as_stated}"
    elif claim.claimed.implied:
        made += f", and what is implied is {as_stated}"
    elif made != amount(claim.claimed.value, claim.unit):
        made += f", stated as {as_stated}"
    unlike = f"; the two differ in {_listed(verdict.differ)}" if verdict.differ else ""
    return f"By hand, {told} gives {made}{unlike}."


def _rounded_parts(divided: Sequence[Part]) -> list[Part]:
    """Return parts with whole numbers where they are large: nobody counts thirds of people."""
    return [replace(part, value=round(part.value)) if part.value >= WHOLE_FROM else part for part in divided]


def _world(figures: Figures, own: Estimate, known: Sequence[Estimate], verdict: Verdict) -> str:
    """Say what the simulated world gives."""
    unit = figures.claimed.unit
    if not math.isfinite(own.mean):
        return "The model has no value under the claim's own definition."
    given = f"{amount(own.mean, unit)} ({_with_level(own, unit)})"
    if NOT_EXPRESSIBLE in verdict.kinds:
        return f"The model does not count this; the nearest number that it has is {given}."
    told = f"Counted the claim's way, the simulated world gives {given}"
    one = verdict.holding == 1
    if figures.claimed.is_direction:
        bound = amount(figures.claimed.value, unit, exactly=True)
        near = f"lie{'s' if one else ''} {figures.claimed.kind} {bound}"
    else:
        near = f"come{'s' if one else ''} within a tenth of {amount(figures.figure, unit, exactly=True)}"
        near += f" or lie{'s' if one else ''} above it" if figures.claimed.kind == "at_least" else ""
    counted = f"{verdict.holding} of {verdict.told} definition{'s' if verdict.told != 1 else ''} {near}"
    if verdict.untold:
        counted += f" ({verdict.untold} more cannot be told)"
    if len(known) > 1:
        low, high = known[0], known[-1]
        ends = (f"{amount(end.mean, unit)} ({_named(end, own)})" for end in (low, high))
        counted += f", from {' to '.join(ends)}"
    return f"{told}; {counted}."


def _named(end: Estimate, own: Estimate) -> str:
    return "the claim's way" if end is own else end.label


def _with_level(estimate: Estimate, unit: str) -> str:
    """Return an interval with its level, or that there is none."""
    told = interval(estimate, unit)
    return f"95%: {told}" if math.isfinite(estimate.low) and estimate.low != estimate.high else told


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# ---- words --------------------------------------------------------------------------------------------------------------


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
    if unit in ("percent more", "percent less"):
        up = (value >= 0) == (unit == "percent more")
        return f"{_rounded(abs(value))}% {'more' if up else 'less'}"
    if unit == "people":
        return f"{value:,.0f}" if exactly else _rounded(value)
    written = _rounded(value)
    if unit == "percent":
        return f"{written}%"
    if unit == "million dollars":
        return f"${written} million" if value >= 0 else f"\N{MINUS SIGN}${_rounded(-value)} million"
    return written if unit == "ratio" else f"{written} {unit}"


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
    if not math.isfinite(estimate.low):
        return "one seed, no interval"
    if estimate.low == estimate.high:
        return "in every seed" if estimate.seeds > 1 else "one seed, no interval"
    if unit in ("percent more", "percent less") and (estimate.low < 0) != (estimate.high < 0):
        return f"{amount(estimate.low, unit)} to {amount(estimate.high, unit)}"
    if unit in ("percent more", "percent less"):
        ends = sorted((abs(estimate.low), abs(estimate.high)))
        return " to ".join(_rounded(end) for end in ends)
    return f"{_rounded(estimate.low)} to {_rounded(estimate.high)}"


def _rounded(value: float) -> str:
    """Return a number to three digits, with commas and without trailing zeros behind the point."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "no value"
    places = DIGITS - 1 - math.floor(math.log10(abs(value)))
    text = f"{round(value, places):,.{max(places, 0)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "\N{MINUS SIGN}")
