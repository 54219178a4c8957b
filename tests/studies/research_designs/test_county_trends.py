"""County trends: removing every county's own line beforehand gives what a dummy and a slope for each county give."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.studies.research_designs.made_rows import SECURE_COMMUNITIES, design, panel_rows

from enforcement_sim.studies.research_designs.county_trends import without_county_trends
from enforcement_sim.studies.research_designs.estimators import estimate

pytest.importorskip("pyfixest")
COHORTS = {"01001": 5, "01003": 7, "02001": 9, "02003": 4, "03001": 0}


def noisy(balanced: bool) -> pd.DataFrame:
    rows = panel_rows(COHORTS, slope=0.3)
    rows["outcome"] += np.random.default_rng(3).normal(0, 0.5, len(rows))
    return rows if balanced else rows.drop(index=[3, 17, 18, 40])


@pytest.mark.filterwarnings("ignore:The design matrix is rank-deficient")
@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize("weights", ["none", "population"])
def test_the_coefficient_is_that_of_a_dummy_and_a_slope_for_each_county(balanced: bool, weights: str) -> None:
    import statsmodels.formula.api as smf

    rows = noisy(balanced)
    found = estimate(rows, design(trends="county", weights=weights), SECURE_COMMUNITIES)
    formula = "outcome ~ treated + C(county) + C(period) + C(county):period"
    by_hand = smf.wls(formula, rows, weights=rows["weight"] if weights == "population" else 1.0).fit()
    assert found.coefficient == pytest.approx(by_hand.params["treated"], abs=1e-8)
    assert found.observations == len(rows)


def test_trends_of_counties_that_bias_a_design_without_them_are_removed() -> None:
    cohorts = {"90001": 0} | {f"{number:02d}001": 12 - number for number in range(8)}
    rows = panel_rows(cohorts, slope=-0.5)
    rows["outcome"] += np.random.default_rng(4).normal(0, 0.01, len(rows))
    with_trends = estimate(rows, design(trends="county"), SECURE_COMMUNITIES).coefficient
    without = estimate(rows, design(), SECURE_COMMUNITIES).coefficient
    assert with_trends == pytest.approx(-2.0, abs=0.05)
    assert abs(without + 2.0) > 0.5


def test_counties_with_too_few_periods_are_left_out() -> None:
    rows = panel_rows(COHORTS)
    few = rows[(rows["county"] != "01001") | (rows["period"] <= 2)]
    found, _ = without_county_trends(few, ["treated"])
    assert set(found["county"]) == set(COHORTS) - {"01001"}
