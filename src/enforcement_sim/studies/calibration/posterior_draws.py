"""The ensemble from the draws of the last round: weights, selection, and what the figures say about each unknown.

The draws of the last round come from the posterior by the emulator, and were run. A draw's weight is the density of the
published figures by its own run over that by the emulator. If too few draws would carry the weight, weights are raised to
the greatest power below one that leaves enough. Sets of the ensemble are drawn by weight without replacement, so that
each counts alike; the one whose figures agree best stands first, and the others in no order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from enforcement_sim.results.measures import NOT_A_NUMBER
from enforcement_sim.studies.calibration.density import fit_of
from enforcement_sim.studies.calibration.emulator import Emulator
from enforcement_sim.studies.calibration.evaluations import Evaluated
from enforcement_sim.studies.calibration.observed import DOUBT_OF_SIZE, Observations, figure_of
from enforcement_sim.studies.calibration.unknowns import Calibration
from enforcement_sim.studies.validation.targets import Target

PINNED, NARROWED = 0.5, 0.85
"""Spread over that of the prior, below which an unknown counts as pinned down, or as narrowed."""

OUTER = 0.05
"""An unknown presses on an end of its prior if its middle lies in this outer part."""

DRAWS_FOR_EACH_KEPT = 2
"""Effective draws that the weights must leave for each set that is kept."""

QUANTILES = (5, 50, 95)
HALVINGS = 40


@dataclass(frozen=True)
class Weighted:
    """Weights of the draws of the last round.

    Attributes
    ----------
    weights : float array, shape (draws,)
        They sum to one.
    power : float
        To which the ratios of densities were raised; 1 if enough draws carry the weight.
    effective : float
        How many equally weighted draws would say as much.
    """

    weights: np.ndarray
    power: float
    effective: float


def filled(observed: Observations, evaluated: Sequence[Evaluated], emulated: np.ndarray) -> np.ndarray:
    """Return simulated figures on the scale of comparison; the emulator's where a run had none."""
    figures = observed.scaled(evaluated)
    return np.where(np.isfinite(figures), figures, emulated)


def weigh(observed: Observations, emulator: Emulator, states: np.ndarray, figures: np.ndarray, least: int) -> Weighted:
    """Return the weights of draws by what their runs gave.

    Parameters
    ----------
    states
        Unknowns and sizes of discrepancies, shape (draws, size).
    figures
        What the runs gave, on the scale of comparison, shape (draws, figures).
    least
        How many effective draws the weights must leave, if there are so many.
    """
    unknowns = emulator.line.shape[1]
    deviates, sizes = states[:, :unknowns], states[:, unknowns:]
    by_run = fit_of(observed, observed.published - figures, sizes).density
    by_emulator = fit_of(observed, observed.published - emulator.figures(deviates), sizes, emulator.error).density
    ratios = by_run - by_emulator
    low, high = 0.0, 1.0
    if _effective(ratios) < min(least, len(states)):
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if _effective(middle * ratios) >= min(least, len(states)) else (low, middle)
        high = low
    return Weighted(_normalised(high * ratios), high, _effective(high * ratios))


def _normalised(logarithms: np.ndarray) -> np.ndarray:
    weights = np.exp(logarithms - logarithms.max())
    return np.asarray(weights / weights.sum())


def _effective(logarithms: np.ndarray) -> float:
    return float(1.0 / np.square(_normalised(logarithms)).sum())


def drawn_by_weight(
    observed: Observations, states: np.ndarray, figures: np.ndarray, weights: np.ndarray, keep: int, seed: int
) -> list[int]:
    """Return the positions of the sets of the ensemble: the one that agrees best first, the others in no order."""
    unknowns = states.shape[1] - len(observed.families)
    chosen = np.random.default_rng(seed).choice(len(states), min(keep, len(states)), replace=False, p=weights)
    agreement = fit_of(observed, observed.published - figures, np.zeros_like(states[:, unknowns:])).density
    best = int(chosen[agreement[chosen].argmax()])
    return [best, *(int(one) for one in chosen if one != best)]


