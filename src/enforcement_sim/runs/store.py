"""Finished runs on disk: written whole or not at all, read back exactly, never trusted blindly.

A run is a folder ``runs/<run id>`` with one Parquet file a table, the summaries made from them under ``summary/``, and
``run.json``: what the run was made from, its measures, and the SHA-256 of every file. :func:`pack` makes these files as
bytes, wherever the run was computed; the store writes them under a temporary name beside their final place, flushes
them to the disk and renames the folder, so one with the final name is complete even after a kill or a power cut. Before
a stored run is used it is checked against its own hashes; one that is cut short, foreign or of an older form is made
again, and the reason is told. Which runs there should be may not enter.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.runs.disk import (
    TEMPORARY,
    flush_folder,
    patiently,
    readable_json,
    temporary_beside,
    write_file,
    write_whole,
)
from enforcement_sim.runs.frames import frame_bytes, read_frame
from enforcement_sim.runs.run import canonical, canonical_json, digest

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.results.result import Result
    from enforcement_sim.runs.design import Task

__all__ = [
    "RECORD",
    "SCHEMA",
    "TEMPORARY",
    "RunStore",
    "frame_bytes",
    "measures_of",
    "pack",
    "read_frame",
    "readable_json",
    "sealed",
    "write_whole",
]

SCHEMA = 1
"""Form of a stored run. A run of another form is made again."""

RECORD = "run.json"
SUMMARY = "summary"
NOT_COMPUTED = "not computed yet"
"""What :meth:`RunStore.fault` says of a run that was never there."""

CLOCK_KEYS = ("wall_seconds", "started", "finished")
"""Keys of a result's ``meta`` that depend on the machine and the moment, and so do not belong to the result."""

Restore = Callable[[dict[str, "pd.DataFrame"], dict[str, Any]], "Result"]
Packed = Mapping[str, bytes]
"""The files of a run by name; ``run.json`` seals the others."""


def pack(
    task: Task, result: Result, summaries: Mapping[str, pd.DataFrame], engine_version: str, inputs: str
) -> dict[str, bytes]:
    """Return the files of a finished run; the same run gives the same bytes wherever it was computed."""
    tables = result.tables()
    frames = {f"{name}.parquet": frame for name, frame in tables.items()}
    frames |= {f"{SUMMARY}/{name}.parquet": frame for name, frame in summaries.items()}
    files = {name: frame_bytes(frame) for name, frame in frames.items()}
    record = {
        "schema": SCHEMA,
        "run": task.run,
        "seed": task.seed,
        "engine_version": engine_version,
        "inputs": inputs,
        "scenario": canonical(task.scenario),
        "meta": _plain_meta(result.meta, task),
        "measures": {name: _number(value) for name, value in sorted(result.measures().items())},
        "tables": list(tables),
        "files": {name: {"bytes": len(content), "sha256": digest(content)} for name, content in files.items()},
    }
    return files | {RECORD: readable_json(sealed(record))}


