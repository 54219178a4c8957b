"""Rows of a panel made by hand, with an effect that is known, for tests of estimators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from enforcement_sim.studies.research_designs.study_parts import Design, Treatment

SECURE_COMMUNITIES = Treatment(begins="secure_communities")


def design(estimator: str = "twfe", **more: object) -> Design:
    """Return a design with effects of counties and periods, clustered by county."""
    return Design(**{"estimator": estimator, "fixed_effects": ("county", "period"), **more})


def panel_rows(
    cohorts: dict[str, int], periods: int = 12, effect: float = -2.0, growth: float = 0.0, slope: float = 0.0
) -> pd.DataFrame:
    """Return rows of counties, each with its own level, and years with their own; without noise.

    Parameters
    ----------
    cohorts
        County -> first treated period, 0 for never.
    effect, growth
        Effect in the first treated period, and how much it grows in each after it.
    slope
        County number times this is the county's own trend.
    """
    rows = []
    for number, (county, cohort) in enumerate(cohorts.items()):
        for period in range(1, periods + 1):
            treated = float(bool(cohort) and period >= cohort)
            outcome = 10.0 * number + np.sin(period) + slope * number * period
            outcome += treated * (effect + growth * (period - cohort))
            rows.append((county, county[:2], period, cohort, treated, outcome, 1000.0 + 500.0 * number))
    frame = pd.DataFrame(rows, columns=["county", "state", "period", "cohort", "treated", "outcome", "weight"])
    return frame.assign(unit=frame["county"], through=0.0, month_of_year=frame["period"] % 12 + 1)


def mean_effect(rows: pd.DataFrame, effect: float, growth: float) -> float:
    """Return the mean effect over treated rows of such a panel."""
    treated = rows[rows["treated"] > 0]
    return float((effect + growth * (treated["period"] - treated["cohort"])).mean())
