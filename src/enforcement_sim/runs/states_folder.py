"""Temporary folders for the states of engines, which take gigabytes and must not outlive whoever wrote them.

A folder is deleted at the end of the block that uses it. A process that is killed deletes nothing, so that each folder holds
a lock, which the system releases with the process; whoever makes the next folder deletes those that nobody holds.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from enforcement_sim.runs.folder_lock import is_locked
from enforcement_sim.runs.store import LOCK

PREFIX = "enforcement-sim-states-"
STATES = "states"


@contextmanager
def states_folder() -> Iterator[Path]:
    """Make an empty folder that is deleted at the end; delete those that killed processes left.

    Examples
    --------
    >>> with states_folder() as folder:
    ...     made = folder.is_dir()
    >>> made, folder.exists()
    (True, False)
    """
    from filelock import FileLock

    for found in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if _left_behind(found):
            shutil.rmtree(found, ignore_errors=True)
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = FileLock(home / LOCK)
    lock.acquire()
    try:
        (home / STATES).mkdir()
        yield home / STATES
    finally:
        lock.release()
        shutil.rmtree(home, ignore_errors=True)


def _left_behind(folder: Path) -> bool:
    """Return whether a folder is this user's own, no link to another, whole, and held by nobody.

    Its states are made after its lock is taken: a folder that another process is still making is not whole, and stays.
    """
    try:
        own = not folder.is_symlink() and (not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid())
        return own and (folder / STATES).is_dir() and (folder / LOCK).exists() and not is_locked(folder)
    except OSError:  # another process deleted it since it was listed
        return False
