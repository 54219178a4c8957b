"""One plain sentence for each claim, chosen by its numbers.

A finding says three things and nothing else: whether the claim's own figures give the figure that is stated (arithmetic),
whether the model, counting the claim's way, comes out where the published figure is (substance), and how far other
definitions move it (definition). It weighs the three against each other. No verdict is typed anywhere: other numbers
give other words. Who made the claim does not enter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from enforcement_sim.evidence.published_claims import Claim, Claimed

__all__ = [
    "AGREES",
    "AS_NEAR",
    "CANNOT_TELL",
    "DEPENDS",
    "DIFFERS",
    "Estimate",
    "Finding",
    "amount",
    "find",
    "interval",
    "stated",
]

AGREES, DIFFERS, CANNOT_TELL, PUT_IN = "agrees", "differs", "cannot tell", "put in, not found"
FOLLOWS, DOES_NOT_FOLLOW, NO_ARITHMETIC = "follows", "does not follow", "no arithmetic"
DEPENDS, STAYS, ONLY_ONE = "depends on definition", "the same under other definitions", "no other definition"
ARITHMETIC, WORDING, DEFINITION, SUBSTANCE = "arithmetic", "wording", "definition", "substance"
NEITHER = "neither"

ROUNDED = 0.05
"""A stated figure follows from its own numbers if it is no further off than rounding in speech takes it."""
AS_NEAR = 0.10
"""Two figures as near as this, of the larger, count as one: published figures are no surer."""
TOO_WIDE = 0.5
"""An interval whose half is more than this, of the larger figure, tells nothing."""
SPREAD = 0.25
"""Definitions matter when they move a figure by more than this, of the larger."""
OUTWEIGHS = 2.0
"""One part of a disagreement outweighs another when it is this many times as large."""
DIGITS = 3
TIMES = 2.0
IN_POINTS = ("percent", "percent more", "percent less", "points")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A simulated number under one definition: mean over seeds and its 95% interval (not a number from one seed)."""

    label: str
    mean: float
    low: float
    high: float
    seeds: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a claim's numbers amount to.

    Attributes
    ----------
    arithmetic : str
        follows, does not follow, no arithmetic.
    substance : str
        agrees, differs, cannot tell; or put in, not found, where the model is given what the claim is about.
    definition : str
        depends on definition, the same under other definitions, no other definition.
    mainly : str
        arithmetic (or wording, where the figure is only implied), definition, substance (several joined by *and* where they
        weigh alike) or neither: what parts the claim from the model; empty where there is nothing to weigh.
    lowest, highest : Estimate or None
        Ends of the range over all definitions, the claim's own included.
    sentence : str
    """

    arithmetic: str
    substance: str
    definition: str
    mainly: str
    lowest: Estimate | None
    highest: Estimate | None
    sentence: str


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
    known = [one for one in others if math.isfinite(one.mean)]
    arithmetic, about_arithmetic = _arithmetic(claim)
    reference = _reference(claim)
    substance, about_substance = _substance(claim, own, reference)
    everything = sorted([one for one in (own, *known) if math.isfinite(one.mean)], key=lambda one: one.mean)
    lowest, highest = (everything[0], everything[-1]) if everything else (None, None)
    definition, about_definition = _definition(claim.unit, own, known)
    mainly, about_parts = _parts(claim, own, known, reference, substance, definition)
    clauses = [clause for clause in (about_arithmetic, about_substance, about_definition) if clause]
    sentence = f"{claim.subject}: {'; '.join(clauses)}{about_parts}."
    return Finding(arithmetic, substance, definition, mainly, lowest, highest, sentence)


# ---- the three parts ----------------------------------------------------------------------------------------------------


def _arithmetic(claim: Claim) -> tuple[str, str]:
    """Say whether the stated figure follows from the claim's own numbers."""
    if claim.by_hand is None or claim.claimed.kind != "value":
        return NO_ARITHMETIC, ""
    stated, by_hand = claim.claimed.value, claim.by_hand.value
    if abs(stated - by_hand) <= ROUNDED * max(abs(stated), abs(by_hand)):
        return FOLLOWS, ""
    made, told = amount(by_hand, claim.unit), amount(stated, claim.unit)
    if claim.claimed.implied:
        return DOES_NOT_FOLLOW, f"figures of the time make {made}, what is implied is {told}"
    return DOES_NOT_FOLLOW, f"the figures given make {made}, what is stated is {told}"


def _reference(claim: Claim) -> float:
    """Return the published figure that the model is held against: by hand if there is arithmetic."""
    return claim.claimed.value if claim.by_hand is None else claim.by_hand.value


