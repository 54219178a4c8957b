"""Rows of designs: the properties that each method promises, and how a number between 0 and 1 becomes a value."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement_sim.parameters.register import load_register
from enforcement_sim.runs.sampling import matched_rows, rows_of, units, value_at
from enforcement_sim.scenarios.plan import Choices, Part, Range
from enforcement_sim.scenarios.schema import assemble

HOLD, CREWS, RULE = "detainer.hold_hours", "pickup.crew_capacity", "changes.a.rule"


def part(method: str, draws: int = 0, seed: int = 1, **values: Any) -> Part:
    spreads = {
        HOLD: Range(low=0.0, high=9.0, whole=True),
        CREWS: Range(low=0.0, high=1.0),
        RULE: Choices(values=("a", "b")),
    }
    return Part(method=method, values=values or spreads, draws=draws, seed=seed)


@pytest.mark.parametrize("draws", [7, 20])
def test_every_stratum_of_a_latin_hypercube_has_one_row(draws: int) -> None:
    rows = units("latin-hypercube", 3, draws, seed=4)
    for column in rows.T:
        assert sorted((column * draws).astype(int)) == list(range(draws))
    # The columns are shuffled apart: no two are in the same order.
    assert not np.array_equal(np.argsort(rows[:, 0]), np.argsort(rows[:, 1]))


@pytest.mark.parametrize("columns", [1, 2])
def test_sobol_points_are_balanced_in_every_elementary_interval(columns: int) -> None:
    """Of 2^m points of a (0, m, s)-net every dyadic box of volume 2^-m has exactly one; scrambling keeps that."""
    rows = units("sobol", columns, 16, seed=9)
    for power in range(5):
        sides = (2**power, 2 ** (4 - power)) if columns == 2 else (16,)
        boxes = {tuple((row * sides).astype(int)) for row in rows}
        assert len(boxes) == 16


@pytest.mark.parametrize("method", ["latin-hypercube", "sobol", "saltelli"])
def test_the_files_seed_fixes_the_rows(method: str) -> None:
    assert np.array_equal(units(method, 2, 8, seed=1), units(method, 2, 8, seed=1))
    assert not np.array_equal(units(method, 2, 8, seed=1), units(method, 2, 8, seed=2))
    assert units(method, 2, 8, seed=1).min() >= 0 and units(method, 2, 8, seed=1).max() < 1


def test_known_rows_of_scipy_have_not_moved() -> None:
    """A file must mean the same rows next year; SciPy's would be noticed here if they changed."""
    assert units("sobol", 2, 2, seed=5).round(6).tolist() == [[0.337240, 0.722660], [0.940438, 0.135615]]
    assert units("latin-hypercube", 2, 2, seed=5).round(6).tolist() == [[0.798441, 0.123204], [0.484081, 0.989624]]


def test_saltellis_rows_exchange_one_column_at_a_time() -> None:
    rows = units("saltelli", 3, 4, seed=2).reshape(4, 5, 3)
    for a, *crossed, b in rows:
        assert not np.isclose(a, b).any()
        for column, row in enumerate(crossed):
            expected = a.copy()
            expected[column] = b[column]
            assert np.array_equal(row, expected)


def test_one_at_a_time_moves_one_thing_and_leaves_out_what_is_already_so() -> None:
    levers = part("one-at-a-time", **{HOLD: Choices(values=(24.0, 48.0)), CREWS: Range(low=0.1, high=0.2)})
    base = {HOLD: 48.0, CREWS: 0.15}
    assert rows_of(levers, base) == ({HOLD: 24.0, CREWS: 0.15}, {HOLD: 48.0, CREWS: 0.1}, {HOLD: 48.0, CREWS: 0.2})


def test_a_grid_is_full_and_its_first_address_slowest() -> None:
    levers = part("grid", **{HOLD: Choices(values=(48.0, 24.0)), RULE: Choices(values=("a", "b"))})
    found = [tuple(row.values()) for row in rows_of(levers, {})]
    assert found == [(48.0, "a"), (48.0, "b"), (24.0, "a"), (24.0, "b")]


@settings(max_examples=60, deadline=None)
@given(address=st.sampled_from(sorted(load_register())), unit=st.floats(0, 1, exclude_max=True))
def test_a_value_drawn_from_the_register_may_be_set(address: str, unit: float) -> None:
    """Whatever is drawn is inside the range, and whole where only whole numbers make sense."""
    part = {"method": "latin-hypercube", "draws": 2, "values": {address: "register"}}
    plan = assemble({"schema": 1, "name": "a", "design": {"uncertainties": part}}).design
    assert plan is not None and plan.uncertainties is not None
    value = value_at(address, plan.uncertainties.values[address], unit)
    assert load_register().check(address, value) == value


@pytest.mark.parametrize(
    ("spread", "counts"),
    [
        (Range(low=2.0, high=4.0, whole=True), {2.0: 4, 3.0: 4, 4.0: 4}),
        (Choices(values=("a", "b", "c")), {"a": 4, "b": 4, "c": 4}),
        (Range(low=date(2010, 1, 30), high=date(2010, 2, 1)), {"2010-01-30": 4, "2010-01-31": 4, "2010-02-01": 4}),
    ],
)
def test_everything_possible_is_equally_likely(spread: Any, counts: dict[Any, int]) -> None:
    drawn = [value_at("changes.a.from", spread, (place + 0.5) / 12) for place in range(12)]
    assert {value: drawn.count(value) for value in drawn} == counts


def test_the_ends_of_a_range_bound_what_is_drawn() -> None:
    crews = Range(low=0.1, high=0.3)
    assert value_at(CREWS, crews, 0.0) == 0.1
    assert 0.2999 < value_at(CREWS, crews, np.nextafter(1, 0)) <= 0.3
    assert value_at("thin", Range(low=1.0, high=3.0, whole=True), 0.99) == 3
    assert type(value_at("thin", Range(low=1.0, high=3.0, whole=True), 0.99)) is int


def test_matched_samples_are_columns_of_one() -> None:
    """Two Sobol' samples of one seed side by side would be the same points twice; one sample of both is balanced."""
    levers = part("sobol", 16, 3, **{HOLD: Range(low=0.0, high=1.0)})
    uncertain = part("sobol", 16, 3, **{CREWS: Range(low=0.0, high=1.0)})
    assert [row[HOLD] for row in rows_of(levers, {})] == [row[CREWS] for row in rows_of(uncertain, {})]
    policies, draws = matched_rows(levers, uncertain, {})
    boxes = {(int(4 * a[HOLD]), int(4 * b[CREWS])) for a, b in zip(policies, draws, strict=True)}
    assert len(boxes) == 16
