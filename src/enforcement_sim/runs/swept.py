"""A finished sweep, read from its folder: its runs, its measures as a table, and what differs between its points.

Nothing is computed here and nothing is written: whoever asks gets what :mod:`enforcement_sim.runs.sweep` kept. A folder
may be opened on another machine, or years later, without the scenario's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.no_effect import without_effect
from enforcement_sim.results.intervals import Branch, Key
from enforcement_sim.runs.comparison import Comparison, Sample
from enforcement_sim.runs.folder import MEND, made_from, read_manifest, settings_of
from enforcement_sim.runs.run import with_words
from enforcement_sim.runs.status import table_fault
from enforcement_sim.runs.store import RECORD, RunStore, read_frame

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.no_effect import NoEffect, World
    from enforcement_sim.results.result import Result
    from enforcement_sim.runs.runner import Runner

__all__ = ["Sweep", "load_sweep"]


@dataclass(frozen=True)
class Sweep:
    """A finished sweep in its folder.

    Attributes
    ----------
    folder : Path
    manifest : dict
        The content of ``manifest.json``.
    computed : tuple of str
        Runs that the call which returned this had to compute.
    failures : dict
        Run id -> traceback, of runs that failed in that call, or earlier and were not tried again.
    """

    folder: Path
    manifest: dict[str, Any]
    computed: tuple[str, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    runner: Runner | None = field(default=None, repr=False)

    @property
    def settings(self) -> list[dict[str, Any]]:
        """The settings of each point, the reference first."""
        return [settings_of(self.manifest, point) for point in range(len(self.manifest["design"]["points"]))]

    @property
    def draws(self) -> list[dict[str, Any]]:
        """The values of the uncertain parameters in each draw; empty where none is drawn."""
        drawn = self.manifest["design"].get("draws", {"addresses": [], "values": []})
        return [{address: values[address] for address in drawn["addresses"]} for values in drawn["values"]]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each replication."""
        return tuple(self.manifest["design"]["seeds"])

    @cached_property
    def measures(self) -> pd.DataFrame:
        """One row a run: ``point``, its settings, ``replication``, ``seed``, ``run``, and a column for each measure.

        Where parameters are drawn, ``draw`` and the drawn values stand behind the settings. Without any row, and without
        measures, if no run has succeeded.
        """
        if "measures.parquet" not in self.manifest["outputs"]:
            import pandas as pd

            drawn = ["draw", *self.draws[0]] if self.draws else []
            settings = self.manifest["design"]["addresses"]
            return pd.DataFrame(columns=["point", *settings, *drawn, "replication", "seed", "run"])
        return self.table("measures")

    @property
    def comparison(self) -> Comparison:
        """Differences of every point from the first."""
        samples = tuple(self.sample(point) for point in range(len(self.settings)))
        return Comparison(samples, made_from=self._made_from())

    def _made_from(self) -> dict[str, Any]:
        """Return what the reference was made of, without the parameters that differ from draw to draw."""
        made = dict(self.manifest["scenario"])
        own, drawn = self.settings[0], set(self.draws[0] if self.draws else ())
        made["parameters"] = {
            address: own.get(address, value) for address, value in made["parameters"].items() if address not in drawn
        }
        return {**made, "engine_version": self.manifest["engine_version"]}

    def table(self, name: str) -> pd.DataFrame:
        """Return one of the sweep's tables: measures, funnel, series, mix, hours or comparison.

        Raises
        ------
        InputError
            If it is not in the folder.
        """
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            raise InputError(f"is missing: {MEND}", file=path)
        return read_frame(path)

    def sample(self, point: int) -> Sample:
        """Return what was measured at a point."""
        rows = self.measures[self.measures["point"] == point]
        # Measures stand behind the labels, of which "run" is the last.
        columns = list(rows.columns)
        names = columns[columns.index("run") + 1 :]
        values = rows[names].to_numpy(dtype=float).tolist()
        draws = rows["draw"] if self.draws else [None] * len(rows)
        by_branch: dict[Key, Mapping[str, float]] = {
            (int(seed) if draw is None else Branch(int(draw), int(seed))): dict(zip(names, row, strict=True))
            for draw, seed, row in zip(draws, rows["seed"], values, strict=True)
        }
        return Sample(self.settings[point], by_branch)

    def result(self, point: int = 0, replication: int = 0, draw: int = 0) -> Result:
        """Return the whole result of one run.

        Raises
        ------
        KeyError
            If there is no such run, or it failed.
        FileNotFoundError
            If the folder keeps its tables only.
        InputError
            If its files are not what was written.
        """
        for run in self.manifest["runs"]:
            found = (run["point"], run["replication"], run.get("draw", draw))
            if found == (point, replication, draw) and "failed" not in run:
                store = RunStore(self.folder, self.manifest["inputs"], self.runner.restore if self.runner else None)
                result = self._read(store, run)
                if isinstance(result.meta.get("scenario"), dict):
                    result.meta["scenario"] = with_words(result.meta["scenario"], self.manifest["scenario"])
                return result
        raise KeyError(f"no finished run of point {point}, replication {replication} in {self.folder}")

    def without_effect(self) -> tuple[NoEffect, ...]:
        """Return what in it does nothing, with the reasons."""
        return without_effect(self.worlds(), drawn=tuple(self.draws[0]) if self.draws else ())

    def worlds(self) -> list[World]:
        """Return the settings and scenario of each point; none where this version cannot read them any more."""
        from enforcement_sim.runs.stored import read_scenario

        found: list[World] = []
        try:
            for point, settings in enumerate(self.settings):
                made = made_from(self.manifest, point)
                if made is not None:
                    found.append((settings, read_scenario(with_words(made, self.manifest["scenario"]))[0]))
        except InputError:
            return []
        return found

    def _read(self, store: RunStore, row: Mapping[str, Any]) -> Result:
        """Return a stored run, which must be the one that the manifest seals."""
        run = row["run"]
        if not store.path(run).is_dir():
            return store.read(run)  # which says so
        self._refuse_another(store, row)
        try:
            return store.read(run)
        except ValueError as error:
            told = str(error).partition(": ")[2]
            raise InputError(f"{told}: {MEND}", file=store.path(run)) from error

    def _refuse_another(self, store: RunStore, row: Mapping[str, Any]) -> None:
        """Raise if a run's record is not the one that the manifest seals."""
        path = store.path(row["run"]) / RECORD
        if "sha256" in row and (fault := table_fault(path, row["sha256"])) is not None:
            raise InputError(f"{fault}: {MEND}", file=path)

    def scenario_of(self, point: int) -> dict[str, Any]:
        """Return what of a point's scenario reached the engine, from the record of one of its runs."""
        store = RunStore(self.folder, self.manifest["inputs"])
        for run in self.manifest["runs"]:
            if run["point"] == point and "failed" not in run:
                self._refuse_another(store, run)
                scenario: dict[str, Any] = store.record(run["run"])["scenario"]
                return scenario
        return {}


def load_sweep(folder: str | PathLike[str]) -> Sweep:
    """Return the finished sweep that a folder holds.

    The manifest and the tables are checked now, a run when it is read, so that no number comes from a file that changed.

    Raises
    ------
    InputError
        If it holds none, or a file of it is not what was written.
    """
    home = Path(folder)
    manifest = read_manifest(home)
    for name, expected in manifest.get("outputs", {}).items():
        fault = table_fault(home / name, expected)
        if fault is not None:
            raise InputError(f"{fault}: {MEND}", file=home / name)
    return Sweep(home, manifest)
