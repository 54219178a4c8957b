"""Scores by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement_sim.studies.validation.scores import LEAST_SETS, Forecast, log_spread, rank_correlation

POSITIVE = st.floats(0.01, 1e6)


def test_crps_is_the_distance_on_the_logarithmic_scale_less_half_the_spread() -> None:
    # Logarithms 0 and 2 against 1: mean distance 1, mean difference of two draws (0 + 2 + 2 + 0) / 4 = 1.
    assert Forecast(np.exp([0.0, 2.0])).crps(float(np.e)) == pytest.approx(0.5)
    assert Forecast(np.array([200.0])).crps(100.0) == pytest.approx(np.log(2.0))
    # With a zero among them, in parts of the published value.
    assert Forecast(np.array([0.0, 0.0])).crps(4.0) == pytest.approx(1.0)


@given(st.lists(POSITIVE, min_size=1, max_size=30), POSITIVE, st.floats(0.1, 10.0))
def test_crps_does_not_depend_on_the_unit_and_is_never_negative(
    values: list[float], published: float, unit: float
) -> None:
    score = Forecast(np.array(values)).crps(published)
    assert score >= -1e-9
    assert Forecast(np.array(values) * unit).crps(published * unit) == pytest.approx(score, abs=1e-6)


def test_a_sharper_forecast_of_the_truth_is_better_and_a_surely_wrong_one_worse() -> None:
    steps = np.linspace(-1.0, 1.0, 41)
    sharp, wide, wrong = (np.exp(middle + width * steps) for middle, width in ((0, 0.1), (0, 1), (2, 0.1)))
    for score in (Forecast.crps, Forecast.interval_score):
        assert score(Forecast(sharp), 1.0) < score(Forecast(wide), 1.0) < score(Forecast(wrong), 1.0)


def test_interval_score_by_hand() -> None:
    # The middle 90% of 0..1 in steps of .05 is .05 to .95; a value .1 above costs twenty times that.
    values = np.exp(np.linspace(0.0, 1.0, 21))
    assert Forecast(values).interval_score(float(np.exp(0.5))) == pytest.approx(0.9)
    assert Forecast(values).interval_score(float(np.exp(1.05))) == pytest.approx(0.9 + 20 * 0.1)
    assert np.isnan(Forecast(values[: LEAST_SETS - 1]).interval_score(1.0))


def test_nothing_has_no_score() -> None:
    nothing = Forecast(np.array([]))
    assert np.isnan(nothing.crps(1.0)) and np.isnan(nothing.interval).all() and not nothing.hits(1.0)


def test_rank_correlation_and_spread() -> None:
    published = np.array([1.0, 2.0, 3.0, 4.0])
    assert rank_correlation(published[::-1], published) == -1.0
    assert np.isnan(rank_correlation(np.ones(4), published))
    assert log_spread(published * np.exp([0.1, -0.1, 0.1, -0.1]), published) == pytest.approx(0.2 / np.sqrt(3))
