"""The committed reference results are what the package gives today: one of their runs is computed again."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd
import pytest

from enforcement_sim import load_scenario, run
from enforcement_sim.experiment.run import canonical

FOLDER = Path(__file__).parents[2] / "results" / "hold-and-opt-out"
REBUILD = "after a change that is meant, run: make results"
LARGEST = 2_000_000
POINT, REPLICATION = 4, 1


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "measures.csv")


def test_one_run_gives_the_committed_measures(committed: pd.DataFrame) -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    scenario = load_scenario("hold-and-opt-out").with_(
        thin=manifest["scenario"]["thin"], replications=manifest["scenario"]["replications"]
    )
    assert json.loads(json.dumps(scenario.resolved())) == manifest["scenario"], REBUILD
    point = scenario.points()[POINT]
    assert canonical(point.scenario)["parameters"]["detainer.hold_hours"] == point.settings["detainer.hold_hours"]
    row = committed.query(f"point == {POINT} and replication == {REPLICATION}").iloc[0]
    found = run(point.scenario, seed=int(row["seed"])).measures()
    assert set(found) <= set(committed.columns), REBUILD
    for name, value in found.items():
        if math.isfinite(value) and value.is_integer():
            assert row[name] == value, f"{name}; {REBUILD}"
        else:
            # A quotient may round its last digit differently on another platform.
            assert row[name] == pytest.approx(value, rel=1e-12, nan_ok=True), f"{name}; {REBUILD}"


def test_every_setting_has_every_seed(committed: pd.DataFrame) -> None:
    assert committed.groupby("point")["seed"].nunique().tolist() == [4] * 9
    assert committed["run"].is_unique


def test_reference_results_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < LARGEST
