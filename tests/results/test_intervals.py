"""Differences over draws of uncertain parameters, against numbers worked out by hand and by NumPy."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from experiment_fakes import chance
from scipy import stats

from enforcement_sim.results.intervals import (
    Branch,
    branch_of,
    difference_between,
    difference_of,
    level_of,
    mean_and_interval,
    row_intervals,
)
from enforcement_sim.runs.comparison import DRAW_COLUMNS, Comparison
from enforcement_sim.runs.design import Sample

NAN = float("nan")


def normal(*keys: Any) -> float:
    return NormalDist().inv_cdf(chance(*keys))


def branches(draws: int, seeds: int, doubt: float = 0.0, dice: float = 0.0, both: float = 0.0) -> tuple[Any, Any]:
    """A and B, whose difference is 10 with an effect of the draw, one of the seed, and one of both."""
    a = {Branch(d, s): 100 + normal("a", s) for d in range(draws) for s in range(seeds)}
    b = {
        Branch(d, s): value + 10 + doubt * normal("draw", d) + dice * normal("seed", s) + both * normal("cell", d, s)
        for (d, s), value in a.items()
    }
    return a, b


def test_one_draw_is_the_plain_case() -> None:
    a, b = branches(1, 6, dice=2)
    assert difference_between(a, b) == difference_of(list(a.values()), list(b.values()))
    by_seed = [{branch.seed: value for branch, value in side.items()} for side in (a, b)]
    assert difference_between(*by_seed) == difference_between(a, b)


def test_doubt_alone_is_the_spread_of_the_draws() -> None:
    """Nothing varies over seeds, so the dice add nothing and the interval is the draws' own percentiles."""
    a, b = branches(199, 3, doubt=4)
    found = difference_between(a, b)
    by_draw = [b[Branch(d, 0)] - a[Branch(d, 0)] for d in range(199)]
    assert found.half_width == pytest.approx(0, abs=1e-9)
    expected = np.quantile(by_draw, [0.025, 0.975], method="weibull")
    assert (found.low, found.high) == pytest.approx(tuple(expected))
    assert (found.draws, found.runs) == (199, 597)


