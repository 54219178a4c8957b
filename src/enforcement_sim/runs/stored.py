"""What a results folder can say of its runs: how each was made, and whatever numbers of it are kept.

A run may be kept whole, in its folder; or only its rows of the sweep's tables, as in published results; or nothing but
its hash in the manifest. Its scenario is in its own record or in the manifest, and its name, which is a hash, shows
that what was found is just what was run. Nothing is computed or written.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.runs.alike import frame_differences, number_differences
from enforcement_sim.runs.folder import MANIFEST, made_from, settings_of
from enforcement_sim.runs.folder import SCHEMA as MANIFEST_SCHEMA
from enforcement_sim.runs.frames import read_frame
from enforcement_sim.runs.run import canonical, digest, run_id_of
from enforcement_sim.runs.status import table_fault
from enforcement_sim.runs.store import (
    RECORD,
    SCHEMA,
    SUMMARY,
    Packed,
    RunStore,
    measures_of,
    readable_json,
    sealed,
)
from enforcement_sim.runs.summaries import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.scenarios.schema import Scenario

NEEDED = ("design", "engine_version", "inputs", "outputs", "runs", "scenario")
"""What a manifest must say before anything can be computed again."""

EVERY_TABLE = "every table"
"""What is compared of a run that is kept whole."""


def read_scenario(resolved: dict[str, Any]) -> tuple[Scenario, dict[str, float]]:
    """Return a stored scenario as this version reads it, and the parameters that it does not know any more.

    Raises
    ------
    InputError
        If a place, a rule or a value in it is not allowed any more.
    """
    from enforcement_sim.parameters.register import load_register
    from enforcement_sim.scenarios.schema import assemble

    known = load_register()
    parameters = resolved.get("parameters", {})
    kept = {address: value for address, value in parameters.items() if address in known}
    unknown = {address: value for address, value in parameters.items() if address not in known}
    return assemble(resolved | {"parameters": kept}), unknown


class Stored:
    """What a folder has of its runs.

    Parameters
    ----------
    folder : Path
    manifest : mapping

    Raises
    ------
    InputError
        If the manifest does not say what is needed, or is of another form.

    Attributes
    ----------
    runs : list of dict
        The manifest's row of each run, each once.
    """

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        if manifest.get("schema") != MANIFEST_SCHEMA:
            forms = f"written in form {manifest.get('schema')}, this version reads form {MANIFEST_SCHEMA}"
            raise InputError(forms, file=folder / MANIFEST)
        missing = [key for key in NEEDED if key not in manifest]
        if missing:
            raise InputError(f"it is not a sweep's manifest: it has no {missing[0]!r}", file=folder / MANIFEST)
        self.folder, self.manifest = folder, manifest
        self.name = str(manifest["design"]["name"])
        self.runs = list({row["run"]: row for row in reversed(manifest["runs"])}.values())[::-1]
        self._store = RunStore(folder, manifest["inputs"])
        self._tables: dict[str, pd.DataFrame] = {}
        self._faults: dict[str, str] = {}
        self._forms: set[str] = set()
        for name, expected in manifest["outputs"].items():
            # A published folder may leave tables out; one that is there must be what was written.
            if (folder / name).exists() and (fault := table_fault(folder / name, expected)) is not None:
                self._faults[name] = fault

    def damaged(self) -> dict[str, str]:
        """Return the files of the folder that are not what was written, of those looked at so far, and why."""
        return dict(self._faults)

    def other_forms(self) -> tuple[tuple[str, str, str], ...]:
        """Return the forms of stored runs that this version does not read, of those looked at so far."""
        return tuple(("form of stored runs", form, str(SCHEMA)) for form in sorted(self._forms))

    def record(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return a run's record, if the run is kept, sound, and of this form."""
        run = row["run"]
        if not self._store.path(run).is_dir():
            return None
        fault = self._store.fault(run)
        if fault is None:
            written = digest((self._store.path(run) / RECORD).read_bytes())
            if written == row.get("sha256"):
                return self._store.record(run)
            fault = "is not the run that the manifest seals"
        form = self._store.form(run)
        if form in (None, SCHEMA):
            self._faults[f"runs/{run}"] = fault
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
        for was in self._candidates(row):
            if self._is_named_after(row, was):
                return was
        raise self._unsaid(row)

    def confirm(self, row: Mapping[str, Any], was: Mapping[str, Any]) -> None:
        """Make sure that a run was made from a scenario: its name is a hash of it.

        Raises
        ------
        InputError
            If it was not.
        """
        if not self._is_named_after(row, was):
            raise self._unsaid(row)

    def _is_named_after(self, row: Mapping[str, Any], was: Mapping[str, Any]) -> bool:
        return bool(run_id_of(was, row["seed"], self.manifest["engine_version"]) == row["run"])

    def _unsaid(self, row: Mapping[str, Any]) -> InputError:
        told = f"it does not say how run {row['run']} was made, or was changed after it was written"
        return InputError(told, file=self.folder / MANIFEST)

    def _candidates(self, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield what the folder says of a run's scenario, wherever it does."""
        told = made_from(self.manifest, row["point"], row.get("draw", 0))
        if told is not None:
            yield told
        record = self.record(row)
        if record is not None:
            yield record["scenario"]
        if told is None:
            # A manifest of an earlier version gives the settings of the point only.
            base = {key: value for key, value in self.manifest["scenario"].items() if key != "sweep"}
            with suppress(InputError):
                yield as_json(canonical(read_scenario(base)[0].with_(**settings_of(self.manifest, row["point"]))))

    def same_bytes(self, row: Mapping[str, Any], packed: Packed) -> bool:
        """Say whether a new run's files are those whose hashes the manifest holds.

        A run's record names the code that made it; with the old names put in, the rest must be the same to the byte.
        """
        record = json.loads(packed[RECORD])
        engine = self.manifest["engine_version"]
        named = {"run": row["run"], "engine_version": engine, "inputs": self.manifest["inputs"]}
        if "engine_version" in record["meta"]:
            named["meta"] = record["meta"] | {"engine_version": engine}
        return bool(digest(readable_json(sealed(record | named))) == row.get("sha256"))

    def compare(self, row: Mapping[str, Any], packed: Packed) -> tuple[list[str], list[str]]:
        """Return what of a run could be compared with new files of it, and what differs."""
        new = json.loads(packed[RECORD])
        old = self.record(row)
        if old is not None:
            found = number_differences("measures", measures_of(old), measures_of(new))
            found += [f"meta: {key}" for key in _keys_that_differ(old["meta"], new["meta"])]
            for name in dict.fromkeys([*old["files"], *(name for name in packed if name != RECORD)]):
                found += _file_differences(name, self._store.path(row["run"]), packed)
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
                found += frame_differences(name, rows, read_frame(io.BytesIO(packed[f"{SUMMARY}/{name}.parquet"])))
        return compared, found

    def rows(self, name: str, run: str) -> pd.DataFrame | None:
        """Return a run's rows of one of the folder's tables; None if the table is not kept."""
        if name not in self._tables:
            parquet, csv = self.folder / f"{name}.parquet", self.folder / f"{name}.csv"
            if parquet.exists():
                self._tables[name] = read_frame(parquet)
            elif csv.exists():
                import pandas as pd

                self._tables[name] = pd.read_csv(csv, dtype={"run": str}, keep_default_na=False, na_values=[""])
            else:
                return None
        table = self._tables[name]
        # The same run may stand for two points.
        rows = table[table["run"] == run]
        first = rows[rows["point"] == rows["point"].iloc[0]] if len(rows) else rows
        return first[list(first.columns)[list(first.columns).index("run") + 1 :]].reset_index(drop=True)


def _keys_that_differ(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parts of a run's meta that differ, apart from the engine's name and what the scenario says."""
    for key in dict.fromkeys([*old, *new]):
        if key not in ("engine_version", "scenario") and old.get(key) != new.get(key):
            yield key


def _file_differences(name: str, path: Path, packed: Packed) -> list[str]:
    """Return how a table of a run differs from the stored file of its name."""
    table = name.removesuffix(".parquet")
    if name not in packed or not (path / name).exists():
        return [f"{table} is {'gone' if name not in packed else 'new'}"]
    old = (path / name).read_bytes()
    if old == packed[name]:
        return []
    return frame_differences(table, read_frame(io.BytesIO(old)), read_frame(io.BytesIO(packed[name])))


def as_json(made: dict[str, Any]) -> dict[str, Any]:
    """Return what reached the engine as JSON gives it back."""
    plain: dict[str, Any] = json.loads(json.dumps(made))
    return plain
