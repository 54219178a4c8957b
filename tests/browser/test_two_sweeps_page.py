"""The page of two sweeps in a real browser: wide, on a phone, without a finding of axe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from enforcement_sim import compare_sweeps, load_scenario, sweep
from enforcement_sim.cli.sweeps_beside import written
from enforcement_sim.runs.compared_sweeps import ComparedSweeps

PHONE, DESK = 390, 1280
SCREEN = 900
MOST_SCREENS = 12
MONTH = {
    "scope": {"counties": ["10003"]},
    "simulate": "alone",
    "start.warm_days": 0,
    "period.start": "2012-01-01",
    "period.end": "2012-01-31",
    "replications": 2,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> ComparedSweeps:
    """Six holds in a county, and the same with half the detainers."""
    home = tmp_path_factory.mktemp("two")
    holds = load_scenario("hold-length").with_(**MONTH)
    fewer = holds.with_(**{"name": "fewer-detainers", "detainer.issue_if_covered": 0.5})
    return compare_sweeps(*(sweep(one, home / one.name, workers=1) for one in (holds, fewer)))


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_nothing_sticks_out_and_axe_finds_nothing_serious(
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    keep_picture: Callable[[Page, str], Path],
    found: ComparedSweeps,
    tmp_path: Path,
    width: int,
) -> None:
    files = written(found, tmp_path / "out")
    assert sorted(path.suffix for path in files) == [".csv", ".csv", ".csv", ".html", ".png", ".svg"]
    page = open_page(next(path for path in files if path.suffix == ".html"), width=width, height=SCREEN)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollHeight") < MOST_SCREENS * SCREEN
    expect(page.get_by_role("listitem").filter(has_text="B differs from A in these inputs")).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()
    accessible(page)
    keep_picture(page, f"two-sweeps-{width}")
