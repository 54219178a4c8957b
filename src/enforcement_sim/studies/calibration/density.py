"""The posterior density: a standard normal prior, and published figures with doubts, discrepancies and the emulator's error.

The state is the unknowns, as standard normal deviates, followed by one deviate for each family of figures: the logarithm
of the factor of its discrepancy, over ``DOUBT_OF_SIZE``. Discrepancies themselves are integrated out: the figures of a
family have a covariance with a common part, whose inverse has a closed form (Sherman and Morrison 1950).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from enforcement_sim.studies.calibration.emulator import Emulator
from enforcement_sim.studies.calibration.observed import DOUBT_OF_SIZE, Observations

FARTHEST = 30.0
"""Deviates of sizes are cut here, so that a failed trajectory cannot overflow."""


@dataclass(frozen=True)
class Fit:
    """How well simulated figures agree with published ones.

    Attributes
    ----------
    density : float array, shape (sets,)
        Logarithm, up to a constant.
    by_miss : float array, shape (sets, figures)
        Its derivatives by what the simulated figures miss (published less simulated).
    by_size : float array, shape (sets, families)
        Its derivatives by the deviates of the sizes of discrepancies.
    """

    density: np.ndarray
    by_miss: np.ndarray
    by_size: np.ndarray


def fit_of(observed: Observations, misses: np.ndarray, sizes: np.ndarray, error: np.ndarray | float = 0.0) -> Fit:
    """Return the density of published figures.

    Parameters
    ----------
    observed
    misses
        Published less simulated figures, on the scale of comparison, shape (sets, figures).
    sizes
        Deviates of the sizes of discrepancies, shape (sets, families).
    error
        Standard deviation of the simulated figures, shape (figures,).
    """
    family = observed.family
    member = (family[:, None] == np.arange(len(observed.families))).astype(float)
    factor = np.exp(2.0 * DOUBT_OF_SIZE * np.clip(sizes, -FARTHEST, FARTHEST))  # of variances
    own = factor[:, family] * observed.own**2
    common = factor * observed.shared**2
    precision = 1.0 / (observed.doubts**2 + np.square(error) + own)
    weighted = misses * precision
    total, moved = precision @ member, weighted @ member
    shrunk = 1.0 / (1.0 + common * total)
    squares = (misses * weighted).sum(axis=1) - (common * moved**2 * shrunk).sum(axis=1)
    log_determinant = -np.log(precision).sum(axis=1) - np.log(shrunk).sum(axis=1)
    by_miss = -(weighted - (common * moved * shrunk)[:, family] * precision)
    # Derivatives by each variance on the diagonal, then by the common variance of each family.
    inverse_diagonal = precision - (common * shrunk)[:, family] * precision**2
    by_diagonal = 0.5 * (by_miss**2 - inverse_diagonal)
    by_common = 0.5 * (moved**2 * shrunk**2 - total * shrunk)
    by_size = 2.0 * DOUBT_OF_SIZE * ((by_diagonal * own) @ member + by_common * common)
    return Fit(-0.5 * (squares + log_determinant), by_miss, by_size)


@dataclass(frozen=True)
class Posterior:
    """The posterior of one or of many sets of published figures, for states of which each belongs to one of them.

    Attributes
    ----------
    observed : Observations
    emulator : Emulator
    published : float array, shape (problems, figures)
        On the scale of comparison.
    """

    observed: Observations
    emulator: Emulator
    published: np.ndarray

    @property
    def unknowns(self) -> int:
        """How many parts of the state are unknowns; the rest are sizes of discrepancies."""
        return int(self.emulator.line.shape[1])

    @property
    def size(self) -> int:
        """How many parts a state has."""
        return self.unknowns + len(self.observed.families)

    def log_density(self, states: np.ndarray, problem: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the logarithm of the density and its derivatives.

        Parameters
        ----------
        states
            Shape (states, size).
        problem
            Position of each state's published figures, int, shape (states,).
        """
        deviates, sizes = states[:, : self.unknowns], states[:, self.unknowns :]
        figures, slopes = self.emulator.with_slopes(deviates)
        fit = fit_of(self.observed, self.published[problem] - figures, sizes, self.emulator.error)
        by_unknown = -np.matmul(fit.by_miss[:, None, :], slopes)[:, 0, :]
        slope = np.hstack([by_unknown, fit.by_size]) - states
        return fit.density - 0.5 * (states**2).sum(axis=1), slope

    def curvature(self, states: np.ndarray) -> np.ndarray:
        """Return the expected curvature of minus the log density, shape (states, size, size); positive definite.

        Slopes of the emulator through the inverse covariance of the figures, plus the prior's.
        """
        deviates, sizes = states[:, : self.unknowns], states[:, self.unknowns :]
        _, slopes = self.emulator.with_slopes(deviates)
        found = np.zeros((len(states), self.size, self.size))
        for number, (slope, size) in enumerate(zip(slopes, sizes, strict=True)):
            found[number, : self.unknowns, : self.unknowns] = slope.T @ self._precision(size) @ slope
        found += np.eye(self.size)
        return found

    def _precision(self, sizes: np.ndarray) -> np.ndarray:
        factor = np.exp(2.0 * DOUBT_OF_SIZE * sizes)
        family = self.observed.family
        together = (family[:, None] == family) * (factor * self.observed.shared**2)[family]
        alone = self.observed.doubts**2 + self.emulator.error**2 + factor[family] * self.observed.own**2
        return np.asarray(np.linalg.inv(together + np.diag(alone)))
