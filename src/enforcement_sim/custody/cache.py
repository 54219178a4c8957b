"""Whose a folder of machine code is: what others can write to is not run.

Machine code is loaded as it lies on disk. Whoever can put a file there runs code as the user, so a folder, or a file in
it, that belongs to somebody else, that others may write to, or that is a link to elsewhere, is left alone: the engine is
compiled anew in memory, and one line says why.
"""

from __future__ import annotations

import os
import stat
import warnings
from pathlib import Path

from enforcement_sim.errors import InputNotice

__all__ = ["UnsafeCache", "fault_of", "own_folder"]

OTHERS = stat.S_IWGRP | stat.S_IWOTH
PRIVATE = 0o700


class UnsafeCache(InputNotice):
    """The folder of machine code could be written to by others, and is not used."""


def own_folder(folder: Path) -> bool:
    """Make a folder that only this user can write to, if it is not there; say whether it may be used.

    A folder that may not is told of in one line, as a warning.
    """
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        fault = fault_of(folder)
    except OSError as error:
        fault = f"{folder}: {error.strerror}"
    if fault is not None:
        told = f"machine code is not kept or read ({fault}); the engine is compiled each time it is loaded"
        warnings.warn(told, UnsafeCache, stacklevel=2)
    return fault is None


def fault_of(folder: Path) -> str | None:
    """Return why machine code in a folder cannot be trusted, in a few words; None if it can.

    The folder, what lies in it, and every folder above are looked at: who can rename a folder above can replace it.
    """
    if not hasattr(os, "getuid"):
        return None  # no owners and modes as here; a user's own folder is private there
    for place in (folder, *sorted(folder.rglob("*"))):
        fault = _fault(place, place.lstat())
        if fault is not None:
            return fault
    for above in folder.resolve().parents:
        found = above.stat()
        sticky = found.st_mode & stat.S_ISVTX and found.st_mode & stat.S_IWOTH
        if found.st_uid not in (0, os.getuid()):
            return f"{above} belongs to another user"
        if found.st_mode & OTHERS and not sticky and not _own_group_only(found):
            return f"others can write to {above}"
    return None


def _fault(place: Path, found: os.stat_result) -> str | None:
    """Return what is wrong with a folder or file itself."""
    if stat.S_ISLNK(found.st_mode):
        return f"{place} is a link"
    if found.st_uid != os.getuid():
        return f"{place} belongs to another user"
    if found.st_mode & OTHERS:
        return f"others can write to {place}"
    return None


def _own_group_only(found: os.stat_result) -> bool:
    """Say whether only the user's own group may write: where each user has one, that is nobody else."""
    return not found.st_mode & stat.S_IWOTH and found.st_gid == os.getgid()
