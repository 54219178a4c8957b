"""Reproduction: compute runs of a results folder again and compare them with the stored ones.

All inputs come from the folder, and only a temporary folder is written to. A run with the same bytes is identical; a run
with the same numbers in other bytes has the same numbers (a newer package may encode them differently). Otherwise the
differences are listed, with what has changed since: engine, data, parameters, packages, platform, file format. If nothing
has changed, the difference is unexplained.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError, lines_of
from enforcement_sim.runs.atomic_files import StorageError
from enforcement_sim.runs.design import Task, label_of
from enforcement_sim.runs.executors import local_backend, run_tasks, worker_count
from enforcement_sim.runs.failures import last_line
from enforcement_sim.runs.manifest import read_scenario, scenario_differences, settings_of
from enforcement_sim.runs.provenance import as_resolved, canonical, environment_differences, run_id
from enforcement_sim.runs.run import Runner, real_runner
from enforcement_sim.runs.store import MANIFEST, RunFiles, RunStore
from enforcement_sim.runs.stored_runs import EVERY_TABLE, StoredRuns, as_json
from enforcement_sim.runs.sweep import outcome_of
from enforcement_sim.runs.worker import ComputeRun, NoProgress, Progress, RunOutcome, imported_tables_for

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

IDENTICAL, SAME, DIFFERS, FAILED = "identical", "same numbers", "differs", "fails now"
FAILS_SAME = "fails as before"

UNEXPLAINED = "unexplained: engine, data, parameters and packages are the same"
MAX_DIFFERENCES = 3
"""Differences that are listed for one run; the others are counted."""

DEFAULT_NAME = {"name": "reproduced"}
"""Name of a scenario without one."""

EVERY_BYTE = "every byte of the run"
NOTHING_STORED = "nothing to compare with"


@dataclass(frozen=True)
class RunCheck:
    """The comparison of one run.

    Attributes
    ----------
    setting : str
        The settings of its point in one line.
    verdict : str
        "identical", "same numbers", "fails as before", "differs" or "fails now".
    compared : str
        The stored data that the new run was compared with.
    differs : tuple of str
        Descriptions of the differences.
    why : tuple of str
        Changes since then that may explain them.
    """

    run: str
    setting: str
    seed: int
    verdict: str
    compared: str
    differs: tuple[str, ...] = ()
    why: tuple[str, ...] = ()

    @property
    def reproduced(self) -> bool:
        """Whether the run was reproduced."""
        return self.verdict in (IDENTICAL, SAME, FAILS_SAME)


@dataclass(frozen=True)
class Reproduction:
    """The comparison of a folder.

    Attributes
    ----------
    name : str
        Name of the design.
    known : int
        Number of runs in the manifest.
    checks : tuple of RunCheck
        One for each recomputed run.
    changed : tuple of (what, then, now)
        Versions and inputs that have changed since the results were made.
    damaged : dict
        File of the folder -> its fault.
    """

    folder: Path
    name: str
    known: int
    checks: tuple[RunCheck, ...]
    changed: tuple[tuple[str, str, str], ...]
    damaged: Mapping[str, str] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether all recomputed runs were reproduced, and no stored file was changed."""
        return not self.damaged and all(check.reproduced for check in self.checks)

    def lines(self) -> Iterator[str]:
        """Yield the result as lines of text."""
        reproduced = sum(check.reproduced for check in self.checks)
        yield f"{self.name} in {self.folder}: {reproduced} of {len(self.checks)} runs computed again came out the same"
        yield f"(the folder lists {self.known}; nothing was written)"
        for what, then, now in self.changed:
            yield f"changed since: {what}, {then} then, {now} now"
        for name, fault in self.damaged.items():
            yield f"{name} {fault}"


