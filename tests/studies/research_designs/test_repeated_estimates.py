"""Least squares for many worlds at once: the library's own numbers, and a known size on noise, with and without clusters."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from tests.studies.research_designs.made_rows import SECURE_COMMUNITIES, design

from enforcement_sim.studies.research_designs.repeated_estimates import Absorber, Layout

COUNTIES, PERIODS, STATES = 24, 12, 4
STATE = np.arange(COUNTIES) * STATES // COUNTIES
RNG = np.random.default_rng(3)
BEGINS = RNG.integers(3, PERIODS + 3, COUNTIES)
TREATED = np.clip(np.arange(PERIODS) - BEGINS[:, np.newaxis] + 0.5, 0.0, 1.0)
WEIGHT = RNG.uniform(1.0, 50.0, COUNTIES)
OUTCOME = RNG.normal(size=(COUNTIES, PERIODS)) + 0.1 * np.arange(COUNTIES)[:, np.newaxis] * np.arange(PERIODS)
GAPS = np.where(RNG.random((COUNTIES, PERIODS)) < 0.15, np.nan, OUTCOME)


def layout(trends: str = "none", weights: str = "none", by_state: bool = False, cluster: str = "county") -> Layout:
    """Return the layout of a panel made by hand."""
    every = np.arange(COUNTIES)
    return Layout(
        TREATED,
        WEIGHT if weights == "population" else np.ones(COUNTIES),
        None,
        STATE if by_state else np.zeros(COUNTIES, np.int64),
        STATE if cluster == "state" else every,
        trends == "county",
        STATE if trends == "state" else None,
    )


def rows(outcome: np.ndarray) -> pd.DataFrame:
    """Return the same panel as rows, without missing outcomes."""
    frame = pd.DataFrame(
        {
            "county": np.repeat([f"{number:05d}" for number in range(COUNTIES)], PERIODS),
            "state": np.repeat([f"{number:02d}" for number in STATE], PERIODS),
            "period": np.tile(np.arange(1, PERIODS + 1), COUNTIES),
            "treated": TREATED.ravel(),
            "outcome": outcome.ravel(),
            "weight": np.repeat(WEIGHT, PERIODS),
        }
    )
    return frame.assign(unit=frame["county"], through=0.0).dropna(subset=["outcome"])


@pytest.mark.parametrize(
    ("outcome", "trends", "weights", "effects", "cluster"),
    [
        (outcome, trends, weights, effects, cluster)
        for outcome, trends, weights in product((OUTCOME, GAPS), ("none", "county", "state"), ("none", "population"))
        for effects, cluster in ((("county", "period"), "county"), (("county", "state^period"), "state"))
        if trends == "none" or "period" in effects
    ],
)
def test_the_coefficient_and_its_interval_are_pyfixests(
    outcome: np.ndarray, trends: str, weights: str, effects: tuple[str, ...], cluster: str
) -> None:
    pytest.importorskip("pyfixest")
    from enforcement_sim.studies.research_designs.estimators import estimate

    by_library = estimate(
        rows(outcome),
        design(fixed_effects=effects, trends=trends, weights=weights, cluster=cluster),
        SECURE_COMMUNITIES,
    )
    here = Absorber(layout(trends, weights, "period" not in effects, cluster), ~np.isnan(outcome)).estimate(outcome)
    assert here.observations == by_library.observations
    assert here.coefficient == pytest.approx(by_library.coefficient, abs=1e-9)
    assert here.standard_error == pytest.approx(by_library.standard_error, rel=1e-6)
    assert here.high - here.coefficient == pytest.approx(by_library.high - by_library.coefficient, rel=1e-6)


def test_errors_without_clusters_are_pyfixests_too() -> None:
    pytest.importorskip("pyfixest")
    from enforcement_sim.studies.research_designs.estimators import estimate

    by_library = estimate(rows(GAPS), design(cluster="none"), SECURE_COMMUNITIES)
    here = Absorber(layout(), ~np.isnan(GAPS)).estimate(GAPS)
    assert here.naive_error == pytest.approx(by_library.standard_error, rel=1e-6)
    assert here.naive_high == pytest.approx(by_library.high, rel=1e-6)


def test_an_effect_is_found_exactly_where_there_is_no_noise() -> None:
    lines = np.arange(COUNTIES)[:, np.newaxis] * np.arange(PERIODS) + np.sin(np.arange(PERIODS))
    for trends, outcome in (("county", lines - 2.0 * TREATED), ("none", np.sin(np.arange(PERIODS)) - 2.0 * TREATED)):
        found = Absorber(layout(trends), np.ones_like(TREATED, bool)).estimate(outcome)
        assert found.coefficient == pytest.approx(-2.0)
        assert found.standard_error == pytest.approx(0.0, abs=1e-9)


def shares_found(correlation: float, worlds: int = 1500) -> tuple[float, float]:
    """Return how often an effect is found in noise at 5%, with errors by county and with errors that are not clustered."""
    counties, periods = 100, 10
    draws = np.random.default_rng(7)
    begins = draws.integers(2, periods, counties)
    treated = (np.arange(periods) >= begins[:, np.newaxis]).astype(float)
    every = np.arange(counties)
    here = Layout(treated, np.ones(counties), None, np.zeros(counties, np.int64), every, False)
    absorber = Absorber(here, np.ones(treated.shape, bool))
    found = []
    for _ in range(worlds):
        noise = draws.normal(size=treated.shape)
        for period in range(1, periods):
            noise[:, period] = correlation * noise[:, period - 1] + np.sqrt(1 - correlation**2) * noise[:, period]
        one = absorber.estimate(noise)
        found.append((one.low > 0 or one.high < 0, one.naive_low > 0 or one.naive_high < 0))
    by_county, naive = np.mean(found, axis=0)
    return float(by_county), float(naive)


def test_independent_noise_is_taken_for_an_effect_in_five_per_cent_of_worlds() -> None:
    by_county, naive = shares_found(0.0)
    # Within three standard errors of 5%, and a little above for a finite number of clusters.
    assert 0.035 < by_county < 0.07
    assert 0.035 < naive < 0.065


def test_errors_that_are_not_clustered_find_too_much_in_noise_that_lasts() -> None:
    """As Bertrand, Duflo and Mullainathan found: serial correlation makes differences in differences reject too often."""
    by_county, naive = shares_found(0.8)
    assert by_county < 0.08
    assert naive > 0.10
