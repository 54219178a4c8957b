"""The lock of a results folder: one sweep at a time writes into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from enforcement_sim.errors import InputError
from enforcement_sim.runs.atomic_files import system_message
from enforcement_sim.runs.store import LOCK

LOCK_SECONDS = 0.15
"""Timeout of the lock; a process that checks whether a folder is locked holds it for a moment."""


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Lock a results folder, which is created if necessary, for the duration of a ``with`` block.

    The lock belongs to the operating system, so it is released when the process ends for any reason.

    Raises
    ------
    InputError
        If another process holds the lock, or the folder cannot be used.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        raise InputError(
            f"another sweep is running in {folder}: wait for it, or choose another folder with --out"
        ) from error
    except OSError as error:
        raise InputError(f"{folder} cannot be used as a results folder ({system_message(error)})") from error
    try:
        yield
    finally:
        if os.name != "nt":  # an open file cannot be removed there
            (folder / LOCK).unlink(missing_ok=True)
        lock.release()


def is_locked(folder: Path) -> bool:
    """Return whether a sweep has locked a folder; nothing is written."""
    from filelock import FileLock, Timeout

    if not (folder / LOCK).exists():
        return False
    try:
        with FileLock(folder / LOCK).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
