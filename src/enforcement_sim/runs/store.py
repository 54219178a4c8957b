"""A results folder: its files, its runs, and the faults of each of them.

========================  =============================================================================================
``manifest.json``         what the files of the folder are and how they were made; written last (module ``manifest``)
``unfinished.json``       replaces it until the sweep is finished
``runs/<run>/``           a run: a Parquet file for each table, ``summary/`` and ``run.json``, which has their hashes
``failed/<run>.json``     the traceback of a failed run, and what is needed to compute it again (``failures``)
``<table>.csv, .parquet`` the tables of the sweep (module ``summaries``)
``log.json``              an entry for each call, for information (module ``call_log``)
``.lock``                 held by the sweep that is running in the folder (module ``folder_lock``)
========================  =============================================================================================

A run is written under a temporary name, flushed and renamed, so a run with the final name is complete even after a kill or
a power cut. A stored run is checked against its hashes before it is used. If it is incomplete, belongs to another run, or
has an earlier format, it is computed again and the reason is logged.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.runs.atomic_files import (
    TEMPORARY,
    parquet_bytes,
    read_parquet,
    readable_json,
    retry_move,
    sealed,
    sync_folder,
    temporary_path,
    write_synced,
)
from enforcement_sim.runs.provenance import canonical, canonical_json, digest

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.results.result import Result
    from enforcement_sim.runs.design import Task

MANIFEST, UNFINISHED, LOG, LOCK = "manifest.json", "unfinished.json", "log.json", ".lock"
RUNS, FAILED, RECORD, SUMMARY = "runs", "failed", "run.json", "summary"

SCHEMA = 1
"""Format version of stored runs. A run in another format is computed again."""

NOT_COMPUTED = "not computed yet"
"""The fault of a run that was never stored."""

REPAIR = "run the same sweep again, which repairs the folder (`enforcement-sim status` lists what is missing)"

CLOCK_KEYS = ("wall_seconds", "started", "finished")
"""Keys of ``Result.meta`` that depend on the machine and the time, and so are not part of the result."""

RunFiles = Mapping[str, bytes]
"""The files of a run by name; ``run.json`` has the hashes of the others."""


def run_files(
    task: Task, result: Result, summaries: Mapping[str, pd.DataFrame], engine_version: str, inputs: str
) -> dict[str, bytes]:
    """Return the files of a finished run; the same run gives the same bytes on every machine."""
    tables = result.tables()
    frames = {f"{name}.parquet": frame for name, frame in tables.items()}
    frames |= {f"{SUMMARY}/{name}.parquet": frame for name, frame in summaries.items()}
    files = {name: parquet_bytes(frame) for name, frame in frames.items()}
    meta = {str(key): _json_value(value) for key, value in result.meta.items() if key not in CLOCK_KEYS}
    if "scenario" in meta:
        # Scenarios that differ only in their title share a run, so the run must not contain a title.
        meta["scenario"] = canonical(task.scenario)
    record = {
        "schema": SCHEMA,
        "run": task.run,
        "seed": task.seed,
        "engine_version": engine_version,
        "inputs": inputs,
        "scenario": canonical(task.scenario),
        "meta": meta,
        "measures": {name: _json_value(float(value)) for name, value in sorted(result.measures().items())},
        "tables": list(tables),
        "files": {name: {"bytes": len(content), "sha256": digest(content)} for name, content in files.items()},
    }
    return files | {RECORD: readable_json(sealed(record))}


def measures_of(record: Mapping[str, Any]) -> dict[str, float]:
    """Return the measures in the record of a run; an undefined measure is NaN."""
    return {name: float("nan") if value is None else value for name, value in record["measures"].items()}


def file_fault(path: Path, expected: str) -> str | None:
    """Return the fault of a file with a known SHA-256, or None."""
    try:
        with open(path, "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "is missing"
    return None if found == expected else "was changed after it was written"


class RunStore:
    """The runs of one results folder.

    Parameters
    ----------
    folder : Path
        The results folder.
    inputs : str
        Digest of the shipped data and rules. A run made with others is computed again.
    restore : callable, optional
        Creates a result from tables and meta; ``Result.from_tables`` by default.

    Examples
    --------
    >>> from pathlib import Path
    >>> RunStore(Path("no-such-folder"), inputs="").fault("0123456789abcdef")
    'not computed yet'
    """

    def __init__(self, folder: Path, inputs: str, restore: Callable[..., Result] | None = None) -> None:
        self.folder = Path(folder)
        self.inputs = inputs
        self._restore = restore

    def path(self, run: str) -> Path:
        """Return the folder of a run."""
        return self.folder / RUNS / run

    def fault(self, run: str) -> str | None:
        """Return why a stored run cannot be used, or None. Every byte is read and hashed."""
        home = self.path(run)
        if not home.is_dir():
            return NOT_COMPUTED
        try:
            written = (home / RECORD).read_bytes()
            record = json.loads(written)
            content = {key: record[key] for key in record if key != "seal"}
            intact = written == readable_json(record) and record["seal"] == digest(canonical_json(content))
            schema, files, stored_run, inputs = (record[key] for key in ("schema", "files", "run", "inputs"))
        except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
            return f"{RECORD} is missing or cannot be read"
        if schema != SCHEMA:
            return f"stored in format {schema}; this version writes format {SCHEMA}"
        if not intact:
            return f"{RECORD} was changed after it was written"
        if stored_run != run:
            return f"contains run {stored_run}"
        if inputs != self.inputs:
            return "made with other data or rules than the package now ships"
        for name, expected in files.items():
            if (fault := file_fault(home / name, expected["sha256"])) is None:
                continue
            if (home / name).is_file() and (size := (home / name).stat().st_size) != expected["bytes"]:
                fault = f"has {size} bytes instead of {expected['bytes']}"
            return f"{name} {fault}"
        return None

    def format_version(self, run: str) -> int | None:
        """Return the format version of a stored run; None if its record cannot be read."""
        try:
            return int(self.record(run)["schema"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def record(self, run: str) -> dict[str, Any]:
        """Return the content of the ``run.json`` of a run."""
        record: dict[str, Any] = json.loads((self.path(run) / RECORD).read_bytes())
        return record

    def measures(self, run: str) -> dict[str, float]:
        """Return the measures of a run; an undefined measure is NaN."""
        return measures_of(self.record(run))

    def summary(self, run: str, name: str) -> pd.DataFrame:
        """Return one of the summary tables of a run."""
        return read_parquet(self.path(run) / SUMMARY / f"{name}.parquet")

    def read(self, run: str) -> Result:
        """Return the result of a run, equal to the one that was saved.

        Raises
        ------
        FileNotFoundError, ValueError
            If it is not stored or cannot be used; :meth:`fault` gives the reason.
        """
        fault = self.fault(run)
        if fault is not None:
            raise (FileNotFoundError if fault == NOT_COMPUTED else ValueError)(f"run {run}: {fault}")
        record = self.record(run)
        tables = {name: read_parquet(self.path(run) / f"{name}.parquet") for name in record["tables"]}
        if self._restore is None:
            from enforcement_sim.results.result import Result

            return Result.from_tables(tables, record["meta"])
        return self._restore(tables, record["meta"])

    def save(self, run: str, files: RunFiles) -> int:
        """Write the files of a run atomically, and return their size in bytes.

        If the run is already stored and intact, it is not replaced, because it has the same bytes.
        """
        temporary = temporary_path(self.folder / run)
        try:
            (temporary / SUMMARY).mkdir(parents=True)
            for name, content in files.items():
                write_synced(temporary / name, content)
            sync_folder(temporary / SUMMARY)
            sync_folder(temporary)
            self._move_into_place(temporary, run)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return sum(map(len, files.values()))

    def remove(self, run: str) -> dict[str, bytes]:
        """Remove a run and return its files."""
        home = self.path(run)
        found = {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}
        shutil.rmtree(home)
        return found

    def clear_leftovers(self) -> None:
        """Remove incomplete files of killed processes. Only the holder of the folder lock may do this."""
        for leftover in self.folder.glob(f"{TEMPORARY}*"):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                with suppress(OSError):
                    leftover.unlink()

    def _move_into_place(self, temporary: Path, run: str) -> None:
        """Rename a complete folder to its final name; an existing folder is moved away first and then removed."""
        final = self.path(run)
        final.parent.mkdir(exist_ok=True)
        if final.exists():
            if self.fault(run) is None:
                return
            replaced = temporary_path(self.folder / f"{run}-replaced")
            retry_move(os.rename, final, replaced)
            shutil.rmtree(replaced, ignore_errors=True)
        try:
            retry_move(os.rename, temporary, final)
        except OSError:
            # Another worker may have stored the run in the meantime; its bytes are the same.
            if self.fault(run) is not None:
                raise
        sync_folder(final.parent)


def _json_value(value: Any) -> Any:
    """Return a value for JSON: NumPy numbers as Python numbers, dates as text, numbers that are not finite as None."""
    if isinstance(value, Mapping):
        return {str(key): _json_value(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(inner) for inner in value]
    if hasattr(value, "tolist"):
        return _json_value(value.tolist())
    if isinstance(value, float):
        return value if value - value == 0 else None
    return value.isoformat() if hasattr(value, "isoformat") else value
