"""A folder of states does not outlive the process that made it, however that ends, and is nobody else's to delete."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from enforcement_sim.runs import states_folder as module
from enforcement_sim.runs.states_folder import states_folder
from enforcement_sim.runs.store import LOCK

KILLED = """
import os, signal
from enforcement_sim.runs.states_folder import states_folder
with states_folder() as folder:
    (folder / "state").write_bytes(b"x")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_what_a_killed_process_left_is_deleted_by_the_next(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(home))
    killed = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True)
    left = Path(killed.stdout.strip())
    assert (left / "state").exists() and left.is_relative_to(home)
    with states_folder() as folder:
        assert not left.parent.exists() and folder.is_dir()
    assert list(home.iterdir()) == []


def test_a_folder_in_use_and_any_other_stay(home: Path) -> None:
    (home / "enforcement-sim-states-of-mine").mkdir()  # without a lock: not one of these
    with states_folder() as first:
        (first / "state").write_bytes(b"x")
        with states_folder() as second:
            assert first != second and (first / "state").exists()
        assert (first / "state").exists() and not second.exists()
    assert [path.name for path in home.iterdir()] == ["enforcement-sim-states-of-mine"]


def test_a_folder_that_another_process_is_making_stays(home: Path) -> None:
    begun = home / f"{module.PREFIX}begun"
    begun.mkdir()
    (begun / LOCK).touch()  # there before its lock is held
    with states_folder():
        assert begun.is_dir()


def test_a_folder_that_another_process_deletes_meanwhile_is_no_error(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Path.glob

    def with_one_that_is_gone(folder: Path, pattern: str) -> list[Path]:
        return [*listed(folder, pattern), home / f"{module.PREFIX}gone"]

    monkeypatch.setattr(Path, "glob", with_one_that_is_gone)
    with states_folder() as folder:
        assert folder.is_dir()
