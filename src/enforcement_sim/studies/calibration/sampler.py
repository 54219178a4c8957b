"""Draws from the posterior: Hamiltonian Monte Carlo, for many chains and many problems at a time.

Each problem's mode is found by Newton steps with the expected curvature. Its inverse there gives the coordinates in which
the chains move, so that one step length serves all directions. The chains of a problem start from draws of the normal
distribution at the mode, widened. The step length is tuned while the chains warm up, to an acceptance of four in five
(Hoffman and Gelman 2014), and is the same for all chains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from enforcement_sim.studies.calibration.density import Posterior

NEWTON_STEPS = 30
SHORTEST = 1.0 / 64.0
"""Shortest part of a Newton step that is tried."""

WIDER = 1.3
"""By how much the starts of the chains are wider than the normal distribution at the mode."""

LEAPS = (5, 9)
"""Fewest and most steps of a trajectory."""

FIRST_STEP, ACCEPTED = 0.25, 0.8
LOWEST = -1000.0


@dataclass(frozen=True)
class Draws:
    """Draws from posteriors.

    Attributes
    ----------
    states : float array, shape (problems, chains, draws, size)
    accepted : float
        Mean acceptance after the warm-up.
    """

    states: np.ndarray
    accepted: float

    def pooled(self) -> np.ndarray:
        """Return the draws of all chains of each problem, shape (problems, chains * draws, size)."""
        problems, chains, draws, size = self.states.shape
        return self.states.reshape(problems, chains * draws, size)

    def worst_mixing(self) -> np.ndarray:
        """Return the largest split R-hat over the parts of the state for each problem (Gelman et al. 2013, 11.4)."""
        problems, chains, draws, size = self.states.shape
        half = draws // 2
        halves = self.states[:, :, : 2 * half].reshape(problems, chains * 2, half, size)
        within = halves.var(axis=2, ddof=1).mean(axis=1)
        between = halves.mean(axis=2).var(axis=1, ddof=1)
        return np.asarray(np.sqrt((half - 1) / half + between / np.maximum(within, 1e-300)).max(axis=1))


def modes(posterior: Posterior, problems: int) -> np.ndarray:
    """Return the state of greatest density that Newton steps from the prior's middle find, shape (problems, size)."""
    states, problem = np.zeros((problems, posterior.size)), np.arange(problems)
    density, slope = posterior.log_density(states, problem)
    for _ in range(NEWTON_STEPS):
        step = np.linalg.solve(posterior.curvature(states), slope[:, :, None])[:, :, 0]
        part = np.ones(problems)
        waiting = np.ones(problems, bool)
        while waiting.any() and part.max() >= SHORTEST:
            tried = states + np.where(waiting, part, 0.0)[:, None] * step
            found, found_slope = posterior.log_density(tried, problem)
            better = waiting & (found > density)
            states[better], density[better], slope[better] = tried[better], found[better], found_slope[better]
            waiting &= ~better
            part = np.where(waiting, part / 2.0, 0.0)
        if waiting.all():
            break
    return states


def sample(posterior: Posterior, problems: int, chains: int, warm: int, draws: int, every: int, seed: int) -> Draws:
    """Draw from the posterior of each problem.

    Parameters
    ----------
    posterior
    problems
        How many sets of published figures it has.
    chains, warm, draws, every
        For each problem: chains, transitions that are thrown away, draws that are kept, and transitions for each.
    seed

    Examples
    --------
    Of one unknown and one figure that equals it, both with standard deviation one, the posterior has half the variance:

    >>> from enforcement_sim.studies.calibration.emulator import Emulator
    >>> from enforcement_sim.studies.calibration.observed import Figure, Observations
    >>> one = np.ones(1)
    >>> observed = Observations((Figure("x", False, 2.0, 1.0, 0.1),), ("all",), np.zeros(1, int), 0.0 * one, 0.0 * one)
    >>> emulator = Emulator(0.0 * one, np.eye(1), np.zeros((1, 1, 1)), 0.0 * one, one)
    >>> found = sample(Posterior(observed, emulator, np.array([[2.0]])), 1, 16, 50, 200, 1, seed=1).pooled()[0, :, 0]
    >>> round(float(found.mean()), 1), round(float(found.var()), 1)
    (1.0, 0.5)
    """
    rng = np.random.default_rng(seed)
    chain = _coordinates(posterior, problems, chains)
    place = WIDER * rng.standard_normal((problems * chains, posterior.size))
    tuning = _Tuning()
    kept, rates = [], []
    for number in range(warm + draws * every):
        length = tuning.step if number < warm else tuning.settled
        place, rate = _moved(chain, place, length, rng)
        if number < warm:
            tuning.learn(rate)
        else:
            rates.append(rate)
            if (number - warm + 1) % every == 0:
                kept.append(chain.states(place).reshape(problems, chains, -1))
    return Draws(np.stack(kept, axis=2), float(np.mean(rates)))


