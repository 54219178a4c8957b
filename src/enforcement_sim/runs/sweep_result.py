"""A finished sweep, read from its folder: its runs, its measures as a table, and the differences between its points.

Nothing is computed or written. A folder can be opened on another machine, or years later, without the scenario file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.no_effect import without_effect
from enforcement_sim.results.exported import Exported
from enforcement_sim.results.intervals import Branch, Key
from enforcement_sim.runs.atomic_files import read_parquet
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.comparison_html import levels_html
from enforcement_sim.runs.county_table import COLUMN_MEANINGS
from enforcement_sim.runs.design import Sample, settings_frame
from enforcement_sim.runs.manifest import point_scenario, read_manifest, read_scenario, settings_of
from enforcement_sim.runs.provenance import as_resolved
from enforcement_sim.runs.store import RECORD, REPAIR, RunStore, file_fault
from enforcement_sim.runs.summaries import SWEEP_TABLES
from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL

if TYPE_CHECKING:
    import pandas as pd
    from xarray import Dataset

    from enforcement_sim.no_effect import NoEffect, SweptScenario
    from enforcement_sim.results.data_dictionary import Meanings
    from enforcement_sim.results.result import Result
    from enforcement_sim.runs.run import Runner

Measure = Callable[["Result"], Mapping[str, float]]
"""A function from a result to numbers by name."""


@dataclass(frozen=True)
class Sweep(Exported):
    """A finished sweep in its folder.

    Attributes
    ----------
    folder : Path
        The results folder.
    manifest : dict
        The content of ``manifest.json``.
    computed : tuple of str
        Runs that were computed by the call that returned this object.
    failures : dict
        Run id -> traceback of failed runs: in that call, or earlier without a retry.
    runner : Runner or None
        What computed the runs, if that was in this process; it also reads them.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import load_scenario, sweep
    >>> scenario = load_scenario("hold-length").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31", "replications": 1})
    >>> folder = TemporaryDirectory()
    >>> found = sweep(scenario, out=f"{folder.name}/hold", workers=1)
    >>> found.settings[:2], found.seeds, found.draws
    ([{'detainer.hold_hours': 48.0}, {'detainer.hold_hours': 0.0}], (1,), [])
    >>> list(found.measures.columns[:5]), "removed" in found.measure_names
    (['point', 'detainer.hold_hours', 'replication', 'seed', 'run'], True)
    >>> found.check_measures(["removed"])
    ['removed']
    >>> found.seed_means("removed").shape, found.branch_values("removed").shape
    ((1, 6), (1, 6))
    >>> list(found.sample(1).values("removed")), len(found.comparison.samples)
    ([1], 6)
    >>> "detainer_issued" in set(found.table("funnel")["event"]), found.without_effect()
    (True, ())
    >>> int(found.result(point=1, replication=0).array("booked")) > 0
    True
    >>> found.scenario_of(1)["parameters"]["detainer.hold_hours"], [settings for settings, _ in found.point_scenarios()][1]
    (0.0, {'detainer.hold_hours': 0.0})
    >>> dict(found.to_xarray(["removed"]).sizes)
    {'point': 6, 'seed': 1}
    >>> found.to_excel(f"{folder.name}/hold.xlsx")
    >>> found.to_parquet(f"{folder.name}/tables")
    >>> folder.cleanup()
    """

    folder: Path
    manifest: dict[str, Any]
    computed: tuple[str, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    runner: Runner | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        """Return the folder, the name and the size of the sweep in one line."""
        failed = f", {len(self.failures)} failed" if self.failures else ""
        draws = f" x {len(self.draws)} draws" if self.draws else ""
        name, runs = self.manifest["design"]["name"], len(self.manifest["runs"])
        size = f"{len(self.settings)} settings{draws} x {len(self.seeds)} seeds = {runs} runs{failed}"
        return f"Sweep({str(self.folder)!r}: {name}, {size})"

    def _repr_html_(self) -> str:
        """Show what the sweep found in a notebook: its differences, or of one setting the headline measures."""
        if len(self.settings) > 1 and not self.measures.empty:
            return self.comparison._repr_html_()
        return levels_html(
            self.comparison, f"{self.manifest['scenario']['name']}: {self.manifest['scenario']['title']}"
        )

    @property
    def settings(self) -> list[dict[str, Any]]:
        """The settings of each point, the reference first."""
        return [settings_of(self.manifest, point) for point in range(len(self.manifest["design"]["points"]))]

    @property
    def draws(self) -> list[dict[str, Any]]:
        """The values of the uncertain parameters in each draw; empty if none is drawn."""
        drawn = self.manifest["design"].get("draws", {"addresses": [], "values": []})
        return [{address: values[address] for address in drawn["addresses"]} for values in drawn["values"]]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each replication."""
        return tuple(self.manifest["design"]["seeds"])

    @cached_property
    def measures(self) -> pd.DataFrame:
        """The measures of every run, as a frame with one row for each run.

        Columns are ``point``, its settings, ``replication``, ``seed``, ``run``, and one for each measure, in its unit. If
        parameters are drawn, ``draw`` and the drawn values follow the settings. If no run has succeeded, the frame has no
        rows and no measures.

        Raises
        ------
        InputError
            If the table is missing in the folder.
        """
        if "measures.parquet" not in self.manifest["outputs"]:
            import pandas as pd

            drawn = ["draw", *self.draws[0]] if self.draws else []
            settings = self.manifest["design"]["addresses"]
            return pd.DataFrame(columns=["point", *settings, *drawn, "replication", "seed", "run"])
        return self.table("measures")

    @property
    def measure_names(self) -> tuple[str, ...]:
        """The columns of :attr:`measures` after the labels, the last of which is ``run``."""
        columns = [str(name) for name in self.measures.columns]
        return tuple(columns[columns.index("run") + 1 :])

    def check_measures(self, wanted: Sequence[str] | None) -> Sequence[str]:
        """Return the requested measures, all by default.

        Parameters
        ----------
        wanted
            Names of :attr:`measure_names`; None for all of them.

        Returns
        -------
        sequence of str
            As given, or all.

        Raises
        ------
        InputError
            If there is no such measure.
        """
        known = self.measure_names
        for name in wanted or ():
            if name not in known:
                raise InputError(f"unknown measure {name!r}", allowed=known, nearest=nearest_names(name, known))
        return wanted or known

    @property
    def comparison(self) -> Comparison:
        """The differences of every point from the first.

        Raises
        ------
        InputError
            If the table of measures is not in the folder any more.
        """
        samples = tuple(self.sample(point) for point in range(len(self.settings)))
        own, drawn = self.settings[0], set(self.draws[0] if self.draws else ())
        parameters = {
            address: own.get(address, value)
            for address, value in self.manifest["scenario"]["parameters"].items()
            if address not in drawn
        }
        engine = {"engine_version": self.manifest["engine_version"]}
        return Comparison(samples, made_from={**self.manifest["scenario"], "parameters": parameters, **engine})

    def table(self, name: str) -> pd.DataFrame:
        """Return one of the sweep's tables.

        Parameters
        ----------
        name
            ``measures``, ``funnel``, ``series``, ``mix``, ``hours`` or ``comparison``.

        Returns
        -------
        DataFrame
            ``comparison`` has the columns of :meth:`Comparison.frame`, ``measures`` those of :attr:`measures`; the
            others have the same labels of the run and then the columns of the method of :class:`Result` of that name.

        Raises
        ------
        InputError
            If it is not in the folder.
        """
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            raise InputError(f"is missing: {REPAIR}", file=path)
        return read_parquet(path)

    def _exported(self) -> dict[str, pd.DataFrame]:
        """Return the tables of the folder by name, for :meth:`to_excel` and :meth:`to_parquet`."""
        there = [name for name in SWEEP_TABLES if (self.folder / f"{name}.parquet").is_file()]
        return {name: self.table(name) for name in there}

    def _origin(self) -> dict[str, Any]:
        """Return the scenario, seeds and engine of the tables."""
        scenario = self.manifest["scenario"]
        return {
            "scenario": str(scenario["name"]),
            "title": str(scenario["title"]),
            "period": f"{scenario['period']['start']} to {scenario['period']['end']}",
            "seeds": list(self.seeds),
            "draws": len(self.draws) or 1,
            "runs": len(self.manifest["runs"]),
            "engine": str(self.manifest["engine_version"]),
        }

    def _own_meanings(self) -> Meanings:
        """Return what columns of a table mean there and nowhere else."""
        return COLUMN_MEANINGS

    def _swept(self) -> Sequence[str]:
        """Return the addresses that are columns of the tables: those swept, and those drawn."""
        return [*settings_frame(self.settings).columns, *(self.draws[0] if self.draws else ())]

    def to_xarray(self, measures: Sequence[str] | None = None) -> Dataset:
        """Return measures as arrays over point, draw (if any is drawn) and seed; needs the extra ``data``.

        Parameters
        ----------
        measures
            Names of :attr:`measure_names`; all by default.

        Returns
        -------
        Dataset
            An array for each measure, with its label and unit; the settings of each point, and the drawn values of each draw,
            are coordinates.

        Raises
        ------
        InputError
            If there is no such measure, or xarray is not installed.
        """
        axes = ["point", *(["draw"] if self.draws else []), "seed"]
        found = self._labelled(self.measures[[*axes, *self.check_measures(measures)]], axes)
        settings = settings_frame(self.settings)
        found = found.assign_coords(
            {name: ("point", settings[name].loc[found["point"].values].to_numpy()) for name in settings.columns}
        )
        drawn = {
            address: ("draw", [self.draws[int(draw)][address] for draw in found["draw"].values])
            for address in (self.draws[0] if self.draws else ())
        }
        return found.assign_coords(drawn)

    def sample(self, point: int, measure: Measure | None = None, seeds: Collection[int] | None = None) -> Sample:
        """Return the measures of a point.

        Parameters
        ----------
        point : int
            Its number in the design; 0 is the reference.
        measure : callable, optional
            A function from a result to numbers by name; the full runs are then read one at a time, in the order of the
            manifest. By default, the measures in the table of the sweep are used.
        seeds : collection of int, optional
            Only runs with these seeds; all by default.

        Returns
        -------
        Sample
            By seed, or by branch if the sweep draws parameters. Failed runs are omitted.

        Raises
        ------
        InputError
            If ``measure`` is given and the folder contains only summary tables.
        """

        def key(draw: Any, seed: Any) -> Key:
            return Branch(int(draw), int(seed)) if self.draws else int(seed)

        found: dict[Key, Mapping[str, float]] = {}
        if measure is not None:
            for row in self.manifest["runs"]:
                if row["point"] == point and "failed" not in row and (seeds is None or row["seed"] in seeds):
                    found[key(row.get("draw", 0), row["seed"])] = self._measured(row, measure)
            return Sample(self.settings[point], found)
        rows = self.measures[self.measures["point"] == point]
        rows = rows if seeds is None else rows[rows["seed"].isin(list(seeds))]
        names = list(self.measure_names)
        draws = rows["draw"] if self.draws else [0] * len(rows)
        for draw, seed, values in zip(draws, rows["seed"], rows[names].to_numpy(dtype=float).tolist(), strict=True):
            found[key(draw, seed)] = dict(zip(names, values, strict=True))
        return Sample(self.settings[point], found)

    def _measured(self, row: Mapping[str, Any], measure: Measure) -> Mapping[str, float]:
        try:
            return measure(self.result(row["point"], row["replication"], row.get("draw", 0)))
        except FileNotFoundError as error:
            raise InputError(
                "this folder holds summary tables only; this measure needs the full run files",
                file=self.folder,
                allowed="a folder with its runs, as run, sweep and compare leave it, or a scenario",
            ) from error

    def branch_values(self, measure: str, of: str = LEVEL) -> pd.DataFrame:
        """Return a measure by draw and seed (rows) and point (columns).

        Parameters
        ----------
        measure : str
            A name of :attr:`measure_names`.
        of : {"level", "difference"}
            The measure itself, or its difference from point 0 under the same draw and seed.

        Returns
        -------
        DataFrame
            Index ``draw`` and ``seed``, a column for each point; NaN if there was no run or it has no value. Draw 0
            if nothing is drawn.
        """
        rows = self.measures if self.draws else self.measures.assign(draw=0)
        wide = rows.pivot(index=["draw", "seed"], columns="point", values=measure)
        return wide.sub(wide[0], axis=0) if of == DIFFERENCE else wide

    def seed_means(self, measure: str, of: str = LEVEL) -> pd.DataFrame:
        """Return the mean over seeds of :meth:`branch_values`.

        Parameters
        ----------
        measure : str
            A name of :attr:`measure_names`.
        of : {"level", "difference"}
            The measure itself, or its difference from point 0 under the same draw and seed.

        Returns
        -------
        DataFrame
            Index ``draw``, a column for each point; NaN if no seed has a value.
        """
        return self.branch_values(measure, of).groupby(level="draw").mean()

    def result(self, point: int = 0, replication: int = 0, draw: int = 0) -> Result:
        """Return the full result of one run.

        Parameters
        ----------
        point
            Its number in the design; 0 is the reference.
        replication
            The number of the seed, from 0.
        draw
            The number of the draw; 0 if nothing is drawn.

        Returns
        -------
        Result
            The result that the run returned.

        Raises
        ------
        KeyError
            If there is no such run, or it failed.
        FileNotFoundError
            If the folder contains only summary tables.
        InputError
            If its files were changed.
        """
        for row in self.manifest["runs"]:
            if (row["point"], row["replication"], row.get("draw", draw)) != (point, replication, draw):
                continue
            if "failed" in row:
                break
            store = RunStore(self.folder, self.manifest["inputs"], self.runner.restore if self.runner else None)
            home = store.path(row["run"])
            if home.is_dir():
                self._check_record(store, row)
            try:
                result = store.read(row["run"])
            except ValueError as error:
                fault = str(error).partition(": ")[2]
                raise InputError(f"{fault}: {REPAIR}", file=home) from error
            if isinstance(result.meta.get("scenario"), dict):
                result.meta["scenario"] = as_resolved(result.meta["scenario"], self.manifest["scenario"])
            return result
        raise KeyError(f"no finished run of point {point}, replication {replication} in {self.folder}")

    def scenario_of(self, point: int) -> dict[str, Any]:
        """Return the part of the scenario of a point that reached the engine, from the record of a run.

        Parameters
        ----------
        point
            Its number in the design; 0 is the reference.

        Returns
        -------
        dict
            In the format of :meth:`Scenario.resolved`; empty if no run of the point succeeded.

        Raises
        ------
        InputError
            If the record was changed.
        """
        store = RunStore(self.folder, self.manifest["inputs"])
        for row in self.manifest["runs"]:
            if row["point"] == point and "failed" not in row:
                self._check_record(store, row)
                scenario: dict[str, Any] = store.record(row["run"])["scenario"]
                return scenario
        return {}

    def without_effect(self, same: bool = True) -> tuple[NoEffect, ...]:
        """Return the changes and settings without effect, with the reasons.

        Parameters
        ----------
        same : bool
            Whether settings that make the same scenario are listed, too, which takes most of the time.

        Returns
        -------
        tuple of NoEffect
            Each has its ``key`` in the scenario and the reason ``why``; empty if everything has an effect.
        """
        return without_effect(self.point_scenarios(), same, drawn=tuple(self.draws[0]) if self.draws else ())

    def point_scenarios(self) -> list[SweptScenario]:
        """Return the settings and scenario of each point.

        Returns
        -------
        list of tuple of dict and Scenario
            The reference first; empty if this version cannot read the scenarios.
        """
        found: list[SweptScenario] = []
        try:
            for point, settings in enumerate(self.settings):
                made = point_scenario(self.manifest, point)
                if made is not None:
                    found.append((settings, read_scenario(as_resolved(made, self.manifest["scenario"]))[0]))
        except InputError:
            return []
        return found

    def _check_record(self, store: RunStore, row: Mapping[str, Any]) -> None:
        """Check the record of a run against its hash in the manifest."""
        path = store.path(row["run"]) / RECORD
        if "sha256" in row and (fault := file_fault(path, row["sha256"])) is not None:
            raise InputError(f"{fault}: {REPAIR}", file=path)


def load_sweep(folder: str | PathLike[str]) -> Sweep:
    """Return the finished sweep that a folder holds.

    The manifest and the tables are checked on loading, a run when it is read, so changed files are always detected.

    Parameters
    ----------
    folder
        A folder that :func:`enforcement_sim.sweep` wrote.

    Returns
    -------
    Sweep
        What the folder holds.

    Raises
    ------
    InputError
        If it contains none, or a file of it was changed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import load_scenario, load_sweep, sweep
    >>> scenario = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31", "replications": 1})
    >>> with TemporaryDirectory() as folder:
    ...     made = sweep(scenario, out=f"{folder}/delaware", workers=1)
    ...     load_sweep(f"{folder}/delaware").measures.equals(made.measures)
    True
    """
    home = Path(folder)
    manifest = read_manifest(home)
    for name, expected in manifest.get("outputs", {}).items():
        fault = file_fault(home / name, expected)
        if fault is not None:
            raise InputError(f"{fault}: {REPAIR}", file=home / name)
    return Sweep(home, manifest)
