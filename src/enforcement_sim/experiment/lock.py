"""One sweep at a time in a folder.

The lock is the operating system's, on a small file in the folder: it disappears with the process that held it, however
that process ended, so nothing has to be cleaned up after a crash. It guards against two sweeps mixing their results;
it does not protect a folder from anything else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from enforcement_sim.errors import InputError

LOCK_NAME = ".lock"


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold the folder for the duration of a ``with`` block.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.

    Raises
    ------
    InputError
        If another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOCK_NAME
    handle = _acquire(path)
    try:
        yield
    finally:
        if sys.platform == "win32":
            # An open file cannot be removed there; the next holder finds it unlocked.
            os.close(handle)
        else:
            # Removed while still held: whoever opened it meanwhile sees that its file is no longer the folder's.
            path.unlink(missing_ok=True)
            os.close(handle)


def _acquire(path: Path) -> int:
    """Open and lock the file, again if it was removed between the two."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            raise InputError(
                f"another sweep is running in {path.parent}: wait for it, or choose another folder with --out"
            ) from error
        try:
            if os.path.samestat(os.fstat(handle), os.stat(path)):
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
