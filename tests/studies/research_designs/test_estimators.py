"""Estimators: each returns an effect that was put in, and agrees with what Stata and the libraries' own pages print."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from tests.studies.research_designs.made_rows import SECURE_COMMUNITIES, design, mean_effect, panel_rows

from enforcement_sim.errors import InputError
from enforcement_sim.studies.research_designs import estimators
from enforcement_sim.studies.research_designs.estimators import ESTIMATORS, estimate, from_pyfixest
from enforcement_sim.studies.research_designs.study_parts import Treatment

pyfixest = pytest.importorskip("pyfixest")

COHORTS = {"01001": 5, "01003": 5, "02001": 8, "02003": 8, "03001": 0, "03003": 0}
NOISE = np.random.default_rng(1).normal(0, 0.1, 72)


@pytest.mark.parametrize("estimator", ["twfe", "event-study", "sun-abraham", "callaway-santanna"])
def test_a_constant_effect_is_found_by_every_staggered_design(estimator: str) -> None:
    rows = panel_rows(COHORTS).assign(outcome=lambda frame: frame["outcome"] + NOISE)
    found = estimate(rows, design(estimator), SECURE_COMMUNITIES)
    assert found.coefficient == pytest.approx(-2.0, abs=0.2)
    assert found.low < found.coefficient < found.high
    assert found.standard_error > 0


@pytest.mark.parametrize("estimator", ["sun-abraham", "callaway-santanna"])
def test_an_effect_that_grows_is_found_by_designs_of_cohorts_and_missed_by_two_way_effects(estimator: str) -> None:
    """The known failing of two-way fixed effects where early counties serve as controls of late ones."""
    cohorts = {f"{number:02d}001": 3 + 3 * (number % 3) for number in range(9)} | {"90001": 0, "90003": 0}
    rows = panel_rows(cohorts, periods=14, effect=-1.0, growth=-1.0)
    rows["outcome"] += np.random.default_rng(2).normal(0, 0.01, len(rows))
    truth = mean_effect(rows, -1.0, -1.0)
    staggered = estimate(rows, design(estimator), SECURE_COMMUNITIES).coefficient
    two_way = estimate(rows, design(), SECURE_COMMUNITIES).coefficient
    assert abs(staggered - truth) < 0.15 * abs(truth) < abs(two_way - truth)


def test_a_poisson_regression_finds_the_logarithm_of_a_ratio() -> None:
    rows = panel_rows(COHORTS)
    rows["outcome"] = np.round(5000.0 * np.exp(0.1 * rows["period"]) * np.where(rows["treated"] > 0, 0.8, 1.0))
    found = estimate(rows, design("poisson"), SECURE_COMMUNITIES)
    assert found.coefficient == pytest.approx(np.log(0.8), abs=1e-3)


def test_an_interaction_is_the_slope_of_the_effect_over_the_figure() -> None:
    rows = panel_rows(COHORTS, effect=0.0)
    share = rows["county"].map(dict(zip(COHORTS, (0.01, 0.05, 0.02, 0.09, 0.03, 0.04), strict=True)))
    rows = rows.assign(unauthorised_share=share, outcome=rows["outcome"] + 7.0 * share * rows["treated"])
    found = estimate(rows, design(), Treatment(begins="secure_communities", times="unauthorised_share"))
    assert found.coefficient == pytest.approx(7.0)


def test_an_instrumented_count_gives_the_ratio_of_two_effects() -> None:
    """The first stage of Secure Communities: matches for each set of prints."""
    rows = panel_rows(COHORTS, effect=30.0)
    rows = rows.assign(through=100.0 * rows["treated"] + rows["period"] + 3.0 * rows["period"] % 5)
    found = estimate(rows, design(), Treatment(begins="secure_communities", through=("submitted",)))
    assert found.coefficient == pytest.approx(0.3)


def test_a_step_in_a_series_is_found_beside_trend_and_season() -> None:
    months = np.arange(1, 61)
    rows = pd.DataFrame({"period": months, "month_of_year": (months - 1) % 12 + 1, "treated": (months > 40) * 1.0})
    season = np.cos(rows["month_of_year"])
    rows["outcome"] = 3.0 + 0.1 * rows["period"] + season - 0.7 * rows["treated"]
    found = estimate(rows, design("interrupted-series", cluster="none"), Treatment(begins="secure_communities"))
    assert found.coefficient == pytest.approx(-0.7)


def test_neighbours_are_compared_within_their_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Harris County, Texas, and one of its neighbours, whose years are alike and unlike those of a pair elsewhere."""
    cohorts = {"48201": 6, "48157": 0, "06037": 6, "06059": 0}
    rows = panel_rows(cohorts)
    rows["outcome"] += np.where(rows["county"].str.startswith("06"), 5.0 * (rows["period"] > 6), 0.0)
    found = estimate(rows, design("border-pairs", fixed_effects=("county", "pair^period")), SECURE_COMMUNITIES)
    assert found.coefficient == pytest.approx(-2.0)
    alone = rows[rows["county"].isin(["48201", "06059"])]
    with pytest.raises(InputError, match="no treated county has an untreated neighbour"):
        estimate(alone, design("border-pairs"), SECURE_COMMUNITIES)


