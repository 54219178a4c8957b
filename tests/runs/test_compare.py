"""Asking for comparisons: of scenarios, of stored sweeps, and of things that should not be compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from experiment_fakes import HOLD, FakeResult, design, failing_run, fake_run, runner, scenario

from enforcement_sim.errors import InputError
from enforcement_sim.runs.compare import Execution, StoredPoint, compare
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import load_sweep

LONG = {HOLD: 96, "name": "long"}


def ask(*sides: Any, using: Any = None, **settings: Any) -> Any:
    return compare(*sides, **{"workers": 1, **settings}, execution=Execution(runner=using or runner()))


def test_scenarios_are_run_on_the_same_seeds() -> None:
    found = ask(scenario(), scenario(**LONG), replications=5)
    assert [sorted(sample.measures) for sample in found.samples] == [[1, 2, 3, 4, 5]] * 2
    table = found.frame().set_index("measure")
    assert table.loc["booked", "verdict"] == "identical"
    assert table.loc["removed", "verdict"] == "higher"
    assert table.loc["removed", "variance_ratio"] > 1
    assert list(table["scenario"].unique()) == ["long"]
    assert found.changed == {1: ("detainer.hold_hours: 48 → 96",)}
    assert found.notes == ()


def test_reference_seed_and_largest_number_of_replications_hold() -> None:
    found = ask(scenario(seed=11, replications=2), scenario(seed=40, replications=3, **LONG))
    assert [sorted(sample.measures) for sample in found.samples] == [[11, 12, 13]] * 2


def test_change_without_effect_is_identical_and_shows_what_differs() -> None:
    idle = {"changes.idle": {"decision": "honour", "rule": "honour-all", "where": {"states": ["CT"]}}}
    found = ask(scenario(), scenario(**idle), replications=2)
    assert set(found.frame().query("measure != 'empty'")["verdict"]) == {"identical"}
    assert list(found.frame()["scenario"].unique()) == ["baseline (2)"]
    assert "changes.idle: nothing → decision honour, rule honour-all, where states CT" in found.changed[1]


def test_three_scenarios_and_a_sweep_enter_with_all_their_points() -> None:
    swept = scenario(name="swept").model_copy(update={"sweep": {HOLD: (24, 72)}})
    found = ask(scenario(), scenario(**LONG), swept, replications=2)
    assert [sample.settings for sample in found.samples] == [
        {"scenario": "baseline"},
        {"scenario": "long"},
        {"scenario": "swept", HOLD: 24},
        {"scenario": "swept", HOLD: 72},
    ]


@pytest.mark.slow
def test_names_of_shipped_scenarios() -> None:
    assert len(ask("baseline", "null", replications=2).samples) == 2


@pytest.mark.slow
def test_stored_sweeps_by_point(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    run_design(design(holds=(24, 48, 96)), folder, runner(), workers=1)
    alone = ask(folder)
    assert len(alone.samples) == 3
    assert alone.frame()[HOLD].unique().tolist() == [48, 96]
    by_name = ask(f"{folder}:1", f"{folder}:2")
    by_object = ask(StoredPoint(load_sweep(folder), 1), StoredPoint(load_sweep(folder), 2))
    assert str(by_name) == str(by_object)
    assert by_name.changed == {1: ("detainer.hold_hours: 48 → 96",)}
    with pytest.raises(InputError, match="no point 3"):
        ask(f"{folder}:1", f"{folder}:3")


def test_stored_sweep_against_a_scenario_takes_its_seeds(tmp_path: Path) -> None:
    run_design(design(), tmp_path / "s", runner(), workers=1)
    calls: list[int] = []

    def counted(scenario: Any, seed: int) -> FakeResult:
        calls.append(seed)
        return fake_run(scenario, seed)

    found = ask(f"{tmp_path / 's'}:0", scenario(seed=77, **LONG), using=runner(counted), replications=3)
    assert calls == [1, 2, 3]
    assert [sorted(sample.measures) for sample in found.samples] == [[1, 2, 3]] * 2
    with pytest.raises(InputError, match="1 to 4 stored seeds"):
        ask(f"{tmp_path / 's'}:0", scenario(), replications=5)


def test_out_keeps_the_runs(tmp_path: Path) -> None:
    ask(scenario(), scenario(**LONG), replications=2, out=tmp_path / "kept")
    assert (tmp_path / "kept" / "comparison.csv").is_file()
    assert len(load_sweep(tmp_path / "kept").measures) == 4


def test_what_is_not_alike_is_said() -> None:
    found = ask(scenario(), scenario(scope={"states": ["CT"]}, thin=2, name="part"), replications=2)
    assert [note.rpartition(" ")[2] for note in found.notes] == ["scope", "thin"]
    assert "not like with like" in str(found)


@pytest.mark.slow
def test_other_engine_is_said(tmp_path: Path) -> None:
    run_design(design(), tmp_path / "s", runner(version="older"), workers=1)
    found = ask(f"{tmp_path / 's'}:0", scenario(**LONG))
    assert "different versions of the engine" in found.notes[0]


def test_failed_runs_are_left_out_and_said() -> None:
    found = ask(scenario(), scenario(**LONG), replications=3, using=runner(failing_run))
    assert set(found.frame()["runs"]) == {0, 2}
    assert found.notes == ("2 runs failed and are left out",)


def test_nothing_to_compare(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to be compared with"):
        ask(scenario())
    run_design(design(), tmp_path / "s", runner(), workers=1)
    with pytest.raises(InputError, match="only read"):
        ask(tmp_path / "s", out=tmp_path / "o")
