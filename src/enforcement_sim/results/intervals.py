"""Every interval of the package: Student's t over seeds, paired or not, with the doubt about parameters over draws.

Both settings of a pair met the same synthetic people under a seed, so the difference is taken seed by seed and its
interval comes from how much those differences vary: Student's t over seeds, 95%. The interval that two unrelated sets
of runs would have given (Welch) stands beside it, and the ratio of the two variances says what the pairing bought.

Where a design draws uncertain parameters, a pair of runs shares its draw as well as its seed: together they are a
*branch*. The interval then holds both, doubt about the parameters and the chance in the simulation. The draws' own
differences (means over seeds) are spread out as they are, from their 2.5th to their 97.5th percentile (with fewer than
39 draws that is their whole range), and the half-width from chance alone is added in quadrature. It does
not shrink with more draws, because doubt does not. With one draw it is Student's t over seeds again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL, NOT_APPLICABLE

LEVEL = 0.95
HIGHER, LOWER = "higher", "lower"


class Branch(NamedTuple):
    """One course of the simulated world: a draw of the uncertain parameters, and a seed."""

    draw: int
    seed: int


Key = int | Branch
"""What runs are paired by: a seed alone where no parameter is drawn."""


def branch_of(key: Key) -> Branch:
    """Return a key as a branch; a seed alone is under the first draw."""
    return key if isinstance(key, Branch) else Branch(0, key)


@dataclass(frozen=True)
class Difference:
    """One measure, B - A, in the measure's own unit.

    Attributes
    ----------
    runs : int
        Pairs of runs used: seeds (of branches) at which both have a value.
    reference_mean, mean : float
        Mean of A and of B over these runs; where there is no pair, over the runs that have a value.
    difference : float
        ``mean - reference_mean``.
    low, high : float
        95% interval of the difference from pairs; NaN from one run. Holds the doubt about the parameters where they are
        drawn.
    unpaired_low, unpaired_high : float
        The interval from chance alone if the runs of A and B had no seed in common.
    variance_ratio : float
        Variance of the difference unpaired / paired; infinite if the pairs all differ by the same amount.
    verdict : str
        "higher", "lower", "cannot tell" (zero is inside the interval, or there is none), "identical" (the values are
        equal in every run) or "not applicable" (no pair of runs has values).
    draws : int
        Draws of the uncertain parameters among the pairs.
    chance_low, chance_high : float
        The interval from chance alone, the draws taken as they are: what more replications would narrow.
    """

    runs: int
    reference_mean: float
    mean: float
    difference: float
    low: float
    high: float
    unpaired_low: float
    unpaired_high: float
    variance_ratio: float
    verdict: str
    draws: int = 1
    chance_low: float = math.nan
    chance_high: float = math.nan

    @property
    def half_width(self) -> float:
        """Half the interval from chance alone, in the measure's unit; NaN from one seed."""
        return (self.chance_high - self.chance_low) / 2


