"""Whatever ends a sweep, its finished runs are kept, and the same call ends with the bytes of an undisturbed one."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from experiment_fakes import (
    Notes,
    Operations,
    be_killed_at_moments,
    be_killed_in_the_middle,
    chance,
    child_environment,
    design,
    files_of,
    killed_once_run,
    runner,
)

from enforcement_sim.errors import InputError
from enforcement_sim.runs.atomic_files import StorageError
from enforcement_sim.runs.design import Design, DesignPoint
from enforcement_sim.runs.store import RunStore
from enforcement_sim.runs.sweep import run_design

KILLS = 6
FULL_DISKS = 8
SMALL = 2
"""Replications of the sweeps that are disturbed many times."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sweeps") / "undisturbed"
    run_design(design(), folder, runner(), workers=1)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sweeps") / "small"
    run_design(design(replications=SMALL), folder, runner(), workers=1)
    return folder


def sound_runs(folder: Path) -> dict[str, int]:
    """The finished runs of a folder, and when each was put there."""
    store = RunStore(folder, "fake")
    runs = sorted(path.name for path in folder.glob("runs/*"))
    return {run: store.path(run).stat().st_ctime_ns for run in runs if store.fault(run) is None}


def resume_and_compare(folder: Path, expected: Path, replications: int = SMALL) -> tuple[str, ...]:
    """Carry a disturbed sweep on; nothing finished is made again, and the bytes are those of an undisturbed one."""
    kept = sound_runs(folder)
    found = run_design(design(replications=replications), folder, runner(), workers=1)
    assert not set(found.computed) & set(kept)
    assert {run: when for run, when in sound_runs(folder).items() if run in kept} == kept
    assert not found.failures
    assert files_of(folder) == files_of(expected)
    return found.computed


def in_a_child(function: Any, *arguments: Any) -> subprocess.CompletedProcess[bytes]:
    command = f"import experiment_fakes; experiment_fakes.{function.__name__}(*{arguments!r})"
    return subprocess.run(
        [sys.executable, "-c", command], env=child_environment(), capture_output=True, timeout=120, check=False
    )


@pytest.mark.slow
def test_killed_at_any_moment(tmp_path: Path, small: Path) -> None:
    ended = in_a_child(be_killed_at_moments, str(tmp_path), KILLS)
    assert ended.returncode == 0, ended.stderr.decode()
    computed = [len(resume_and_compare(tmp_path / str(number), small)) for number in range(KILLS)]
    assert len(set(computed)) > 1, "all kills came at the same stage: choose other moments"


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.slow
def test_killed_between_runs(tmp_path: Path, undisturbed: Path, workers: int) -> None:
    folder = tmp_path / "s"
    # Worker processes hold the pipes too: that this returns at all shows that none outlives the killed parent.
    ended = in_a_child(be_killed_in_the_middle, str(folder), workers)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert (folder / "unfinished.json").exists()
    assert not (folder / "manifest.json").exists()
    call = json.loads((folder / "log.json").read_bytes())["calls"][0]
    assert (call["interrupted"], call["workers"]) == (True, workers)
    assert len(sound_runs(folder)) >= 3
    resume_and_compare(folder, undisturbed, replications=4)


@pytest.mark.slow
def test_worker_killed_by_the_system_costs_nothing(tmp_path: Path, undisturbed: Path) -> None:
    plain = design()
    points = tuple(
        DesignPoint(point.settings, point.scenario.model_copy(update={"asks": str(tmp_path)})) for point in plain.points
    )
    marked = Design(plain.name, points, plain.seeds, plain.scenario)
    found = run_design(marked, tmp_path / "s", runner(killed_once_run), workers=2)
    assert (tmp_path / "killed").exists()
    assert not found.failures
    assert files_of(tmp_path / "s") == files_of(undisturbed)


