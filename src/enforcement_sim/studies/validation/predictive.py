"""Predictive distributions: what sets of the ensemble give, and what the model would miss if every unknown were right.

Calibration learns by how much the model misses a family of figures that the unknowns cannot explain, its *discrepancy*. A
forecast without it would be as narrow as the doubt about parameters, and the model is not right to that degree. So each set's
value stands for a normal distribution around it, on the scale on which figures are compared (log odds of shares, logarithms
of others), with the size of the figure's family. The rival's forecasts hold its own discrepancy in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import ndtri

from enforcement_sim.studies.calibration.observed import figure_of
from enforcement_sim.studies.calibration.unknowns import load_calibration
from enforcement_sim.studies.validation.scores import LEAST_SETS, Forecast
from enforcement_sim.studies.validation.targets import Target

POINTS = ndtri((np.arange(100) + 0.5) / 100)
"""Standard normal deviates that stand for a normal distribution around the value of one set."""


def learnt_discrepancies(told: Mapping[str, Any]) -> dict[str, float]:
    """Return by family the size of the discrepancy that calibration learnt, a standard deviation on the scale of comparison.

    Parameters
    ----------
    told
        The recipe of an ensemble, as :func:`~enforcement_sim.parameters.ensemble.recipe` returns it.

    Examples
    --------
    >>> sizes = {"detainers": {"shared": 0.3, "own": 0.4, "factor": 2.0}}
    >>> learnt_discrepancies({"discrepancies": sizes})
    {'detainers': 1.0}
    """
    return {
        name: float(one["factor"] * np.hypot(one["shared"], one["own"])) for name, one in told["discrepancies"].items()
    }


def predictive(target: Target, values: np.ndarray, learnt: Mapping[str, float]) -> Forecast:
    """Return a forecast of a figure from the values that sets of the ensemble gave.

    Parameters
    ----------
    target
        The published figure; of its value nothing is used.
    values : float64 array
        One a set, finite.
    learnt : mapping
        Discrepancies by family; a family that no fitted figure belongs to has its stated size. Empty for none at all.

    Returns
    -------
    Forecast
        A hundred values for each set, or the values themselves without discrepancies and for fewer sets than an interval takes.

    Examples
    --------
    >>> from enforcement_sim.studies.validation.targets import load_targets
    >>> one = load_targets()["sc_match_rate"]
    >>> sets = np.full(20, 0.065)
    >>> [round(end, 3) for end in predictive(one, sets, {}).interval]
    [0.065, 0.065, 0.065]
    >>> [round(end, 3) for end in predictive(one, sets, {"matches": 0.1}).interval]
    [0.065, 0.056, 0.075]
    """
    if not learnt or values.size < LEAST_SETS:
        return Forecast(values)
    calibration = load_calibration()
    family = calibration.family_of(target.id)
    stated = calibration.discrepancy[family]
    size = learnt.get(family, float(np.hypot(stated.shared, stated.own)))
    figure = figure_of(target)
    scaled = np.array([figure.scaled(float(value)) for value in values])
    return Forecast(np.asarray(figure.unscaled((scaled[:, None] + size * POINTS).ravel())))
