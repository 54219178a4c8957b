"""One sweep at a time in a folder.

The lock is the operating system's, on a small file in the folder: it disappears with the process that held it, however
that process ended, so nothing has to be cleaned up after a crash. It guards against two sweeps mixing their results;
it does not protect a folder from anything else.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from enforcement_sim.errors import InputError
from enforcement_sim.runs.disk import reason_of

LOCK_NAME = ".lock"
HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
"""What the system says of a lock that somebody else has."""

ATTEMPTS = 3
PAUSE = 0.05
"""Seconds between attempts."""


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
    path = folder / LOCK_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _acquire(path)
    except OSError as error:
        raise InputError(f"{folder} cannot be used as a results folder ({reason_of(error)})") from error
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


def is_locked(folder: Path) -> bool:
    """Say whether somebody holds a folder now. Nothing is written, and nobody who asks for it is turned away."""
    try:
        handle = os.open(folder / LOCK_NAME, os.O_RDWR)
    except OSError:
        return False
    try:
        _lock(handle)
    except OSError as error:
        return error.errno in HELD
    finally:
        os.close(handle)
    return False


def _acquire(path: Path) -> int:
    """Open and lock the file, again if it was removed between the two."""
    attempts = ATTEMPTS
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            if error.errno not in HELD:
                raise
            attempts -= 1
            if not attempts:
                raise InputError(
                    f"another sweep is running in {path.parent}: wait for it, or choose another folder with --out"
                ) from error
            time.sleep(PAUSE)  # it may be held for a moment only, by somebody who asks whether it is held
            continue
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