@pytest.mark.parametrize("lasting", [True, False])
@pytest.mark.parametrize("number", range(FULL_DISKS // 2))
@pytest.mark.slow
def test_disk_that_takes_no_more(tmp_path: Path, small: Path, number: int, lasting: bool) -> None:
    """The n-th request that needs room on the disk fails, and all after it or only this one.

    A failure that does not last raises nothing where the request is made again (moving a run into its place) or is for a
    file that only informs (the log); the results are whole then.
    """
    with Operations(names=Operations.NEEDING_ROOM) as whole:
        run_design(design(replications=SMALL), tmp_path / "counted", runner(), workers=1)

    def refuse() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    at = 2 + int((whole.count - 2) * chance("no room", number, lasting))
    folder = tmp_path / "s"
    try:
        with Operations(at, refuse, lasting, Operations.NEEDING_ROOM):
            run_design(design(replications=SMALL), folder, runner(), workers=1)
    except StorageError as error:
        assert "No space left" in str(error)
    else:
        assert not lasting and files_of(folder) == files_of(small)
    assert not list(folder.glob("failed/*")), "a full disk is no run's fault"
    assert not list(folder.glob("tmp-*/run.json"))
    resume_and_compare(folder, small)


@pytest.mark.slow
def test_full_disk_seen_by_worker_processes_ends_the_sweep(tmp_path: Path, undisturbed: Path) -> None:
    folder = tmp_path / "s"
    (folder / "runs").parent.mkdir()

    def replace_by_a_file() -> None:
        # Workers write meanwhile, so that the folder cannot be emptied, and may make it again.
        for number in count():
            (folder / "runs").rename(tmp_path / f"elsewhere-{number}")
            with suppress(IsADirectoryError):
                (folder / "runs").write_text("no folder")
                break

    with pytest.raises(StorageError, match="cannot write results"):
        run_design(design(), folder, runner(), 2, Notes(after=1, act=replace_by_a_file))
    call = json.loads((folder / "log.json").read_bytes())["calls"][0]
    assert call["ended"].startswith("stopped: cannot write results")
    (folder / "runs").unlink()
    resume_and_compare(folder, undisturbed, replications=4)


@pytest.mark.skipif(os.name == "nt", reason="file sizes cannot be limited there")
def test_disk_that_takes_no_more_while_tables_are_written(tmp_path: Path, undisturbed: Path) -> None:
    import resource

    folder = tmp_path / "s"
    largest_of_a_run = max(path.stat().st_size for path in undisturbed.glob("runs/*/**/*") if path.is_file())
    largest_table = max(path.stat().st_size for path in undisturbed.glob("*.csv"))
    limit = (largest_of_a_run + largest_table) // 2
    assert largest_of_a_run < limit < largest_table
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(StorageError):
            run_design(design(), folder, runner(), workers=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(sound_runs(folder)) == 8
    assert not list(folder.glob("tmp-*"))
    assert resume_and_compare(folder, undisturbed, replications=4) == ()


def may_mount(folder: Path) -> bool:
    """Say whether a small disk can be mounted here without being anybody special."""
    command = ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", str(folder)]
    return bool(shutil.which("unshare")) and not subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.parametrize(("kilobytes", "workers", "stage"), [(150, 1, "runs"), (150, 2, "runs"), (700, 1, "tables")])
@pytest.mark.slow
def test_disk_that_is_really_full(tmp_path: Path, undisturbed: Path, kilobytes: int, workers: int, stage: str) -> None:
    mount, home = tmp_path / "disk", tmp_path / "copied"
    mount.mkdir()
    if not may_mount(mount):
        pytest.skip("no small disk can be mounted here (needs unshare and user namespaces)")
    command = f"import experiment_fakes as f; f.fill_a_small_disk(*{(str(mount), str(home), kilobytes, workers)!r})"
    ended = subprocess.run(
        ["unshare", "--map-root-user", "--mount", sys.executable, "-c", command],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert (int(ended.stdout) == 8) == (stage == "tables"), "choose another size"
    assert files_of(home) == files_of(undisturbed)


def test_second_sweep_in_the_folder_is_turned_away_and_the_first_goes_on(tmp_path: Path, undisturbed: Path) -> None:
    refused: list[InputError] = []

    def begin_another() -> None:
        with pytest.raises(InputError, match="another sweep is running") as error:
            run_design(design(), tmp_path / "s", runner(), workers=1)
        refused.append(error.value)

    run_design(design(), tmp_path / "s", runner(), 1, Notes(after=2, act=begin_another))
    assert refused
    assert files_of(tmp_path / "s") == files_of(undisturbed)


def damage(folder: Path, how: str) -> str:
    """Damage the first run of a folder and return its name."""
    first, second, *_ = sorted((folder / "runs").iterdir())
    table, record = first / "events.parquet", first / "run.json"
    if how == "cut":
        table.write_bytes(table.read_bytes()[:-10])
    elif how == "changed":
        content = bytearray(table.read_bytes())
        content[100] ^= 1
        table.write_bytes(content)
    elif how == "removed":
        (first / "summary" / "mix.parquet").unlink()
    elif how == "record changed":
        record.write_bytes(record.read_bytes().replace(b'"removed": ', b'"removed": 1'))
    elif how == "record cut":
        record.write_bytes(record.read_bytes()[:100])
    elif how == "foreign":
        record.write_bytes((second / "run.json").read_bytes())
    else:
        held = json.loads(record.read_bytes())
        record.write_text(json.dumps(held | {"schema": 0}))
    return first.name


@pytest.mark.parametrize("how", ["cut", "changed", "removed", "record changed", "record cut", "foreign", "older form"])
@pytest.mark.slow
def test_damaged_run_is_made_again(tmp_path: Path, small: Path, how: str) -> None:
    folder = tmp_path / "s"
    shutil.copytree(small, folder)
    damaged = damage(folder, how)
    assert resume_and_compare(folder, small) == (damaged,)
    reasons = json.loads((folder / "log.json").read_bytes())["calls"][-1]["computed_again_because"]
    assert list(reasons) == [damaged]


@pytest.mark.parametrize("name", ["manifest.json", "log.json", "funnel.csv", "comparison.parquet"])
@pytest.mark.parametrize("left", [0, 60])
@pytest.mark.slow
def test_truncated_file_of_the_folder_is_written_again(tmp_path: Path, small: Path, name: str, left: int) -> None:
    folder = tmp_path / "s"
    shutil.copytree(small, folder)
    (folder / name).write_bytes((folder / name).read_bytes()[:left])
    assert resume_and_compare(folder, small) == ()


def test_truncated_unfinished_manifest_is_written_again(tmp_path: Path, small: Path) -> None:
    folder = tmp_path / "s"

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_design(design(replications=SMALL), folder, runner(), 1, Notes(after=1, act=interrupt))
    (folder / "unfinished.json").write_bytes(b'{"design": ')
    assert len(resume_and_compare(folder, small)) == 3
    repaired = json.loads((folder / "log.json").read_bytes())["calls"][-1]["repaired"]
    assert repaired == ["unfinished.json"]


def test_unreadable_manifest_beside_somebody_elses_runs_is_refused(tmp_path: Path, small: Path) -> None:
    folder = tmp_path / "s"
    shutil.copytree(small, folder)
    (folder / "manifest.json").write_bytes(b'{"design": ')
    before = files_of(folder)
    with pytest.raises(InputError, match="cannot be read as JSON"):
        run_design(design(holds=(48, 120)), folder, runner(), workers=1)
    assert files_of(folder) == before


def test_manifest_of_another_form_is_refused(tmp_path: Path, small: Path) -> None:
    folder = tmp_path / "s"
    shutil.copytree(small, folder)
    held = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(held | {"schema": 7}))
    with pytest.raises(InputError, match="format 7; this version writes format 1"):
        run_design(design(replications=SMALL), folder, runner(), workers=1)


def test_manifest_is_taken_back_while_tables_change(tmp_path: Path, small: Path) -> None:
    """A kill between two tables must not leave a manifest that promises the old ones."""
    folder = tmp_path / "s"
    shutil.copytree(small, folder)
    damage(folder, "cut")

    def stop() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Operations(names=("replace",)) as whole:
        run_design(design(replications=SMALL), tmp_path / "counted", runner(), workers=1)
    last_table = whole.count - 2  # before the manifest and the log's last word
    with Operations(last_table, stop, names=("replace",)), pytest.raises(StorageError):
        run_design(design(replications=SMALL), folder, runner(), workers=1)
    assert not (folder / "manifest.json").exists()
    assert (folder / "unfinished.json").exists()
    resume_and_compare(folder, small)
