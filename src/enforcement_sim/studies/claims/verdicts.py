"""The verdict on a claim, from its figures alone: what is wrong with its arithmetic, and how far the figure holds here.

``judge`` sees numbers, units, the two parts of a division and what the simulated world gives. It does not see the claim's
words, who made it or which side they are on, so claims of all sides meet the same branches. A verdict is one or more of
eight kinds, defined in :data:`MEANING`.
The first two are about the claim's own numbers and may stand together with one of the other six, which is about the
simulated world.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from enforcement_sim.studies.claims.arithmetic import Part, unlike
from enforcement_sim.studies.claims.published import Claim, Claimed

ARITHMETIC, UNLIKE = "arithmetic wrong by a factor", "compares unlike things"
MOSTLY, OWN_ONLY = "holds under most definitions", "holds under its own definition"
SOME, NONE = "holds under some definitions, not its own", "holds under no definition"
CANNOT_TELL, NOT_EXPRESSIBLE = "cannot tell", "not expressible"

ROUNDED = 0.05
"""A stated figure follows from its own numbers if it is no further off than rounding in speech takes it: 40 for 38.5."""
AS_NEAR = 0.10
"""A definition comes to a figure within a tenth of the larger: rounding to the nearest ten moves a half by as much, and
figures that people repeat are no surer."""
TOO_WIDE = 0.5
"""An interval whose half is more than this part of the larger figure tells nothing."""
MOST = 0.5
"""Most is more than half."""
SIGNS = {"percent more": 1, "percent less": -1}
WHOLE_FACTOR = 100
"""A factor from which on no decimals are told."""

MEANING = {
    ARITHMETIC: (
        f"the claim's own numbers give another figure than the one stated, further off than {ROUNDED:.0%} of the larger "
        "(rounding in speech: 40 for 38.5); the factor is the larger over the smaller. Not asked of a figure that is only implied"
    ),
    UNLIKE: (
        "the two numbers that are divided differ in more than what is compared. Two programmes that are compared must be counted "
        "at one stage, in one period and place, of the same things and got in the same way; the first of a share must be able to "
        "be a part of the second: the same things, got in the same way, in its place, programme and period, at its stage or later"
    ),
    MOSTLY: f"more than {MOST:.0%} of all definitions that can be told come to the claim's figure, its own among those asked",
    OWN_ONLY: "the claim's own definition comes to it, and at most that part of all",
    SOME: "the claim's own definition does not, at least one other does, at most that part of all",
    NONE: "no definition does",
    CANNOT_TELL: "under the claim's own definition the interval is too wide, or there is none",
    NOT_EXPRESSIBLE: "the model does not count what the claim is about, or is given it and cannot find it",
}
"""When each verdict is given. To *come to* a figure is defined in :func:`holds`."""
KINDS = tuple(MEANING)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A simulated number under one definition: the mean over seeds and its 95% interval (not a number from one seed)."""

    label: str
    value: float
    low: float
    high: float
    seeds: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a claim that a verdict may depend on; ``expressible`` says whether the model counts what it is about.

    ``by_hand`` is what the claim's own numbers give, and ``divided`` what is divided by what; both may be missing.
    """

    claimed: Claimed
    by_hand: float | None
    divided: tuple[Part, ...]
    expressible: bool

    @property
    def follows(self) -> bool:
        """Whether the stated figure is that of the claim's own numbers, as rounded in speech."""
        if self.by_hand is None or self.claimed.is_direction or self.claimed.implied:
            return True
        return math.isclose(self.claimed.value, self.by_hand, rel_tol=ROUNDED)

    @property
    def figure(self) -> float:
        """What the simulated world is held against.

        As the claim's own numbers give it where what is stated is that figure rounded, and as stated otherwise.
        """
        exact = self.follows and not self.claimed.is_direction and not self.claimed.implied
        return self.by_hand if exact and self.by_hand is not None else self.claimed.value


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a claim's numbers amount to.

    Attributes
    ----------
    kinds : tuple of str
        One or more of :data:`KINDS`, faults of the arithmetic first.
    factor : float
        Larger over smaller of what is stated and what the claim's numbers give; not a number where it follows.
    differ : tuple of str
        In what the two parts of a division differ that should be alike.
    own : bool or None
        Whether the claim's own definition comes to its figure; None where that cannot be told.
    holding, told : int
        Definitions that come to the claim's figure, of those that have a value and can be told, the claim's own included.
    untold : int
        Definitions with a value of which it cannot be told.
    """

    kinds: tuple[str, ...]
    factor: float
    differ: tuple[str, ...]
    own: bool | None
    holding: int
    told: int
    untold: int = 0

    @property
    def words(self) -> str:
        """The verdict as words.

        Examples
        --------
        >>> Verdict((ARITHMETIC, NONE), 106.9, (), False, 0, 9).words
        'arithmetic wrong by a factor of 107; holds under no definition (0 of 9)'
        """
        return "; ".join(self._worded(kind) for kind in self.kinds)

    def _worded(self, kind: str) -> str:
        if kind == ARITHMETIC:
            return f"{kind} of {self.factor:.2g}" if self.factor < WHOLE_FACTOR else f"{kind} of {self.factor:.0f}"
        if kind not in (MOSTLY, OWN_ONLY, SOME, NONE):
            return kind
        not_own = ", not its own" if kind == MOSTLY and not self.own else ""
        return f"{kind} ({self.holding} of {self.told}{not_own})"


def figures_of(claim: Claim) -> Figures:
    """Return what of a claim may enter a verdict: no word of it, and nobody's name."""
    hand = claim.by_hand
    value, divided = (None, ()) if hand is None else (hand.value, hand.parts)
    return Figures(claim.claimed, value, divided, claim.expressed != "not")


