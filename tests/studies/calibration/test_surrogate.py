"""The stand-in on problems whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from enforcement_sim.studies.calibration.search import fit_surrogate, propose


def runs(count: int = 500) -> tuple[np.ndarray, np.ndarray]:
    """Two figures of four unknowns: one a line, the other a square, with a little that no unknown explains."""
    stream = np.random.default_rng(4)
    x = stream.standard_normal((count, 4))
    noise = 0.05 * stream.standard_normal((count, 2))
    return x, np.column_stack([1.0 + x[:, 0] - 2.0 * x[:, 1], 0.5 * x[:, 2] ** 2]) + noise


def test_guesses_and_their_errors() -> None:
    found = fit_surrogate(*runs())
    x, figures = runs(800)
    assert np.abs(found.guess(x[500:]) - figures[500:]).max() < 0.3
    assert found.errors == pytest.approx([0.05, 0.05], rel=0.2)


def test_proposals_are_inside_though_few_draws_are() -> None:
    x, figures = runs()
    low, high = np.array([3.6, 1.6]), np.array([4.4, 2.4])
    both = ((figures > low) & (figures < high)).all(axis=1).mean()
    assert both < 0.02
    found = propose(fit_surrogate(x, figures), x, low, high, np.array([True, True]), 50, np.random.default_rng(1))
    true = np.column_stack([1.0 + found[:, 0] - 2.0 * found[:, 1], 0.5 * found[:, 2] ** 2])
    assert ((true > low) & (true < high)).all(axis=1).mean() > 0.5
    assert len(np.unique(found, axis=0)) == 50
    assert found[:, 3].std() > 0.5  # no figure bears on the last unknown


def test_figure_that_must_be_inside_goes_before_the_others() -> None:
    """Two figures of one unknown that cannot both be inside: the one that must be, is."""
    stream = np.random.default_rng(9)
    x = stream.standard_normal((400, 1))
    figures = np.column_stack([x[:, 0], x[:, 0]]) + 0.02 * stream.standard_normal((400, 2))
    low, high = np.array([0.9, -1.1]), np.array([1.1, -0.9])
    found = propose(fit_surrogate(x, figures), x, low, high, np.array([True, False]), 20, stream)
    assert (np.abs(found[:, 0] - 1.0) < 0.15).all()
