"""A user's own figures: where they lie, what they are called, and how they are read.

Files that a user has brought in (``data_import`` checks them) lie outside the package, each as one small table whose name
says its content: ``imported-`` and the beginning of the table's SHA-256. A scenario names them so, which makes them part
of a run's identity: whoever has the same table gets the same run, and whoever has not is told. Several tables of a kind
can lie side by side, so that what was run before a new file came can be run again. What the figures do in a world is in
``overlay``; how a government file becomes such a table may not enter.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError

KINDS = ("activation", "noncitizens", "bookings")
"""What a user may have of their own: days of activation, people who are not citizens, bookings by month."""
EMBEDDED, IMPORTED = "embedded", "imported"
FOLDER_VARIABLE = "ENFORCEMENT_SIM_DATA"
"""The environment variable that moves the folder of imported tables."""
CURRENT = "current"
"""The file that names the table of a kind that was imported last."""
FORM = 1
"""Form of an imported table; it stands in the table's first line, so a new form is a new name."""
HASH_LENGTH = 16
"""Hexadecimal digits of a table's SHA-256 that its name has, as many as the name of a run."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "activation": ("fips", "active_from"),
    "noncitizens": ("fips", "noncitizens", "naturalised"),
    "bookings": ("fips", "month", "bookings"),
}
"""Columns of an imported table of each kind; an empty cell is a date that never came, or a figure not given."""
HOW = "enforcement-sim data import FILE"

_SUPPLIED: dict[tuple[str, str], bytes] = {}
"""Tables that came with the work and not from this machine's folder, by kind and name."""


def folder() -> Path:
    """Return the folder of imported tables: this user's own, wherever the system keeps such; it may not exist."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "enforcement-sim" / "data"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "enforcement-sim"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "enforcement-sim"


def name_of(content: bytes) -> str:
    """Return the name of a table: what it is called says what is in it.

    Examples
    --------
    >>> name_of(b"")
    'imported-e3b0c44298fc1c14'
    """
    return f"{IMPORTED}-{hashlib.sha256(content).hexdigest()[:HASH_LENGTH]}"


def is_name(written: str) -> bool:
    """Say whether a text has the form of a table's name."""
    return re.fullmatch(rf"{IMPORTED}-[0-9a-f]{{{HASH_LENGTH}}}", written) is not None


def current_name(kind: str) -> str | None:
    """Return the name of the table of a kind that was imported last; None if there is none."""
    try:
        name = (folder() / kind / CURRENT).read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return name if is_name(name) else None


def found_name(kind: str, chosen: str) -> str:
    """Return the name of the table that a scenario's choice means: the last one imported, or the one it names.

    Raises
    ------
    InputError
        If nothing of this kind has been imported on this machine.
    """
    if chosen != IMPORTED:
        return chosen
    name = current_name(kind)
    if name is None:
        raise InputError(f"no {kind} data are imported here: {HOW} brings them in", allowed=EMBEDDED)
    return name


def description(kind: str, name: str) -> dict[str, Any] | None:
    """Return what is noted of an imported table (source files, hashes, counts, when); None if there is no note."""
    try:
        noted = json.loads((folder() / kind / f"{name}.json").read_bytes())
    except (OSError, ValueError):
        return None
    return noted if isinstance(noted, dict) else None


def supply(tables: Mapping[tuple[str, str], bytes]) -> None:
    """Take in tables that came with the work, so that a worker sees what the process that asked sees."""
    _SUPPLIED.update(tables)


def supplies_of(choices: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], bytes]:
    """Return the content of every table that some scenarios' choices name, by kind and name.

    Raises
    ------
    InputError
        If one is not on this machine, or was changed after it was imported.
    """
    named = {(kind, name) for chosen in choices for kind, name in chosen.items()}
    return {(kind, name): _content(kind, name) for kind, name in sorted(named)}


def rows_of(kind: str, name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table, column to text, by ascending FIPS code.

    Raises
    ------
    InputError
        If it is not on this machine, or was changed after it was imported.
    """
    return _parsed(kind, _content(kind, name))


def _content(kind: str, name: str) -> bytes:
    """Return a table's bytes: those that came with the work, or this machine's."""
    if (kind, name) in _SUPPLIED:
        return _SUPPLIED[kind, name]
    key = f"data.{kind}"
    try:
        content = (folder() / kind / f"{name}.csv").read_bytes()
    except OSError:
        told = f"the {kind} data {name} are not on this machine: {HOW}, with the same file, brings them in"
        raise InputError(told, key=key) from None
    if name_of(content) != name:
        raise InputError(f"the {kind} data {name} were changed after they were imported: {HOW} mends them", key=key)
    return content


@lru_cache(maxsize=8)
def _parsed(kind: str, content: bytes) -> tuple[dict[str, str], ...]:
    lines = (line for line in io.StringIO(content.decode("utf-8")) if not line.startswith("#"))
    rows = tuple(csv.DictReader(lines))
    # Written by this package and sealed by its name, so anything else is a mistake of ours.
    assert all(tuple(row) == COLUMNS[kind] for row in rows)
    return rows
