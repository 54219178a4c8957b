"""Whether results can be reproduced: runs of a folder are computed again and compared with what was stored.

What to compute comes from the folder alone, and nothing is written except in a temporary folder. A run with the same
bytes is identical; one whose every stored number is the same has the same numbers (a newer package may pack them
differently); in any other case the differences are listed, with what has changed since: engine, data, parameters,
packages, platform, form of the files. If nothing has, the difference is unexplained.
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
from enforcement_sim.runs.manifest import read_scenario, scenario_differences, settings_of
from enforcement_sim.runs.provenance import as_resolved, canonical, environment_differences, run_id
from enforcement_sim.runs.run import Runner, real_runner
from enforcement_sim.runs.store import MANIFEST, RunFiles, RunStore, last_line
from enforcement_sim.runs.stored_runs import EVERY_TABLE, StoredRuns, as_json
from enforcement_sim.runs.sweep import outcome_of
from enforcement_sim.runs.worker import ComputeRun, NoProgress, Progress, RunOutcome, imported_tables_for

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

IDENTICAL, SAME, DIFFERS, FAILED = "identical", "same numbers", "differs", "fails now"
FAILS_SAME = "fails as before"

UNEXPLAINED = "unexplained: engine, data, parameters and packages are the same"
MAX_DIFFERENCES = 3
"""Differing numbers that are listed for one run; the rest are counted."""

UNNAMED = {"name": "reproduced"}
"""Name for a scenario of a design that had none."""

EVERY_BYTE = "every byte of the run"
NOTHING_STORED = "nothing to compare with"


@dataclass(frozen=True)
class RunCheck:
    """The result for one run.

    Attributes
    ----------
    run : str
    setting : str
        The settings of its point in one line.
    seed : int
    verdict : str
        "identical", "same numbers", "fails as before", "differs" or "fails now".
    compared : str
        What the new run was compared with.
    differs : tuple of str
        What is not the same, in words.
    why : tuple of str
        What has changed since that may explain it.
    """

    run: str
    setting: str
    seed: int
    verdict: str
    compared: str
    differs: tuple[str, ...] = ()
    why: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether the run was reproduced."""
        return self.verdict in (IDENTICAL, SAME, FAILS_SAME)


