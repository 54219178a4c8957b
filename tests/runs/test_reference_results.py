"""The committed reference results are what the package gives today: one of their runs is computed again."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from enforcement_sim import load_scenario
from enforcement_sim.runs.reproduce import reproduce

FOLDER = Path(__file__).parents[2] / "results" / "hold-and-opt-out"
REBUILD = "after a change that is meant, run: make results"
LARGEST = 2_200_000
POINT, REPLICATION = 4, 1


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "measures.csv")


def test_manifest_says_what_the_shipped_scenario_says() -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    scenario = load_scenario("hold-and-opt-out").with_(
        thin=manifest["scenario"]["thin"], replications=manifest["scenario"]["replications"]
    )
    assert json.loads(json.dumps(scenario.resolved())) == manifest["scenario"], REBUILD


def test_one_run_comes_out_the_same(committed: pd.DataFrame) -> None:
    row = committed.query(f"point == {POINT} and replication == {REPLICATION}").iloc[0]
    found = reproduce(FOLDER, only=[row["run"]], workers=1)
    assert found.same, f"{found.checks}; {REBUILD}"


def test_every_setting_has_every_seed(committed: pd.DataFrame) -> None:
    assert committed.groupby("point")["seed"].nunique().tolist() == [4] * 9
    assert committed["run"].is_unique


def test_reference_results_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < LARGEST
