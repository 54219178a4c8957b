"""The two steps of a calibration's search: an ensemble smoother, and proposals by a surrogate of the model.

The smoother is the ensemble smoother with multiple data assimilation (Emerick and Reynolds, Computers & Geosciences 55,
2013): each round runs every member, estimates from the members how each unknown moves each figure, and moves each member
by as much as the figures, blurred anew for each, allow. Unknowns are standard normal deviates, so no step can leave a
prior's range. Relations no stronger than chance are set to zero.

The surrogate fits each figure's logarithm by a line and a square in every unknown, by ridge regression on all runs made so
far. Of very many sets drawn around the smoother's last ensemble, those most likely to fit are proposed. Every proposed
set is run before it can be accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

# ---- the smoother -----------------------------------------------------------------------------------------------------

WEAKEST = 2.0
"""Correlations below this over the square root of the number of members are taken for chance (two standard errors)."""


def kept_relations(deviates: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """Return which correlations of unknowns and figures are stronger than chance, bool, shape (unknowns, figures)."""
    x = deviates - deviates.mean(axis=0)
    y = figures - figures.mean(axis=0)
    scale = np.sqrt((x**2).sum(axis=0)[:, None] * (y**2).sum(axis=0)[None, :])
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.where(scale > 0.0, x.T @ y / scale, 0.0)
    return np.asarray(np.abs(correlation) > WEAKEST / np.sqrt(len(deviates)))


def assimilate(
    deviates: np.ndarray,
    figures: np.ndarray,
    published: np.ndarray,
    doubts: np.ndarray,
    inflation: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Move an ensemble towards published figures by one round.

    Parameters
    ----------
    deviates
        Unknowns of each member as standard normal deviates, shape (members, unknowns).
    figures
        What each member's run gave, shape (members, figures).
    published, doubts
        The published figures and their standard deviations, shape (figures,).
    inflation
        By how much the doubts' variance is inflated this round; over all rounds the inverses add up to one.
    rng
        Blurs the published figures anew for each member, so that members keep apart.

    Returns
    -------
    float array, shape (members, unknowns)

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> guesses = rng.normal(size=(400, 1))
    >>> moved = assimilate(guesses, 2.0 * guesses, np.array([2.0]), np.array([0.1]), 1.0, rng)
    >>> round(float(moved.mean()), 1)
    1.0
    """
    members = len(deviates)
    x = deviates - deviates.mean(axis=0)
    y = (figures - figures.mean(axis=0)) / doubts
    covariance = x.T @ y / (members - 1) * kept_relations(deviates, figures)
    total_covariance = y.T @ y / (members - 1) + inflation * np.eye(len(published))
    blurred = published / doubts + np.sqrt(inflation) * rng.standard_normal((members, len(published)))
    misses = blurred - figures / doubts
    return np.asarray(deviates + misses @ np.linalg.solve(total_covariance, covariance.T))


# ---- the surrogate ----------------------------------------------------------------------------------------------------

RIDGE = 2.0
"""Weight of the penalty, in runs: coefficients that a few runs could explain are held near nothing."""

CANDIDATES, AT_A_TIME = 400_000, 20_000
FARTHEST = 2.6
"""Deviates beyond this are cut: the surrogate has seen too few runs there."""

MUST_WEIGHT = 2.0
"""How many other figures the logarithm of one that must be inside weighs."""

WIDER = 1.15
"""By how much the last ensemble's spread is widened for drawing, because a smoother's ensemble is a little narrow."""

LEAST_CHANCE = 1e-9
BEST_FOR_EACH = 3
"""Candidates among the best from which one proposal is drawn: enough to keep proposals apart."""


@dataclass(frozen=True)
class Surrogate:
    """Fitted figures.

    Attributes
    ----------
    coefficients : float array, shape (1 + 2 * unknowns, figures)
    errors : float array, shape (figures,)
        Standard deviation of what the fit leaves over.
    """

    coefficients: np.ndarray
    errors: np.ndarray

    def guess(self, deviates: np.ndarray) -> np.ndarray:
        """Return guessed logarithms of figures, shape (sets, figures)."""
        return np.asarray(_features(deviates) @ self.coefficients)


def _features(deviates: np.ndarray) -> np.ndarray:
    return np.hstack([np.ones((len(deviates), 1)), deviates, deviates**2 - 1.0])


def fit_surrogate(deviates: np.ndarray, figures: np.ndarray) -> Surrogate:
    """Fit every figure.

    Parameters
    ----------
    deviates
        Unknowns as standard normal deviates, shape (runs, unknowns).
    figures
        Logarithms of figures, shape (runs, figures).

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> x = rng.standard_normal((400, 3))
    >>> found = fit_surrogate(x, 2.0 + x[:, :1] - 0.5 * x[:, 1:2] ** 2)
    >>> round(float(found.guess(np.array([[1.0, 0.0, 0.0]]))[0, 0]), 1)
    3.0
    """
    features = _features(deviates)
    penalty = RIDGE * np.eye(features.shape[1])
    penalty[0, 0] = 0.0
    coefficients = np.linalg.solve(features.T @ features + penalty, features.T @ figures)
    left = figures - features @ coefficients
    freedom = max(len(features) - features.shape[1], 1)
    return Surrogate(coefficients, np.sqrt((left**2).sum(axis=0) / freedom))


def propose(
    surrogate: Surrogate,
    around: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    must: np.ndarray,
    sets: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return sets that most probably fit.

    Parameters
    ----------
    surrogate
    around
        The ensemble near which candidates are drawn, shape (members, unknowns).
    low, high
        Logarithms of the figures' ends, shape (figures,).
    must
        Which figures have to lie inside whatever the others do, bool, shape (figures,).
    sets
        How many to propose.
    rng
        Draws candidates, and among the best.

    Returns
    -------
    float array, shape (sets, unknowns)
    """
    middle = around.mean(axis=0)
    covariance = np.cov(around, rowvar=False) * WIDER**2 + 1e-6 * np.eye(around.shape[1])
    root = np.linalg.cholesky(covariance)
    drawn, scores = [], []
    for _ in range(CANDIDATES // AT_A_TIME):
        some = np.clip(middle + rng.standard_normal((AT_A_TIME, around.shape[1])) @ root.T, -FARTHEST, FARTHEST)
        guesses = surrogate.guess(some)
        inside = ndtr((high - guesses) / surrogate.errors) - ndtr((low - guesses) / surrogate.errors)
        worth = inside.sum(axis=1) + MUST_WEIGHT * np.log(np.maximum(inside[:, must], LEAST_CHANCE)).sum(axis=1)
        best = np.argsort(-worth, kind="stable")[: sets * BEST_FOR_EACH]
        drawn.append(some[best])
        scores.append(worth[best])
    everything, score = np.vstack(drawn), np.concatenate(scores)
    best = np.argsort(-score, kind="stable")[: sets * BEST_FOR_EACH]
    return np.asarray(everything[np.sort(rng.choice(best, sets, replace=False))])