@dataclass(frozen=True)
class Reproduction:
    """The result for a folder.

    Attributes
    ----------
    folder : Path
    name : str
        Of the design.
    known : int
        Runs that the manifest lists.
    checks : tuple of RunCheck
        One for each run computed again.
    changed : tuple of (what, then, now)
        What is not as it was when the results were made.
    damaged : dict
        File of the folder -> why it is not what the manifest says.
    """

    folder: Path
    name: str
    known: int
    checks: tuple[RunCheck, ...]
    changed: tuple[tuple[str, str, str], ...]
    damaged: Mapping[str, str] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether everything that was computed again was reproduced, and nothing stored was altered."""
        return not self.damaged and all(check.good for check in self.checks)

    def lines(self) -> Iterator[str]:
        """Yield the result in sentences."""
        good = sum(check.good for check in self.checks)
        yield f"{self.name} in {self.folder}: {good} of {len(self.checks)} runs computed again came out the same"
        yield f"(the folder lists {self.known}; nothing was written)"
        for what, then, now in self.changed:
            yield f"changed since: {what}, {then} then, {now} now"
        for name, fault in self.damaged.items():
            yield f"{name} {fault}"


@dataclass(frozen=True)
class _Candidate:
    """A run to be computed again.

    Attributes
    ----------
    row : dict
        Its row in the manifest.
    setting : str
    task : Task or None
        None if this version cannot read its scenario.
    why : tuple of str
        Where the scenario as this version reads it is not the one that was run, or why it cannot be read.
    """

    row: Mapping[str, Any]
    setting: str
    task: Task | None
    why: tuple[str, ...]

    def check(self, verdict: str, compared: str, differs: Sequence[str] = (), changed: Sequence[Any] = ()) -> RunCheck:
        """Return a result; what may explain a difference is what has changed."""
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
        A folder of ``run``, ``sweep`` or ``compare``, or its ``manifest.json``; the runs themselves need not be there.
    runs : int, optional
        How many, chosen at random but always alike; all unless given.
    only : sequence of str, optional
        Names of runs, or beginnings of names, instead.
    workers, progress
        See :func:`~enforcement_sim.runs.sweep.sweep`.
    runner : Runner, optional
        What computes the runs; the package's own unless given.

    Returns
    -------
    Reproduction

    Raises
    ------
    InputError
        If the folder holds no finished sweep, or its manifest does not say how its runs are made.
    StorageError
        If there is no room for a run in the temporary folder.

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
    # Runs that differed in nothing but what this version does not know are one run now.
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
                for done, (task, made) in enumerate(outcomes, start=1):
                    outcome = outcome_of(task, made)
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
    # Names are hashes: those that come first are a random choice, and always the same one.
    names = sorted(row["run"] for row in rows)[:runs]
    return [row for row in rows if row["run"] in names]


def _changed(manifest: Mapping[str, Any], runner: Runner) -> tuple[tuple[str, str, str], ...]:
    """Return what is not as it was: what the manifest says it was made with, against the present."""
    now = {"engine_version": runner.version, "inputs": runner.inputs}
    if runner.environment is not None:
        now = {**runner.environment(), **now}
    return environment_differences({key: manifest[key] for key in now if key in manifest}, now)


def _candidates(stored: StoredRuns, rows: Sequence[Mapping[str, Any]], runner: Runner) -> list[_Candidate]:
    """Return the runs to be computed again; those of a point under a draw share one scenario, which is read once."""
    read: dict[tuple[int, int], tuple[dict[str, Any], Scenario | None, tuple[str, ...]]] = {}
    candidates = []
    for row in rows:
        point, draw = row["point"], row.get("draw", 0)
        if (point, draw) not in read:
            made_from = stored.scenario_of(row)
            read[point, draw] = (made_from, *_read_again(made_from, stored.manifest["scenario"]))
        made_from, scenario, why = read[point, draw]
        stored.confirm(row, made_from)
        task = None
        if scenario is not None:
            name = run_id(scenario, row["seed"], runner.version)
            task = Task(name, point, row["replication"], row["seed"], scenario, draw)
        candidates.append(_Candidate(row, label_of(settings_of(stored.manifest, point)), task, why))
    return candidates


def _read_again(was: dict[str, Any], described: dict[str, Any]) -> tuple[Scenario | None, tuple[str, ...]]:
    """Return a scenario, if this version can read it, and how it differs from what it was."""
    try:
        scenario, ignored = read_scenario(as_resolved(was, UNNAMED | described))
    except InputError as error:
        return None, (f"this version cannot read its scenario: {'; '.join(lines_of(error))}",)
    known = was | {"parameters": {key: value for key, value in was["parameters"].items() if key not in ignored}}
    differences = scenario_differences(known, as_json(canonical(scenario)))
    changed = [f"{address} {then} then, {here} now" for address, then, here in differences]
    unknown = [f"{address} {value:g} then, unknown now" for address, value in ignored.items()]
    return scenario, tuple(f"parameter or setting {text}" for text in (*unknown, *changed))


def _check(
    one: _Candidate, outcome: RunOutcome, files: RunFiles | None, stored: StoredRuns, changed: Sequence[Any]
) -> RunCheck:
    """Compare a run that was computed again with what is stored of it."""
    row, before = one.row, one.row.get("failed")
    if files is None:
        now = last_line(outcome.failure or "")
        if before == now:
            return one.check(FAILS_SAME, "its failure")
        message = f"failed with {before}, now with {now}" if before else now
        return one.check(FAILED, "its failure" if before else NOTHING_STORED, [message], changed)
    if before:
        return one.check(DIFFERS, "its failure", [f"failed with {before}, succeeds now"], changed)
    if stored.same_bytes(row, files):
        return one.check(IDENTICAL, EVERY_BYTE)
    compared, found = stored.compare(row, files)
    changed = (*changed, *stored.other_forms())
    with_what = ", ".join(compared) or NOTHING_STORED
    # Other bytes of the same numbers are another way to pack them; without a reason for that, or without all the
    # numbers, something unseen may differ.
    if compared and not found and (one.why or changed or EVERY_TABLE in compared):
        return one.check(SAME, with_what)
    found = found or ["its bytes, in what is not stored here"]
    more = len(found) - MAX_DIFFERENCES
    shown = [*found[:MAX_DIFFERENCES], *([f"and {more} more"] if more > 0 else [])]
    return one.check(DIFFERS, with_what, shown, changed)
