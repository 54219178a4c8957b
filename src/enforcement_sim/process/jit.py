"""How engine functions are compiled, and where the machine code is kept.

Numba's own disk cache looks at the file of the function it compiles and not at the functions that it calls, so an
edit in a called function would go unseen. Here the cache folder carries a hash of every source of the engine
(:func:`engine_version`): any edit gives a new folder. The same hash names the engine in results.

Compiled functions own nothing. Every array belongs to the Python object that hands it in and outlives the call, so
counting references would only cost: an atomic increment and decrement for nearly every row looked at was more than a
third of a run. Numba's memory manager is therefore left out, and a function that tries to allocate does not compile.

Machine code is loaded as it lies on disk, so whoever can put a file there runs code as the user. A cache folder, or a file in
it, that belongs to somebody else, that others may write to, or that is a link, is not used: the engine is compiled in memory,
and one line says why.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba

from enforcement_sim.errors import InputNotice

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


LOOKING_ON = ("__init__", "histories")
"""Modules of the room that read what a run left, or look after machine code; they move nobody."""
ENGINE_SOURCES = tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in LOOKING_ON))
"""Modules whose text decides what a run gives."""


_WITHIN = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Options of functions that Python never calls."""


def source_hash(folder: Path) -> str:
    """Return a hash of the engine's sources in a folder, 12 hexadecimal digits."""
    digest = hashlib.sha256()
    for name in (
        *(f"{source}.py" for source in ENGINE_SOURCES),
        "decisions.csv",
        "../codes.py",
        "../law/grounds.py",
    ):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]


@cache
def engine_version() -> str:
    """Return the engine's version: a hash of the sources that decide what a run gives.

    Examples
    --------
    >>> len(engine_version())
    12
    """
    return source_hash(Path(__file__).parent)


@cache
def _cache_folder() -> Path:
    """The folder for this engine's machine code; ``ENFORCEMENT_SIM_CACHE`` moves it."""
    base = os.environ.get("ENFORCEMENT_SIM_CACHE")
    if base:
        return Path(base) / engine_version()
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "enforcement-sim" / engine_version()


def compiled(function: Callable[..., Any]) -> Any:
    """Compile an engine function on first use and keep the machine code on disk.

    No reordering of floating-point operations is allowed (``fastmath`` stays off), because results are promised to
    the last bit on one platform. The function may take arrays and rows of arrays, but not make any.
    """
    return _compiled(function, cache=True, _nrt=False)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile, as :func:`compiled` does, a function whose machine code is put where it is called."""
    return _compiled(function, cache=True, _nrt=False, forceinline=True)


def stage(function: Callable[..., Any]) -> Any:
    """Compile a stage of the process, which compiled functions alone call, and whose code is kept within theirs."""
    return _compiled(function, _nrt=False, **_WITHIN)


def part(function: Callable[..., Any]) -> Any:
    """Compile, as :func:`stage` does, a part that is put where it is called.

    For what is called in one place, or for every booking: handing a run's context over costs more than a small function.
    """
    return _compiled(function, _nrt=False, forceinline=True, **_WITHIN)


def pasted(function: Callable[..., Any]) -> Any:
    """Compile a part whose text is put where it is called: it may return several rows at once."""
    return _compiled(function, _nrt=False, inline="always", **_WITHIN)


def compiled_maker(function: Callable[..., Any]) -> Any:
    """Compile, as :func:`compiled` does, a function that makes arrays. A day of the engine calls none."""
    return _compiled(function, cache=True)


def _compiled(function: Callable[..., Any], **options: bool | str) -> Any:
    if not _may_keep():
        return numba.njit(**{**options, "cache": False})(function)
    # Numba fixes a function's folder when it is decorated; whatever folder a user chose for other code stays theirs.
    chosen = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(_cache_folder())
    try:
        return numba.njit(**options)(function)
    finally:
        numba.config.CACHE_DIR = chosen


@cache
def _may_keep() -> bool:
    """Whether the folder for machine code is this user's alone; looked at once a process, before anything is read."""
    return own_folder(_cache_folder())
