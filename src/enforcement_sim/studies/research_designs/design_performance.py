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

from enforcement_sim.studies.records.keyed_draws import Purpose, uniforms
from enforcement_sim.studies.research_designs.study_file import NORMAL_95, Published, Study

LOW, HIGH = 2.5, 97.5
POWER = 0.8
RESAMPLES, RESAMPLING_SEED = 1000, 1
"""Samples of sets, drawn with replacement, for the interval of the smallest fall found."""


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
    detectable, detectable_low, detectable_high : float
        The smallest fall (an effect below zero) that would be found in 80% of the worlds, with its interval over sets; not a
        number if none is.
    own_error : float
        Mean of the design's own standard errors.
    found_unbiased : float
        As ``found``, with the mean bias taken from every estimate.
    detectable_unbiased : float
        As ``detectable``, with the mean bias taken from every estimate.
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
    detectable_low: float
    detectable_high: float
    own_error: float
    found_unbiased: float
    detectable_unbiased: float
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
    less_truth, own = done["coefficient"] - done["truth"].fillna(0.0), done["standard_error"]
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
        smallest_found(less_truth, own),
        *smallest_found_interval(less_truth, own, done["set"]),
        float(own.mean()),
        _share_beyond(done["coefficient"] - float(errors.mean()), own),
        smallest_found(less_truth - float(errors.mean()), own),
        place,
    )


def _share_beyond(coefficients: pd.Series[float], standard_errors: pd.Series[float]) -> float:
    """Return the share of worlds whose coefficient differs from zero by its own error; not a number where none is known."""
    known = coefficients.notna() & standard_errors.notna()
    if not known.any():
        return math.nan
    return float((coefficients[known].abs() > NORMAL_95 * standard_errors[known]).mean())


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


def of_worlds(hits: Iterable[bool], interval: bool = True) -> str:
    """Return in how many worlds something holds, with the 95% interval of the share if it is wanted.

    Examples
    --------
    >>> of_worlds([True] * 14 + [False] * 6)
    '14 of 20 worlds (48% to 85%)'
    """
    found = [bool(hit) for hit in hits]
    _, low, high = share_with_interval(found)
    return f"{sum(found)} of {len(found)} worlds" + (f" ({low:.0%} to {high:.0%})" if interval else "")


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


def smallest_found_interval(
    errors: pd.Series[float], standard_errors: pd.Series[float], sets: pd.Series[int], power: float = POWER
) -> tuple[float, float]:
    """Return the 95% interval of :func:`smallest_found`, by drawing the sets of worlds again and again with replacement.

    Worlds of one set share their parameters, so a set is drawn with all its worlds. The draws are fixed: the same estimates
    give the same interval.

    Examples
    --------
    >>> smallest_found_interval(pd.Series([0.0, 1.0]), pd.Series([1.0, 1.0]), pd.Series([1, 1]))
    (nan, nan)
    """
    known = errors.notna() & standard_errors.notna()
    needed = -NORMAL_95 * standard_errors[known] - errors[known]
    of_sets = [part.to_numpy() for _, part in needed.groupby(sets[known])]
    if len(of_sets) < 2:
        return math.nan, math.nan
    sample, place = np.meshgrid(np.arange(RESAMPLES), np.arange(len(of_sets)), indexing="ij")
    draws = (uniforms(RESAMPLING_SEED, Purpose.SETS_AGAIN, sample, place) * len(of_sets)).astype(int)
    found = [np.quantile(np.concatenate([of_sets[place] for place in draw]), 1.0 - power) for draw in draws]
    low, high = np.minimum(0.0, np.percentile(found, [LOW, HIGH]))
    return float(low), float(high)
