"""Power of a design at every effect, from worlds without one: an effect on offences moves each estimate by itself.

With the logarithm of offences as the outcome, an effect in log points is added to every treated row, so least squares adds it to
the coefficient and leaves the residuals, and with them the error, as they are. Counts are whole numbers, so an estimate that is
drawn with the effect differs a little from the moved one; a test compares the two for every shipped crime design.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from enforcement_sim.studies.records.ucr_files import COUNTY
from enforcement_sim.studies.research_designs.design_performance import (
    MOST_ALARMS,
    NOMINAL,
    POWER,
    leaves_out_zero,
    mean_over_sets,
)
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import NORMAL_95, Design, Published

MOVED_EXACTLY = ("twfe", "border-pairs")
"""Estimators that are linear in the outcome and give every treated row the same effect."""
FALLS = (0.01, 0.02, 0.03, 0.05)
"""Falls in offences that tables ask about."""
LARGEST_FALL, STEP = 0.30, 0.001


def in_log_points(study: Study, design: Design) -> bool:
    """Return whether a design's coefficient is an effect on offences in log points."""
    return study.treatment.times is None and (study.outcome.form == "log" or design.estimator == "poisson")


def adds(study: Study, design: Design) -> bool:
    """Return whether an effect on offences adds what it is to a design's estimate, up to what its record makes of counts."""
    treatment, form = study.treatment, study.outcome.form
    plain = treatment.times is None and not treatment.through and study.of_offences and form == "log"
    return plain and design.estimator in MOVED_EXACTLY


def moves_exactly(study: Study, design: Design) -> bool:
    """Return whether an effect adds to a design's estimate exactly what it is, up to the rounding of counts.

    The county file fills missing months from other agencies, treated or not, and so carries a part of an effect elsewhere.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> study, by_county = load_study("miles-cox-2014"), load_study("alsan-yang-2022-offences")
    >>> moves_exactly(study, study.design), moves_exactly(by_county, by_county.design)
    (True, False)
    """
    return adds(study, design) and design.recorder != COUNTY


def moved(estimates: pd.DataFrame, effect: float) -> pd.DataFrame:
    """Return the estimates of worlds without an effect as with one, for designs of which :func:`moves_exactly` holds."""
    columns = {name: estimates[name] + effect for name in ("coefficient", "low", "high")}
    return estimates.assign(**columns, truth=effect)


def without_effect(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the estimates of a design with the effect that was put in taken off; worlds without an estimate are left out."""
    known = rows.dropna(subset=["coefficient", "standard_error"])
    truth = known["truth"].fillna(0.0)
    return known.assign(**{name: known[name] - truth for name in ("coefficient", "low", "high")}, truth=0.0)


def finds(rows: pd.DataFrame, effect: float) -> pd.Series[bool]:
    """Return in which worlds an effect is found at 5% with its own sign; with none, in which one is found falsely.

    Parameters
    ----------
    rows
        Of one design, without an effect: columns ``low`` and ``high``.

    Examples
    --------
    >>> worlds = pd.DataFrame({"low": [-0.02, -0.04, 0.01], "high": [0.02, 0.0, 0.05]})
    >>> finds(worlds, 0.0).tolist(), finds(worlds, -0.03).tolist()
    ([False, False, True], [True, True, False])
    """
    if effect == 0.0:
        return leaves_out_zero(rows)
    return rows["high"] + effect < 0.0 if effect < 0.0 else rows["low"] + effect > 0.0


def centred(rows: pd.DataFrame) -> pd.DataFrame:
    """Return estimates of worlds without an effect with their mean taken off, which leaves the design no bias."""
    bias = float(rows["coefficient"].mean())
    return rows.assign(**{name: rows[name] - bias for name in ("coefficient", "low", "high")})


def too_many_alarms(rows: pd.DataFrame) -> bool:
    """Return whether a design finds an effect in more than 10% of worlds without one, so that its power means nothing."""
    return float(finds(rows, 0.0).mean()) > MOST_ALARMS


def threshold(rows: pd.DataFrame) -> float:
    """Return how many of its own errors an estimate must lie from zero, for 5% of the worlds without an effect to do so.

    Examples
    --------
    >>> worlds = pd.DataFrame({"coefficient": [-0.04, 0.0, 0.02], "standard_error": 0.01})
    >>> round(threshold(worlds), 1)
    3.8
    """
    return float(np.quantile((rows["coefficient"] / rows["standard_error"]).abs(), 1.0 - NOMINAL))


def size_adjusted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return estimates of worlds without an effect with intervals so wide, or narrow, that false alarms are 5%."""
    errors = rows["standard_error"] * threshold(rows) / NORMAL_95
    ends = {"low": rows["coefficient"] - NORMAL_95 * errors, "high": rows["coefficient"] + NORMAL_95 * errors}
    return rows.assign(standard_error=errors, **ends)


def bias_of(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the mean estimate where nothing is to be found, and half its 95% interval over sets."""
    return mean_over_sets(rows["coefficient"], rows["set"])


def curve(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the share of worlds in which a fall is found, for falls from nothing to :data:`LARGEST_FALL`.

    Examples
    --------
    >>> worlds = pd.DataFrame({"low": [-0.02, -0.04], "high": [0.02, 0.04]})
    >>> curve(worlds).iloc[[0, 30, -1]]["found"].tolist()
    [0.0, 0.5, 1.0]
    """
    falls = np.round(np.arange(0.0, LARGEST_FALL + STEP / 2, STEP), 6)
    needed = np.sort(-rows["high"].to_numpy(float))
    found = 1.0 - np.searchsorted(needed, np.log1p(-falls), side="right") / len(needed)
    return pd.DataFrame({"fall": falls, "found": found})


def found_by_arithmetic(effect: float, bias: float, standard_error: float) -> float:
    """Return the chance of finding an effect at 5%, if estimates are normal around effect and bias: arithmetic, no simulation.

    Examples
    --------
    >>> [round(found_by_arithmetic(effect, 0.0, 0.0046), 2) for effect in (0.0, -0.01, -0.02)]
    [0.05, 0.58, 0.99]
    """
    middle = (effect + bias) / standard_error
    falls, rises = _normal(-NORMAL_95 - middle), _normal(middle - NORMAL_95)
    if effect == 0.0:
        return falls + rises
    return falls if effect < 0.0 else rises


def fall_found_by_arithmetic(bias: float, standard_error: float) -> float:
    """Return the smallest fall that is found with a chance of 80%, in log points without its sign.

    Examples
    --------
    >>> round(fall_found_by_arithmetic(0.0, 0.0046), 4)
    0.0129
    """
    from scipy.stats import norm  # at call: it loads slowly

    return max(0.0, (NORMAL_95 + float(norm.ppf(POWER))) * standard_error + bias)


def published_error(published: Published | None) -> float:
    """Return the standard error that was published, or that of the published interval; not a number for neither."""
    if published is None:
        return math.nan
    if published.standard_error is not None:
        return published.standard_error
    return math.nan if published.interval is None else (published.interval[1] - published.interval[0]) / (2 * NORMAL_95)


def _normal(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2.0))
