"""How well a design does: bias, coverage, false positives and the smallest effect found, on estimates made by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from enforcement_sim.studies.research_designs.design_performance import (
    performance,
    share_with_interval,
    smallest_found,
)
from enforcement_sim.studies.research_designs.shipped_studies import load_study


def estimates(coefficients: list[float], truth: float = 0.0, error: float = 1.0) -> pd.DataFrame:
    """Return a table of estimates, two worlds a set."""
    found = np.array(coefficients)
    return pd.DataFrame(
        {
            "set": np.arange(len(found)) // 2,
            "seed": np.arange(len(found)) % 2,
            "design": "as published",
            "coefficient": found,
            "standard_error": error,
            "low": found - 1.96 * error,
            "high": found + 1.96 * error,
            "observations": 10,
            "truth": truth,
            "failure": "",
        }
    )


def test_bias_coverage_and_power_are_shares_of_worlds() -> None:
    row = performance(estimates([-3.0, 0.0, 1.0, 4.0], truth=1.0), load_study("miles-cox-2014")).iloc[0]
    assert row["bias"] == pytest.approx(-0.5)
    assert row["coverage"] == pytest.approx(0.5)  # 0 and 1 lie within 1.96 of the truth
    assert row["found"] == pytest.approx(0.5)  # -3 and 4 differ from zero
    assert row["published_place"] == pytest.approx(0.25)  # -3 alone lies below the published zero


def test_worlds_in_which_a_design_failed_are_counted_and_left_out() -> None:
    table = estimates([1.0, 2.0, 3.0])
    table.loc[0, ["coefficient", "standard_error", "low", "high", "truth"]] = np.nan
    row = performance(table, load_study("miles-cox-2014")).iloc[0]
    assert (row["worlds"], row["failed"], row["mean"]) == (2, 1, 2.5)


def test_a_design_without_any_estimate_has_no_performance() -> None:
    table = estimates([1.0]).assign(coefficient=np.nan, low=np.nan, high=np.nan, truth=np.nan)
    row = performance(table, load_study("miles-cox-2014")).iloc[0]
    assert row["worlds"] == 0 and math.isnan(row["coverage"]) and math.isnan(row["detectable"])


def test_the_smallest_fall_found_is_the_one_that_adding_it_shows() -> None:
    noise = pd.Series(np.random.default_rng(5).normal(0, 1, 400))
    errors = pd.Series(1.0, index=noise.index)
    fall = smallest_found(noise, errors)
    found = (noise + fall + 1.96 < 0).mean()
    assert fall < 0 and found == pytest.approx(0.8, abs=0.01)


def test_a_noisier_design_needs_a_larger_effect() -> None:
    noise = pd.Series(np.random.default_rng(6).normal(0, 1, 400))
    one = pd.Series(1.0, index=noise.index)
    assert smallest_found(2 * noise, 2 * one) == pytest.approx(2 * smallest_found(noise, one))


def test_a_share_of_no_worlds_is_not_a_number() -> None:
    assert all(math.isnan(number) for number in share_with_interval([]))
