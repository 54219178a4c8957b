"""What is worked out from the engine's measurements, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from engine_tables import ratios_of, told


def run(bookings: float, seconds: float) -> dict[str, Any]:
    """Return one measurement."""
    pace = {"bookings": bookings, "wall": seconds, "process": seconds, "ns_per_booking": seconds / bookings * 1e9}
    return pace | {"peak_mebibytes": 300.0, "followed_share": 0.1}


@pytest.fixture
def found() -> dict[str, Any]:
    """Measurements in round numbers; 100, 100, 110 and 120 ns a booking in the nation."""
    twin = run(1e4, 0.6) | {"engine_ns_per_booking_there": 900.0, "profile": [["somewhere.py: something", 0.5]]}
    parts = {
        "runs": {1: [run(1e7, 1.0), run(1e7, 9.0)], 2: [run(2e7, 2.0)], 4: [run(4e7, 4.4)], 6: [run(6e7, 7.2)]},
        "reduced": [run(6e7, 12.0), run(6e7, 14.4)],
        "numpy": [run(6e7, 3.6)],
        "twin": [twin],
        "simpy": [run(1e4, 0.72) | {"cells_that_differ_from_the_twin": 0}],
        "compile_cold": {"wall": 20.0},
        "compile_cached": {"wall": 0.5},
        "help": [0.1, 0.2],
    }
    return parts | {"ratios": ratios_of(parts)}


def test_ratios_are_of_the_fastest(found: dict[str, Any]) -> None:
    """Other work on the machine, which slows one of the repeats, is not in them."""
    ratios = found["ratios"]
    assert ratios["engine_to_reduced"] == pytest.approx(120 / 200)
    assert ratios["numpy_to_engine"] == pytest.approx(60 / 120)
    assert ratios["twin_to_engine"] == pytest.approx(60_000 / 120)
    assert ratios["simpy_to_engine"] == pytest.approx(72_000 / 120)


def test_a_run_that_slows_down_is_seen_in_its_last_years(found: dict[str, Any]) -> None:
    """Whole runs hide in an average what the last two years cost."""
    assert found["ratios"]["six_years_to_one"] == pytest.approx(1.2)
    assert found["ratios"]["last_two_years_to_first"] == pytest.approx(1.4)


def test_the_tables_show_every_ratio(found: dict[str, Any]) -> None:
    """Each stands beside what it should be, and the share of counted bookings is said."""
    text = told(found)
    assert "| **engine / reduced flow in compiled code, per booking** | **0.60** | ≤ 0.8, goal 0.5 |" in text
    assert "| **twin / engine, per booking** | **500** | ≥ 600 |" in text
    assert "90% are counted" in text
