"""The reduced flow is the same in compiled code and in vectorised NumPy, in distribution, where crews are short."""

from __future__ import annotations

import numpy as np
import pytest
import reduced_flow
from numpy_flow import NumPyFlow
from reduced_world import BOOKED, DETAINER, EVENTS, FINISHED, LAPSED, LEVELS, MATCHED, RELEASED, TAKEN, World, world

pytestmark = pytest.mark.slow

SEEDS, DAYS = 12, 240
MOST_STANDARD_ERRORS = 4.0


@pytest.fixture(scope="module")
def scarce() -> World:
    """Forty places of four offices, whose crews have too little time for all on some days."""
    return world(places=40, bookings_a_year=150_000, offices=4, crews=4)


@pytest.fixture(scope="module")
def compiled(scarce: World) -> tuple[np.ndarray, np.ndarray]:
    """Counts by seed, event, status and level, and inmates by seed and place, of the compiled flow."""
    runs = [reduced_flow.simulate(scarce, DAYS, seed) for seed in range(1, SEEDS + 1)]
    return np.array([counts for counts, _ in runs]), np.array([inmates for _, inmates in runs])


@pytest.fixture(scope="module")
def vectorised(scarce: World) -> tuple[np.ndarray, np.ndarray]:
    """The same of the flow in NumPy."""
    runs = [NumPyFlow(scarce, seed).simulate(DAYS) for seed in range(1, SEEDS + 1)]
    return np.array([run.counts.reshape(len(EVENTS), -1, LEVELS) for run in runs]), np.array([r.inmates for r in runs])


def standard_errors_apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how far the means over seeds lie apart, over the standard error of their difference."""
    error = np.sqrt((one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)) / SEEDS)
    return np.abs(one.mean(axis=0) - other.mean(axis=0)) / np.where(error > 0, error, 1.0)


@pytest.mark.parametrize("event", range(len(EVENTS)), ids=EVENTS)
def test_the_means_agree(event: int, compiled: tuple[np.ndarray, ...], vectorised: tuple[np.ndarray, ...]) -> None:
    """As many are booked, matched, wanted, released, taken and lapsed."""
    one, other = (counts[:, event].sum(axis=(1, 2)) for counts in (compiled[0], vectorised[0]))
    assert one.sum() > 0
    assert standard_errors_apart(one, other) < MOST_STANDARD_ERRORS


@pytest.mark.parametrize("event", [BOOKED, MATCHED, DETAINER, RELEASED], ids=lambda event: EVENTS[event])
def test_the_same_people_in_the_mean(
    event: int, compiled: tuple[np.ndarray, ...], vectorised: tuple[np.ndarray, ...]
) -> None:
    """So are they by status and by level; whom short crews leave out depends on who asks first within an hour."""
    for axis in (1, 2):
        one, other = (counts[:, event].sum(axis=axis) for counts in (compiled[0], vectorised[0]))
        assert standard_errors_apart(one, other).max() < MOST_STANDARD_ERRORS


def test_as_many_are_in_jail(compiled: tuple[np.ndarray, ...], vectorised: tuple[np.ndarray, ...]) -> None:
    """Stays are as long: on the last evening the jails hold as many."""
    assert standard_errors_apart(compiled[1].sum(axis=1), vectorised[1].sum(axis=1)) < MOST_STANDARD_ERRORS


@pytest.mark.parametrize("flow", ["compiled", "vectorised"])
def test_nobody_is_lost(flow: str, request: pytest.FixtureRequest) -> None:
    """Whoever is wanted is taken, lapses or is still there, and crews were short at times."""
    counts, inmates = request.getfixturevalue(flow)
    events = counts.sum(axis=(2, 3)).T
    assert (events[TAKEN] + events[LAPSED] <= events[DETAINER]).all()
    assert (events[DETAINER] <= events[MATCHED]).all() and (events[MATCHED] <= events[BOOKED]).all()
    assert (events[FINISHED] <= events[TAKEN]).all() and (events[LAPSED] > 0).all()
    assert (inmates >= 0).all()
    # People out of reach are counted as released on the day of booking, so the beds hold at least the others.
    still = events[BOOKED] - events[RELEASED] - events[TAKEN] - events[LAPSED]
    assert (still >= 0).all() and (still <= inmates.sum(axis=1)).all()
