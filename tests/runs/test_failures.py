"""Failed runs: recorded the moment they fail, told by name, and tried again when somebody asks for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from experiment_fakes import FakeResult, Notes, design, dying_run, failing_run, fake_run, files_of, runner

from enforcement_sim.runs.failures import read_failure, record_failure, remove_failure
from enforcement_sim.runs.sweep import run_design

TASK = design().tasks("fake")[0]
SMALL = 2


def small(folder: Path, run: Any = fake_run, **how: Any) -> Any:
    return run_design(design(replications=SMALL), folder, runner(run), 1, **how)


def test_record_comes_back(tmp_path: Path) -> None:
    record_failure(tmp_path, TASK, "engine", "Traceback\n  ...\nValueError: no beds\n")
    found = read_failure(tmp_path, TASK.run)
    assert found is not None
    assert (found.run, found.seed, found.engine_version) == (TASK.run, TASK.seed, "engine")
    assert found.reason == "ValueError: no beds"
    assert "..." in found.traceback
    remove_failure(tmp_path, TASK.run)
    assert read_failure(tmp_path, TASK.run) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"schema": 1}', b'{"schema": 0, "run": "x"}'])
def test_unreadable_record_is_no_record(tmp_path: Path, content: bytes) -> None:
    record_failure(tmp_path, TASK, "engine", "ValueError")
    (tmp_path / "failed" / f"{TASK.run}.json").write_bytes(content)
    assert read_failure(tmp_path, TASK.run) is None


def test_failure_is_on_disk_before_the_sweep_is_over(tmp_path: Path) -> None:
    """A sweep that is killed right after a failure has not forgotten it."""
    seen: list[int] = []

    def look() -> None:
        seen.append(len(list((tmp_path / "s" / "failed").iterdir())))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small(tmp_path / "s", failing_run, progress=Notes(after=3, act=look))
    assert seen == [1]
    notes = Notes()
    found = small(tmp_path / "s", progress=notes)
    assert len(found.computed) == 1
    assert list(found.failures) == [path.stem for path in (tmp_path / "s" / "failed").iterdir()]


def test_failed_run_is_not_tried_again_unasked(tmp_path: Path) -> None:
    failed = small(tmp_path / "s", failing_run).failures
    before = files_of(tmp_path / "s")
    calls: list[int] = []

    def counted(scenario: Any, seed: int) -> FakeResult:
        calls.append(seed)
        return fake_run(scenario, seed)

    again = small(tmp_path / "s", counted)
    assert calls == []
    assert again.computed == ()
    assert again.failures == failed
    assert files_of(tmp_path / "s") == before
    assert again.manifest["complete"] is False
    entries = json.loads((tmp_path / "s" / "log.json").read_bytes())["calls"]
    assert [call["failed_earlier"] for call in entries] == [0, 2]


def test_retried_run_that_succeeds_leaves_no_trace_but_in_the_log(tmp_path: Path) -> None:
    small(tmp_path / "undisturbed")
    failed = small(tmp_path / "s", failing_run).failures
    found = small(tmp_path / "s", retry_failed=True)
    assert set(found.computed) == set(failed)
    assert not found.failures
    assert files_of(tmp_path / "s") == files_of(tmp_path / "undisturbed")
    assert not (tmp_path / "s" / "failed").exists()
    entries = json.loads((tmp_path / "s" / "log.json").read_bytes())["calls"][-1]["computed_again_because"]
    assert set(entries) == set(failed)
    assert set(entries.values()) == {"failed before: ArithmeticError: a crew of minus one"}


def test_retried_run_that_fails_again_stays_failed(tmp_path: Path) -> None:
    first = small(tmp_path / "s", failing_run)
    before = files_of(tmp_path / "s")
    again = small(tmp_path / "s", failing_run, retry_failed=True)
    assert again.failures == first.failures
    assert files_of(tmp_path / "s") == before


def test_unreadable_record_means_that_the_run_is_tried(tmp_path: Path) -> None:
    failed = sorted(small(tmp_path / "s", failing_run).failures)
    (tmp_path / "s" / "failed" / f"{failed[0]}.json").write_bytes(b"{")
    found = small(tmp_path / "s")
    assert found.computed == (failed[0],)
    assert list(found.failures) == [failed[1]]


def test_worker_that_died_is_recorded_too(tmp_path: Path) -> None:
    found = run_design(design(replications=SMALL), tmp_path / "s", runner(dying_run), 2)
    record = json.loads(next((tmp_path / "s" / "failed").iterdir()).read_bytes())
    assert record["reason"].startswith("WorkerDied: the worker process ended without a result")
    assert [record["run"]] == list(found.failures)
