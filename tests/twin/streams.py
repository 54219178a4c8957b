"""Stream: the numbers that a key fixes, by purpose, and the plain questions that are put to them.

A booking, a person, a jail's day and an office's day each have a key; the section "Draws" of docs/process.md says which
question is answered by whose stream.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from enforcement_sim.process.layouts import QUANTILES, Duration
from enforcement_sim.process.rng import Draw, poisson, rounded, stream_of, uniform


def choose(cumulative: Sequence[float], draw: float) -> int:
    """Return the first position whose cumulative share exceeds a draw, the last if none does."""
    for position, share in enumerate(cumulative):
        if share > draw:
            return position
    return len(cumulative) - 1


class Stream:
    """The stream of one key under one seed.

    Parameters
    ----------
    seed
        The run's seed.
    key
        Whose stream this is.
    durations
        The table of durations, a row of quantiles for each.
    """

    def __init__(self, seed: np.uint64, key: int, durations: list[list[int]]) -> None:
        self.word = np.uint64(stream_of(seed, np.uint64(key)))
        self.durations = durations

    def draw(self, purpose: Draw) -> float:
        """Return the number in [0, 1) for a purpose."""
        return float(uniform(self.word, purpose.value))

    def yes(self, purpose: Draw, probability: float) -> bool:
        """Answer yes with a probability."""
        return self.draw(purpose) < probability

    def duration(self, row: Duration, purpose: Draw) -> int:
        """Return a duration in hours."""
        return self.durations[row.value][int(self.draw(purpose) * QUANTILES)]

    def count(self, purpose: Draw, mean: float) -> int:
        """Return a Poisson count."""
        return int(poisson(self.word, purpose.value, mean))

    def round(self, purpose: Draw, amount: float) -> int:
        """Return an amount rounded up or down, so that the mean is right."""
        return int(rounded(self.word, purpose.value, amount))