def judge(figures: Figures, own: Estimate, others: Sequence[Estimate], as_near: float = AS_NEAR) -> Verdict:
    """Return the verdict on a claim's figures.

    Parameters
    ----------
    figures
        What is stated, and its arithmetic.
    own
        The simulated figure under the claim's own definition.
    others
        Under every other definition, in the same unit; those without a value are left aside.
    as_near
        In place of :data:`AS_NEAR`, to see what depends on it.

    Examples
    --------
    >>> from enforcement_sim.studies.claims.published import load_claims
    >>> figures = figures_of(load_claims()["enrolled-02"])
    >>> judge(figures, Estimate("as claimed", 2.14, 2.14, 2.14, 3), []).kinds[0]
    'arithmetic wrong by a factor'
    """
    faults = [] if figures.follows else [ARITHMETIC]
    differ = unlike(figures.divided, figures.claimed.unit)
    faults += [UNLIKE] if differ else []
    ours = holds(figures, own, as_near)
    answers = [ours] + [holds(figures, one, as_near) for one in others if math.isfinite(one.value)]
    told = [answer for answer in answers if answer is not None]
    holding = sum(told)
    if not figures.expressible or not math.isfinite(own.value):
        here = NOT_EXPRESSIBLE
    elif ours is None:
        here = CANNOT_TELL
    elif holding > MOST * len(told) and len(told) > 1:
        here = MOSTLY
    elif ours:
        here = OWN_ONLY
    else:
        here = SOME if holding else NONE
    return Verdict((*faults, here), _factor(figures), differ, ours, holding, len(told), len(answers) - len(told))


def _factor(figures: Figures) -> float:
    """Return by how many times what is stated and what its numbers give are apart."""
    if figures.follows or figures.by_hand is None:
        return math.nan
    sizes = sorted((abs(figures.claimed.value), abs(figures.by_hand)))
    return sizes[1] / sizes[0] if sizes[0] else math.inf


def holds(figures: Figures, estimate: Estimate, as_near: float = AS_NEAR) -> bool | None:
    """Say whether an estimate comes to the claim's figure; None where that cannot be told.

    It does where its mean is within ``as_near`` of the figure, as a part of the larger. It does not where the mean is
    further off and the interval leaves the figure out. It cannot be told where the interval is too wide, holds the figure
    though the mean is not near, or is not there. A figure that is said to be a least one is also come to by an interval
    wholly above it, and one that is only said to lie below or above a bound by an interval wholly on that side. Percent more
    or less are compared as the ratios that they stand for.
    """
    claimed = figures.claimed
    if not math.isfinite(estimate.value) or not math.isfinite(estimate.low):
        return None
    if claimed.is_direction:
        below, above = estimate.high < claimed.value, estimate.low > claimed.value
        return None if not (below or above) else below == (claimed.kind == "below")
    mean, low, high, figure = (
        _as_ratio(value, claimed.unit) for value in (estimate.value, estimate.low, estimate.high, figures.figure)
    )
    larger = max(abs(mean), abs(figure))
    if abs(high - low) / 2 > TOO_WIDE * larger:
        return None
    if abs(mean - figure) <= as_near * larger or (claimed.kind == "at_least" and low > figure):
        return True
    return None if min(low, high) <= figure <= max(low, high) else False


def near(figures: Figures) -> tuple[float, float]:
    """Return the ends of what comes to a claim's figure, in its unit; the figure itself twice where that is zero.

    Examples
    --------
    >>> from enforcement_sim.studies.claims.published import load_claims
    >>> [round(end, 1) for end in near(figures_of(load_claims()["jail-90"]))]
    [81.0, 100.0]
    """
    unit, figure = figures.claimed.unit, _as_ratio(figures.figure, figures.claimed.unit)
    ends = [_from_ratio(figure * (1 - AS_NEAR), unit), _from_ratio(figure / (1 - AS_NEAR), unit)]
    return min(ends), max(ends)


def _as_ratio(value: float, unit: str) -> float:
    """Return percent more or less as the ratio that it stands for, other figures as they are."""
    sign = SIGNS.get(unit)
    return value if sign is None else 1 + sign * value / 100


def _from_ratio(value: float, unit: str) -> float:
    """Return a figure as its unit has it."""
    sign = SIGNS.get(unit)
    return value if sign is None else sign * 100 * (value - 1)
