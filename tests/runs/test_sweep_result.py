"""Numbers taken of stored runs: the same as the runs keep, one setting alone, chosen seeds, draws, and what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from experiment_fakes import HOLD, FakeResult, design, failing_run, runner, scenario

from enforcement_sim.errors import InputError
from enforcement_sim.runs.compare import Execution, collect, compare
from enforcement_sim.runs.sweep import run_design

LONG = {HOLD: 96, "name": "long"}


def removed(result: Any) -> dict[str, float]:
    assert isinstance(result, FakeResult)
    return {"removed": result.measures()["removed"], "twice": 2 * result.measures()["removed"]}


@pytest.mark.slow
def test_what_is_measured_afterwards_is_what_runs_keep(tmp_path: Path) -> None:
    sides: dict[str, Any] = {"replications": 3, "workers": 1, "execution": Execution(runner=runner())}
    kept = compare(scenario(), scenario(**LONG), **sides)
    found = compare(scenario(), scenario(**LONG), measured=removed, **sides)
    assert found.changed == kept.changed and [sample.settings for sample in found.samples] == [
        sample.settings for sample in kept.samples
    ]
    table, before = found.frame().set_index("measure"), kept.frame().set_index("measure")
    assert set(table.index) == {"removed", "twice"}
    assert table.loc["removed", "difference"] == before.loc["removed", "difference"]
    assert table.loc["twice", "low"] == pytest.approx(2 * before.loc["removed", "low"])


def test_one_setting_alone_can_be_measured(tmp_path: Path) -> None:
    sweep = run_design(design(holds=(24, 48)), tmp_path / "s", runner(), workers=1)
    found = collect([f"{tmp_path / 's'}:1"], replications=2)
    assert [sorted(sample.measures) for sample in found.samples] == [[1, 2]]
    sample = sweep.sample(1, removed, seeds={2, 4})
    assert sorted(sample.measures) == [2, 4]
    assert sample.values("removed")[2] == sweep.sample(1).values("removed")[2]


def test_failed_runs_are_left_out(tmp_path: Path) -> None:
    found = collect(
        [scenario(), scenario(**LONG)], replications=3, runner=runner(failing_run), workers=1, measured=removed
    )
    assert "2 runs failed and are left out" in found.notes
    assert sum(len(sample.measures) for sample in found.samples) == 4


def test_too_few_settings_are_refused_before_anything_is_run() -> None:
    def never(scenario: Any, seed: int) -> Any:
        raise AssertionError("nothing may be run")

    with pytest.raises(InputError, match="nothing to be compared with"):
        compare(scenario(), execution=Execution(runner=runner(never)), workers=1)


def test_a_folder_without_its_runs_is_refused(tmp_path: Path) -> None:
    sweep = run_design(design(), tmp_path / "s", runner(), workers=1)
    shutil.rmtree(tmp_path / "s" / "runs")
    with pytest.raises(InputError, match="summary tables only"):
        sweep.sample(0, removed)
