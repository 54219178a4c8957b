"""The inference on a stand-in whose answers are known: emulator, density, draws, and ranks of simulated truths."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.studies.calibration.made_problem import UNKNOWNS, small, stand_in, targets

from enforcement_sim.errors import InputError
from enforcement_sim.studies.calibration import simulation_based
from enforcement_sim.studies.calibration.density import Posterior, fit_of
from enforcement_sim.studies.calibration.emulator import Emulator, fit_emulator
from enforcement_sim.studies.calibration.evaluations import Evaluated
from enforcement_sim.studies.calibration.observed import DOUBT_OF_SIZE, Observations, observations_of
from enforcement_sim.studies.calibration.sampler import sample

RUNS = 300


@cache
def runs() -> list[Evaluated]:
    return [stand_in(small(), [float(one) for one in row]) for row in small().prior(RUNS, 1)]


@cache
def observed() -> Observations:
    return observations_of(small(), targets())


@cache
def emulator() -> Emulator:
    return fit_emulator(np.array([one.deviates for one in runs()]), observed().scaled(runs()))


def test_emulator_says_how_much_it_misses() -> None:
    others = [stand_in(small(), [float(one) for one in row]) for row in small().prior(100, 2)]
    misses = observed().scaled(others) - emulator().figures(np.array([one.deviates for one in others]))
    assert np.sqrt((misses**2).mean(axis=0)) == pytest.approx(emulator().error, rel=0.35)
    assert emulator().error == pytest.approx(0.02, rel=0.3)
    assert (emulator().explained > 0.95).all()


def test_runs_of_the_last_round_count_more_where_a_quadratic_function_does_not_fit_everywhere() -> None:
    rng = np.random.default_rng(3)
    everywhere, near = rng.standard_normal((300, 2)), 2.0 + 0.2 * rng.standard_normal((100, 2))
    x = np.vstack([everywhere, near])
    y = np.exp(x[:, :1])
    last = np.arange(400) >= 300
    assert fit_emulator(x, y, last).error[0] < 0.5 * fit_emulator(x, y).error[0]


def test_emulator_takes_a_figure_that_never_moves_and_one_that_some_runs_lack() -> None:
    x = np.random.default_rng(4).standard_normal((60, 2))
    y = np.hstack([np.full((60, 1), 3.0), x[:, :1]])
    y[:5, 1] = np.nan
    found = fit_emulator(x, y)
    assert found.figures(np.array([[1.0, 0.0]]))[0] == pytest.approx([3.0, 1.0], abs=1e-3)


def test_density_is_that_of_a_normal_distribution_with_a_common_part_for_each_family() -> None:
    rng = np.random.default_rng(5)
    misses, sizes = rng.standard_normal((3, len(targets()))), rng.standard_normal((3, len(observed().families)))
    error = 0.1 * rng.random(len(targets()))
    found = fit_of(observed(), misses, sizes, error).density
    for miss, size, density in zip(misses, sizes, found, strict=True):
        factor = np.exp(2.0 * DOUBT_OF_SIZE * size)[observed().family]
        together = observed().family[:, None] == observed().family
        covariance = np.diag(observed().doubts ** 2 + error**2 + factor * observed().own ** 2)
        covariance += together * factor * observed().shared[observed().family] ** 2
        expected = -0.5 * (miss @ np.linalg.solve(covariance, miss) + np.linalg.slogdet(covariance)[1])
        assert density == pytest.approx(expected)


def test_derivatives_are_those_of_the_density() -> None:
    posterior = Posterior(observed(), emulator(), observed().published[None, :])
    states, problem = np.random.default_rng(6).standard_normal((2, posterior.size)), np.zeros(2, int)
    _, slope = posterior.log_density(states, problem)
    for part in range(posterior.size):
        step = np.zeros(posterior.size)
        step[part] = 1e-5
        up, down = (posterior.log_density(states + sign * step, problem)[0] for sign in (1.0, -1.0))
        assert (up - down) / 2e-5 == pytest.approx(slope[:, part], rel=1e-4, abs=1e-4)


def test_chains_agree_and_are_the_same_for_the_same_seed() -> None:
    posterior = Posterior(observed(), emulator(), observed().published[None, :])
    one, again, other = (sample(posterior, 1, 8, 60, 60, 1, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.states, again.states)
    assert not np.array_equal(one.states, other.states)
    assert one.worst_mixing()[0] < 1.1
    means = [draws.pooled()[0, :, :UNKNOWNS].mean(axis=0) for draws in (one, other)]
    assert means[0] == pytest.approx(means[1], abs=0.15)


def test_intervals_cover_simulated_truths_as_often_as_they_should() -> None:
    found = simulation_based.check(small(), observed(), runs(), 200, seed=1)
    assert found.ranks.shape == (200, UNKNOWNS + 1)
    assert found.mixing < 1.2
    assert found.share_inside("unknown") == 1.0
    assert found.share_inside("headline") == 1.0
    assert (found.table["uniform"] > 1e-4).all()
    assert (found.table["spread"] < 0.9).all()


def test_intervals_that_are_too_narrow_or_beside_the_truth_are_found() -> None:
    rng = np.random.default_rng(8)
    uniform = rng.integers(0, simulation_based.RANKS, 300)
    narrow = np.where(rng.random(300) < 0.3, 0, uniform)
    aside = np.minimum(uniform, rng.integers(0, simulation_based.RANKS, 300))
    table = simulation_based.coverage(
        ["right", "narrow", "aside"], ["unknown"] * 3, np.array([uniform, narrow, aside]).T, np.ones(3)
    )
    assert table["inside"].tolist()[:2] == [True, False]
    assert (table["uniform"] < 1e-4).tolist() == [False, True, True]


def test_more_truths_than_runs_are_refused() -> None:
    with pytest.raises(InputError, match="allowed: 1 to 300"):
        simulation_based.check(small(), observed(), runs(), 301, seed=1)


def test_figure_of_ranks_has_a_panel_for_each() -> None:
    from enforcement_sim.studies.calibration.figure import rank_histograms

    ranks = pd.DataFrame({name: np.arange(202) % simulation_based.RANKS for name in ("x", "y")})
    kinds = ["unknown", "headline"]
    found = simulation_based.Checked(
        ranks, simulation_based.coverage(["x", "y"], kinds, ranks.to_numpy(), np.ones(2)), 1.0
    )
    drawn = rank_histograms(found)
    assert [axes.get_title().split()[0] for axes in drawn.axes if axes.get_visible()] == ["y", "x"]
    assert drawn.numbers.groupby("name")["truths"].sum().tolist() == [202, 202]
