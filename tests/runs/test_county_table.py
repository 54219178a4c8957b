"""The table of counties holds the counts of the runs, and the dictionary says what every column of a folder is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from experiment_fakes import FakeResult, design, fake_run, runner

from enforcement_sim.runs.county_table import EVENTS, county_rows
from enforcement_sim.runs.summaries import SWEEP_TABLES
from enforcement_sim.runs.sweep import run_design


def counts(*booked: int) -> pd.DataFrame:
    """Return the counts of one run in two counties."""
    return pd.DataFrame({"county": ["10001", "10003"], **{event: list(booked) for event in EVENTS}})


def test_means_and_ends_are_over_the_runs_of_a_setting() -> None:
    settings = pd.DataFrame({"detainer.hold_hours": [48.0, 96.0]})
    runs_at = [[counts(1, 10), counts(3, 30)], [counts(5, 50)]]
    table = pd.concat(county_rows([0, 1], settings, runs_at), ignore_index=True)
    assert table["detainer.hold_hours"].tolist() == [48.0, 48.0, 96.0, 96.0]
    assert table[["county", "name", "state"]].iloc[1].tolist() == ["10003", "New Castle County", "DE"]
    assert table["runs"].tolist() == [2, 2, 1, 1]
    columns = ["removed", "removed_lowest", "removed_highest"]
    assert table[columns].to_numpy().tolist() == [[2, 1, 3], [20, 10, 30], [5, 5, 5], [50, 50, 50]]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep of the stand-in."""
    folder = tmp_path_factory.mktemp("swept")
    run_design(design(replications=2), folder, runner(), workers=1)
    return folder


def test_a_sweep_leaves_the_counties_of_its_runs(swept: Path) -> None:
    table = pd.read_csv(swept / "counties.csv", dtype={"county": str})
    assert table["county"].tolist() == ["12021", "12021"]
    chosen = design(replications=2)
    results: list[Any] = [fake_run(chosen.points[0].scenario, seed) for seed in chosen.seeds]
    booked = [_booked(result) for result in results]
    assert table.loc[0, "booked"] == sum(booked) / 2
    assert table.loc[0, ["booked_lowest", "booked_highest"]].tolist() == [min(booked), max(booked)]


def _booked(result: FakeResult) -> int:
    return int(result.counts.loc[result.counts["event"] == "booked", "count"].sum())


def test_every_column_of_every_table_is_in_the_dictionary(swept: Path) -> None:
    about = pd.read_csv(swept / "columns.csv", dtype=str, keep_default_na=False)
    listed = {(row["table"], row["column"]) for row in about.to_dict("records")}
    there = {(name, column) for name in SWEEP_TABLES for column in pd.read_csv(swept / f"{name}.csv", nrows=0).columns}
    assert listed == there
    own = {"removed_share", "empty"}  # measures of the stand-in
    unexplained = about[(about["label"] == "") | ((about["unit"] == "") & (about["meaning"] == ""))]
    assert set(unexplained["column"]) <= own
    rows = {(row["table"], row["column"]): row for row in about.to_dict("records")}
    hold = rows["measures", "detainer.hold_hours"]
    assert (hold["label"], hold["unit"]) == ("Hold limit", "hours") and hold["meaning"]
    assert rows["measures", "removed"]["unit"] == rows["counties", "removed"]["unit"] == "people"
