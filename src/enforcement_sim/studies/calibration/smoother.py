"""History matching by an ensemble smoother: many guesses, moved together towards what was published, a little at a time.

The method is the ensemble smoother with multiple data assimilation (Emerick and Reynolds, Computers & Geosciences 55,
2013): each round runs every member, estimates from the members themselves how each unknown moves each figure, and
moves each member by as much as the figures, blurred anew for each, allow. Rounds share the evidence out, so none
counts twice. Unknowns are standard normal deviates here, so no step can leave a prior's range. With some hundred
members an estimate of no relation is never quite nothing; relations weaker than chance would give are set to nothing.
Which model is run may not enter: numbers in, numbers out.
"""

from __future__ import annotations

import numpy as np

__all__ = ["assimilate", "kept_relations"]

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
    luck: np.random.Generator,
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
    luck
        Blurs the published figures anew for each member, so that members keep apart.

    Returns
    -------
    float array, shape (members, unknowns)

    Examples
    --------
    >>> luck = np.random.default_rng(1)
    >>> guesses = luck.normal(size=(400, 1))
    >>> moved = assimilate(guesses, 2.0 * guesses, np.array([2.0]), np.array([0.1]), 1.0, luck)
    >>> round(float(moved.mean()), 1)
    1.0
    """
    members = len(deviates)
    x = deviates - deviates.mean(axis=0)
    y = (figures - figures.mean(axis=0)) / doubts
    covariance = x.T @ y / (members - 1) * kept_relations(deviates, figures)
    spread = y.T @ y / (members - 1) + inflation * np.eye(len(published))
    blurred = published / doubts + np.sqrt(inflation) * luck.standard_normal((members, len(published)))
    misses = blurred - figures / doubts
    return np.asarray(deviates + misses @ np.linalg.solve(spread, covariance.T))
