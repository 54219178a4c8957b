"""The true effect: the difference between two worlds, averaged over what a design speaks of."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from tests.studies.research_designs.made_rows import design
from tests.studies.research_designs.test_observations import study

from enforcement_sim.studies.research_designs.true_effects import true_effect


def worlds(with_policy: list[float], without: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows of history and of the world without the policy: two counties, each in two periods, the second treated."""
    rows = pd.DataFrame(
        {
            "unit": ["01001", "01001", "01003", "01003"],
            "period": [1, 2, 1, 2],
            "treated": [0.0, 1.0, 0.0, 1.0],
            "denominator": 100.0,
            "population": 1000.0,
            "weight": [1.0, 1.0, 3.0, 3.0],
            "unauthorised_share": [0.02, 0.02, 0.10, 0.10],
        }
    )
    return (
        rows.assign(numerator=with_policy, through=[1.0, 12.0, 1.0, 22.0]),
        rows.assign(numerator=without, through=[1.0, 2.0, 1.0, 2.0]),
    )


def test_the_mean_difference_over_units_treated_in_full() -> None:
    history, without = worlds([10, 12, 20, 26], [10, 10, 20, 20])
    assert true_effect(history, without, study(), design()) == pytest.approx((2 + 6) / 2)
    assert true_effect(history, without, study(), design(weights="population")) == pytest.approx((2 + 3 * 6) / 4)


def test_a_poisson_regression_speaks_of_the_ratio_of_all_counts() -> None:
    history, without = worlds([10, 12, 20, 26], [10, 10, 20, 20])
    assert true_effect(history, without, study(), design("poisson")) == pytest.approx(math.log(38 / 30))


def test_logarithms_are_compared_where_both_worlds_have_one() -> None:
    history, without = worlds([10, 12, 20, 26], [10, 10, 20, 0])
    one = study(outcome={"form": "log"})
    assert true_effect(history, without, one, design()) == pytest.approx(math.log(1.2))


def test_an_interaction_is_the_slope_of_the_difference_over_the_figure() -> None:
    history, without = worlds([10, 12, 20, 26], [10, 10, 20, 20])
    one = study(treatment={"times": "unauthorised_share"})
    assert true_effect(history, without, one, design()) == pytest.approx((6 - 2) / (0.10 - 0.02))


def test_what_is_instrumented_is_the_ratio_of_two_differences() -> None:
    history, without = worlds([10, 12, 20, 26], [10, 10, 20, 20])
    one = study(treatment={"through": ["submitted"]})
    assert true_effect(history, without, one, design()) == pytest.approx((2 + 6) / (10 + 20))


def test_without_anybody_treated_in_full_there_is_no_truth() -> None:
    history, without = worlds([1, 1, 1, 1], [1, 1, 1, 1])
    assert math.isnan(true_effect(history.assign(treated=0.5), without, study(), design()))


def test_a_policy_that_changes_nothing_has_no_effect() -> None:
    history, _ = worlds([10, 12, 20, 26], [0, 0, 0, 0])
    assert true_effect(history, history, study(), design()) == 0.0
    assert np.isclose(true_effect(history, history, study(), design("poisson")), 0.0)
