"""The arithmetic of what a design costs, by hand."""

from __future__ import annotations

from dataclasses import replace

import cost
import pytest

MEASURED = cost.Measured(
    seconds=10.0,
    peak_mebibytes=512.0,
    overhead=0.02,
    overhead_seconds=0.1,
    gain=1.6,
    cluster_overhead=0.05,
    cluster_gain=1.5,
    stored_bytes=2e6,
)


def test_two_cores_take_what_two_were_measured_to_take() -> None:
    """Runs times seconds and overhead, over the gain of two."""
    found = cost.cost_of(10_000, cost.Cores(2, cluster=False), MEASURED)
    assert found.wall_seconds == pytest.approx(10_000 * 10 * 1.02 / 1.6)
    assert found.core_hours == pytest.approx(found.wall_seconds * 2 / 3600)
    assert found.memory_gibibytes == pytest.approx(1.0)
    assert found.limit == "workers"


def test_the_last_wave_is_waited_for_whole() -> None:
    """65 runs on 64 cores take as long as 128."""
    cores = cost.Cores(64, cluster=False)
    assert cost.cost_of(65, cores, MEASURED) == cost.cost_of(128, cores, MEASURED)
    assert cost.cost_of(64, cores, MEASURED).wall_seconds == pytest.approx(10 * 1.02 / 0.8)


def test_many_cores_wait_for_the_one_that_keeps_books() -> None:
    """With 1,000 workers of a cluster, a tenth of a second on each run is longer than computing."""
    cluster = cost.Cores(1000, cluster=True)
    found = cost.cost_of(10_000, cluster, MEASURED)
    assert found.wall_seconds == pytest.approx(10_000 * 0.1)
    assert found.limit != "workers"
    quick = cost.cost_of(10_000, cluster, replace(MEASURED, overhead_seconds=0.01))
    assert quick.wall_seconds == pytest.approx(10 * 10 * 1.05 / 0.75)
    assert quick.limit == "workers"


def test_noise_gains_nothing() -> None:
    """A measured gain above two, or an overhead below nothing, does not make a worker faster than alone."""
    noisy = replace(MEASURED, gain=2.1, overhead=-0.01, overhead_seconds=-0.1)
    assert cost.cost_of(100, cost.Cores(2, cluster=False), noisy).wall_seconds == pytest.approx(500)


def test_parts_are_taken_from_where_they_were_measured() -> None:
    """The middle of the runs with their warm starts, and the difference of two ways for seconds a run."""
    runs = [{"wall": wall, "warm_wall": 2.0, "peak_mebibytes": 300 + wall} for wall in (10.0, 14.0, 11.0)]
    ratios = {
        "overhead_wall": 0.02,
        "gain_of_two_processes": 1.9,
        "dask_overhead": 0.04,
        "gain_of_two_dask_workers": 1.8,
    }
    ways = {"swept by 1": {"wall": 61.2}, "called": {"wall": 60.0}}
    found = cost.measured_from({"runs": {"6": runs}}, {"ways": ways, "ratios": ratios, "runs": 12}, 2e6)
    expected = cost.Measured(13.0, 314.0, 0.02, pytest.approx(0.1), 1.9, 0.04, 1.8, 2e6)  # type: ignore[arg-type]
    assert found == expected


def test_the_page_says_what_is_missing_and_shows_no_number() -> None:
    """Without a measurement there is no table."""
    page = cost.lacking(["`sweeping.json`"])
    assert "`sweeping.json` is not" in page
    assert "|" not in page


def test_the_page_shows_what_was_worked_out() -> None:
    """Wall time of each place and the disk stand on the page."""
    costs = {cores: cost.cost_of(10_000, cores, MEASURED) for cores in cost.PLACES}
    page = cost.told(MEASURED, costs, 10_000)
    assert "| 17.7 h |" in page  # 63,750 s on two cores
    assert "20.0 GB" in page