def test_without_anybody_treated_there_is_nothing_to_estimate() -> None:
    with pytest.raises(InputError, match="does not vary"):
        estimate(panel_rows({"01001": 0, "01003": 0}), design(), SECURE_COMMUNITIES)


def test_a_missing_library_is_said_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(InputError, match=r"enforcement-sim\[studies\]"):
        estimate(panel_rows(COHORTS), design(), SECURE_COMMUNITIES)


def test_loading_the_libraries_leaves_the_log_of_the_process_alone() -> None:
    import logging

    before = list(logging.getLogger().handlers), logging.getLogger().level
    estimate(panel_rows(COHORTS), design(), SECURE_COMMUNITIES)
    assert (list(logging.getLogger().handlers), logging.getLogger().level) == before


def test_every_estimator_of_a_study_file_can_be_run() -> None:
    from typing import get_args

    from enforcement_sim.studies.research_designs.study_parts import Estimator

    assert set(get_args(Estimator)) == set(ESTIMATORS)


# ---- what others print ---------------------------------------------------------------------------------------------------


def test_clustered_errors_are_those_of_stata() -> None:
    """Grunfeld's investment data, ``regress invest mvalue kstock, cluster(company)``, as statsmodels keeps Stata's output."""
    from statsmodels.datasets import grunfeld
    from statsmodels.regression.tests.results.results_grunfeld_ols_robust_cluster import results_cluster

    data = pd.DataFrame(grunfeld.load_pandas().data)[:200]
    data["firm"] = data["firm"].astype(str)
    with estimators._quiet():
        fitted = pyfixest.feols("invest ~ value + capital", data=data, vcov={"CRV1": "firm"})
    for place, name in enumerate(("value", "capital")):
        coefficient, error = results_cluster.params_table[place, :2]
        found = from_pyfixest(fitted, name)
        assert found.coefficient == pytest.approx(coefficient, rel=1e-6)
        assert found.standard_error == pytest.approx(error, rel=1e-5)


def test_errors_of_a_series_are_those_of_stata() -> None:
    """Growth of investment, ``ivreg2 ..., robust bw(5)``: Newey and West's errors with four lags."""
    import statsmodels.api as sm
    from statsmodels.datasets import macrodata
    from statsmodels.regression.tests.results.results_macro_ols_robust import results_ivhac4_large

    data = macrodata.load_pandas().data
    growth = 400 * data[["realinv", "realgdp"]].apply(np.log).diff().to_numpy()[1:]
    exog = sm.add_constant(np.column_stack([growth[:, 1], data["realint"].to_numpy()[:-1]]), prepend=False)
    fitted = sm.OLS(growth[:, 0], exog).fit(cov_type="HAC", cov_kwds={"maxlags": 4})
    table = results_ivhac4_large.params_table
    assert fitted.params == pytest.approx(table[:, 0], rel=1e-6)
    assert fitted.bse == pytest.approx(table[:, 1], rel=1e-5)


def test_two_way_effects_on_the_staggered_example_of_pyfixest() -> None:
    """The data of pyfixest's page on differences in differences, whose two-way effect is 1.98."""
    with files("pyfixest.did.data").joinpath("df_het.csv").open(encoding="utf-8") as text:
        data = pd.read_csv(text)
    rows = data.rename(columns={"dep_var": "outcome", "year": "period", "treat": "treated"})
    rows = rows.assign(county=rows["unit"].astype(str), treated=rows["treated"].astype(float), weight=1.0)
    rows["state"] = rows["state"].astype(str)
    found = estimate(rows, design(cluster="state"), SECURE_COMMUNITIES)
    assert found.coefficient == pytest.approx(1.98254, abs=1e-5)
    assert found.observations == 46_500


def test_cohort_designs_on_data_of_diff_diff_find_its_effect() -> None:
    """Data that diff-diff makes for its own tutorial on staggered adoption, with an effect that is known."""
    from diff_diff import generate_staggered_data

    data = generate_staggered_data(
        n_units=100, n_periods=8, cohort_periods=[3, 5], never_treated_frac=0.4, treatment_effect=2.0, seed=42
    )
    rows = data.rename(columns={"first_treat": "cohort", "unit": "county"}).assign(weight=1.0, state="01")
    rows["treated"] = ((rows["cohort"] > 0) & (rows["period"] >= rows["cohort"])).astype(float)
    for estimator in ("sun-abraham", "callaway-santanna"):
        found = estimate(rows, design(estimator), SECURE_COMMUNITIES)
        assert found.low < rows.loc[rows["treated"] > 0, "true_effect"].mean() < found.high