@dataclass(frozen=True)
class _Candidate:
    """A run to compute again."""

    row: Mapping[str, Any]
    setting: str
    task: Task | None
    why: tuple[str, ...]

    def check(self, verdict: str, compared: str, differs: Sequence[str] = (), changed: Sequence[Any] = ()) -> RunCheck:
        """Return the comparison of the run, with the changes as possible explanations of differences."""
        why = (*self.why, *dict.fromkeys(what for what, _, _ in changed)) or (UNEXPLAINED,)
        why = why if differs else ()
        return RunCheck(self.row["run"], self.setting, self.row["seed"], verdict, compared, tuple(differs), why)


def reproduce(
    results: Path | str,
    runs: int | None = None,
    only: Sequence[str] = (),
    workers: int | None = None,
    progress: Progress | None = None,
    runner: Runner | None = None,
) -> Reproduction:
    """Compute runs of a results folder again and compare them with what is stored.

    Parameters
    ----------
    results : path
        A folder of ``run``, ``sweep`` or ``compare``, or its ``manifest.json``. The full run files are not required.
    runs : int, optional
        Number of runs, from a fixed random order; all by default.
    only : sequence of str, optional
        Names of runs, or prefixes of names, instead.
    workers, progress
        See :func:`~enforcement_sim.runs.sweep.sweep`.
    runner : Runner, optional
        What computes the runs; by default the engine of the package.

    Raises
    ------
    InputError
        If the folder contains no finished sweep, or its manifest lacks the scenario of a run.
    StorageError
        If a run cannot be written to the temporary folder.

    Examples
    --------
    >>> from enforcement_sim.runs.reproduce import reproduce
    >>> reproduce("results/hold-and-opt-out", runs=1).same       # doctest: +SKIP
    True
    """
    runner = runner or real_runner()
    progress = progress or NoProgress()
    stored = StoredRuns(Path(results).parent if Path(results).name == MANIFEST else Path(results))
    chosen = _chosen(stored.runs, runs, only)
    backend = local_backend(worker_count(workers, len(chosen)))
    changed = _changed(stored.manifest, runner)
    candidates = _candidates(stored, chosen, runner)
    if backend.workers > 1 and runner.prepare is not None:
        runner.prepare()
    checks: dict[str, RunCheck] = {}
    # Runs that differ only in parameters that this version does not know are now one run.
    by_run: dict[str, list[_Candidate]] = {}
    tasks: dict[str, Task] = {}
    for one in candidates:
        if one.task is None:
            differs = ["cannot be computed by this version"]
            checks[one.row["run"]] = one.check(DIFFERS, NOTHING_STORED, differs, changed)
        else:
            by_run.setdefault(one.task.run, []).append(one)
            tasks.setdefault(one.task.run, one.task)
    supplies = imported_tables_for(task.scenario for task in tasks.values())
    progress.begin(len(tasks), 0, backend.workers)
    began = time.perf_counter()
    try:
        with TemporaryDirectory() as home:
            work = ComputeRun(runner, Path(home), supplies=supplies)
            computed = RunStore(Path(home), runner.inputs)
            with closing(run_tasks(work, tasks.values(), backend)) as outcomes:
                for done, (task, output) in enumerate(outcomes, start=1):
                    outcome = outcome_of(task, output)
                    if outcome.storage_error is not None:
                        raise StorageError(home, outcome.storage_error)
                    files = None if outcome.failure is not None else computed.remove(task.run)
                    for one in by_run[task.run]:
                        checks[one.row["run"]] = _check(one, outcome, files, stored, changed)
                    progress.advance(outcome, done, (time.perf_counter() - began) / done * (len(tasks) - done))
    finally:
        progress.end()
    ordered = tuple(checks[row["run"]] for row in chosen)
    return Reproduction(stored.folder, stored.name, len(stored.runs), ordered, changed, dict(stored.faults))


