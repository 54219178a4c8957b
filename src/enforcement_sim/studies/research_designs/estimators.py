"""The estimators of research designs: each is one call of a library, with its result in one form.

Regressions are pyfixest's, staggered designs diff-diff's, interrupted series statsmodels'. Nothing is estimated by code of
this package but thousands of worlds at once (:mod:`enforcement_sim.studies.research_designs.repeated_estimates`);
:mod:`enforcement_sim.studies.research_designs.county_trends` only prepares the columns of a regression.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.studies.research_designs.county_trends import without_county_trends
from enforcement_sim.studies.research_designs.observations import in_pairs
from enforcement_sim.studies.research_designs.study_parts import NORMAL_95, Design, Treatment

HOW_TO_INSTALL = (
    "pip install 'enforcement-sim[studies]' (in a copy of the project: .venv/bin/pip install -e '.[studies]')"
)
LIBRARIES = {"sun-abraham": "diff_diff", "callaway-santanna": "diff_diff", "interrupted-series": "statsmodels"}
"""What runs an estimator, where it is not pyfixest."""
LARGEST_LAG_OF_ERRORS = 12
"""Months over which the errors of a series may be correlated (Newey and West)."""
MODEL_TERM = "treated"


@dataclass(frozen=True)
class Estimate:
    """What a design says of the effect, with its own 95% interval."""

    coefficient: float
    standard_error: float
    low: float
    high: float
    observations: int

    @classmethod
    def of(cls, coefficient: float, standard_error: float, observations: int) -> Estimate:
        """Return an estimate whose interval is the normal one."""
        half = NORMAL_95 * standard_error
        return cls(coefficient, standard_error, coefficient - half, coefficient + half, observations)


def estimate(rows: pd.DataFrame, design: Design, treatment: Treatment) -> Estimate:
    """Return what a design says of the effect of a treatment.

    Raises
    ------
    InputError
        If the libraries are not installed, or nobody in the rows is treated.
    """
    if not (rows["treated"] > 0).any() or rows["treated"].nunique() < 2:
        raise InputError("the treatment does not vary in the sample", key="treatment.from")
    with _quiet():
        return ESTIMATORS[design.estimator](rows, design, treatment)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the libraries' remarks on dropped singletons and collinear columns; they are part of the designs."""
    logger = logging.getLogger("pyfixest")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            logger.setLevel(level)


def check_installed(designs: Iterable[Design]) -> None:
    """Raise unless the libraries of some designs are installed, before any world is made.

    Raises
    ------
    InputError
        With the command that installs them.

    Examples
    --------
    >>> check_installed([])
    """
    from importlib.util import find_spec

    for design in designs:
        name = LIBRARIES.get(design.estimator, "pyfixest")
        if find_spec(name) is None:
            raise _not_installed(name)


def _not_installed(name: str) -> InputError:
    return InputError(f"needs {name}; install it with: {HOW_TO_INSTALL}")


def _from_library(name: str, call: str) -> Any:
    """Return a function or class of a library of the extra ``studies``.

    pyfixest sets up the log of the whole process when it loads one, which is undone.
    """
    from importlib import import_module

    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        return getattr(import_module(name), call)
    except ImportError as error:
        raise _not_installed(name.partition(".")[0]) from error
    finally:
        root.handlers, root.level = handlers, level


# ---- regressions with fixed effects --------------------------------------------------------------------------------------


def _least_squares(rows: pd.DataFrame, design: Design, treatment: Treatment) -> Estimate:
    """Estimate by least squares with fixed effects (``twfe``)."""
    if design.trends != "county":
        return _regression("feols", rows, design, treatment, design.fixed_effects, [])
    through = ["through"] if treatment.through else []
    columns = [*_columns(treatment), *through]
    rows, periods = without_county_trends(with_interaction(rows, treatment), columns)
    return _regression("feols", rows, design, treatment, () if periods else ("period",), periods)


def _poisson(rows: pd.DataFrame, design: Design, treatment: Treatment) -> Estimate:
    return _regression("fepois", rows, design, treatment, design.fixed_effects, [])


def _border_pairs(rows: pd.DataFrame, design: Design, treatment: Treatment) -> Estimate:
    paired = in_pairs(rows)
    if paired.empty:
        raise InputError("no treated county has an untreated neighbour in the sample", key="design.estimator")
    return _least_squares(paired, design, treatment)


def _columns(treatment: Treatment) -> list[str]:
    """Return the columns whose coefficients belong to the treatment, the reported one first."""
    if treatment.times is None:
        return [MODEL_TERM]
    return ["treated_times", MODEL_TERM]


def _regression(
    call: str,
    rows: pd.DataFrame,
    design: Design,
    treatment: Treatment,
    effects: tuple[str, ...],
    more: list[str],
) -> Estimate:
    rows = with_interaction(rows, treatment)
    columns = _columns(treatment)
    others = [*more, *(f"i(period, {control})" for control in design.controls)]
    if design.trends == "state":
        others.append("i(state, period)")
    if treatment.through:
        formula = f"outcome ~ {' + '.join(others) or '1'}{_effects(effects)} | through ~ {MODEL_TERM}"
        reported = "through"
    else:
        formula = f"outcome ~ {' + '.join([*columns, *others])}{_effects(effects)}"
        reported = columns[0]
    fitted = _from_library("pyfixest", call)(
        formula,
        data=rows,
        vcov=_errors(design),
        weights=None if design.weights == "none" else "weight",
        copy_data=False,
        store_data=False,
    )
    return from_pyfixest(fitted, reported)