def difference_of(reference: Sequence[float], other: Sequence[float]) -> Difference:
    """Compare paired values of one measure.

    Parameters
    ----------
    reference, other : sequence of float
        Values of A and B, in the same order of seeds. A pair in which either is not finite is left out.

    Returns
    -------
    Difference

    Raises
    ------
    ValueError
        If the two have different lengths.

    Examples
    --------
    >>> found = difference_of([10.0, 12.0, 11.0], [13.0, 15.0, 13.0])
    >>> round(found.low, 2), round(found.high, 2), found.verdict
    (1.23, 4.1, 'higher')
    """
    pairs = [(a, b) for a, b in zip(reference, other, strict=True) if math.isfinite(a) and math.isfinite(b)]
    runs = len(pairs)
    if runs == 0:
        return _without_pairs(reference, other)
    values_a, values_b = [a for a, _ in pairs], [b for _, b in pairs]
    differences = [b - a for a, b in pairs]
    mean_a, mean_b = math.fsum(values_a) / runs, math.fsum(values_b) / runs
    mean = math.fsum(differences) / runs
    low = high = unpaired_low = unpaired_high = ratio = math.nan
    if runs > 1:
        paired = _variance(differences) / runs
        half = float(half_width(runs - 1, paired))
        low, high = mean - half, mean + half
        error_a, error_b = _variance(values_a) / runs, _variance(values_b) / runs
        unpaired = error_a + error_b
        # Welch-Satterthwaite; without any variance the interval is a point whatever the degrees of freedom.
        freedom = unpaired**2 * (runs - 1) / (error_a**2 + error_b**2) if unpaired > 0 else runs - 1
        half = float(half_width(freedom, unpaired))
        unpaired_low, unpaired_high = mean - half, mean + half
        ratio = unpaired / paired if paired > 0 else (math.inf if unpaired > 0 else math.nan)
    verdict = _verdict(differences, low, high)
    return Difference(runs, mean_a, mean_b, mean, low, high, unpaired_low, unpaired_high, ratio, verdict, 1, low, high)


def difference_between(reference: Mapping[Key, float], other: Mapping[Key, float]) -> Difference:
    """Compare one measure, branch by branch.

    Parameters
    ----------
    reference, other : mapping
        Seed or branch -> value of A and of B. A branch at which either has no finite value is left out.

    Returns
    -------
    Difference
        With one draw that of :func:`difference_of`. With several, every draw counts alike, whatever became of single
        runs; what only chance decides is judged from the seeds that all draws have.

    Examples
    --------
    >>> a = {Branch(draw, seed): 10.0 + seed for draw in range(3) for seed in (1, 2)}
    >>> b = {branch: value + 4 + branch.draw for branch, value in a.items()}
    >>> found = difference_between(a, b)
    >>> found.difference, found.low, found.high, found.half_width
    (5.0, 4.0, 6.0, 0.0)
    """
    pairs: dict[int, dict[int, tuple[float, float]]] = {}
    for key, value in reference.items():
        pair = value, other.get(key, math.nan)
        if all(map(math.isfinite, pair)):
            pairs.setdefault(branch_of(key).draw, {})[branch_of(key).seed] = pair
    draws = len(pairs)
    if not pairs:
        return _without_pairs(reference.values(), other.values())
    if draws <= 1:
        here = [pair for by_seed in pairs.values() for pair in by_seed.values()]
        return difference_of([a for a, _ in here], [b for _, b in here])
    seeds = [seed for seed in next(iter(pairs.values())) if all(seed in by_seed for by_seed in pairs.values())]
    by_chance = difference_of(
        *([_mean(by_seed[seed][side] for by_seed in pairs.values()) for seed in seeds] for side in (0, 1))
    )
    mean_a, mean_b = (
        _mean(_mean(pair[side] for pair in by_seed.values()) for by_seed in pairs.values()) for side in (0, 1)
    )
    by_draw = [_mean(b - a for a, b in by_seed.values()) for by_seed in pairs.values()]
    mean = _mean(by_draw)
    half = 0.0 if math.isnan(by_chance.half_width) else by_chance.half_width
    # Beyond the first and the last draw there is nothing to go by, so few draws give their whole range.
    places = [(len(by_draw) + 1) * share - 1 for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)]
    least, most = np.interp(places, range(len(by_draw)), sorted(by_draw)).tolist()
    low, high = mean - math.hypot(mean - least, half), mean + math.hypot(most - mean, half)
    differences = [b - a for by_seed in pairs.values() for a, b in by_seed.values()]
    unpaired = (by_chance.unpaired_high - by_chance.unpaired_low) / 2
    return Difference(
        len(differences),
        mean_a,
        mean_b,
        mean,
        low,
        high,
        mean - unpaired,
        mean + unpaired,
        by_chance.variance_ratio,
        _verdict(differences, low, high),
        draws,
        mean - by_chance.half_width,
        mean + by_chance.half_width,
    )


