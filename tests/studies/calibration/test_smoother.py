"""The ensemble smoother on problems whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from enforcement_sim.studies.calibration.search import assimilate, kept_relations

MEMBERS = 2000


def test_linear_problem_ends_at_the_exact_posterior() -> None:
    """One unknown, prior N(0, 1), figure 2x seen as 2 with doubt 0.5: posterior mean and variance by Bayes' rule."""
    stream = np.random.default_rng(5)
    x = stream.standard_normal((MEMBERS, 1))
    precision = 1.0 + 4.0 / 0.25
    for _ in range(4):
        x = assimilate(x, 2.0 * x, np.array([2.0]), np.array([0.5]), 4.0, stream)
    assert x.mean() == pytest.approx(2.0 * 2.0 / 0.25 / precision, abs=0.03)
    assert x.var() == pytest.approx(1.0 / precision, rel=0.12)


def test_unknown_that_moves_no_figure_keeps_its_prior() -> None:
    stream = np.random.default_rng(6)
    x = stream.standard_normal((MEMBERS, 2))
    before = x[:, 1].copy()
    moved = assimilate(x, x[:, :1] * 3.0, np.array([6.0]), np.array([0.1]), 1.0, stream)
    related = kept_relations(x, x[:, :1] * 3.0)
    assert related.tolist() == [[True], [False]]
    assert np.array_equal(moved[:, 1], before)


def test_two_figures_that_contradict_each_other_end_between_them() -> None:
    stream = np.random.default_rng(7)
    x = stream.standard_normal((MEMBERS, 1)) * 2.0
    figures = np.repeat(x, 2, axis=1)
    moved = assimilate(x, figures, np.array([1.0, 3.0]), np.array([0.1, 0.1]), 1.0, stream)
    assert moved.mean() == pytest.approx(2.0, abs=0.05)


def test_figure_that_does_not_vary_moves_nobody() -> None:
    stream = np.random.default_rng(8)
    x = stream.standard_normal((50, 3))
    assert np.allclose(assimilate(x, np.ones((50, 1)), np.array([2.0]), np.array([0.1]), 1.0, stream), x)
