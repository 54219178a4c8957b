"""The user's folder of imported tables: written whole or not at all, listed, and removed on request.

A folder for each kind holds its tables, ``imported-….csv``, a note beside each (which file it came from, hashes, counts,
when), and ``current``, the name of the one imported last. A table never changes under its name; importing the same figures
again finds them there. The note has the name of the source file and never its path.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.places.county_codes import county_label
from enforcement_sim.places.data_import.files import Sheet
from enforcement_sim.places.imported import (
    COLUMNS,
    CURRENT,
    FORM,
    IMPORTED,
    KINDS,
    current_name,
    description,
    folder,
    name_of,
)
from enforcement_sim.tables.amounts import several
from enforcement_sim.tables.csv_text import csv_text

NAMED = 12
"""So many places are named in a sentence; all of them stand in the table's note and in the list."""


@dataclass(frozen=True)
class Account:
    """A row, or a county, that is left out or not taken as it is written.

    Attributes
    ----------
    why : str
        What became of it.
    place : str
        The county's code and name, or what the file says.
    where : str
        File and row; empty for a county that no file names.
    fips : str
        Code of the county; empty if it is none.
    """

    why: str
    place: str
    where: str = ""
    fips: str = ""


@dataclass(frozen=True)
class Checked:
    """A table that may replace the package's figures.

    Attributes
    ----------
    rows : tuple of tuple of str
        In the columns of ``imported.COLUMNS``, sorted.
    counts : mapping
        How many counties, months and the like, for the note beside the table.
    notes : tuple of str
        What the user should know, in words.
    accounts : tuple of Account
        Every row and county that is left out or not taken as it is written.
    """

    kind: str
    rows: tuple[tuple[str, ...], ...]
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    accounts: tuple[Account, ...] = ()

    @property
    def content(self) -> bytes:
        """The table as bytes: the same figures give the same, whatever file they came in."""
        head = f"# enforcement-sim, imported {self.kind}, form {FORM}\n{','.join(COLUMNS[self.kind])}\n"
        return (head + "".join(f"{','.join(row)}\n" for row in self.rows)).encode()

    @property
    def name(self) -> str:
        """What the table is called: a hash of its content."""
        return name_of(self.content)


def in_words(why: str, accounts: Sequence[Account]) -> str:
    """Return how many counties or rows something became of, and which.

    Examples
    --------
    >>> in_words("of territories", [Account("of territories", "72001", "roster.csv row 4")])
    '1 row of territories left aside (72001)'
    """
    counties = several(len({account.fips for account in accounts}), "county")
    if len(accounts) > NAMED and not any(account.where for account in accounts):
        return f"{why}: {counties}"
    places = list(dict.fromkeys(account.place or account.where for account in accounts))
    shown = "; ".join(places[:NAMED]) + (f"; and {len(places) - NAMED:,} more" if len(places) > NAMED else "")
    return (
        f"{why}: {counties} ({shown})"
        if accounts[0].fips
        else f"{several(len(accounts), 'row')} {why} left aside ({shown})"
    )


SCHEMA = 1
"""Form of the note beside a table."""


@dataclass(frozen=True)
class Stored:
    """A table in the user's folder.

    Attributes
    ----------
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


def files_of(checked: Checked, sheets: Sequence[Sheet], accepted: Sequence[str]) -> dict[Path, bytes]:
    """Return the files of a table that are not there yet, and last the one that makes it the current one of its kind."""
    home = folder() / checked.kind
    table = home / f"{checked.name}.csv"
    files = {} if is_sound(checked.kind, checked.name) else {table: checked.content}
    if files or description(checked.kind, checked.name) is None:
        sources = [
            {"file": sheet.path.name, "sha256": sheet.sha256} | ({"sheet": sheet.name} if sheet.name else {})
            for sheet in sheets
        ]
        note = {
            "schema": SCHEMA,
            "kind": checked.kind,
            "sha256": hashlib.sha256(checked.content).hexdigest(),
            "sources": sources,
            "imported": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "counts": dict(checked.counts),
            "notes": list(checked.notes),
            "left_out_or_read_otherwise": [asdict(account) for account in checked.accounts],
        } | ({"accepted": list(accepted)} if accepted else {})
        files[table.with_suffix(".json")] = f"{json.dumps(note, indent=1, ensure_ascii=False)}\n".encode()
    return files | {home / CURRENT: f"{checked.name}\n".encode()}


def list_of(tables: Sequence[Checked]) -> bytes:
    """Return what became of every county, and of every row that is left out, as a CSV file."""
    rows = [{"kind": table.kind, **asdict(account)} for table in tables for account in table.accounts]
    for table in tables:
        read = [(fips, f"read: {' '.join(figures) or 'never'}") for fips, *figures in table.rows]
        rows += [{"kind": table.kind, "fips": fips, "place": county_label(fips), "why": why} for fips, why in read]
    frame = pd.DataFrame(rows, columns=["kind", "fips", "place", "why", "where"])
    return csv_text(frame.sort_values(["kind", "fips"], kind="stable")).encode()


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write files, each whole, in their order; if one cannot be written, leave all as they were."""
    with ExitStack() as undo:
        for path, content in files.items():
            try:
                undo.callback(_restore, path, path.read_bytes() if path.exists() else None)
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, content)
            except OSError as error:
                raise InputError(f"cannot be written to: {error.strerror or error}", path) from None
        undo.pop_all()


def _restore(path: Path, content: bytes | None) -> None:
    """Give a file back what it held, as far as the folder lets; None if it was not there."""
    with suppress(OSError):
        if content is None:
            path.unlink(missing_ok=True)
        elif path.read_bytes() != content:
            _write(path, content)


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


def stored_tables(kind: str) -> tuple[Stored, ...]:
    """Return the tables of a kind in the user's folder, the current one first."""
    current = current_name(kind)
    names = {path.stem for path in (folder() / kind).glob(f"{IMPORTED}-*.csv")} | ({current} if current else set())
    return tuple(
        Stored(kind, name, name == current, is_sound(kind, name), description(kind, name) or {})
        for name in sorted(names, key=lambda name: (name != current, name))
    )


def forget(named: str) -> tuple[Stored, ...]:
    """Remove a table by its name, or every table of a kind, and return what was removed.

    When the current table of a kind goes and others stay, none of them takes its place: ``imported`` then means nothing
    until a file is imported again.
    """
    there = [one for kind in KINDS for one in stored_tables(kind)]
    gone = tuple(one for one in there if named in (one.kind, one.name))
    if not gone:
        known = list(dict.fromkeys([*(one.kind for one in there), *(one.name for one in there)]))
        message, near = f"nothing imported is called {named!r}", nearest_names(named, known or KINDS)
        raise InputError(message, allowed=known or "nothing is imported here", nearest=near)
    for one in gone:
        home = folder() / one.kind
        # First what names the current table: it never names what is not there.
        files = ([CURRENT] if one.current else []) + [f"{one.name}.csv", f"{one.name}.json"]
        try:
            for name in files:
                (home / name).unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"cannot be removed: {error.strerror or error}", file=home) from None
    return gone


def is_sound(kind: str, name: str) -> bool:
    """Say whether a table is there and is what its name says."""
    try:
        return name_of((folder() / kind / f"{name}.csv").read_bytes()) == name
    except OSError:
        return False
