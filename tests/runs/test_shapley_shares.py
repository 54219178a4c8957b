"""The split: Shapley's axioms on arbitrary values, exact sums, and orders that are functions of their keys."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations

import pytest
from experiment_fakes import chance
from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement_sim.runs.shapley import (
    combinations_along,
    combinations_of,
    orders_of,
    shapley_exact,
    shapley_sampled,
)

NAMES = [f"assumption-{letter}" for letter in "abcdefghijkl"]


def game(assumptions: int, *keys: object) -> dict[int, float]:
    """Arbitrary values, a different one for each combination."""
    return {one: 1000 * chance(*keys, one) for one in combinations_of(assumptions)}


def by_definition(values: dict[int, float], assumptions: int) -> list[float]:
    """The mean step over every order, written out."""
    steps: list[list[float]] = [[] for _ in range(assumptions)]
    for order in permutations(range(assumptions)):
        combination = 0
        for one in order:
            steps[one].append(values[combination | 1 << one] - values[combination])
            combination |= 1 << one
    return [math.fsum(taken) / len(taken) for taken in steps]


@pytest.mark.parametrize("assumptions", [1, 2, 3, 5])
def test_it_is_the_mean_step_over_all_orders(assumptions: int) -> None:
    values = game(assumptions, "definition")
    assert shapley_exact(values, assumptions) == pytest.approx(by_definition(values, assumptions))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.fractions(-(10**6), 10**6), min_size=16, max_size=16))
def test_the_parts_add_up_exactly(drawn: list[Fraction]) -> None:
    """In exact numbers there is nothing left over at all."""
    values = dict(enumerate(drawn))
    assert sum(shapley_exact(values, 4)) == values[15] - values[0]  # type: ignore[arg-type, call-overload]


@pytest.mark.parametrize("assumptions", [4, 8])
def test_the_parts_of_counts_add_up_to_the_last_person(assumptions: int) -> None:
    counts = {one: float(round(value * 10_000)) for one, value in game(assumptions, "counts").items()}
    gap = counts[(1 << assumptions) - 1] - counts[0]
    assert math.fsum(shapley_exact(counts, assumptions)) == pytest.approx(gap, rel=1e-15, abs=1e-8)


def test_what_changes_nothing_gets_nothing_and_equals_get_the_same() -> None:
    """Assumption 0 does nothing; 1 and 2 only matter together."""
    values = {one: 12.0 if one & 0b110 == 0b110 else 0.0 for one in combinations_of(3)}
    assert shapley_exact(values, 3) == [0.0, 6.0, 6.0]


def test_the_split_of_a_sum_is_the_sum_of_the_splits() -> None:
    one, other = game(4, "one"), game(4, "other")
    both = shapley_exact({key: one[key] + 3 * other[key] for key in one}, 4)
    assert both == pytest.approx(
        [a + 3 * b for a, b in zip(shapley_exact(one, 4), shapley_exact(other, 4), strict=True)]
    )


def test_orders_are_fixed_by_names_number_and_seed() -> None:
    few, many = orders_of(NAMES, 2, seed=1), orders_of(NAMES, 5, seed=1)
    assert many[:4] == few
    assert [order[::-1] for order in many[::2]] == list(many[1::2])
    assert all(sorted(order) == list(range(12)) for order in many)
    assert len(set(many)) == 10
    assert orders_of(NAMES, 2, seed=2) != few
    turned = list(reversed(NAMES))
    named = [[turned[place] for place in order] for order in orders_of(turned, 2, seed=1)]
    assert named == [[NAMES[place] for place in order] for order in few]


def test_every_assumption_is_as_often_early_as_late() -> None:
    orders = orders_of(NAMES, 400, seed=1)
    for one in range(12):
        places = [order.index(one) for order in orders[::2]]
        # The mean of 400 places that are uniform on 0..11 is within four standard errors of 5.5.
        assert abs(sum(places) / 400 - 5.5) < 4 * math.sqrt(143 / 12 / 400)


def test_sampled_parts_add_up_and_close_in_on_the_exact_ones() -> None:
    values = game(6, "sampled")
    gap = values[63] - values[0]
    truth = shapley_exact(values, 6)
    inside = []
    for pairs in (2, 300):
        orders = orders_of(NAMES[:6], pairs, seed=3)
        met = {one: values[one] for one in combinations_along(orders)}
        parts, errors = shapley_sampled(met, 6, orders)
        assert math.fsum(parts) == pytest.approx(gap)
        inside = [abs(part - true) < 4 * error for part, true, error in zip(parts, truth, errors, strict=True)]
    assert all(inside)
    assert max(errors) < 25


def test_an_order_and_its_reverse_split_pairs_exactly() -> None:
    """Where assumptions only meet two by two, the mean of an order and its reverse is already exact."""
    values = {
        one: sum(10 * (i + 1) for i in range(5) if one >> i & 1)
        + sum((i + 1) * (j + 2) for i in range(5) for j in range(i) if one >> i & one >> j & 1)
        for one in combinations_of(5)
    }
    parts, errors = shapley_sampled(values, 5, orders_of(NAMES[:5], 2, seed=8))
    assert parts == pytest.approx(shapley_exact(values, 5))
    assert max(errors) == pytest.approx(0, abs=1e-9)


def test_one_pair_of_orders_has_no_error_to_tell() -> None:
    values = game(3, "one pair")
    assert all(math.isnan(error) for error in shapley_sampled(values, 3, orders_of(NAMES[:3], 1, seed=1))[1])
