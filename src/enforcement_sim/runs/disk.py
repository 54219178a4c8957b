"""Writing files whole or not at all, and saying so when the disk will not take them.

A file is written under a temporary name beside its final place, flushed, and renamed: what has the final name is
complete, even after a kill or a power cut. What the disk refuses (no space left, no permission, a folder that is gone)
is the machine's trouble and never a run's, so it has an error of its own, which ends a sweep instead of being noted
against every run that is still to come. What the files mean may not enter.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from enforcement_sim.errors import InputError
from enforcement_sim.runs.run import digest

TEMPORARY = "tmp-"
"""Names that begin so are half-written; whoever holds the folder's lock may remove them."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS) if hasattr(errno, "EDQUOT") else (errno.ENOSPC, errno.EROFS)
"""What the system says when nothing more can be written, whoever was writing."""

FILES_ARE_HELD = os.name == "nt"
"""On Windows a file that another program has open can be neither replaced nor moved."""

PAUSES = (0.01, 0.05, 0.2, 0.5, 1.0, 2.0)
"""Seconds between attempts to move a held file: virus scanners and indexers let go of a new file soon."""


class CannotKeep(RuntimeError):
    """A results folder does not take what was made. Everything in it so far is whole, and the same call goes on.

    Parameters
    ----------
    folder : path
        The results folder.
    reason : str
        What the system said.
    """

    def __init__(self, folder: str | os.PathLike[str], reason: str) -> None:
        super().__init__(os.fspath(folder), reason)
        self.folder, self.reason = os.fspath(folder), reason

    def __str__(self) -> str:
        """Return one line: where, and what the system said."""
        return f"cannot keep results in {self.folder}: {self.reason}"


@contextmanager
def keeping(folder: Path) -> Iterator[None]:
    """Turn what the system says about the folder's files into :class:`CannotKeep`."""
    try:
        yield
    except OSError as error:
        raise CannotKeep(folder, reason_of(error)) from error


def reason_of(error: OSError) -> str:
    """Return what the system said, without the path of a temporary file.

    Examples
    --------
    >>> reason_of(OSError(28, "No space left on device", "tmp-1"))
    'No space left on device'
    """
    return error.strerror or str(error) or type(error).__name__


def temporary_beside(path: Path) -> Path:
    """Return a name for what is to become ``path``, that no other process takes, on this machine or on another."""
    return path.with_name(f"{TEMPORARY}{path.name}-{uuid4().hex[:12]}")


def write_file(path: Path, content: bytes) -> dict[str, Any]:
    """Write and flush a file; return its size and hash, as records keep them."""
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return {"bytes": len(content), "sha256": digest(content)}


def write_whole(path: Path, content: bytes) -> bool:
    """Write a file whole or not at all; say whether its content is new."""
    if path.is_file() and path.read_bytes() == content:
        return False
    temporary = temporary_beside(path)
    try:
        write_file(temporary, content)
        patiently(os.replace, temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)
    return True


def patiently(move: Callable[[Path, Path], None], source: Path, target: Path) -> None:
    """Move a file or folder, again after a while where another program may have it open."""
    for pause in PAUSES if FILES_ARE_HELD else ():
        try:
            return move(source, target)
        except PermissionError:
            time.sleep(pause)
    return move(source, target)


def flush_folder(folder: Path) -> None:
    """Make a folder's new names durable, where the system can open a folder."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def readable_json(value: Any) -> bytes:
    """Return JSON for people and version control: indented, keys sorted, one newline at the end."""
    text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder that becomes ``folder`` when the block ends well, and is removed otherwise.

    Raises
    ------
    InputError
        If the folder exists and is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is not empty; choose another folder, or move this one away", key="--out")
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield made
        made.chmod(0o755)  # as a folder made plainly; the temporary one is private
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
