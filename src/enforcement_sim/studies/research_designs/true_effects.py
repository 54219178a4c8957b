"""The true effect in a simulated world, in the terms of a design: history less the same people without the policy.

The difference is known for every county and period, so nothing has to be inferred from comparisons. It is averaged over
what a design claims to speak of: the units and periods that are treated in full.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from enforcement_sim.studies.research_designs.estimators import with_interaction
from enforcement_sim.studies.research_designs.observations import with_outcome
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import Design

TREATED = 1.0


def true_effect(history: pd.DataFrame, without: pd.DataFrame, study: Study, design: Design) -> float:
    """Return the true effect of a study's policy in one world.

    Parameters
    ----------
    history, without
        Rows of :func:`~enforcement_sim.studies.research_designs.observations.rows_of`, of the same units and periods.
    study
    design
        Whose terms are meant: logarithms for a Poisson regression, weights as it has them.

    Returns
    -------
    float
        The mean over units and periods treated in full. With ``times``, the slope of the effect over the figure; with
        ``through``, the effect on the outcome for each of what is instrumented. Not a number where nobody is treated in full.
    """
    treatment = study.treatment
    both = with_interaction(history, treatment).merge(
        without[["unit", "period", "numerator", "denominator", "through"]],
        on=["unit", "period"],
        suffixes=("", "_without"),
    )
    both = both[both["treated"] >= TREATED]
    if both.empty:
        return float("nan")
    if treatment.through:
        through = (both["through"] - both["through_without"]).sum()
        return float((both["numerator"] - both["numerator_without"]).sum() / through) if through else float("nan")
    if design.estimator == "poisson":
        return _of_counts(both, treatment.times is not None)
    changed = _changes(both, study.outcome.form)
    if changed.empty:
        return float("nan")
    weights = changed["weight"] if design.weights != "none" else pd.Series(1.0, index=changed.index)
    if treatment.times is None:
        return float(np.average(changed["effect"], weights=weights))
    return _slope(changed["treated_times"], changed["effect"], weights)


def _changes(both: pd.DataFrame, form: str) -> pd.DataFrame:
    """Return rows with the effect on the outcome in its form, where the outcome exists in both worlds."""
    without = both.assign(
        numerator=both["numerator_without"], denominator=both["denominator_without"], through=both["through_without"]
    )
    effect = with_outcome(both, form)["outcome"] - with_outcome(without, form)["outcome"]
    return both.assign(effect=effect).dropna(subset=["effect"])


def _of_counts(both: pd.DataFrame, interaction: bool) -> float:
    """Return the logarithm of the ratio of all counts; with an interaction, its slope over the figure."""
    if not interaction:
        counts, without = both["numerator"].sum(), both["numerator_without"].sum()
        return float(np.log(counts / without)) if counts and without else float("nan")
    by_unit = both.groupby("unit").agg(
        {"numerator": "sum", "numerator_without": "sum", "treated_times": "mean", "weight": "first"}
    )
    known = by_unit[(by_unit["numerator"] > 0) & (by_unit["numerator_without"] > 0)]
    effect = pd.Series(np.log(known["numerator"] / known["numerator_without"]), index=known.index)
    return _slope(known["treated_times"], effect, known["numerator_without"])


def _slope(figure: pd.Series[float], effect: pd.Series[float], weights: pd.Series[float]) -> float:
    if figure.nunique() < 2:
        return float("nan")
    slope, _ = np.polyfit(figure.to_numpy(float), effect.to_numpy(float), 1, w=np.sqrt(weights.to_numpy(float)))
    return float(slope)
