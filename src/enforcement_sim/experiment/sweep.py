"""Many runs: carried out, kept, continued after an interruption, and summarised.

A sweep computes the runs of its design that are not in the folder yet, wherever it is told to, and never holds more
than their measures. Each run is written by the process that made it, whole or not at all, so a sweep may be stopped
at any moment, by Ctrl-C or by pulling the plug: the same call goes on where it was. A run that fails is recorded with
its traceback and the others go on. How the runs are chosen, and what their differences mean, is decided elsewhere.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.experiment.comparison import Comparison, Sample
from enforcement_sim.experiment.design import Design, Task, design_of
from enforcement_sim.experiment.difference import Branch, Key
from enforcement_sim.experiment.executors import WorkerDied, completed, worker_count
from enforcement_sim.experiment.folder import add_to_log, claim, finish, read_manifest
from enforcement_sim.experiment.lock import folder_lock
from enforcement_sim.experiment.progress import Outcome, Progress, Silence
from enforcement_sim.experiment.run import as_scenario, digest, with_words
from enforcement_sim.experiment.runner import Runner, real_runner
from enforcement_sim.experiment.store import RECORD, RunStore, read_frame
from enforcement_sim.experiment.summaries import summaries_of, write_summaries, write_table

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.results import Result
    from enforcement_sim.scenario.schema import Scenario

DEFAULT_PARENT = "out"


def sweep(
    scenario: Scenario | str | PathLike[str],
    out: str | PathLike[str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Run every point of a scenario's sweep or design under each of its seeds, and keep the results in a folder.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the name of a shipped one, or the path of a file. Without a ``sweep`` or ``design`` it is one point.
    out : path, optional
        The folder; ``out/<scenario name>`` under the current one unless given. Runs that are in it already are used.
    workers : int, optional
        Processes; all cores unless given. 1 computes in this process. The results are the same bytes.
    progress : Progress, optional
        Told at the beginning, after each run, and at the end.

    Returns
    -------
    Sweep
        What the folder holds. Runs that failed are in its ``failures``.

    Raises
    ------
    InputError
        If the scenario or the folder cannot be used; nothing is computed then.

    Notes
    -----
    In a script with several workers, call it under ``if __name__ == "__main__":``.

    Examples
    --------
    >>> from enforcement_sim import sweep
    >>> found = sweep("hold-length", out="out/hold-length")       # doctest: +SKIP
    >>> found.comparison.frame().query("measure == 'removed'")    # doctest: +SKIP
    """
    design = design_of(as_scenario(scenario))
    folder = Path(DEFAULT_PARENT) / design.name if out is None else Path(out)
    from enforcement_sim.experiment.until import carry_out_until

    return carry_out_until(design, folder, real_runner(), workers, progress)


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
        Run id -> traceback, of runs that failed in that call.
    """

    folder: Path
    manifest: dict[str, Any]
    computed: tuple[str, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    runner: Runner | None = field(default=None, repr=False)

    @property
    def settings(self) -> list[dict[str, Any]]:
        """The settings of each point, the reference first."""
        design = self.manifest["design"]
        return [
            {address: point["settings"][address] for address in design["addresses"] if address in point["settings"]}
            for point in design["points"]
        ]

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

        Where parameters are drawn, ``draw`` and the drawn values stand behind the settings.
        """
        return self.table("measures")

    @property
    def comparison(self) -> Comparison:
        """Differences of every point from the first."""
        return Comparison(tuple(self.sample(point) for point in range(len(self.settings))))

    def table(self, name: str) -> pd.DataFrame:
        """Return one of the sweep's tables: measures, funnel, series, mix, hours or comparison."""
        return read_frame(self.folder / f"{name}.parquet")

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
        ValueError
            If its files are not what was written.
        """
        for run in self.manifest["runs"]:
            found = (run["point"], run["replication"], run.get("draw", draw))
            if found == (point, replication, draw) and "failed" not in run:
                store = RunStore(self.folder, self.manifest["inputs"], self.runner.restore if self.runner else None)
                result = store.read(run["run"])
                if isinstance(result.meta.get("scenario"), dict):
                    result.meta["scenario"] = with_words(result.meta["scenario"], self.manifest["scenario"])
                return result
        raise KeyError(f"no finished run of point {point}, replication {replication} in {self.folder}")

    def scenario_of(self, point: int) -> dict[str, Any]:
        """Return what of a point's scenario reached the engine, from the record of one of its runs."""
        store = RunStore(self.folder, self.manifest["inputs"])
        for run in self.manifest["runs"]:
            if run["point"] == point and "failed" not in run:
                scenario: dict[str, Any] = store.record(run["run"])["scenario"]
                return scenario
        return {}


def load_sweep(folder: str | PathLike[str]) -> Sweep:
    """Return the finished sweep that a folder holds.

    Raises
    ------
    InputError
        If it holds none.
    """
    return Sweep(Path(folder), read_manifest(Path(folder)))