def sealed(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record, or a manifest, with the seal that shows whether it was changed after it was written."""
    bare = {key: value for key, value in record.items() if key != "seal"}
    return bare | {"seal": digest(canonical_json(bare))}


def measures_of(record: Mapping[str, Any]) -> dict[str, float]:
    """Return the measures in a run's record; one that could not be computed (a share of nothing) is NaN."""
    return {name: float("nan") if value is None else value for name, value in record["measures"].items()}


class RunStore:
    """The runs of one results folder.

    Parameters
    ----------
    folder : Path
        The results folder; the runs are in its ``runs``.
    inputs : str
        Digest of the data and rules the package ships. A run made from others is made again.
    restore : callable, optional
        Makes a result from tables and meta; ``Result.from_tables`` unless given.

    Examples
    --------
    >>> from pathlib import Path
    >>> RunStore(Path("no-such-folder"), inputs="").fault("0123456789abcdef")
    'not computed yet'
    """

    def __init__(self, folder: Path, inputs: str, restore: Restore | None = None) -> None:
        self.folder = Path(folder)
        self.inputs = inputs
        self._restore = restore

    def path(self, run: str) -> Path:
        """Return where a run lives."""
        return self.folder / "runs" / run

    def fault(self, run: str) -> str | None:
        """Return why a stored run cannot be used, in a few words; ``None`` if it can.

        Every byte of the run is read and hashed.
        """
        if not self.path(run).is_dir():
            return NOT_COMPUTED
        try:
            written = (self.path(run) / RECORD).read_bytes()
            record = json.loads(written)
            as_written = written == readable_json(record)
            seal = record.pop("seal")
            schema, files, run_name, inputs = record["schema"], record["files"], record["run"], record["inputs"]
        except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
            return f"{RECORD} is missing or cannot be read"
        if schema != SCHEMA:
            return f"stored in form {schema}, this version writes form {SCHEMA}"
        if not as_written or seal != digest(canonical_json(record)):
            return f"{RECORD} was changed after it was written"
        if run_name != run:
            return f"it is run {run_name} under another name"
        if inputs != self.inputs:
            return "made from other data or rules than the package now ships"
        for name, expected in files.items():
            try:
                content = (self.path(run) / name).read_bytes()
            except OSError:
                return f"{name} is missing"
            if len(content) != expected["bytes"]:
                return f"{name} has {len(content)} bytes instead of {expected['bytes']}"
            if digest(content) != expected["sha256"]:
                return f"{name} was changed after it was written"
        return None

    def form(self, run: str) -> int | None:
        """Return the form that a run is stored in; None if its record cannot be read."""
        try:
            return int(json.loads((self.path(run) / RECORD).read_bytes())["schema"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def record(self, run: str) -> dict[str, Any]:
        """Return a run's ``run.json``."""
        record: dict[str, Any] = json.loads((self.path(run) / RECORD).read_bytes())
        return record

    def measures(self, run: str) -> dict[str, float]:
        """Return a run's measures; one that could not be computed (a share of nothing) is NaN."""
        return measures_of(self.record(run))

    def summary(self, run: str, name: str) -> pd.DataFrame:
        """Return one of the frames that were summarised when the run was made."""
        return read_frame(self.path(run) / "summary" / f"{name}.parquet")

    def read(self, run: str) -> Result:
        """Return a run's result, equal to the one that was written.

        Raises
        ------
        FileNotFoundError, ValueError
            If it is not there or cannot be used; :meth:`fault` says why.
        """
        fault = self.fault(run)
        if fault is not None:
            error = FileNotFoundError if not self.path(run).is_dir() else ValueError
            raise error(f"run {run}: {fault}")
        record = self.record(run)
        tables = {name: read_frame(self.path(run) / f"{name}.parquet") for name in record["tables"]}
        restore = self._restore
        if restore is None:
            from enforcement_sim.results.result import Result

            restore = Result.from_tables
        return restore(tables, record["meta"])

    def write(self, task: Task, result: Result, summaries: Mapping[str, pd.DataFrame], engine_version: str) -> int:
        """Write a run whole, or not at all, and return its size in bytes; see :meth:`keep`."""
        return self.keep(task.run, pack(task, result, summaries, engine_version, self.inputs))

    def keep(self, run: str, packed: Packed) -> int:
        """Write the files of a run, all or none, and return their size in bytes.

        A run of the same name that is already there and sound is left alone: it holds the same bytes.

        Raises
        ------
        OSError
            If the disk does not take them; nothing of the run is left then.
        """
        temporary = temporary_beside(self.folder / run)
        try:
            (temporary / SUMMARY).mkdir(parents=True)
            for name, content in packed.items():
                write_file(temporary / name, content)
            flush_folder(temporary / SUMMARY)
            flush_folder(temporary)
            self._put_in_place(temporary, run)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return sum(map(len, packed.values()))

    def take(self, run: str) -> dict[str, bytes]:
        """Return the files of a run and remove it."""
        home = self.path(run)
        found = {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}
        shutil.rmtree(home)
        return found

    def clear_leftovers(self) -> None:
        """Remove what killed processes left half-written. Only the holder of the folder's lock may ask for it."""
        for leftover in self.folder.glob(f"{TEMPORARY}*"):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                with suppress(OSError):
                    leftover.unlink()

    def _put_in_place(self, temporary: Path, run: str) -> None:
        """Give a complete folder its final name; what it replaces is moved aside first and removed after."""
        final = self.path(run)
        final.parent.mkdir(exist_ok=True)
        if final.exists():
            if self.fault(run) is None:
                return
            aside = temporary_beside(self.folder / f"{run}-replaced")
            patiently(os.rename, final, aside)
            shutil.rmtree(aside, ignore_errors=True)
        try:
            patiently(os.rename, temporary, final)
        except OSError:
            # A worker that outlived its sweep may have been quicker; what it wrote are the same bytes.
            if self.fault(run) is not None:
                raise
        flush_folder(final.parent)


def _plain_meta(meta: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Return a result's meta as JSON can hold it, without the clock and without words for readers.

    Two scenarios that differ in their title only share a run, so the run must not carry either title.
    """
    kept = {str(key): _plain(value) for key, value in meta.items() if key not in CLOCK_KEYS}
    if "scenario" in kept:
        kept["scenario"] = canonical(task.scenario)
    return kept


def _plain(value: Any) -> Any:
    """Return numbers of NumPy as Python's, dates as text, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float):
        return _number(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _number(value: float) -> float | None:
    """Return a number as JSON can hold it: what is not finite has no value."""
    number = float(value)
    return number if number - number == 0 else None