def _substance(claim: Claim, own: Estimate, reference: float) -> tuple[str, str]:
    """Say whether the model, counting the claim's way, comes out where the published figure is."""
    if not math.isfinite(own.mean):
        return CANNOT_TELL, "the model has no value under the claim's own definition"
    if claim.put_in:
        given = f"{amount(own.mean, claim.unit)} ({interval(own, claim.unit)})"
        return PUT_IN, f"the model does not find such a change and can be given one, here {given}"
    told = f"counted the claim's way the model gives {amount(own.mean, claim.unit)} ({interval(own, claim.unit)})"
    if claim.claimed.kind != "value":
        return _direction(claim.claimed, own, told)
    published = "implied" if claim.claimed.implied and claim.by_hand is None else "published"
    against = f"the {published} {amount(reference, claim.unit, exactly=True)}"
    inside = own.low <= reference <= own.high
    wide = (own.high - own.low) / 2 > TOO_WIDE * max(abs(own.mean), abs(reference))
    if _near(own.mean, reference) and not wide:
        return AGREES, f"{told}, as near to {against} as either is known"
    if inside:
        if wide:
            return CANNOT_TELL, f"{told}, too uncertain to be told from {against}"
        return AGREES, f"{told}, an interval that holds {against}"
    if own.seeds < 2 or wide:
        return CANNOT_TELL, f"{told}, too uncertain to be told from {against}"
    return DIFFERS, f"{told}, {_distance(own.mean, reference, claim.unit)} {against}"


def _direction(claimed: Claimed, own: Estimate, told: str) -> tuple[str, str]:
    """Say whether a figure lies on the side that is claimed."""
    bound = f"the claimed side of {amount(claimed.value, claimed.unit)}"
    below, above = own.high < claimed.value, own.low > claimed.value
    if below or above:
        on_side = below == (claimed.kind == "below")
        return (AGREES, f"{told}, on {bound}") if on_side else (DIFFERS, f"{told}, not on {bound}")
    return CANNOT_TELL, f"{told}, too uncertain to be on one side of {amount(claimed.value, claimed.unit)}"


def _definition(unit: str, own: Estimate, others: Sequence[Estimate]) -> tuple[str, str]:
    """Say how far other definitions move the figure."""
    if not others:
        return ONLY_ONE, ""
    low, high = (which(others, key=lambda one: one.mean) for which in (min, max))
    ends = [one.mean for one in (own, low, high) if math.isfinite(one.mean)]
    told = f"from {amount(low.mean, unit)} ({low.label}) to {amount(high.mean, unit)} ({high.label})"
    if max(ends) - min(ends) <= SPREAD * max(abs(end) for end in ends):
        return STAYS, f"other definitions move it little, {told}"
    return DEPENDS, f"under other definitions it goes {told}"


def _parts(
    claim: Claim, own: Estimate, others: Sequence[Estimate], reference: float, substance: str, definition: str
) -> tuple[str, str]:
    """Weigh arithmetic, definition and substance against each other."""
    if not math.isfinite(own.mean) or claim.claimed.kind != "value" or not others or claim.put_in:
        return "", ""
    first = WORDING if claim.claimed.implied else ARITHMETIC
    sizes = {
        first: 0.0 if claim.by_hand is None else abs(claim.claimed.value - claim.by_hand.value),
        DEFINITION: max(abs(one.mean - own.mean) for one in others),
        SUBSTANCE: abs(own.mean - reference),
    }
    slip = sizes[first] > ROUNDED * max(abs(claim.claimed.value), abs(reference))
    if substance == AGREES and definition == STAYS and not slip:
        return NEITHER, "; neither the model nor the definition parts from the claim"
    largest = max(sizes.values())
    heavy = [part for part, size in sizes.items() if size * OUTWEIGHS > largest]
    told = {
        ARITHMETIC: "arithmetic (what is stated against what its figures give)",
        WORDING: "wording (what is implied against what figures give)",
        DEFINITION: "definition (what is counted, and over what)",
        SUBSTANCE: "substance (the model against what was published)",
    }
    if len(heavy) == 1:
        return heavy[0], f"; what parts claim and model is mainly {told[heavy[0]]}"
    return " and ".join(heavy), f"; what parts claim and model is {' and '.join(heavy)}, about alike"


def _near(one: float, two: float) -> bool:
    return abs(one - two) <= AS_NEAR * max(abs(one), abs(two))


# ---- words --------------------------------------------------------------------------------------------------------------


def _distance(value: float, reference: float, unit: str) -> str:
    """Return how far a figure is from another, as words before the other."""
    side = "above" if value > reference else "below"
    if unit in IN_POINTS:
        return f"{_rounded(abs(value - reference))} points {side}"
    if reference > 0 and value >= TIMES * reference:
        return f"{value / reference:.2g} times"
    if reference == 0:
        return side
    return f"{100 * abs(value / reference - 1):.0f}% {side}"


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
    >>> from enforcement_sim.evidence.published_claims import load_claims
    >>> stated(load_claims()["cheaper-efficient"])
    'below 1 (implied)'
    """
    claimed = claim.claimed
    bound = "" if claimed.kind == "value" else f"{claimed.kind} "
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
