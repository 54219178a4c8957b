"""The user's folder of imported tables: written whole or not at all, listed, and forgotten on request.

A folder for each kind holds its tables, ``imported-….csv``, a note beside each (which file it came from, hashes, counts,
when), and ``current``, the name of the one imported last. A table never changes under its name; importing the same figures
again finds them there. The note has the name of the source file and never its path.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd

from enforcement_sim.csv_text import csv_text
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.own_data.checked import Checked
from enforcement_sim.own_data.files import Sheet
from enforcement_sim.own_data.places import county_name
from enforcement_sim.world.imported import CURRENT, IMPORTED, KINDS, current_name, description, folder, name_of

__all__ = ["Kept", "forget", "keep", "kept_tables", "listed"]

SCHEMA = 1
"""Form of the note beside a table."""


@dataclass(frozen=True)
class Kept:
    """A table in the user's folder.

    Attributes
    ----------
    kind, name : str
    current : bool
        Whether it is what ``imported`` means.
    sound : bool
        Whether it is what its name says.
    about : dict
        Its note; empty if that is lost.
    """

    kind: str
    name: str
    current: bool
    sound: bool
    about: dict[str, Any]


def keep(tables: Sequence[tuple[Checked, Sequence[Sheet]]], accepted: Sequence[str]) -> list[bool]:
    """Write tables and their notes, make each the current one of its kind, and say of each whether it is new.

    All are written before the first becomes the current one of its kind; if one cannot be, none does.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    new = [not _is_sound(checked.kind, checked.name) for checked, _ in tables]
    written: list[Path] = []
    before = {checked.kind: current_name(checked.kind) for checked, _ in tables}
    home = folder()
    try:
        for (checked, sheets), is_new in zip(tables, new, strict=True):
            home = folder() / checked.kind
            table = home / f"{checked.name}.csv"
            home.mkdir(parents=True, exist_ok=True)
            if is_new:
                written += [table, table.with_suffix(".json")]
                _write(table, checked.content)
            if is_new or description(checked.kind, checked.name) is None:
                note = json.dumps(_note(checked, sheets, accepted), indent=1, ensure_ascii=False)
                _write(table.with_suffix(".json"), f"{note}\n".encode())
        for checked, _ in tables:  # last: it never names what is not there
            home = folder() / checked.kind
            _write(home / CURRENT, f"{checked.name}\n".encode())
    except OSError as error:
        _undo(written, before)
        raise InputError(f"cannot be written to: {error.strerror or error}", file=home) from None
    return new


def _note(checked: Checked, sheets: Sequence[Sheet], accepted: Sequence[str]) -> dict[str, Any]:
    """Return what is noted beside a table."""
    return {
        "schema": SCHEMA,
        "kind": checked.kind,
        "sha256": hashlib.sha256(checked.content).hexdigest(),
        "sources": [
            {"file": sheet.path.name, "sha256": sheet.sha256, **({"sheet": sheet.name} if sheet.name else {})}
            for sheet in sheets
        ],
        "imported": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "counts": dict(checked.counts),
        "notes": list(checked.notes),
        "left_out_or_read_otherwise": [asdict(account) for account in checked.accounts],
        **({"accepted": list(accepted)} if accepted else {}),
    }


def _undo(written: Sequence[Path], before: Mapping[str, str | None]) -> None:
    """Take back what an import has written, as far as the folder lets; the earlier tables are the current ones again."""
    with suppress(OSError):
        for kind, name in before.items():
            if current_name(kind) == name:
                continue
            if name is None:
                (folder() / kind / CURRENT).unlink(missing_ok=True)
            else:
                _write(folder() / kind / CURRENT, f"{name}\n".encode())
    for path in written:
        with suppress(OSError):
            path.unlink(missing_ok=True)


@contextmanager
def listed(path: Path | None, tables: Sequence[Checked]) -> Iterator[None]:
    """Write what became of every county, and of every row that is left out, as a CSV file, unless what is done meanwhile fails.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    if path is None:
        yield
        return
    rows = [{"kind": table.kind, **asdict(account)} for table in tables for account in table.accounts]
    for table in tables:
        read = [(fips, f"read: {' '.join(figures) or 'never'}") for fips, *figures in table.rows]
        rows += [{"kind": table.kind, "fips": fips, "place": county_name(fips), "why": why} for fips, why in read]
    frame = pd.DataFrame(rows, columns=["kind", "fips", "place", "why", "where"]).sort_values(
        ["kind", "fips"], kind="stable"
    )
    path = path.expanduser()
    temporary = path.with_name(f"tmp-{path.name}-{uuid4().hex[:12]}")
    try:
        _write(temporary, csv_text(frame).encode())
        yield
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(f"cannot be written to: {error.strerror or error}", file=path) from None
    finally:
        temporary.unlink(missing_ok=True)


def kept_tables(kind: str) -> tuple[Kept, ...]:
    """Return the tables of a kind in the user's folder, the current one first."""
    current = current_name(kind)
    names = sorted(path.stem for path in (folder() / kind).glob(f"{IMPORTED}-*.csv"))
    if current is not None and current not in names:
        names.append(current)
    found = [Kept(kind, name, name == current, _is_sound(kind, name), description(kind, name) or {}) for name in names]
    return tuple(sorted(found, key=lambda one: not one.current))


def forget(named: str) -> tuple[Kept, ...]:
    """Remove a table by its name, or every table of a kind, and return what was removed.

    When the current table of a kind goes and others stay, none of them takes its place: ``imported`` then means nothing
    until a file is imported again.

    Raises
    ------
    InputError
        If there is no such table.
    """
    there = [one for kind in KINDS for one in kept_tables(kind)]
    gone = tuple(one for one in there if named in (one.kind, one.name))
    if not gone:
        known = list(dict.fromkeys([*(one.kind for one in there), *(one.name for one in there)]))
        near = nearest_names(named, known or KINDS)
        raise InputError(
            f"nothing imported is called {named!r}", allowed=known or "nothing is imported here", nearest=near
        )
    for one in gone:
        home = folder() / one.kind
        try:
            if one.current:
                (home / CURRENT).unlink(missing_ok=True)  # first: it never names what is not there
            for ending in (".csv", ".json"):
                (home / f"{one.name}{ending}").unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"cannot be removed: {error.strerror or error}", file=home) from None
    return gone


def _is_sound(kind: str, name: str) -> bool:
    """Say whether a table is there and is what its name says."""
    try:
        return name_of((folder() / kind / f"{name}.csv").read_bytes()) == name
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and give it its own when it is whole."""
    temporary = path.with_name(f"tmp-{path.name}-{uuid4().hex[:12]}")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