@dataclass(frozen=True)
class _Coordinates:
    """Coordinates of the chains, in which the normal distribution at each problem's mode is the standard one."""

    posterior: Posterior
    middle: np.ndarray
    root: np.ndarray  # root @ root.T is the inverse curvature
    chains: int

    def states(self, places: np.ndarray) -> np.ndarray:
        """Return the states at places, shape (problems * chains, size)."""
        grouped = places.reshape(len(self.middle), self.chains, -1)
        moved = self.middle[:, None, :] + grouped @ self.root.transpose(0, 2, 1)
        return np.asarray(moved).reshape(places.shape)

    def log_density(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the log density at places, and its derivatives."""
        problem = np.repeat(np.arange(len(self.middle)), self.chains)
        value, slope = self.posterior.log_density(self.states(places), problem)
        grouped = slope.reshape(len(self.middle), self.chains, -1)
        return value, np.asarray(grouped @ self.root).reshape(places.shape)


def _coordinates(posterior: Posterior, problems: int, chains: int) -> _Coordinates:
    middle = modes(posterior, problems)
    lower = np.linalg.cholesky(posterior.curvature(middle))
    return _Coordinates(posterior, middle, np.linalg.inv(lower).transpose(0, 2, 1), chains)


def _moved(chain: _Coordinates, place: np.ndarray, length: float, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Make one transition of all chains with leapfrog steps; return the new places and the mean acceptance."""
    value, slope = chain.log_density(place)
    leaps = int(rng.integers(LEAPS[0], LEAPS[1] + 1))
    speed = rng.standard_normal(place.shape)
    new, new_value, new_slope = place, value, slope
    moving = speed + 0.5 * length * slope
    for leap in range(leaps):
        new = new + length * moving
        new_value, new_slope = chain.log_density(new)
        moving = moving + (0.5 if leap == leaps - 1 else 1.0) * length * new_slope
    change = new_value - value + 0.5 * ((speed**2).sum(axis=1) - (moving**2).sum(axis=1))
    chance = np.exp(np.clip(np.nan_to_num(change, nan=LOWEST, neginf=LOWEST), LOWEST, 0.0))
    goes = rng.random(len(place)) < chance
    return np.where(goes[:, None], new, place), float(chance.mean())


class _Tuning:
    """The step length by dual averaging (Hoffman and Gelman 2014, section 3.2)."""

    def __init__(self) -> None:
        self.step = self.settled = FIRST_STEP
        self._aim = float(np.log(2.0 * FIRST_STEP))
        self._missed, self._averaged, self._times = 0.0, 0.0, 0

    def learn(self, accepted: float) -> None:
        """Take the mean acceptance of one transition into account."""
        self._times += 1
        share = 1.0 / (self._times + 10.0)
        self._missed += share * (ACCEPTED - accepted - self._missed)
        logarithm = self._aim - self._times**0.5 / 0.05 * self._missed
        weight = self._times**-0.75
        self._averaged += weight * (logarithm - self._averaged)
        self.step, self.settled = float(np.exp(logarithm)), float(np.exp(self._averaged))
