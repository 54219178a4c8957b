"""A claim in sentences: what is claimed and by whom, what was divided by what, and what the simulated world gives.

Other numbers give other words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from enforcement_sim.studies.claims.arithmetic import Part
from enforcement_sim.studies.claims.claim_amounts import amount, interval
from enforcement_sim.studies.claims.published import Claim
from enforcement_sim.studies.claims.verdicts import NOT_EXPRESSIBLE, Estimate, Figures, Verdict

WHOLE_FROM = 1000
"""A part of a division from which on decimals are left out."""


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


def arithmetic(claim: Claim, figures: Figures, verdict: Verdict) -> str:
    """Say what was divided by what, and what that gives."""
    hand = claim.by_hand
    if hand is None:
        return f"Nothing can be divided by hand: {claim.no_arithmetic[0].lower()}{claim.no_arithmetic[1:].rstrip('.')}."
    if hand.gives.text in hand.numbers:
        return f"Nothing is divided: {hand.in_words}."
    made, told = amount(hand.value, claim.unit), hand.in_words or " divided by ".join(map(_part, hand.parts))
    as_stated = amount(claim.claimed.value, claim.unit, exactly=True)
    if not figures.follows:
        made += f", and what is stated is {as_stated}"
    elif claim.claimed.implied:
        made += f", and what is implied is {as_stated}"
    elif made != amount(claim.claimed.value, claim.unit):
        made += f", stated as {as_stated}"
    unlike = f"; the two differ in {_listed(verdict.differ)}" if verdict.differ else ""
    return f"By hand, {told} gives {made}{unlike}."


def _part(part: Part) -> str:
    """Name a part with its number, a whole one where it is large: nobody counts thirds of people."""
    value = part.expression.value
    return f"{part.says} ({round(value) if value >= WHOLE_FROM else value:,.10g})"


def world(figures: Figures, own: Estimate, known: Sequence[Estimate], verdict: Verdict) -> str:
    """Say what the simulated world gives; ``known`` are the estimates with a value in order."""
    unit = figures.claimed.unit
    if not math.isfinite(own.value):
        return "The model has no value under the claim's own definition."
    level = "95%: " if math.isfinite(own.low) and own.low != own.high else ""
    given = f"{amount(own.value, unit)} ({level}{interval(own, unit)})"
    if NOT_EXPRESSIBLE in verdict.kinds:
        return f"The model does not count this; the nearest number that it has is {given}."
    s = "s" if verdict.holding == 1 else ""
    if figures.claimed.is_direction:
        near = f"lie{s} {figures.claimed.kind} {amount(figures.claimed.value, unit, exactly=True)}"
    else:
        near = f"come{s} within a tenth of {amount(figures.figure, unit, exactly=True)}"
        near += f" or lie{s} above it" if figures.claimed.kind == "at_least" else ""
    counted = f"{verdict.holding} of {verdict.told} definition{'s' if verdict.told != 1 else ''} {near}"
    if verdict.untold:
        counted += f" ({verdict.untold} more cannot be told)"
    if len(known) > 1:
        names = ("the claim's way" if end is own else end.label for end in (known[0], known[-1]))
        ends = (f"{amount(end.value, unit)} ({name})" for end, name in zip((known[0], known[-1]), names, strict=True))
        counted += f", from {' to '.join(ends)}"
    return f"Counted the claim's way, the simulated world gives {given}; {counted}."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
