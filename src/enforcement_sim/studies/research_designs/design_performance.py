"""How well a design does over many worlds: what it finds, the truth, bias, coverage, how often it finds an effect.

A share of worlds is given with the interval that so many worlds allow (Wilson's). Worlds of one set share their parameters,
so worlds are not independent draws; for the interval of a share each counts as one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from enforcement_sim.studies.research_designs.study_file import NORMAL_95, Published, Study

LOW, HIGH = 2.5, 97.5
POWER = 0.8


@dataclass(frozen=True)
class Performance:
    """A design over its worlds.

    Attributes
    ----------
    design : str
    worlds : int
        With an estimate.
    failed : int
    mean, low, high : float
        Of the estimates: their mean, and the ends of the middle 95%.
    truth, truth_low, truth_high : float
        The same of the true effect.
    bias, bias_half : float
        Mean of estimate less truth, with half its 95% interval over sets.
    coverage, coverage_low, coverage_high : float
        Share of worlds whose own 95% interval holds the truth, with its interval.
    found, found_low, found_high : float
        Share of worlds in which the effect differs from zero at 5%; where the truth is zero, the false-positive rate.
    detectable : float
        The smallest fall (an effect below zero) that would be found in 80% of the worlds; not a number if none is.
    published_place : float
        Share of the estimates below the published coefficient; not a number where none was published.
    """

    design: str
    worlds: int
    failed: int
    mean: float
    low: float
    high: float
    truth: float
    truth_low: float
    truth_high: float
    bias: float
    bias_half: float
    coverage: float
    coverage_low: float
    coverage_high: float
    found: float
    found_low: float
    found_high: float
    detectable: float
    published_place: float


def performance(estimates: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return a row for each design of a table of estimates; columns as the attributes of :class:`Performance`."""
    of_design = estimates.groupby("design", sort=False)
    return pd.DataFrame([vars(_of(str(name), rows, study.published_of(str(name)))) for name, rows in of_design])


def _of(name: str, rows: pd.DataFrame, published: Published | None) -> Performance:
    done = rows.dropna(subset=["coefficient"])
    known = done.dropna(subset=["truth"])
    errors = known["coefficient"] - known["truth"]
    inside = (known["low"] <= known["truth"]) & (known["truth"] <= known["high"])
    found = (done["low"] > 0) | (done["high"] < 0)
    by_set = errors.groupby(known["set"]).mean()
    half = NORMAL_95 * float(by_set.std(ddof=1)) / math.sqrt(len(by_set)) if len(by_set) > 1 else math.nan
    place = math.nan
    if published is not None and published.coefficient is not None and len(done):
        place = float((done["coefficient"] < published.coefficient).mean())
    return Performance(
        name,
        len(done),
        len(rows) - len(done),
        *_spread(done["coefficient"]),
        *_spread(known["truth"]),
        float(errors.mean()),
        half,
        *share_with_interval(inside),
        *share_with_interval(found),
        smallest_found(done["coefficient"] - done["truth"].fillna(0.0), done["standard_error"]),
        place,
    )


def _spread(values: pd.Series[float]) -> tuple[float, float, float]:
    if values.empty:
        return math.nan, math.nan, math.nan
    low, high = np.percentile(values, [LOW, HIGH])
    return float(values.mean()), float(low), float(high)


def share_with_interval(hits: Iterable[bool]) -> tuple[float, float, float]:
    """Return the share of hits and its 95% interval (Wilson's).

    Examples
    --------
    >>> [round(one, 3) for one in share_with_interval([True] * 10 + [False] * 190)]
    [0.05, 0.027, 0.09]
    """
    from scipy.stats import binomtest

    found = [bool(hit) for hit in hits]
    if not found:
        return math.nan, math.nan, math.nan
    test = binomtest(sum(found), len(found))
    interval = test.proportion_ci(method="wilson")
    return float(test.statistic), float(interval.low), float(interval.high)


def smallest_found(errors: pd.Series[float], standard_errors: pd.Series[float], power: float = POWER) -> float:
    """Return the smallest fall that a design finds, with its sign, in a share of the worlds.

    An effect adds to the estimate of every world what it is, so one effect need not be simulated after another: the share is
    that of the worlds in which estimate plus effect lies more than 1.96 standard errors below zero. It is exact for designs
    that are linear in the outcome.

    Parameters
    ----------
    errors
        Estimate less truth, by world.
    standard_errors
        The design's own, by world.
    power
        The share asked for.

    Returns
    -------
    float
        Below zero; not a number where even the largest effect tried is not found so often.

    Examples
    --------
    >>> import scipy.stats
    >>> noise = pd.Series(scipy.stats.norm.ppf((np.arange(1000) + 0.5) / 1000))
    >>> round(smallest_found(noise, pd.Series(1.0, index=noise.index)), 1)
    -2.8
    """
    known = errors.notna() & standard_errors.notna()
    errors, standard_errors = errors[known], standard_errors[known]
    if errors.empty:
        return math.nan
    # The effect at which a world finds the fall: estimate + effect < -1.96 standard errors.
    needed = -NORMAL_95 * standard_errors - errors
    return min(0.0, float(np.quantile(needed, 1.0 - power)))
