"""A rival of the agent-based model: ten parameters, compartments, fitted to the same published figures and scored alike.

Where it predicts as well, agents are not what earns the fit. It is fitted by least squares on the scale on which calibration
compares figures (log odds of shares, logarithms of others), with the same doubt of each figure and the same kind of prior:
a standard normal deviate for each parameter. What the fit leaves over beyond the doubt of the figures is the rival's own
discrepancy, one size for all figures. A forecast is normal on that scale: the uncertainty of the parameters, carried over by
the derivatives, and the discrepancy. Nothing here draws at random. This module opens no held-out figure; forecasts are made
of the figures that a caller hands over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy.special import ndtr, ndtri

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import GRADES
from enforcement_sim.studies.calibration.observed import figure_of
from enforcement_sim.studies.validation.external_constants import ExternalConstant
from enforcement_sim.studies.validation.rival_compartments import Flows, flows
from enforcement_sim.studies.validation.rival_operators import rival_operator, rival_value
from enforcement_sim.studies.validation.scores import Forecast
from enforcement_sim.studies.validation.targets import FITTED, Target
from enforcement_sim.yaml_models import Named, NamedModel, Number, StrictModel, Text, one_of, read_model

FIRST_DISCREPANCY, SMALLEST_DISCREPANCY, CLOSE = 0.1, 0.01, 0.003
MOST_ROUNDS = 12
STEP = 0.02
"""Standard normal deviates by which a parameter is moved for a derivative."""

QUANTILES = ndtri((np.arange(100) + 0.5) / 100)
"""Standard normal deviates that stand for a normal distribution, as sets of the ensemble do for the model's."""


class RivalParameter(NamedModel):
    """One of the rival's ten numbers; its prior lies between the ends, evenly on its scale."""

    meaning: Text
    unit: Text
    low: Number
    high: Number
    scale: Literal["linear", "log"]
    grade: Annotated[str, one_of(GRADES, "grade")]
    source: Text

    def at(self, deviate: float) -> float:
        """Return the value at a standard normal deviate; 0 is the middle of the prior."""
        unit = float(ndtr(deviate))
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** unit)
        return self.low + (self.high - self.low) * unit


class Rival(StrictModel):
    """The rival's parameters by name, in the order of the file, and the inputs that are fixed beside them."""

    parameters: Named[RivalParameter]
    inputs: dict[str, ExternalConstant] = Field(min_length=1)

    def values(self, deviates: np.ndarray) -> dict[str, float]:
        """Return the parameters at standard normal deviates, one each."""
        return {one.id: one.at(float(at)) for one, at in zip(self.parameters.values(), deviates, strict=True)}

    def flows(self, parameters: Mapping[str, float]) -> Flows:
        """Run the compartments."""
        return flows(parameters, {name: one.value for name, one in self.inputs.items()})


@cache
def load_rival() -> Rival:
    """Return the rival's parameters and inputs.

    Examples
    --------
    >>> len(load_rival().parameters)
    10
    """
    return read_model(Path(__file__).with_name("rival.yaml"), Rival)


@dataclass(frozen=True, eq=False)
class RivalFit:
    """The rival after its fit.

    Attributes
    ----------
    rival : Rival
    fitted : tuple of str
        Ids of the figures that were used.
    deviates : float64 array, shape (parameters,)
        The best parameters as standard normal deviates.
    covariance : float64 array, shape (parameters, parameters)
        Of the deviates.
    discrepancy : float
        Standard deviation of what the rival would miss with the best parameters, on the scale of comparison.
    """

    rival: Rival
    fitted: tuple[str, ...]
    deviates: np.ndarray
    covariance: np.ndarray
    discrepancy: float

    def parameters(self) -> dict[str, tuple[float, float, float]]:
        """Return by name the best value and the ends of what holds nine in ten."""
        spread = 1.645 * np.sqrt(np.diag(self.covariance))
        ends = [self.rival.values(self.deviates + shift) for shift in (0.0 * spread, -spread, spread)]
        return {name: (ends[0][name], ends[1][name], ends[2][name]) for name in ends[0]}

    def forecasts(self, targets: Sequence[Target]) -> dict[str, Forecast]:
        """Return by id a forecast of every figure that the compartments express, of any bin; none changes the fit."""
        asked = [one for one in targets if rival_operator(one) is not None and not one.not_expressible]
        middle = _predicted(self.rival, asked, self.deviates)
        slopes = _slopes(self.rival, asked, self.deviates)
        spread = np.sqrt(np.einsum("ij,jk,ik->i", slopes, self.covariance, slopes) + self.discrepancy**2)
        return {
            one.id: Forecast(figure_of(one).unscaled(at + by * QUANTILES))
            for one, at, by in zip(asked, middle, spread, strict=True)
            if np.isfinite(at) and np.isfinite(by)
        }