def narrowing(calibration: Calibration, ensemble: Sequence[Evaluated]) -> pd.DataFrame:
    """Say how far the figures narrowed each unknown.

    Returns
    -------
    DataFrame
        ``unknown``, ``low`` and ``high`` of the prior, ``middle``, ``from`` and ``to`` (the middle nine tenths of the
        ensemble), ``spread`` (standard deviation over that of the prior), ``verdict`` (pinned down, narrowed, free) and
        ``presses``: on which end of its prior the middle presses (low, high), or nothing.
    """
    places = np.array([one.deviates for one in ensemble])
    rows = []
    for column, unknown in enumerate(calibration.unknowns.values()):
        values = np.array([unknown.at(float(unit)) for unit in ndtr(places[:, column])])
        spread = float(places[:, column].std(ddof=1)) if len(places) > 1 else 0.0
        low, middle, high = (float(one) for one in np.percentile(values, QUANTILES))
        share_below = float(ndtr(np.median(places[:, column])))
        rows.append(
            {
                "unknown": unknown.id,
                "low": unknown.low,
                "high": unknown.high,
                "middle": middle,
                "from": low,
                "to": high,
                "spread": spread,
                "verdict": "pinned down" if spread < PINNED else "narrowed" if spread < NARROWED else "free",
                "presses": "low" if share_below < OUTER else "high" if share_below > 1.0 - OUTER else "",
            }
        )
    return pd.DataFrame(rows)


def discrepancies(
    calibration: Calibration, observed: Observations, states: np.ndarray, weights: np.ndarray
) -> pd.DataFrame:
    """Say by which factor the figures change the stated size of each family's discrepancy.

    Returns
    -------
    DataFrame
        ``family``, ``figures`` (how many are used), ``shared`` and ``own`` as stated, and ``factor``, ``from`` and ``to``:
        the middle and the middle nine tenths of the posterior.
    """
    unknowns = states.shape[1] - len(observed.families)
    rows = []
    for number, name in enumerate(observed.families):
        factors = np.exp(DOUBT_OF_SIZE * states[:, unknowns + number])
        low, middle, high = _quantiles(factors, weights)
        family = calibration.discrepancy[name]
        rows.append(
            {
                "family": name,
                "figures": int((observed.family == number).sum()),
                "shared": family.shared,
                "own": family.own,
                "factor": middle,
                "from": low,
                "to": high,
            }
        )
    return pd.DataFrame(rows)


def predictions(
    calibration: Calibration,
    targets: Sequence[Target],
    used: Sequence[Target],
    evaluated: Sequence[Evaluated],
    weights: np.ndarray,
    seed: int,
) -> pd.DataFrame:
    """Return what the posterior predicts for every figure that may be fitted, also those that were left out.

    A prediction is a draw's simulated figure with a discrepancy of its own, drawn at the stated size, and with the doubt
    of the published figure; the interval is to hold the published figure nine times in ten.

    Returns
    -------
    DataFrame
        ``figure``, ``from``, ``to`` (its window), ``used``, ``published``, ``low``, ``high`` (its range), ``predicted``,
        ``predicted_low``, ``predicted_high`` (the middle and the middle nine tenths) and ``inside``: whether the
        published figure lies in between.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for target in targets:
        figure, family = figure_of(target), calibration.discrepancy[calibration.family_of(target.id)]
        simulated = np.array([figure.scaled(one.figures.get(target.id, NOT_A_NUMBER)) for one in evaluated])
        spread = np.exp(DOUBT_OF_SIZE * rng.standard_normal(len(simulated))) * np.hypot(family.shared, family.own)
        blurred = simulated + np.hypot(spread, figure.doubt) * rng.standard_normal(len(simulated))
        known = np.isfinite(blurred)
        low, middle, high = (
            _quantiles(figure.unscaled(blurred[known]), weights[known]) if known.any() else [NOT_A_NUMBER] * 3
        )
        rows.append(
            {
                "figure": target.id,
                "from": target.start,
                "to": target.end,
                "used": target in used,
                "published": target.value,
                "low": target.low,
                "high": target.high,
                "predicted": middle,
                "predicted_low": low,
                "predicted_high": high,
                "inside": bool(low <= target.value <= high),
            }
        )
    return pd.DataFrame(rows)


def _quantiles(values: np.ndarray, weights: np.ndarray) -> list[float]:
    """Return the weighted 5th, 50th and 95th percentiles."""
    order = np.argsort(values, kind="stable")
    reached = (np.cumsum(weights[order]) - 0.5 * weights[order]) / weights.sum()
    return [float(np.interp(percent / 100.0, reached, values[order])) for percent in QUANTILES]


def short(value: Any) -> Any:
    """Return a number with four digits, for the recipe; anything else as it is."""
    return float(f"{value:.4g}") if isinstance(value, float) else value
