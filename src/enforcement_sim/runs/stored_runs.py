"""What a results folder can say of its runs: how each was made, and whatever numbers of it are stored.

A run may be stored whole, in its folder; or only its rows of the sweep's tables, as in published results; or nothing but
its hash in the manifest. Its scenario is in its own record or in the manifest, and its name, which is a hash, proves
that this is what was run. Nothing is computed or written. Whole numbers must be equal; quotients may differ in the last
digit, which another platform may round otherwise.
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
"""What a manifest must contain before anything can be computed again."""

EVERY_TABLE = "every table"
"""What is compared of a run that is stored whole."""

ROUNDING = 1e-12
"""Relative difference up to which two quotients are the same number."""


class StoredRuns:
    """What a folder has of its runs.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    InputError
        If the folder holds no finished sweep, or its manifest does not contain what is needed.

    Attributes
    ----------
    manifest : dict
    runs : list of dict
        The manifest's row of each run, each once.
    faults : dict
        File of the folder -> why it is not what the manifest says, of those looked at so far.
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
        self._forms: set[str] = set()
        for name, expected in self.manifest["outputs"].items():
            # A published folder may leave tables out; one that is there must be what was written.
            if (folder / name).exists() and (fault := file_fault(folder / name, expected)) is not None:
                self.faults[name] = fault

    def other_forms(self) -> tuple[tuple[str, str, str], ...]:
        """Return the forms of stored runs that this version does not read, of those looked at so far."""
        return tuple(("form of stored runs", form, str(SCHEMA)) for form in sorted(self._forms))

    def record(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return a run's record, if the run is stored, sound, and of this form."""
        run = row["run"]
        if not self._store.path(run).is_dir():
            return None
        fault = self._store.fault(run)
        if fault is None:
            if file_fault(self._store.path(run) / RECORD, str(row.get("sha256"))) is None:
                return self._store.record(run)
            fault = "is not the run that the manifest seals"
        form = self._store.form(run)
        if form in (None, SCHEMA):
            self.faults[f"{RUNS}/{run}"] = fault
        else:
            self._forms.add(str(form))
        return None

    def scenario_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return what of a run's scenario reached the engine.

        Raises
        ------
        InputError
            If nothing in the folder says so, or what does was changed.
        """
        for made_from in self._candidates(row):
            if self._is_named_after(row, made_from):
                return made_from
        raise self._unknown(row)

    def confirm(self, row: Mapping[str, Any], made_from: Mapping[str, Any]) -> None:
        """Make sure that a run was made from a scenario: its name is a hash of it.

        Raises
        ------
        InputError
            If it was not.
        """
        if not self._is_named_after(row, made_from):
            raise self._unknown(row)

    def _is_named_after(self, row: Mapping[str, Any], made_from: Mapping[str, Any]) -> bool:
        return bool(run_id_of(made_from, row["seed"], self.manifest["engine_version"]) == row["run"])

    def _unknown(self, row: Mapping[str, Any]) -> InputError:
        message = f"it does not say how run {row['run']} was made, or was changed after it was written"
        return InputError(message, file=self.folder / MANIFEST)

    def _candidates(self, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield what the folder says of a run's scenario, wherever it does."""
        in_manifest = point_scenario(self.manifest, row["point"], row.get("draw", 0))
        if in_manifest is not None:
            yield in_manifest
        record = self.record(row)
        if record is not None:
            yield record["scenario"]
        if in_manifest is None:
            # A manifest of an earlier version gives the settings of the point only.
            base = {key: value for key, value in self.manifest["scenario"].items() if key != "sweep"}
            with suppress(InputError):
                settings = settings_of(self.manifest, row["point"])
                yield as_json(canonical(read_scenario(base)[0].with_(**settings)))

    def same_bytes(self, row: Mapping[str, Any], files: RunFiles) -> bool:
        """Return whether a new run's files are those whose hashes the manifest holds.

        A run's record names the code that made it; with the old names put in, the rest must be the same to the byte.
        """
        record = json.loads(files[RECORD])
        engine = self.manifest["engine_version"]
        names = {"run": row["run"], "engine_version": engine, "inputs": self.manifest["inputs"]}
        if "engine_version" in record["meta"]:
            names["meta"] = record["meta"] | {"engine_version": engine}
        return bool(digest(readable_json(sealed(record | names))) == row.get("sha256"))

    def compare(self, row: Mapping[str, Any], files: RunFiles) -> tuple[list[str], list[str]]:
        """Return what of a run could be compared with new files of it, and what differs."""
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
                was = {str(key): float(value) for key, value in rows.iloc[0].items()} if len(rows) else {}
                found += number_differences(name, was, measures_of(new))
            else:
                found += frame_differences(name, rows, read_parquet(io.BytesIO(files[f"{SUMMARY}/{name}.parquet"])))
        return compared, found

    def rows(self, name: str, run: str) -> pd.DataFrame | None:
        """Return a run's rows of one of the folder's tables; None if the table is not there."""
        if name not in self._tables:
            self._tables[name] = _read_table(self.folder, name)
        table = self._tables[name]
        if table is None:
            return None
        # The same run may stand for two points.
        rows = table[table["run"] == run]
        first = rows[rows["point"] == rows["point"].iloc[0]] if len(rows) else rows
        return first[list(first.columns)[list(first.columns).index("run") + 1 :]].reset_index(drop=True)


def as_json(made: dict[str, Any]) -> dict[str, Any]:
    """Return what reached the engine as JSON gives it back."""
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
    """Return how a table of a run differs from the stored file of its name."""
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
    """Return in words how two frames differ: their columns, their rows, or how many cells of which column."""
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
    """Return a cell as a CSV file would give it back: numbers as numbers, everything else as text."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        # A CSV file cannot tell empty text from a missing number, and a month is a date in one form and a time at
        # midnight in the other.
        return str(value).removesuffix(" 00:00:00") or math.nan
    return float(value)


def _same(one: Any, other: Any) -> bool:
    """Return whether two cells hold the same, but for the rounding of a quotient."""
    if not (isinstance(one, float) and isinstance(other, float)):
        return bool(one == other)
    if math.isnan(one) or math.isnan(other) or (one.is_integer() and other.is_integer()):
        return one == other or (math.isnan(one) and math.isnan(other))
    return math.isclose(one, other, rel_tol=ROUNDING)
