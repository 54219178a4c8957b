"""Figures of a sweep that drew uncertain parameters: means and intervals over branches, and captions that say so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from enforcement_sim import sweep
from enforcement_sim.plots import seed_means
from enforcement_sim.report.figures import draw_all
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.scenarios.schema import assemble

pytestmark = pytest.mark.slow

PLAN = {
    "schema": 1,
    "name": "drawn",
    "scope": {"counties": ["10001"]},
    "period": {"start": "2012-01-01", "end": "2012-02-29"},
    "parameters": {"start.warm_days": 20},
    "replications": 2,
    "design": {
        "levers": {"values": {"detainer.hold_hours": [48, 96]}},
        "uncertainties": {"rows": [{"pickup.delay_hours_median": 6}, {"pickup.delay_hours_median": 48}]},
        "together": "crossed",
    },
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return sweep(assemble(PLAN), out=tmp_path_factory.mktemp("drawn") / "s", workers=1)


@pytest.fixture(scope="module")
def drawn(small: Sweep) -> dict[str, Path]:
    return {path.name: path for path in draw_all(small.folder)}


def test_the_funnel_is_a_mean_over_branches_and_not_a_sum_over_draws(drawn: dict[str, Path], small: Sweep) -> None:
    shown = pd.read_csv(drawn["funnel.csv"])
    custody = shown[shown["event"] == "ice_custody"]
    at_reference = small.measures.query("point == 0")
    assert custody["mean"].sum() == pytest.approx(at_reference["ice_custody"].mean())
    assert custody["mean"].sum() > 0
    assert set(shown["runs"]) == {4}


def test_the_response_has_the_comparisons_intervals(drawn: dict[str, Path], small: Sweep) -> None:
    shown = pd.read_csv(drawn["response.csv"]).query("point == 1").set_index("measure")
    table = small.comparison.frame().set_index("measure")
    assert set(shown["detainer.hold_hours"]) == {96}
    for name in shown.index:
        assert shown.loc[name, "mean"] == pytest.approx(table.loc[name, "difference"], nan_ok=True)
        assert shown.loc[name, "low"] == pytest.approx(table.loc[name, "low"], nan_ok=True)
        assert shown.loc[name, "verdict"] == table.loc[name, "verdict"]


@pytest.mark.parametrize("name", ["response", "throughput", "stay"])
def test_captions_say_that_parameters_were_drawn(drawn: dict[str, Path], name: str) -> None:
    with Image.open(drawn[f"{name}.png"]) as picture:
        caption = picture.info["Description"]
    assert "2 draws of uncertain parameters, seeds 1–2" in caption
    assert "the whole range of the draws, widened by the 95% interval over seeds" in caption
    assert "not uncertainty about parameters" not in caption


def test_labels_of_branches_are_read_back() -> None:
    wide = pd.DataFrame([[1.0, 3.0, 7.0, 9.0]], columns=["0/1", "0/2", "1/1", "1/2"])
    row = seed_means.interval_of(wide, (-np.inf, np.inf)).iloc[0]
    # Draws' means 2 and 8; seeds' means 4 and 6, whose interval is 12.7062 wide to either side.
    assert (row["mean"], row["runs"]) == (5, 4)
    assert row["low"] == pytest.approx(5 - np.hypot(3, 12.7062), rel=1e-5)
    plain = seed_means.interval_of(pd.DataFrame([[4.0, 6.0]], columns=[1, 2]), (-np.inf, np.inf)).iloc[0]
    assert plain["low"] == pytest.approx(5 - 12.7062, rel=1e-5)
    # A count is never negative, and neither is the end of its interval; the other end stays.
    for runs in (wide, pd.DataFrame([[4.0, 6.0]], columns=[1, 2])):
        count, free = seed_means.interval_of(runs), seed_means.interval_of(runs, (-np.inf, np.inf))
        assert count["low"].item() == 0.0 and count["high"].item() == free["high"].item()
