"""Finished runs on disk: written whole or not at all, read back exactly, never trusted blindly.

A run is a folder ``runs/<run id>`` with one Parquet file a table, the summaries made from them under ``summary/``, and
``run.json``: what the run was made from, its measures, and the SHA-256 of every file. It is written under a temporary
name beside its final place, flushed to the disk and renamed, so a folder with the final name is complete even after a
kill or a power cut. Before a stored run is used it is checked against its own hashes; one that is cut short, foreign
or of an older form is made again, and the reason is told. Which runs there should be may not enter.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.experiment.run import canonical, canonical_json, digest

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.experiment.design import Task
    from enforcement_sim.results import Result

SCHEMA = 1
"""Form of a stored run. A run of another form is made again."""

RECORD = "run.json"
TEMPORARY = "tmp-"
CATEGORIES = b"categories"
CLOCK_KEYS = ("wall_seconds", "started", "finished")
"""Keys of a result's ``meta`` that depend on the machine and the moment, and so do not belong to the result."""

Restore = Callable[[dict[str, "pd.DataFrame"], dict[str, Any]], "Result"]


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
            return "not computed yet"
        try:
            record = json.loads((self.path(run) / RECORD).read_bytes())
            seal = record.pop("seal")
            schema, files, run_name, inputs = record["schema"], record["files"], record["run"], record["inputs"]
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return f"{RECORD} is missing or cannot be read"
        if schema != SCHEMA:
            return f"stored in form {schema}, this version writes form {SCHEMA}"
        if seal != digest(canonical_json(record)):
            return f"{RECORD} was changed after it was written"
        if run_name != run:
            return f"it is run {run_name} under another name"
        if inputs != self.inputs:
            return "made from other data or rules than the package now ships"
        for name, written in files.items():
            try:
                content = (self.path(run) / name).read_bytes()
            except OSError:
                return f"{name} is missing"
            if len(content) != written["bytes"]:
                return f"{name} has {len(content)} bytes instead of {written['bytes']}"
            if digest(content) != written["sha256"]:
                return f"{name} was changed after it was written"
        return None

    def record(self, run: str) -> dict[str, Any]:
        """Return a run's ``run.json``."""
        record: dict[str, Any] = json.loads((self.path(run) / RECORD).read_bytes())
        return record

    def measures(self, run: str) -> dict[str, float]:
        """Return a run's measures; one that could not be computed (a share of nothing) is NaN."""
        stored = self.record(run)["measures"]
        return {name: float("nan") if value is None else value for name, value in stored.items()}

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
            from enforcement_sim.results import Result

            restore = Result.from_tables
        return restore(tables, record["meta"])

    def write(self, task: Task, result: Result, summaries: Mapping[str, pd.DataFrame], engine_version: str) -> int:
        """Write a run whole, or not at all, and return its size in bytes.

        A run of the same name that is already there and sound is left alone: it holds the same bytes.
        """
        temporary = self.folder / f"{TEMPORARY}{task.run}-{os.getpid()}"
        shutil.rmtree(temporary, ignore_errors=True)
        (temporary / "summary").mkdir(parents=True)
        try:
            tables = result.tables()
            frames = {f"{name}.parquet": frame for name, frame in tables.items()}
            frames |= {f"summary/{name}.parquet": frame for name, frame in summaries.items()}
            files = {name: _write_file(temporary / name, frame_bytes(frame)) for name, frame in frames.items()}
            record = {
                "schema": SCHEMA,
                "run": task.run,
                "seed": task.seed,
                "engine_version": engine_version,
                "inputs": self.inputs,
                "scenario": canonical(task.scenario),
                "meta": _plain_meta(result.meta, task),
                "measures": {name: _number(value) for name, value in sorted(result.measures().items())},
                "tables": list(tables),
                "files": files,
            }
            record["seal"] = digest(canonical_json(record))
            written = _write_file(temporary / RECORD, readable_json(record))
            _flush_folder(temporary / "summary")
            _flush_folder(temporary)
            self._put_in_place(temporary, task.run)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return int(sum(file["bytes"] for file in files.values()) + written["bytes"])

    def clear_leftovers(self) -> None:
        """Remove what killed processes left half-written. Only the holder of the folder's lock may ask for it."""
        for leftover in self.folder.glob(f"{TEMPORARY}*"):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)

    def _put_in_place(self, temporary: Path, run: str) -> None:
        """Give a complete folder its final name; what it replaces is moved aside first and removed after."""
        final = self.path(run)
        final.parent.mkdir(exist_ok=True)
        if final.exists():
            if self.fault(run) is None:
                return
            aside = self.folder / f"{TEMPORARY}{run}-{os.getpid()}-replaced"
            os.rename(final, aside)
            shutil.rmtree(aside, ignore_errors=True)
        os.rename(temporary, final)
        _flush_folder(final.parent)


def frame_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame as the bytes of a Parquet file; equal frames give equal bytes."""
    import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    table = pa.Table.from_pandas(frame, nthreads=1)
    # Parquet keeps the categories of a column among its values, so an empty column would come back without them.
    categories = {
        str(name): [column.cat.categories.tolist(), bool(column.cat.ordered)]
        for name, column in frame.items()
        if column.dtype == "category"
    }
    if categories:
        table = table.replace_schema_metadata({**table.schema.metadata, CATEGORIES: canonical_json(categories)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def read_frame(path: Path) -> pd.DataFrame:
    """Return a frame from a Parquet file, with the column types it was written with."""
    import pandas as pd
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    table = pq.read_table(path, use_threads=False, partitioning=None)
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    categories = (table.schema.metadata or {}).get(CATEGORIES)
    for name, (members, ordered) in json.loads(categories or "{}").items():
        frame[name] = frame[name].astype(pd.CategoricalDtype(pd.Index(members, dtype=_index_type(members)), ordered))
    return frame


def _index_type(members: list[Any]) -> str | None:
    """Return the type of an index of categories: an empty one of text must be told that it is text."""
    return "str" if all(isinstance(member, str) for member in members) else None


def write_whole(path: Path, content: bytes) -> bool:
    """Write a file whole or not at all; say whether its content is new."""
    if path.is_file() and path.read_bytes() == content:
        return False
    temporary = path.with_name(f"{TEMPORARY}{path.name}-{os.getpid()}")
    _write_file(temporary, content)
    os.replace(temporary, path)
    _flush_folder(path.parent)
    return True


def readable_json(value: Any) -> bytes:
    """Return JSON for people and version control: indented, keys sorted, one newline at the end."""
    text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def _write_file(path: Path, content: bytes) -> dict[str, Any]:
    """Write and flush a file; return its size and hash for the record."""
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return {"bytes": len(content), "sha256": digest(content)}


def _flush_folder(folder: Path) -> None:
    """Make a folder's new names durable, where the system can open a folder."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
