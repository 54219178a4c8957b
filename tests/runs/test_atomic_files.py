"""Writing: whole or not at all, patient with files that others hold, and honest about a disk that refuses."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from enforcement_sim.runs import atomic_files
from enforcement_sim.runs.atomic_files import StorageError, retry_move, storage_errors, temporary_path, write_atomic


class Held:
    """A move that is refused a number of times, as Windows does while somebody has the file open."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, source: Path, target: Path) -> None:
        if self.left:
            self.left -= 1
            raise PermissionError(errno.EACCES, "the file is in use")
        os.replace(source, target)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(atomic_files.time, "sleep", taken.append)
    monkeypatch.setattr(atomic_files, "FILES_ARE_HELD", True)
    return taken


def test_held_file_is_moved_when_it_is_let_go(tmp_path: Path, pauses: list[float]) -> None:
    (tmp_path / "a").write_text("1")
    retry_move(Held(3), tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "1"
    assert pauses == list(atomic_files.PAUSES[:3])


def test_file_that_is_never_let_go_is_an_error(tmp_path: Path, pauses: list[float]) -> None:
    (tmp_path / "a").write_text("1")
    with pytest.raises(PermissionError):
        retry_move(Held(100), tmp_path / "a", tmp_path / "b")
    assert pauses == list(atomic_files.PAUSES)


def test_elsewhere_a_refusal_is_final(tmp_path: Path, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic_files, "FILES_ARE_HELD", False)
    with pytest.raises(PermissionError):
        retry_move(Held(1), tmp_path / "a", tmp_path / "b")
    assert pauses == []


def test_refused_write_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomic(tmp_path / "a", b"old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as changed:
        changed.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            write_atomic(tmp_path / "a", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_what_the_system_says_is_told_in_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match=r"^cannot write results to .*: No space left on device$"),
        storage_errors(tmp_path),
    ):
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "tmp-x"))


def test_temporary_names_are_never_shared(tmp_path: Path) -> None:
    """Two machines can have processes of the same number."""
    names = {temporary_path(tmp_path / "a") for _ in range(100)}
    assert len(names) == 100
    assert all(name.name.startswith(atomic_files.TEMPORARY) and name.parent == tmp_path for name in names)