def carry_out(
    design: Design, folder: Path, runner: Runner, workers: int | None = None, progress: Progress | None = None
) -> Sweep:
    """Compute what a design still lacks in a folder, and bring the folder's tables up to date.

    Parameters
    ----------
    design : Design
    folder : Path
        Made if it does not exist.
    runner : Runner
        What computes the runs.
    workers, progress
        See :func:`sweep`.

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        If the folder is in use, or holds another design.
    """
    progress = Silence() if progress is None else progress
    worker_count(workers, 1)
    with folder_lock(folder):
        claim(folder, design, runner.version, runner.inputs)
        store = RunStore(folder, runner.inputs, runner.restore)
        store.clear_leftovers()
        tasks = design.tasks(runner.version)
        faults = {run: store.fault(run) for run in dict.fromkeys(task.run for task in tasks)}
        lacking = list({task.run: task for task in tasks if faults[task.run] is not None}.values())
        measures: dict[str, Mapping[str, float]] = {
            run: store.measures(run) for run, fault in faults.items() if fault is None
        }
        account = _Account(len(measures), workers, lacking, faults)
        try:
            _compute(lacking, _Work(folder, runner), progress, len(faults), measures, account)
        finally:
            store.clear_leftovers()
            add_to_log(folder, account.told())
        failures = account.failed
        finished = [task for task in tasks if task.run in measures]
        outputs = write_summaries(folder, design, finished, store, measures)
        if len(design.points) > 1 and finished:
            outputs |= write_table(folder, "comparison", [_comparison(design, finished, measures).frame()])
        records = {run: digest((store.path(run) / RECORD).read_bytes()) for run in measures}
        finish(folder, design, tasks, records, failures, outputs, runner.version, runner.inputs)
    computed = tuple(task.run for task in lacking if task.run in measures)
    return Sweep(folder, read_manifest(folder), computed, dict(failures), runner)


@dataclass(frozen=True)
class _Work:
    """What a worker does with a task: compute the run, summarise it, write it, and hand back its measures only."""

    folder: Path
    runner: Runner

    def __call__(self, task: Task) -> Outcome:
        began = time.perf_counter()
        store = RunStore(self.folder, self.runner.inputs, self.runner.restore)
        try:
            result = self.runner.run(task.scenario, task.seed)
            store.write(task, result, summaries_of(result), self.runner.version)
            # Read back rather than handed over: a resumed sweep has only what is stored, and must see the same.
            measures = store.measures(task.run)
        except Exception:
            return Outcome(task.run, None, time.perf_counter() - began, traceback.format_exc())
        return Outcome(task.run, measures, time.perf_counter() - began)


class _Account:
    """What happened in one call, for the log."""

    def __init__(self, ready: int, workers: int | None, lacking: list[Task], faults: Mapping[str, str | None]) -> None:
        self.began = time.perf_counter()
        self.started = datetime.now(UTC).isoformat(timespec="seconds")
        self.ready = ready
        self.workers = worker_count(workers, max(1, len(lacking)))
        self.again = {task.run: faults[task.run] for task in lacking if faults[task.run] != "not computed yet"}
        self.lacking = len(lacking)
        self.seconds: dict[str, float] = {}
        self.failed: dict[str, str] = {}

    def note(self, outcome: Outcome) -> None:
        """Keep what is worth telling of a run."""
        self.seconds[outcome.run] = round(outcome.seconds, 3)
        if outcome.failure is not None:
            self.failed[outcome.run] = outcome.failure

    def seconds_left(self) -> float:
        """Return how long the remaining runs will take at the pace so far."""
        done = len(self.seconds)
        return (time.perf_counter() - self.began) / done * (self.lacking - done)

    def told(self) -> dict[str, Any]:
        """Return the account as the log keeps it."""
        return {
            "started": self.started,
            "seconds": round(time.perf_counter() - self.began, 3),
            "workers": self.workers,
            "stored_already": self.ready,
            "computed": len(self.seconds) - len(self.failed),
            "interrupted": len(self.seconds) < self.lacking,
            "computed_again_because": self.again,
            "run_seconds": self.seconds,
            "failed": self.failed,
        }


def _compute(
    lacking: list[Task],
    work: _Work,
    progress: Progress,
    total: int,
    measures: dict[str, Mapping[str, float]],
    account: _Account,
) -> None:
    """Compute the runs that are lacking and add their measures."""
    progress.begin(total, len(measures), account.workers)
    try:
        if account.workers > 1 and work.runner.prepare is not None:
            work.runner.prepare()
        with closing(completed(work, lacking, account.workers)) as outcomes:
            for task, made in outcomes:
                outcome = Outcome(task.run, None, 0.0, f"WorkerDied: {made}") if isinstance(made, WorkerDied) else made
                account.note(outcome)
                if outcome.measures is not None:
                    measures[task.run] = outcome.measures
                progress.advance(outcome, total - account.lacking + len(account.seconds), account.seconds_left())
    finally:
        progress.end()


def _comparison(design: Design, finished: list[Task], measures: Mapping[str, Mapping[str, float]]) -> Comparison:
    """Return the comparison of a design's points with its first."""
    by_point: list[dict[Key, Mapping[str, float]]] = [{} for _ in design.points]
    for task in finished:
        by_point[task.point][Branch(task.draw, task.seed) if design.draws else task.seed] = measures[task.run]
    samples = (Sample(point.settings, found) for point, found in zip(design.points, by_point, strict=True))
    return Comparison(tuple(samples))
