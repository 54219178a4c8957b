"""The stored data of each run of a results folder: its scenario, and all numbers that are available for comparison.

A run may be stored completely in its own folder; only as rows of the tables of the sweep, as in published results; or only
as a hash in the manifest. Its scenario is in its record or in the manifest, and is verified by the name of the run, which
is a hash. Nothing is computed or written. In comparisons, integers must be equal; quotients may differ in the last digit,
because platforms may round them differently.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.runs.atomic_files import read_parquet, readable_json, sealed
from enforcement_sim.runs.manifest import point_scenario, read_manifest, read_scenario, settings_of
from enforcement_sim.runs.provenance import canonical, digest, run_id_of
from enforcement_sim.runs.store import (
    MANIFEST,
    RECORD,
    RUNS,
    SCHEMA,
    SUMMARY,
    RunFiles,
    RunStore,
    file_fault,
    measures_of,
)
from enforcement_sim.runs.summaries import TABLES

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("design", "engine_version", "inputs", "outputs", "runs", "scenario")
"""Keys of a manifest that are required to compute its runs again."""

EVERY_TABLE = "every table"
"""What is compared for a completely stored run."""

ROUNDING = 1e-12
"""Relative tolerance for equal quotients."""


class StoredRuns:
    """The stored runs of a results folder.

    Raises
    ------
    InputError
        If the folder contains no finished sweep, or a key is missing in its manifest.

    Attributes
    ----------
    runs : list of dict
        The row of each run in the manifest, without duplicates.
    faults : dict
        File of the folder -> its fault, for the files checked so far.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.manifest = folder, read_manifest(folder)
        missing = [key for key in NEEDED if key not in self.manifest]
        if missing:
            raise InputError(f"it is not a sweep's manifest: it has no {missing[0]!r}", file=folder / MANIFEST)
        self.name = str(self.manifest["design"]["name"])
        self.runs = list({row["run"]: row for row in reversed(self.manifest["runs"])}.values())[::-1]
        self.faults: dict[str, str] = {}
        self._store = RunStore(folder, self.manifest["inputs"])
        self._tables: dict[str, pd.DataFrame | None] = {}
        self._formats: set[str] = set()
        for name, expected in self.manifest["outputs"].items():
            # A published folder may omit tables, but those in it must be unchanged.
            if (folder / name).exists() and (fault := file_fault(folder / name, expected)) is not None:
                self.faults[name] = fault

    def other_formats(self) -> tuple[tuple[str, str, str], ...]:
        """Return the unsupported formats of stored runs, for the runs read so far."""
        return tuple(("format of stored runs", version, str(SCHEMA)) for version in sorted(self._formats))

    def record(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the record of a run, if the run is stored, intact and in the current format."""
        run = row["run"]
        if not self._store.path(run).is_dir():
            return None
        fault = self._store.fault(run)
        if fault is None:
            if file_fault(self._store.path(run) / RECORD, str(row.get("sha256"))) is None:
                return self._store.record(run)
            fault = "is not the run that the manifest seals"
        version = self._store.format_version(run)
        if version in (None, SCHEMA):
            self.faults[f"{RUNS}/{run}"] = fault
        else:
            self._formats.add(str(version))
        return None

    def scenario_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the part of the scenario of a run that reached the engine.

        Raises
        ------
        InputError
            If the folder does not contain it, or it was changed.
        """
        for made_from in self._candidates(row):
            if self._is_named_after(row, made_from):
                return made_from
        raise self._unknown(row)

    def check_scenario(self, row: Mapping[str, Any], made_from: Mapping[str, Any]) -> None:
        """Check that a run was made from a scenario, by the hash in its name."""
        if not self._is_named_after(row, made_from):
            raise self._unknown(row)

    def _is_named_after(self, row: Mapping[str, Any], made_from: Mapping[str, Any]) -> bool:
        return bool(run_id_of(made_from, row["seed"], self.manifest["engine_version"]) == row["run"])

    def _unknown(self, row: Mapping[str, Any]) -> InputError:
        message = f"does not contain the scenario of run {row['run']}, or was changed after it was written"
        return InputError(message, file=self.folder / MANIFEST)

    def _candidates(self, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the scenarios that the folder has for a run, from all places."""
        in_manifest = point_scenario(self.manifest, row["point"], row.get("draw", 0))
        if in_manifest is not None:
            yield in_manifest
        record = self.record(row)
        if record is not None:
            yield record["scenario"]
        if in_manifest is None:
            # Manifests of earlier versions contain only the settings of the point.
            base = {key: value for key, value in self.manifest["scenario"].items() if key != "sweep"}
            with suppress(InputError):
                settings = settings_of(self.manifest, row["point"])
                yield as_json(canonical(read_scenario(base)[0].with_(**settings)))

    def same_bytes(self, row: Mapping[str, Any], files: RunFiles) -> bool:
        """Return whether the files of a new run have the hashes in the manifest.

        The record of a run has the versions of the code. After replacing them by the old ones, all bytes must be equal.
        """
        record = json.loads(files[RECORD])
        engine = self.manifest["engine_version"]
        names = {"run": row["run"], "engine_version": engine, "inputs": self.manifest["inputs"]}
        if "engine_version" in record["meta"]:
            names["meta"] = record["meta"] | {"engine_version": engine}
        return bool(digest(readable_json(sealed(record | names))) == row.get("sha256"))

    def compare(self, row: Mapping[str, Any], files: RunFiles) -> tuple[list[str], list[str]]:
        """Return which stored data of a run could be compared with its new files, and the differences."""
        new = json.loads(files[RECORD])
        old = self.record(row)
        if old is not None:
            found = number_differences("measures", measures_of(old), measures_of(new))
            keys = [
                key for key in dict.fromkeys([*old["meta"], *new["meta"]]) if key not in ("engine_version", "scenario")
            ]
            found += [f"meta: {key}" for key in keys if old["meta"].get(key) != new["meta"].get(key)]
            for name in dict.fromkeys([*old["files"], *(name for name in files if name != RECORD)]):
                found += _file_differences(name, self._store.path(row["run"]) / name, files.get(name))
            return ["measures", EVERY_TABLE], found
        compared, found = [], []
        for name in ("measures", *TABLES):
            rows = self.rows(name, row["run"])
            if rows is None:
                continue
            compared.append(name)
            if name == "measures":
                stored = {str(key): float(value) for key, value in rows.iloc[0].items()} if len(rows) else {}
                found += number_differences(name, stored, measures_of(new))
            else:
                found += frame_differences(name, rows, read_parquet(io.BytesIO(files[f"{SUMMARY}/{name}.parquet"])))
        return compared, found

    def rows(self, name: str, run: str) -> pd.DataFrame | None:
        """Return the rows of a run in one of the tables of the folder; None if the table is missing."""
        if name not in self._tables:
            self._tables[name] = _read_table(self.folder, name)
        table = self._tables[name]
        if table is None:
            return None
        # The same run may belong to two points.
        rows = table[table["run"] == run]
        first = rows[rows["point"] == rows["point"].iloc[0]] if len(rows) else rows
        return first[list(first.columns)[list(first.columns).index("run") + 1 :]].reset_index(drop=True)


def as_json(made: dict[str, Any]) -> dict[str, Any]:
    """Return a canonical scenario after a round trip through JSON."""
    plain: dict[str, Any] = json.loads(json.dumps(made))
    return plain


def _read_table(folder: Path, name: str) -> pd.DataFrame | None:
    import pandas as pd

    if (folder / f"{name}.parquet").exists():
        return read_parquet(folder / f"{name}.parquet")
    if (folder / f"{name}.csv").exists():
        return pd.read_csv(folder / f"{name}.csv", dtype={"run": str}, keep_default_na=False, na_values=[""])
    return None


def _file_differences(name: str, path: Path, new: bytes | None) -> list[str]:
    """Return the differences between a table of a run and the stored file of the same name."""
    table = name.removesuffix(".parquet")
    if new is None or not path.exists():
        return [f"{table} is {'gone' if new is None else 'new'}"]
    old = path.read_bytes()
    return [] if old == new else frame_differences(table, read_parquet(io.BytesIO(old)), read_parquet(io.BytesIO(new)))


def number_differences(name: str, old: Mapping[str, float], new: Mapping[str, float]) -> list[str]:
    """Return which named numbers differ, with their values."""
    found = []
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            found.append(f"{name}: {key} is {'new' if before is None else 'gone'}")
        elif not _same(before, after):
            found.append(f"{name}: {key} {before:.10g} then, {after:.10g} now")
    return found


def frame_differences(name: str, old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """Return the differences of two frames: their columns, row counts, or number of differing cells in each column."""
    if list(old.columns) != list(new.columns):
        return [f"{name}: columns {', '.join(map(str, old.columns))} then, {', '.join(map(str, new.columns))} now"]
    if len(old) != len(new):
        return [f"{name}: {len(old):,} rows then, {len(new):,} now"]
    found = []
    for column in old.columns:
        pairs = zip(map(_cell, old[column]), map(_cell, new[column]), strict=True)
        differing = [pair for pair in pairs if not _same(*pair)]
        if differing:
            before, after = differing[0]
            found.append(f"{name}: {len(differing):,} of {len(old):,} in {column}, first {before} then, {after} now")
    return found


def _cell(value: Any) -> Any:
    """Return a cell as read from a CSV file: numbers as numbers, everything else as text."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        # CSV does not distinguish empty text from a missing number; a month is a date in one format and a midnight
        # timestamp in the other.
        return str(value).removesuffix(" 00:00:00") or math.nan
    return float(value)


def _same(one: Any, other: Any) -> bool:
    """Return whether two cells are equal, up to the rounding of quotients."""
    if not (isinstance(one, float) and isinstance(other, float)):
        return bool(one == other)
    if math.isnan(one) or math.isnan(other) or (one.is_integer() and other.is_integer()):
        return one == other or (math.isnan(one) and math.isnan(other))
    return math.isclose(one, other, rel_tol=ROUNDING)