def _errors(design: Design) -> str | dict[str, str]:
    return "hetero" if design.cluster == "none" else {"CRV1": design.cluster}


def _effects(effects: tuple[str, ...]) -> str:
    return f" | {' + '.join(effects)}" if effects else ""


def with_interaction(rows: pd.DataFrame, treatment: Treatment) -> pd.DataFrame:
    """Return rows with the treatment times its figure, less the figure's mean over residents."""
    if treatment.times is None or "treated_times" in rows:
        return rows
    figure = rows[treatment.times]
    centred = figure - np.average(figure, weights=rows["weight"])
    return rows.assign(treated_times=rows["treated"] * centred)


def from_pyfixest(fitted: Any, name: str) -> Estimate:
    """Return the estimate of one coefficient of a fitted regression."""
    table = fitted.tidy()
    row = table.loc[name]
    return Estimate(
        float(row["Estimate"]), float(row["Std. Error"]), float(row["2.5%"]), float(row["97.5%"]), int(fitted._N)
    )


# ---- staggered designs ---------------------------------------------------------------------------------------------------


def _event_study(rows: pd.DataFrame, design: Design, treatment: Treatment) -> Estimate:
    """Estimate an effect for each period around the treatment, and report their mean after it."""
    since = np.where(rows["cohort"] > 0, rows["period"] - rows["cohort"], -1)
    rows = rows.assign(since=np.clip(since, -design.leads, design.lags))
    fitted = _from_library("pyfixest", "feols")(
        f"outcome ~ i(since, ref=-1){_effects(design.fixed_effects or ('county', 'period'))}",
        data=rows,
        vcov=_errors(design),
        weights=None if design.weights == "none" else "weight",
    )
    named = {name: float(name.rpartition("::")[2].strip("[]").removeprefix("T.")) for name in fitted._coefnames}
    after = np.array([since >= 0 for since in named.values()])
    mean = after / after.sum()
    coefficient = float(mean @ np.asarray(fitted._beta_hat).ravel())
    return Estimate.of(coefficient, float(np.sqrt(mean @ fitted._vcov @ mean)), int(fitted._N))


def _sun_abraham(rows: pd.DataFrame, design: Design, treatment: Treatment) -> Estimate:
    """Estimate by interactions of cohort and time since treatment (Sun and Abraham)."""
    found = _from_library("diff_diff", "SunAbraham")(control_group="never_treated", cluster="county").fit(
        with_controls_left(rows), outcome="outcome", unit="county", time="period", first_treat="cohort"
    )
    return Estimate.of(float(found.overall_att), float(found.overall_se), len(rows))


def _callaway_santanna(rows: pd.DataFrame, design: Design, treatment: Treatment) -> Estimate:
    """Estimate by comparing each cohort with the counties not yet treated (Callaway and Sant'Anna)."""
    found = _from_library("diff_diff", "CallawaySantAnna")(control_group="not_yet_treated", cluster="county").fit(
        with_controls_left(rows), outcome="outcome", unit="county", time="period", first_treat="cohort"
    )
    return Estimate.of(float(found.overall_att), float(found.overall_se), len(rows))


def with_controls_left(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows for a staggered design: units without a period before treatment are left out.

    If every unit is treated at some time, the last cohort is the comparison, and the periods in which it is treated too are
    left out.
    """
    rows = rows[rows["cohort"] != rows["period"].min()]
    if (rows["cohort"] == 0).any():
        return rows
    last = rows["cohort"].max()
    rows = rows[rows["period"] < last]
    return rows.assign(cohort=rows["cohort"].where(rows["cohort"] < last, 0))


# ---- series --------------------------------------------------------------------------------------------------------------


def _interrupted_series(rows: pd.DataFrame, design: Design, treatment: Treatment) -> Estimate:
    """Estimate a step in one series, beside its straight trend and the months of the year."""
    season = " + C(month_of_year)" if rows["month_of_year"].nunique() > 1 and len(rows) > 2 * 12 else ""
    fitted = _from_library("statsmodels.formula.api", "ols")(f"outcome ~ treated + period{season}", data=rows).fit(
        cov_type="HAC", cov_kwds={"maxlags": LARGEST_LAG_OF_ERRORS}
    )
    low, high = fitted.conf_int().loc["treated"]
    return Estimate(float(fitted.params["treated"]), float(fitted.bse["treated"]), float(low), float(high), len(rows))


def _log_duration(rows: pd.DataFrame, design: Design, treatment: Treatment) -> Estimate:
    """Estimate by how many log points longer bookings with a detainer stay in jail."""
    return _regression("feols", rows, design, treatment, design.fixed_effects, [])


ESTIMATORS: dict[str, Callable[[pd.DataFrame, Design, Treatment], Estimate]] = {
    "twfe": _least_squares,
    "poisson": _poisson,
    "border-pairs": _border_pairs,
    "event-study": _event_study,
    "sun-abraham": _sun_abraham,
    "callaway-santanna": _callaway_santanna,
    "interrupted-series": _interrupted_series,
    "log-duration": _log_duration,
}
"""What runs each estimator of a study file."""
