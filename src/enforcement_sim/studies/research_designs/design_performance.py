"""How well a design does over many worlds: what it finds, the truth, bias, coverage, how often it finds an effect.

A share of worlds is given with the interval that so many worlds allow (Wilson's). Worlds of one set share their parameters,
so worlds are not independent draws; for the interval of a share each counts as one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.studies.records.keyed_draws import Purpose, uniforms
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import NORMAL_95

LOW, HIGH = 2.5, 97.5
POWER = 0.8
NOMINAL, MOST_ALARMS = 0.05, 0.10
"""False alarms that a sound design has, and those beyond which its power is not quoted as it stands."""
RESAMPLES, RESAMPLING_SEED = 1000, 1
"""Samples of sets, drawn with replacement, for the interval of the smallest fall found."""


def performance(estimates: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return a row for each design of a table of estimates; ``study_columns`` says what its columns are."""
    of_design = estimates.groupby("design", sort=False)
    return pd.DataFrame([_of(str(name), rows, study) for name, rows in of_design])


def _of(name: str, rows: pd.DataFrame, study: Study) -> dict[str, Any]:
    published = study.published_of(name)
    done = rows.dropna(subset=["coefficient"])
    known = done.dropna(subset=["truth"])
    errors = known["coefficient"] - known["truth"]
    bias, half = mean_over_sets(errors, known["set"])
    less_truth, own = done["coefficient"] - done["truth"].fillna(0.0), done["standard_error"]
    place = math.nan
    if published is not None and published.coefficient is not None and len(done):
        place = float((done["coefficient"] < published.coefficient).mean())
    detectable = smallest_found(less_truth, own), *smallest_found_interval(less_truth, own, done["set"])
    if study.of_offences and _share_beyond(less_truth, own) > MOST_ALARMS:
        detectable = (
            math.nan,
            math.nan,
            math.nan,
        )  # a test that rejects a true zero so often finds falls that are not there
    return {
        "design": name,
        "worlds": len(done),
        "failed": len(rows) - len(done),
        **dict(zip(("mean", "low", "high"), _spread(done["coefficient"]), strict=True)),
        **_with_ends("truth", _spread(known["truth"])),
        "bias": bias,
        "bias_half": half,
        **_with_ends("coverage", share_with_interval(holds(known))),
        **_with_ends("found", share_with_interval(leaves_out_zero(done))),
        **_with_ends("detectable", detectable),
        "own_error": float(own.mean()),
        "found_unbiased": _share_beyond(done["coefficient"] - bias, own),
        "detectable_unbiased": smallest_found(less_truth - bias, own),
        "published_place": place,
    }


def _with_ends(name: str, found: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), found, strict=True))


def holds(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return in which worlds the design's own 95% interval holds the truth."""
    return (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])


def leaves_out_zero(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return in which worlds the design's own 95% interval leaves out zero."""
    return (rows["low"] > 0) | (rows["high"] < 0)


def mean_over_sets(values: pd.Series[float], sets: pd.Series[int]) -> tuple[float, float]:
    """Return the mean over worlds, and half its 95% interval over sets; not a number from one set."""
    by_set = values.groupby(sets).mean()
    half = NORMAL_95 * float(by_set.std(ddof=1)) / math.sqrt(len(by_set)) if len(by_set) > 1 else math.nan
    return float(values.mean()), half


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


def smallest_found(errors: pd.Series[float], standard_errors: pd.Series[float]) -> float:
    """Return the smallest fall that a design finds, with its sign, in 80% of the worlds.

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
    needed = _needed(errors, standard_errors)
    return math.nan if needed.empty else min(0.0, float(np.quantile(needed, 1.0 - POWER)))


def _needed(errors: pd.Series[float], standard_errors: pd.Series[float]) -> pd.Series[float]:
    """Return the effect at which each world finds the fall: estimate + effect < -1.96 standard errors."""
    return (-NORMAL_95 * standard_errors - errors).dropna()


def smallest_found_interval(
    errors: pd.Series[float], standard_errors: pd.Series[float], sets: pd.Series[int]
) -> tuple[float, float]:
    """Return the 95% interval of :func:`smallest_found`, by drawing the sets of worlds again and again with replacement.

    Worlds of one set share their parameters, so a set is drawn with all its worlds. The draws are fixed: the same estimates
    give the same interval.

    Examples
    --------
    >>> smallest_found_interval(pd.Series([0.0, 1.0]), pd.Series([1.0, 1.0]), pd.Series([1, 1]))
    (nan, nan)
    """
    needed = _needed(errors, standard_errors)
    of_sets = [part.to_numpy() for _, part in needed.groupby(sets[needed.index])]
    if len(of_sets) < 2:
        return math.nan, math.nan
    sample, place = np.meshgrid(np.arange(RESAMPLES), np.arange(len(of_sets)), indexing="ij")
    draws = (uniforms(RESAMPLING_SEED, Purpose.SETS_AGAIN, sample, place) * len(of_sets)).astype(int)
    found = [np.quantile(np.concatenate([of_sets[place] for place in draw]), 1.0 - POWER) for draw in draws]
    low, high = np.minimum(0.0, np.percentile(found, [LOW, HIGH]))
    return float(low), float(high)