def _without_pairs(reference: Iterable[float], other: Iterable[float]) -> Difference:
    """Return what is known where no run of one has a run of the other beside it: the levels, and no difference."""
    a, b = (_mean(known) if (known := [*filter(math.isfinite, side)]) else math.nan for side in (reference, other))
    none = math.nan
    return Difference(0, a, b, none, none, none, none, none, none, NOT_APPLICABLE)


def level_of(values: Mapping[Key, float], least: float = -math.inf, most: float = math.inf) -> Difference:
    """Return the mean of one measure with its intervals: its difference from nothing.

    Parameters
    ----------
    values : mapping
        Seed or branch -> value.
    least, most : float
        What the measure can be at the least and at the most, such as no people; the interval goes no further.

    Examples
    --------
    >>> found = level_of({1: 0.0, 2: 3.0}, least=0.0)
    >>> found.mean, found.low
    (1.5, 0.0)
    """
    found = difference_between(dict.fromkeys(values, 0.0), values)
    return replace(found, low=within(found.low, least, most), high=within(found.high, least, most))


def mean_and_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean of one value a run and the ends of its interval, which one run alone does not have.

    Examples
    --------
    >>> [round(number, 3) for number in mean_and_interval([1.0, 2.0, 3.0])]
    [2.0, -0.484, 4.484]
    """
    found = level_of(dict(enumerate(values)))
    return found.mean, found.low, found.high


def row_intervals(
    values: np.ndarray, least: float = -math.inf, most: float = math.inf
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return for many rows at once the mean over runs, both ends of its interval, and how many runs have a value.

    Parameters
    ----------
    values : float array, shape (rows, runs)
        NaN where a run has no value.
    least, most : float
        What a value can be at the least and at the most; intervals go no further.

    Examples
    --------
    >>> mean, low, high, runs = row_intervals(np.array([[1.0, 2.0, 3.0], [5.0, np.nan, np.nan]]), least=0.0)
    >>> mean.tolist(), low.tolist(), runs.tolist()
    ([2.0, 5.0], [0.0, nan], [3, 1])
    """
    runs = np.sum(~np.isnan(values), axis=1)
    mean = np.divide(np.nansum(values, axis=1), runs, out=np.full(len(runs), np.nan), where=runs > 0)
    squares = np.nansum((values - mean[:, None]) ** 2, axis=1)
    half = np.full(len(runs), np.nan)
    many = runs > 1
    half[many] = half_width(runs[many] - 1, squares[many] / (runs[many] - 1) / runs[many])
    return mean, np.clip(mean - half, least, most), np.clip(mean + half, least, most), runs


def half_width(freedom: float | np.ndarray, variance: float | np.ndarray) -> np.ndarray:
    """Return half the interval of a mean, Student's t, from the degrees of freedom and the variance of the mean.

    Examples
    --------
    >>> round(float(half_width(2, 1 / 3)), 3)
    2.484
    """
    from scipy.special import stdtrit  # type: ignore[import-untyped, unused-ignore]

    return np.asarray(stdtrit(freedom, 0.5 + LEVEL / 2) * np.sqrt(variance))


def within(end: float, least: float, most: float) -> float:
    """Return the end of an interval, moved to what is possible; a missing end stays missing."""
    return end if math.isnan(end) else min(max(end, least), most)


def _verdict(differences: Sequence[float], low: float, high: float) -> str:
    """Return what an interval says about the sign of a difference."""
    if all(difference == 0 for difference in differences):
        return IDENTICAL
    if low > 0:
        return HIGHER
    return LOWER if high < 0 else CANNOT_TELL


def _mean(values: Iterable[float]) -> float:
    """Return the mean."""
    found = list(values)
    return math.fsum(found) / len(found)


def _variance(values: Sequence[float]) -> float:
    """Return the sample variance (n - 1)."""
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
