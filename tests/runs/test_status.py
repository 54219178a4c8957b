"""Status: what the next call will do, and why, told without touching the folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from experiment_fakes import Notes, design, failing_run, fake_run, files_of, runner

from enforcement_sim.errors import InputError
from enforcement_sim.runs.folder_lock import folder_lock
from enforcement_sim.runs.status import DAMAGED, DONE, FAILED_RUN, MISSING, status_of, status_of_design
from enforcement_sim.runs.sweep import run_design

SMALL = 2


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sweeps") / "finished"
    run_design(design(replications=SMALL), folder, runner(), workers=1)
    return folder


def interrupted(folder: Path, run: Any = fake_run, after: int = 3) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_design(design(replications=SMALL), folder, runner(run), 1, Notes(after, interrupt))


def test_finished_folder_is_complete(finished: Path) -> None:
    before = files_of(finished)
    found = status_of(finished)
    assert found.complete
    assert found.count(DONE) == len(found.runs) == 4
    assert "finished; no sweep is running in it" in "\n".join(found.lines())
    assert files_of(finished) == before


def test_every_state_has_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    interrupted(folder, failing_run)
    first = design(replications=SMALL).tasks("fake")[0].run
    table = folder / "runs" / first / "events.parquet"
    table.write_bytes(table.read_bytes()[:-10])
    found = status_of(folder)
    states = {run.state: run for run in found.runs}
    assert [run.state for run in found.runs] == [DAMAGED, DONE, FAILED_RUN, MISSING]
    assert "events.parquet has" in states[DAMAGED].why
    assert states[FAILED_RUN].why.startswith("ArithmeticError: a crew of minus one (failed/")
    assert (folder / states[FAILED_RUN].why.split("(")[1].rstrip(")")).is_file()
    assert states[MISSING].why == "not computed yet"
    assert states[MISSING].setting == "detainer.hold_hours = 96"
    assert not found.complete
    printed = "\n".join(found.lines())
    assert "4 runs: 1 done, 1 missing, 1 to be computed again, 1 failed" in printed
    assert "was interrupted" in printed
    assert "the same sweep computes 2; --retry-failed tries the 1 failed again" in printed


def test_status_says_what_the_next_call_then_does(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    interrupted(folder, after=1)
    todo = {run.run for run in status_of(folder).runs if run.state in (MISSING, DAMAGED)}
    assert set(run_design(design(replications=SMALL), folder, runner(), workers=1).computed) == todo
    assert status_of(folder).complete


def test_reason_of_a_rerun_is_remembered(finished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    shutil.copytree(finished, folder)
    damaged = design(replications=SMALL).tasks("fake")[0].run
    (folder / "runs" / damaged / "run.json").unlink()
    run_design(design(replications=SMALL), folder, runner(), workers=1)
    found = status_of(folder)
    assert found.complete
    assert found.recomputed == {damaged: "run.json is missing or cannot be read"}
    assert f"run {damaged} was computed again: run.json is missing" in "\n".join(found.lines())


def test_reason_of_a_rerun_is_in_the_log_before_the_rerun(finished: Path, tmp_path: Path) -> None:
    """Otherwise a kill would leave nobody who knows why."""
    folder = tmp_path / "s"
    shutil.copytree(finished, folder)
    damaged = design(replications=SMALL).tasks("fake")[0].run
    (folder / "runs" / damaged / "run.json").unlink()
    seen: list[dict[str, str]] = []

    def look(scenario: Any, seed: int) -> Any:
        seen.append(json.loads((folder / "log.json").read_bytes())["calls"][-1]["computed_again_because"])
        return fake_run(scenario, seed)

    run_design(design(replications=SMALL), folder, runner(look), workers=1)
    assert [list(printed) for printed in seen] == [[damaged]]


def test_damaged_table_is_told(finished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    shutil.copytree(finished, folder)
    (folder / "funnel.csv").write_text("point\n")
    (folder / "mix.parquet").unlink()
    found = status_of(folder)
    assert found.tables == {"funnel.csv": "was changed after it was written", "mix.parquet": "is missing"}
    assert not found.complete


def test_running_sweep_is_seen_and_not_disturbed(tmp_path: Path, finished: Path) -> None:
    folder = tmp_path / "s"
    seen: list[Any] = []
    look = Notes(after=2, act=lambda: seen.append(status_of(folder)))
    run_design(design(replications=SMALL), folder, runner(), 1, look)
    assert seen[0].busy
    assert seen[0].count(DONE) == 2
    assert "a sweep is running in it now" in next(seen[0].lines())
    assert files_of(folder) == files_of(finished)
    assert not status_of(folder).busy


def test_left_over_lock_is_not_a_running_sweep(finished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    shutil.copytree(finished, folder)
    (folder / ".lock").touch()
    assert not status_of(folder).busy
    with folder_lock(folder):
        assert status_of(folder).busy


def test_of_a_design_that_has_not_begun(tmp_path: Path) -> None:
    found = status_of_design(design(replications=SMALL), tmp_path / "none", runner())
    assert found.count(MISSING) == 4
    assert not (tmp_path / "none").exists()


def test_of_another_design_is_refused(finished: Path) -> None:
    with pytest.raises(InputError, match="holds a finished sweep of another design"):
        status_of_design(design(replications=3), finished, runner())


def test_folder_without_a_sweep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no sweep"):
        status_of(tmp_path)