def fit_rival(targets: Sequence[Target]) -> RivalFit:
    """Fit the rival by least squares to the figures that may be fitted and that it can express.

    Parameters
    ----------
    targets
        Figures of the bin *fit*; those that the compartments cannot express are passed over.

    Returns
    -------
    RivalFit
        With the parameters that fit best, their covariance, and the discrepancy that is left.

    Raises
    ------
    InputError
        If a figure is of another bin, or none can be expressed.

    Examples
    --------
    >>> from enforcement_sim.studies.validation.targets import load_targets
    >>> found = fit_rival([load_targets()["sc_match_rate"], load_targets()["sc_matches_2009_08"]])
    >>> found.fitted, len(found.parameters())
    (('sc_match_rate', 'sc_matches_2009_08'), 10)
    """
    from scipy.optimize import least_squares  # at call: it loads slowly

    other = [one.id for one in targets if one.bin != FITTED]
    if other:
        raise InputError(f"{other[0]} may not be fitted", allowed=FITTED)
    chosen = load_rival()
    used = [one for one in targets if rival_operator(one) is not None and not one.not_expressible]
    if not used:
        raise InputError("the compartments express none of the figures")
    figures = [figure_of(one) for one in used]
    published, doubts = (np.array([getattr(one, name) for one in figures]) for name in ("published", "doubt"))
    deviates, discrepancy = np.zeros(len(chosen.parameters)), FIRST_DISCREPANCY
    for _ in range(MOST_ROUNDS):
        sizes = np.sqrt(doubts**2 + discrepancy**2)

        def missed(at: np.ndarray, sizes: np.ndarray = sizes) -> np.ndarray:
            return np.concatenate([(_predicted(chosen, used, at) - published) / sizes, at])

        deviates = least_squares(missed, deviates, diff_step=1e-4, xtol=1e-5, ftol=1e-5).x
        slopes = _slopes(chosen, used, deviates) / sizes[:, None]
        covariance = np.linalg.inv(slopes.T @ slopes + np.eye(len(deviates)))
        learnt = float(np.trace(covariance @ slopes.T @ slopes))
        before, discrepancy = discrepancy, _left_over(_predicted(chosen, used, deviates) - published, doubts, learnt)
        if abs(discrepancy - before) < CLOSE:
            break
    return RivalFit(chosen, tuple(one.id for one in used), deviates, covariance, discrepancy)


def _left_over(misses: np.ndarray, doubts: np.ndarray, learnt: float) -> float:
    """Return the standard deviation that the misses have beyond the doubts, less the numbers learnt from them."""
    beyond = float((misses**2).sum() / max(len(misses) - learnt, 1.0) - (doubts**2).mean())
    return float(np.sqrt(max(beyond, SMALLEST_DISCREPANCY**2)))


def _predicted(rival: Rival, targets: Sequence[Target], deviates: np.ndarray) -> np.ndarray:
    """Return the figures on the scale of comparison; nan where there are no people."""
    found = rival.flows(rival.values(deviates))
    values = [rival_value(one, found) for one in targets]
    return np.array(
        [figure_of(one).scaled(at) if at > 0.0 else np.nan for one, at in zip(targets, values, strict=True)]
    )


def _slopes(rival: Rival, targets: Sequence[Target], deviates: np.ndarray) -> np.ndarray:
    steps = STEP * np.eye(len(deviates))
    columns = [
        (_predicted(rival, targets, deviates + step) - _predicted(rival, targets, deviates - step)) / (2.0 * STEP)
        for step in steps
    ]
    return np.column_stack(columns)