def test_dice_alone_are_students_interval_over_seeds() -> None:
    a, b = branches(5, 8, dice=3)
    found = difference_between(a, b)
    over_seeds = [b[Branch(0, s)] - a[Branch(0, s)] for s in range(8)]
    expected = stats.ttest_1samp(over_seeds, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert (found.chance_low, found.chance_high) == pytest.approx((expected.low, expected.high))


def test_both_add_in_quadrature() -> None:
    # Draws differ by -3, 0 and +5, seeds by -1 and +1: t for one degree of freedom is 12.7062.
    a = {Branch(d, s): 0.0 for d in range(3) for s in range(2)}
    b = {Branch(d, s): 10 + (-3, 0, 5)[d] + (-1, 1)[s] for d, s in a}
    found = difference_between(a, b)
    mean, half = 10 + 2 / 3, 12.7062
    assert found.difference == pytest.approx(mean)
    assert found.half_width == pytest.approx(half, rel=1e-5)
    assert found.low == pytest.approx(mean - math.hypot(mean - 7, half), rel=1e-5)
    assert found.high == pytest.approx(mean + math.hypot(15 - mean, half), rel=1e-5)
    assert found.verdict == "cannot tell"


def test_a_sign_that_some_draws_turn_cannot_be_told() -> None:
    """However many seeds: the mean is surely above zero, and the difference under the true parameters is not."""
    a = {Branch(d, s): 0.0 for d in range(10) for s in range(50)}
    b = {branch: 5.0 if branch.draw else -1.0 for branch in a}
    found = difference_between(a, b)
    assert found.chance_low > 0
    assert (found.low, found.verdict) == (-1.0, "cannot tell")
    assert difference_between(a, dict.fromkeys(a, 5.0)).verdict == "higher"
    assert difference_between(a, dict(a)).verdict == "identical"


def test_more_draws_do_not_make_doubt_smaller_and_more_seeds_make_dice_smaller() -> None:
    few, many = (difference_between(*branches(draws, 4, doubt=4)) for draws in (50, 1000))
    assert (many.high - many.low) > 0.8 * (few.high - few.low)
    assert many.high - many.low == pytest.approx(2 * 1.96 * 4, rel=0.1)
    short, long = (difference_between(*branches(40, seeds, dice=4)).half_width for seeds in (5, 80))
    assert long < short / 2.5


def test_the_interval_covers_a_further_draw_as_often_as_it_says() -> None:
    """Trials of 39 draws and 6 seeds: does it hold the mean difference under a fresh draw of the parameters?"""
    covered = []
    for trial in range(300):
        stream = [2 * normal(trial, "seed", s) for s in range(6)]
        a = {Branch(d, s): 0.0 for d in range(39) for s in range(6)}
        b = {Branch(d, s): 3 * normal(trial, "draw", d) + stream[s] + normal(trial, d, s) for d, s in a}
        found = difference_between(a, b)
        covered.append(found.low <= 3 * normal(trial, "fresh") <= found.high)
    assert np.mean(covered) > 0.95 - 2 * math.sqrt(0.95 * 0.05 / 300)


def test_a_failed_run_is_left_out_and_draws_count_alike() -> None:
    a = {Branch(d, s): 0.0 for d in range(2) for s in range(3)}
    b = {Branch(d, s): (10.0, 20.0)[d] + s for d, s in a}
    b[Branch(0, 2)] = NAN
    found = difference_between(a, b)
    assert found.runs == 5
    # Means by draw: (10 + 11) / 2 and (20 + 21 + 22) / 3.
    assert found.difference == pytest.approx((10.5 + 21) / 2)
    # What the dice decide is judged from seeds 0 and 1, which both draws have.
    assert found.half_width == pytest.approx(12.7062 * 0.5, rel=1e-5)


def test_one_seed_leaves_the_spread_of_the_draws_alone() -> None:
    a = {Branch(d, 7): 1.0 for d in range(4)}
    found = difference_between(a, {branch: 2.0 + branch.draw for branch in a})
    assert (found.low, found.difference, found.high, found.verdict) == (1.0, 2.5, 4.0, "higher")
    assert math.isnan(found.half_width)
    nothing = difference_between(a, dict.fromkeys(a, NAN))
    assert nothing.runs == 0 and math.isnan(nothing.low) and nothing.verdict == "not applicable"
    assert nothing.reference_mean == 1.0 and math.isnan(nothing.mean)


def test_level_is_the_mean_with_its_interval() -> None:
    values = {seed: 100 + normal("a", seed) for seed in range(9)}
    expected = stats.ttest_1samp(list(values.values()), 0).confidence_interval(0.95)
    found = level_of(values)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def sample(hold: float, rise: float, draws: int = 3) -> Sample:
    measured = {Branch(d, s): {"removed": 10.0 + s + rise * (1 + d)} for d in range(draws) for s in (1, 2)}
    return Sample({"hold": hold}, measured)


def test_table_pairs_by_branch_and_says_what_it_holds() -> None:
    compared = Comparison((sample(48, 0), sample(96, 2)))
    row = compared.frame().iloc[0]
    assert (row["difference"], row["low"], row["high"], row["draws"], row["runs"]) == (4, 2, 6, 3, 6)
    told = compared.how_to_read()
    assert "12 runs (2 settings, 3 draws of uncertain parameters, 2 seeds)" in told
    assert "the whole range of the draws' differences" in told
    assert "not uncertainty about parameters" not in told
    many = Comparison((sample(48, 0, 39), sample(96, 2, 39))).how_to_read()
    assert "the middle 95% of the draws' differences" in many


def test_table_of_matched_settings_says_that_each_has_its_own_draw() -> None:
    reference = sample(48, 0)
    own = [
        Sample({"hold": h}, {b: v for b, v in sample(h, 2).measures.items() if branch_of(b).draw == draw})
        for h, draw in ((24, 0), (96, 2))
    ]
    compared = Comparison((reference, *own))
    assert compared.frame()["difference"].tolist() == [2, 6]
    assert not set(DRAW_COLUMNS) & set(compared.frame().columns)
    told = compared.how_to_read()
    assert "Each setting met a draw of the uncertain parameters of its own" in told
    assert "not uncertainty about parameters" in told


def test_table_without_draws_has_no_columns_about_them() -> None:
    plain = Comparison(
        tuple(Sample({"hold": hold}, {1: {"removed": hold}, 2: {"removed": hold}}) for hold in (1.0, 2.0))
    )
    assert not set(DRAW_COLUMNS) & set(plain.frame().columns)
    assert set(DRAW_COLUMNS) < set(Comparison((sample(48, 0), sample(96, 2))).frame().columns)


def test_one_value_a_run_and_many_rows_at_once_have_the_same_interval() -> None:
    rows = np.array([[3.0, 1.0, 4.0, 1.5], [5.0, np.nan, 9.0, 2.0], [7.0, np.nan, np.nan, np.nan]])
    mean, low, high, runs = row_intervals(rows)
    for place, row in enumerate(rows):
        known = row[~np.isnan(row)]
        assert mean_and_interval(known.tolist()) == pytest.approx((mean[place], low[place], high[place]), nan_ok=True)
        if known.size > 1:
            expected = stats.ttest_1samp(known, 0).confidence_interval(0.95)
            assert (low[place], high[place]) == pytest.approx(tuple(expected))
    assert runs.tolist() == [4, 3, 1] and math.isnan(low[2])
    assert row_intervals(rows, least=1.0)[1].min(initial=9.0, where=~np.isnan(low)) >= 1.0
