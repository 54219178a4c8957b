"""How good a forecast is: hit or miss, width, interval score and continuous ranked probability score (CRPS).

Scores are in the figure's own units on the logarithmic scale where all numbers are positive, so that .1 is about ten per
cent of the figure, whatever it counts. Smaller is better. An interval of few sets is their range and has no coverage; from
twenty sets on it is the middle 90%.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

COVERAGE = 90
"""Per cent of the sets inside an interval."""

LEAST_SETS = 20
"""Sets from which on an interval is said to have that coverage; below it is the range of the sets."""

WIDEST, WIDEST_SHARE = 0.5, 0.15
"""The widest interval that says something: as a part of the published value, and in units of a share."""


@dataclass(frozen=True)
class Forecast:
    """Simulated values of one figure, finite, one a set of parameters or a seed; empty if the figure has none."""

    values: np.ndarray

    @property
    def interval(self) -> tuple[float, float, float]:
        """The middle and the ends of the interval: of 90% of the sets, or of all if they are fewer than twenty.

        Examples
        --------
        >>> Forecast(np.array([1.0, 3.0, 2.0])).interval
        (2.0, 1.0, 3.0)
        """
        if not self.values.size:
            return (float("nan"),) * 3
        tail = (100 - COVERAGE) / 2 if self.values.size >= LEAST_SETS else 0.0
        low, middle, high = (float(one) for one in np.percentile(self.values, [tail, 50, 100 - tail]))
        return middle, low, high

    def hits(self, published: float) -> bool:
        """Return whether the published value lies inside the interval."""
        _, low, high = self.interval
        return bool(low <= published <= high)

    def narrow(self, published: float, unit: str) -> bool:
        """Return whether the interval is narrow enough to say something: half the published value, or .15 of a share."""
        _, low, high = self.interval
        return bool(high - low <= (WIDEST_SHARE if unit == "share" else WIDEST * abs(published)))

    def crps(self, published: float) -> float:
        """Return the continuous ranked probability score of the sets; of one set its distance from the published value.

        Examples
        --------
        >>> round(Forecast(np.array([90.0, 110.0])).crps(100.0), 3)
        0.05
        """
        if not self.values.size:
            return float("nan")
        values, value = _scaled(self.values, published)
        ranks = np.arange(1, values.size + 1)
        between = 2.0 * float(np.sum((2 * ranks - values.size - 1) * np.sort(values))) / values.size**2
        return max(0.0, float(np.abs(values - value).mean() - between / 2.0))

    def interval_score(self, published: float) -> float:
        """Return the interval score at 90%: the width, and twenty times the distance of a value outside; from twenty sets on.

        Examples
        --------
        >>> values = np.exp(np.linspace(0.0, 1.0, 21))
        >>> round(Forecast(values).interval_score(float(np.exp(0.5))), 2)
        0.9
        """
        if self.values.size < LEAST_SETS:
            return float("nan")
        values, value = _scaled(self.values, published)
        tail = (100 - COVERAGE) / 2
        low, high = np.percentile(values, [tail, 100 - tail])
        outside = max(low - value, 0.0) + max(value - high, 0.0)
        return float(high - low + 100.0 / tail * outside)


def _scaled(values: np.ndarray, published: float) -> tuple[np.ndarray, float]:
    """Return values and the published one as logarithms if all are positive, and else over the published one."""
    if published > 0.0 and (values > 0.0).all():
        return np.log(values), float(np.log(published))
    by = abs(published) or 1.0
    return values / by, published / by


def log_spread(simulated: np.ndarray, published: np.ndarray) -> float:
    """Return the standard deviation of the logarithms of simulated over published, where both are positive.

    Examples
    --------
    >>> log_spread(np.array([2.0, 4.0, 0.0]), np.array([1.0, 2.0, 3.0]))
    0.0
    """
    both = (simulated > 0.0) & (published > 0.0)
    return float(np.log(simulated[both] / published[both]).std(ddof=1)) if both.sum() > 1 else float("nan")


def rank_correlation(simulated: np.ndarray, published: np.ndarray) -> float:
    """Return Spearman's rank correlation.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 5.0, 9.0]), np.array([2.0, 3.0, 4.0]))
    1.0
    """
    from scipy.stats import spearmanr  # at call: it loads slowly

    if simulated.size < 3 or np.ptp(simulated) == 0.0:
        return float("nan")
    return round(float(spearmanr(simulated, published).statistic), 12)
