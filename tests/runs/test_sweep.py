"""Sweeps: the same bytes however they are carried out, and nothing lost when they are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest
from experiment_fakes import (
    HOLD,
    FakeResult,
    Notes,
    design,
    dying_run,
    failing_run,
    fake_run,
    files_of,
    runner,
    scenario,
)

from enforcement_sim.errors import InputError
from enforcement_sim.runs.design import Design, DesignPoint, design_of, seeds_of
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import load_sweep


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("sweeps") / "undisturbed"
    run_design(design(), folder, runner(), workers=1)
    return files_of(folder)


def test_writes_tables_runs_and_manifest(undisturbed: dict[str, bytes]) -> None:
    tops = {name.partition("/")[0] for name in undisturbed}
    tables = ("measures", "funnel", "series", "mix", "hours", "comparison", "counties")
    assert tops == {"runs", "manifest.json", "columns.csv"} | {
        f"{name}.{ending}" for name in tables for ending in ("csv", "parquet")
    }
    manifest = json.loads(undisturbed["manifest.json"])
    assert manifest["complete"] is True
    assert len(manifest["runs"]) == 8
    assert set(manifest["outputs"]) == tops - {"runs", "manifest.json"}
    assert {"places/data/counties.csv", "law/rulebook.yaml", "parameters/parameters.yaml"} <= set(manifest["data"])
    assert str(Path(__file__).parents[2]) not in undisturbed["manifest.json"].decode()


def test_two_processes_give_the_same_bytes(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    run_design(design(), tmp_path / "two", runner(), workers=2)
    assert files_of(tmp_path / "two") == undisturbed


@pytest.mark.slow
def test_interrupted_by_hand_and_resumed(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    for workers in (1, 2):
        folder = tmp_path / str(workers)
        notes = Notes(after=3, act=interrupt)
        with pytest.raises(KeyboardInterrupt):
            run_design(design(), folder, runner(), workers, notes)
        assert notes.ended == 1
        assert not list(folder.glob("tmp-*"))
        assert json.loads((folder / "log.json").read_bytes())["calls"][0]["interrupted"] is True
        run_design(design(), folder, runner(), workers)
        assert files_of(folder) == undisturbed


def test_second_time_computes_nothing(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    calls: list[int] = []

    def counted(scenario: Any, seed: int) -> FakeResult:
        calls.append(seed)
        return fake_run(scenario, seed)

    assert len(run_design(design(), tmp_path / "s", runner(counted), workers=1).computed) == 8
    assert len(calls) == 8
    notes = Notes()
    again = run_design(design(), tmp_path / "s", runner(counted), 1, notes)
    assert len(calls) == 8
    assert notes.begun[:2] == (8, 8)
    assert again.computed == ()
    assert files_of(tmp_path / "s") == undisturbed


def test_settings_that_mean_the_same_are_computed_once(tmp_path: Path) -> None:
    twice = design(holds=(48, 48.0, 96), replications=2)
    found = run_design(twice, tmp_path / "s", runner(), workers=1)
    assert len(found.computed) == 4
    verdicts = found.comparison.frame().query("point == 1")["verdict"]
    assert set(verdicts) == {"identical", "not applicable"}
    assert list(found.comparison.frame().query("point == 1 and verdict == 'not applicable'")["measure"]) == ["empty"]


@pytest.mark.slow
def test_failed_run_is_told_and_others_go_on(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    folder = tmp_path / "s"
    notes = Notes()
    found = run_design(design(), folder, runner(failing_run), 1, notes)
    assert len(found.failures) == 2
    assert all("a crew of minus one" in text and "Traceback" in text for text in found.failures.values())
    assert notes.done == list(range(1, 9))
    assert found.manifest["complete"] is False
    assert sorted(found.measures["seed"].unique()) == [1, 3, 4]
    assert set(found.comparison.frame()["runs"]) == {3, 0}
    with pytest.raises(KeyError):
        found.result(0, 1)
    assert len(run_design(design(), folder, runner(), workers=1, retry_failed=True).computed) == 2
    assert files_of(folder) == undisturbed


@pytest.mark.slow
def test_dead_worker_takes_only_its_own_run(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    folder = tmp_path / "s"
    found = run_design(design(), folder, runner(dying_run), workers=2)
    assert len(found.failures) == 1
    assert "WorkerDied" in next(iter(found.failures.values()))
    assert len(found.measures) == 7
    assert not list(folder.glob("tmp-*"))
    run_design(design(), folder, runner(), workers=1, retry_failed=True)
    assert files_of(folder) == undisturbed


def test_all_runs_failing_is_not_a_crash(tmp_path: Path) -> None:
    only_second = Design("one", design().points, (2,), design().scenario)
    found = run_design(only_second, tmp_path / "s", runner(failing_run), workers=1)
    assert len(found.failures) == 2
    assert found.manifest["outputs"] == {}
    assert found.measures.empty
    assert found.sample(0).measures == {}


def test_tables_of_runs_that_are_gone_go_with_them(tmp_path: Path) -> None:
    plan = Design("one", design().points, (2,), design().scenario)
    run_design(plan, tmp_path / "s", runner(), workers=1)
    assert (tmp_path / "s" / "funnel.csv").exists()
    for record in tmp_path.glob("s/runs/*/run.json"):
        record.write_bytes(b"")
    run_design(plan, tmp_path / "s", runner(failing_run), workers=1)
    assert {path.name for path in (tmp_path / "s").iterdir()} == {"failed", "log.json", "manifest.json", "runs"}


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"design": design(replications=5)}, "replications: 4 there, 5 here"),
        ({"design": design(thin=2)}, "thin: 1 there, 2 here"),
        ({"design": design(holds=(48, 72))}, "other points"),
        ({"runner": runner(version="next")}, "another version of the engine"),
        ({"runner": runner(inputs="next")}, "other shipped data"),
    ],
)
@pytest.mark.slow
def test_folder_of_another_design_is_refused(
    tmp_path: Path, finished: bool, other: dict[str, Any], message: str
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    folder = tmp_path / "s"
    if finished:
        run_design(design(), folder, runner(), workers=1)
    else:
        with pytest.raises(KeyboardInterrupt):
            run_design(design(), folder, runner(), 1, Notes(1, interrupt))
    before = files_of(folder)
    with pytest.raises(InputError, match="--out") as refused:
        run_design(other.get("design", design()), folder, other.get("runner", runner()), workers=1)
    assert message in str(refused.value)
    assert files_of(folder) == before


def test_new_title_is_the_same_sweep(tmp_path: Path) -> None:
    run_design(design(), tmp_path / "s", runner(), workers=1)
    renamed = design(title="Another title")
    assert run_design(renamed, tmp_path / "s", runner(), workers=1).computed == ()


def test_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "measures.csv").write_text("mine")
    with pytest.raises(InputError, match=r"holds no sweep \(measures\.csv\)"):
        run_design(design(), tmp_path, runner(), workers=1)
    assert files_of(tmp_path) == {"measures.csv": b"mine"}


def test_unreadable_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"design": ')
    with pytest.raises(InputError, match="cannot be read as JSON"):
        run_design(design(), tmp_path, runner(), workers=1)


def test_progress_is_told(tmp_path: Path) -> None:
    notes = Notes()
    run_design(design(), tmp_path / "s", runner(), 1, notes)
    assert notes.begun == (8, 0, 1)
    assert notes.done == list(range(1, 9))
    assert notes.left[-1] == 0
    assert all(left >= 0 for left in notes.left)
    assert notes.ended == 1


@pytest.mark.slow
def test_several_workers_compile_once_before_they_start(tmp_path: Path) -> None:
    prepared: list[None] = []
    several = runner(prepare=Prepare())
    Prepare.seen = prepared
    run_design(design(replications=1), tmp_path / "one", several, workers=1)
    assert len(prepared) == 0
    run_design(design(replications=1), tmp_path / "two", several, workers=2)
    assert len(prepared) == 1


class Prepare:
    """A preparation that can be counted, and sent to a worker with its runner."""

    seen: ClassVar[list[None]] = []

    def __call__(self) -> None:
        self.seen.append(None)


def test_refuses_no_workers(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="0 workers"):
        run_design(design(), tmp_path / "s", runner(), workers=0)
    assert not (tmp_path / "s").exists()


def test_tables_are_tidy_and_agree(tmp_path: Path) -> None:
    found = run_design(design(), tmp_path / "s", runner(), workers=1)
    measures = found.measures
    assert list(measures.columns[:5]) == ["point", HOLD, "replication", "seed", "run"]
    assert len(measures) == 8
    assert measures["empty"].isna().all()
    for name in ("measures", "funnel", "series", "mix", "hours", "comparison"):
        csv = pd.read_csv(tmp_path / "s" / f"{name}.csv", parse_dates=["month"] if name == "series" else [])
        parquet = found.table(name)
        assert list(csv.columns) == list(parquet.columns)
        assert len(csv) == len(parquet)
        for column in csv.select_dtypes("number"):
            pd.testing.assert_series_equal(csv[column], parquet[column], check_dtype=False)
    removed = found.table("funnel").query("event == 'removed'").groupby("run")["count"].sum()
    assert removed.to_dict() == measures.set_index("run")["removed"].to_dict()


def test_result_is_read_back_exactly(tmp_path: Path) -> None:
    plan = design()
    run_design(plan, tmp_path / "s", runner(), workers=1)
    found = load_sweep(tmp_path / "s")
    object.__setattr__(found, "runner", runner())
    result = found.result(point=1, replication=2)
    expected = fake_run(plan.points[1].scenario, 3)
    assert list(result.tables()) == list(expected.tables())
    for name, frame in expected.tables().items():
        pd.testing.assert_frame_equal(result.tables()[name], frame)
    assert result.meta["scenario"] == plan.points[1].scenario.resolved()
    assert "wall_seconds" not in result.meta


def test_load_sweep_wants_a_finished_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished sweep"):
        load_sweep(tmp_path)


def test_design_of_a_scenario_file() -> None:
    held = scenario(replications=3, seed=7).model_copy(update={"sweep": {HOLD: (24, 48)}})
    plan = design_of(held)
    assert [point.settings for point in plan.points] == [{HOLD: 24}, {HOLD: 48}]
    assert plan.seeds == (7, 8, 9)
    tasks = plan.tasks("v")
    assert [(task.point, task.seed) for task in tasks[:3]] == [(0, 7), (1, 7), (0, 8)]
    assert len({task.run for task in tasks}) == 6
    assert Design("x", (DesignPoint({}, held),), seeds_of(1, 1)).points[0].label == held.name