def _chosen(rows: Sequence[Mapping[str, Any]], runs: int | None, only: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Return the rows of the runs to compute."""
    if only:
        unknown = [name for name in only if not any(row["run"].startswith(name) for row in rows)]
        if unknown:
            raise InputError(f"no run {unknown[0]!r} in the manifest", allowed=[row["run"] for row in rows])
        return [row for row in rows if row["run"].startswith(tuple(only))]
    if runs is None:
        return rows
    if runs < 1:
        raise InputError(f"{runs} runs", key="--runs", allowed="a whole number from 1")
    # Names are hashes, so the first ones are a random choice that is always the same.
    names = sorted(row["run"] for row in rows)[:runs]
    return [row for row in rows if row["run"] in names]


def _changed(manifest: Mapping[str, Any], runner: Runner) -> tuple[tuple[str, str, str], ...]:
    """Return the differences between the versions and inputs in the manifest and the current ones."""
    now = {"engine_version": runner.version, "inputs": runner.inputs}
    if runner.environment is not None:
        now = {**runner.environment(), **now}
    return environment_differences({key: manifest[key] for key in now if key in manifest}, now)


def _candidates(stored: StoredRuns, rows: Sequence[Mapping[str, Any]], runner: Runner) -> list[_Candidate]:
    """Return the runs to compute again; the scenario of a point and draw is read once."""
    read: dict[tuple[int, int], tuple[dict[str, Any], Scenario | None, tuple[str, ...]]] = {}
    candidates = []
    for row in rows:
        point, draw = row["point"], row.get("draw", 0)
        if (point, draw) not in read:
            made_from = stored.scenario_of(row)
            read[point, draw] = (made_from, *_read_scenario(made_from, stored.manifest["scenario"]))
        made_from, scenario, why = read[point, draw]
        stored.check_scenario(row, made_from)
        task = None
        if scenario is not None:
            name = run_id(scenario, row["seed"], runner.version)
            task = Task(name, point, row["replication"], row["seed"], scenario, draw)
        candidates.append(_Candidate(row, label_of(settings_of(stored.manifest, point)), task, why))
    return candidates


def _read_scenario(original: dict[str, Any], described: dict[str, Any]) -> tuple[Scenario | None, tuple[str, ...]]:
    """Return a scenario, or None if this version cannot read it, and its differences from the original."""
    try:
        scenario, ignored = read_scenario(as_resolved(original, DEFAULT_NAME | described))
    except InputError as error:
        return None, (f"this version cannot read its scenario: {'; '.join(lines_of(error))}",)
    known = original | {
        "parameters": {key: value for key, value in original["parameters"].items() if key not in ignored}
    }
    differences = scenario_differences(known, as_json(canonical(scenario)))
    changed = [f"{address} {then} then, {here} now" for address, then, here in differences]
    unknown = [f"{address} {value:g} then, unknown now" for address, value in ignored.items()]
    return scenario, tuple(f"parameter or setting {text}" for text in (*unknown, *changed))


def _check(
    one: _Candidate, outcome: RunOutcome, files: RunFiles | None, stored: StoredRuns, changed: Sequence[Any]
) -> RunCheck:
    """Compare a recomputed run with its stored data."""
    row, earlier_failure = one.row, one.row.get("failed")
    if files is None:
        now = last_line(outcome.failure or "")
        if earlier_failure == now:
            return one.check(FAILS_SAME, "its failure")
        message = f"failed with {earlier_failure}, now with {now}" if earlier_failure else now
        return one.check(FAILED, "its failure" if earlier_failure else NOTHING_STORED, [message], changed)
    if earlier_failure:
        return one.check(DIFFERS, "its failure", [f"failed with {earlier_failure}, succeeds now"], changed)
    if stored.same_bytes(row, files):
        return one.check(IDENTICAL, EVERY_BYTE)
    compared, found = stored.compare(row, files)
    changed = (*changed, *stored.other_formats())
    with_what = ", ".join(compared) or NOTHING_STORED
    # Different bytes with the same numbers can be a different encoding. Without a change that explains it, or without
    # all numbers, there may be a difference in data that is not stored.
    if compared and not found and (one.why or changed or EVERY_TABLE in compared):
        return one.check(SAME, with_what)
    found = found or ["its bytes, in data that is not stored here"]
    more = len(found) - MAX_DIFFERENCES
    shown = [*found[:MAX_DIFFERENCES], *([f"and {more} more"] if more > 0 else [])]
    return one.check(DIFFERS, with_what, shown, changed)
